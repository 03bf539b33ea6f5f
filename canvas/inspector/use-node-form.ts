import { useCallback, useMemo } from "react";
import { catalog } from "#nodes/catalog.data.ts";
import type { GraphNode } from "#runtime/graph/schema.ts";
import { formSchemaOf } from "#runtime/node/catalog.ts";
import type { JsonSchema } from "#runtime/node/define.ts";
import type { Problem } from "#runtime/plan/problems.ts";
import { useNodeProblems, useReferences } from "../document/analysis.tsx";
import { layoutOf } from "../document/connect-document.ts";
import { useEditor, useGraph } from "../document/editor-context.ts";
import { nodePorts } from "../document/node-ports.ts";
import type { Knowledge } from "../text/knowledge.ts";
import { type SharedText, shareText } from "../text/shared-text.ts";
import type { FormProps } from "./form.tsx";
import type { RecordEdits } from "./form-context.ts";
import { readablesOf } from "./readables.ts";
import { useKnowledge } from "./use-knowledge.ts";

const CONFIG_CODES: ReadonlySet<string> = new Set(["config", "expression"]);

export interface NodeForm {
  /** Of its config; undefined for a type that is not known. */
  schema: JsonSchema | undefined;
  form: Omit<FormProps, "schema">;
  knowledge: () => Knowledge;
  /** What is wrong with the node beside its fields. */
  problems: readonly Problem[];
}

/** What a form of a node's config needs: every change is written as it is made. */
export function useNodeForm(node: GraphNode): NodeForm {
  const { edits } = useEditor();
  const graph = useGraph();
  const references = useReferences();
  const problems = useNodeProblems(node.id);
  const definition = catalog.get(node.type);
  const schema = useMemo(() => definition && formSchemaOf(definition, node.config, references), [definition, node.config, references]);
  const readables = useMemo(() => readablesOf(graph, node.id, (other) => nodePorts(other, references)), [graph, node.id, references]);
  const errors = useMemo(() => problems.filter(({ code }) => CONFIG_CODES.has(code)).map(({ path = "", message }) => ({ path, message })), [problems]);
  const knowledge = useKnowledge(node.id);
  const textAt = useTexts(node);
  const recordEdits = (field: string): RecordEdits | undefined =>
    edits && {
      add: (record) => edits.addRecord(node.id, field, record),
      set: (id, member, value) => edits.setRecord(node.id, field, { id, member, value }),
      remove: (id) => edits.removeRecord(node.id, field, id),
      move: (id, before) => edits.moveRecord(node.id, field, before === undefined ? { id } : { id, before }),
    };
  return {
    schema,
    knowledge,
    form: {
      ...{ errors, recordEdits, readables, knowledge, textAt, values: node.config, readOnly: !edits, nodeType: node.type, node: node.id },
      onChange: (name, value) => edits?.setField(node.id, name, value),
    },
    problems: problems.filter(({ code, path }) => !CONFIG_CODES.has(code) || path === undefined || path === ""),
  };
}

/** The co-edited texts of a node, each made once. */
function useTexts({ id, type }: GraphNode): (path: string) => SharedText | undefined {
  const { edits, undo, awareness } = useEditor();
  const doc = awareness?.doc;
  const made = useMemo(() => {
    const texts = new Map<string, SharedText>();
    return (field: string) => {
      const text = texts.get(field) ?? (doc && shareText({ doc, edits, undo, node: id, field }));
      if (text) texts.set(field, text);
      return text;
    };
  }, [doc, edits, undo, id]);
  return useCallback(
    (path: string) => {
      const field = path.slice(1);
      const text = field.includes("/") || layoutOf(type, field) !== "text" ? undefined : made(field);
      return text?.isThere() ? text : undefined;
    },
    [made, type],
  );
}
