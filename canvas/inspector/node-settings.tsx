import { CircleAlert, TriangleAlert } from "lucide-react";
import { useMemo } from "react";
import { catalog } from "#nodes/catalog.data.ts";
import type { GraphNode } from "#runtime/graph/schema.ts";
import { formSchemaOf } from "#runtime/node/catalog.ts";
import type { Problem } from "#runtime/plan/problems.ts";
import { useNodeProblems, useReferences } from "../document/analysis.tsx";
import { useEditor, useGraph } from "../document/editor-context.ts";
import { nodePorts } from "../document/node-ports.ts";
import { classes } from "../ui/classes.ts";
import { Form } from "./form.tsx";
import type { RecordEdits } from "./form-context.ts";
import { HookPanel } from "./hook-panel.tsx";
import { NodePolicySection } from "./node-policy-section.tsx";
import { readablesOf } from "./readables.ts";

const CONFIG_CODES: ReadonlySet<string> = new Set(["config", "expression"]);

/** The form of a node, generated from its type's schema. Every change is written as it is made. */
export function NodeSettings({ node }: { node: GraphNode }) {
  const { edits } = useEditor();
  const graph = useGraph();
  const references = useReferences();
  const problems = useNodeProblems(node.id);
  const definition = catalog.get(node.type);
  const schema = useMemo(() => definition && formSchemaOf(definition, node.config, references), [definition, node.config, references]);
  const readables = useMemo(() => readablesOf(graph, node.id, (other) => nodePorts(other, references)), [graph, node.id, references]);
  const errors = useMemo(() => problems.filter(({ code }) => CONFIG_CODES.has(code)).map(({ path = "", message }) => ({ path, message })), [problems]);
  const recordEdits = (field: string): RecordEdits | undefined =>
    edits && {
      add: (record) => edits.addRecord(node.id, field, record),
      set: (id, member, value) => edits.setRecord(node.id, field, { id, member, value }),
      remove: (id) => edits.removeRecord(node.id, field, id),
      move: (id, before) => edits.moveRecord(node.id, field, before === undefined ? { id } : { id, before }),
    };
  return (
    <div className="flex flex-col gap-4 p-4">
      {definition && <p className="text-ink-muted text-xs">{definition.description}</p>}
      {definition?.trigger === "webhook" && <HookPanel node={node} />}
      <GeneralProblems problems={problems.filter(({ code, path }) => !CONFIG_CODES.has(code) || path === undefined || path === "")} />
      {schema && (
        <Form
          schema={schema}
          values={node.config}
          onChange={(name, value) => edits?.setField(node.id, name, value)}
          errors={errors}
          readOnly={!edits}
          recordEdits={recordEdits}
          readables={readables}
          nodeType={node.type}
        />
      )}
      {definition && definition.role !== "annotation" && <NodePolicySection node={node} definition={definition} />}
    </div>
  );
}

function GeneralProblems({ problems }: { problems: readonly Problem[] }) {
  if (problems.length === 0) return null;
  return (
    <ul aria-label="Problems of this node" className="flex flex-col gap-1.5">
      {problems.map(({ code, path, message, severity }) => {
        const isError = severity === "error";
        const Mark = isError ? CircleAlert : TriangleAlert;
        return (
          <li
            key={`${code}${path ?? ""}${message}`}
            className={classes("flex gap-2 rounded-md px-2.5 py-2 text-xs", isError ? "bg-danger-soft text-danger" : "bg-warning-soft text-warning")}
          >
            <Mark size={14} className="mt-px shrink-0" aria-hidden />
            <span className="wrap-anywhere text-ink">{message}</span>
          </li>
        );
      })}
    </ul>
  );
}
