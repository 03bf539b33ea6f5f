import { ChevronRight, CircleAlert, TriangleAlert } from "lucide-react";
import { create } from "zustand";
import { catalog } from "#nodes/catalog.data.ts";
import type { GraphNode } from "#runtime/graph/schema.ts";
import type { JsonSchema } from "#runtime/node/define.ts";
import type { Problem } from "#runtime/plan/problems.ts";
import { CapabilityButton } from "../agents/capability-button.tsx";
import type { Knowledge } from "../text/knowledge.ts";
import { classes } from "../ui/classes.ts";
import { Form } from "./form.tsx";
import { HookPanel } from "./hook-panel.tsx";
import { NodePolicySection } from "./node-policy-section.tsx";
import { ToolPolicySection } from "./tool-policy-section.tsx";
import { useNodeForm } from "./use-node-form.ts";
import { ValuesPanel } from "./values-panel.tsx";

export interface NodeSettingsProps {
  node: GraphNode;
  /** Where it is set up as a tool, what holds for it as one stands elsewhere. */
  hasToolPolicy?: boolean;
}

/** The form of a node, generated from its type's schema. Every change is written as it is made. */
export function NodeSettings({ node, hasToolPolicy = true }: NodeSettingsProps) {
  const { schema, form, knowledge, problems } = useNodeForm(node);
  const definition = catalog.get(node.type);
  return (
    <div className="flex flex-col gap-4 p-4">
      {definition && <p className="text-ink-muted text-xs">{definition.description}</p>}
      <CapabilityButton node={node} />
      {definition?.trigger === "webhook" && <HookPanel node={node} />}
      <NodeProblems problems={problems} />
      {schema && takesExpressions(schema) && <Values knowledge={knowledge} />}
      {schema && <Form {...form} schema={schema} />}
      {definition && hasToolPolicy && <ToolPolicySection node={node} definition={definition} />}
      {definition && definition.role !== "annotation" && <NodePolicySection node={node} definition={definition} />}
    </div>
  );
}

/** Whether any field of the form may read values. */
function takesExpressions(schema: JsonSchema): boolean {
  return JSON.stringify(schema).includes('"expression":true');
}

/** Whether the values are unfolded: kept from node to node. */
const useFolds = create<{ hasValues: boolean }>()(() => ({ hasValues: false }));

/** The values that fields may use; folded away until somebody wants them. */
function Values({ knowledge }: { knowledge: () => Knowledge }) {
  const isOpen = useFolds(({ hasValues }) => hasValues);
  return (
    <details className="group rounded-lg border border-line" open={isOpen} onToggle={(event) => useFolds.setState({ hasValues: event.currentTarget.open })}>
      <summary className="flex list-none items-center gap-1.5 rounded-lg px-2 py-1.5 font-medium text-ink-muted text-xs hover:text-ink">
        <ChevronRight size={13} aria-hidden className="transition-transform duration-(--quick) group-open:rotate-90" />
        Values to use
      </summary>
      {isOpen && (
        <div className="max-h-72 overflow-y-auto px-2 pb-2">
          <ValuesPanel knowledge={knowledge} />
        </div>
      )}
    </details>
  );
}

/** What is wrong with a node beside its fields. */
export function NodeProblems({ problems }: { problems: readonly Problem[] }) {
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
