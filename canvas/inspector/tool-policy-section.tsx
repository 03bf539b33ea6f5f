import type { NodeId } from "#runtime/graph/ids.ts";
import type { Graph, GraphNode } from "#runtime/graph/schema.ts";
import { autonomySchema } from "#runtime/node/autonomy.ts";
import type { NodeDefinition } from "#runtime/node/define.ts";
import { AUTONOMY } from "../agents/agent-words.ts";
import { changeToolPolicy } from "../agents/tool-policy.ts";
import { callersOf } from "../board/call-rules.ts";
import { nodesById, useEdits, useGraphPart } from "../document/editor-context.ts";
import { Field } from "../ui/field.tsx";
import { TextArea } from "../ui/input.tsx";
import { Select } from "../ui/select.tsx";
import { PolicyFold } from "./policy-fold.tsx";

const AS_CALLER = "as-caller";
const AUTONOMY_OPTIONS = [
  { value: AS_CALLER, label: "As its caller", detail: "It asks for no more caution of its own." },
  ...autonomySchema.options.map((value) => ({ value, label: AUTONOMY[value].label, detail: `Calling it, ${AUTONOMY[value].text}` })),
];

/** What holds for a node as a tool or a member: shown where an agent or a crew calls it, or something is set. */
export function ToolPolicySection({ node, definition }: { node: GraphNode; definition: NodeDefinition }) {
  const edits = useEdits();
  const caller = useGraphPart((graph) => callersOf(graph).get(node.id));
  const callers = useGraphPart((graph) => callerLabels(graph, node.id));
  const { description, autonomy } = node.policy?.tool ?? {};
  const changed = [description, autonomy].filter((part) => part !== undefined).length;
  if (!definition.tool || (!caller && changed === 0)) return null;
  return (
    <PolicyFold title={caller?.as === "member" ? "As a member" : "As a tool"} changed={changed}>
      {caller && <p className="text-ink-muted text-xs">{caller.as === "member" ? `A member of “${caller.node.label}”.` : `Called by ${callers}.`}</p>}
      <Field
        label="Description for its caller"
        htmlFor={`${node.id}-tool-description`}
        description="In place of what the node says of itself. Leave it empty to use that."
      >
        <TextArea
          id={`${node.id}-tool-description`}
          value={description ?? ""}
          maxLength={4_000}
          readOnly={!edits}
          onChange={(event) => changeToolPolicy(edits, node, { description: event.target.value })}
        />
      </Field>
      <Field label="Autonomy" htmlFor={`${node.id}-tool-autonomy`} description="The strictest of graph, agent and tool counts.">
        <Select
          id={`${node.id}-tool-autonomy`}
          value={autonomy ?? AS_CALLER}
          options={AUTONOMY_OPTIONS}
          disabled={!edits}
          onChange={(value) => changeToolPolicy(edits, node, { autonomy: autonomySchema.safeParse(value).data })}
        />
      </Field>
    </PolicyFold>
  );
}

/** Of those that a node is a tool of: "“Ada”, “Bo”". */
function callerLabels(graph: Graph, tool: NodeId): string {
  const ids = new Set(graph.edges.flatMap(({ kind, source, target }) => (kind === "tool" && source.node === tool ? [target.node] : [])));
  return [...ids].map((id) => `“${nodesById(graph).get(id)?.label ?? "a node"}”`).join(", ");
}
