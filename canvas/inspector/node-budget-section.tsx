import { type NodeBudget, nodeBudgetSchema } from "#runtime/graph/budget.ts";
import type { Json } from "#runtime/graph/json.ts";
import type { GraphNode } from "#runtime/graph/schema.ts";
import type { JsonSchema } from "#runtime/node/define.ts";
import { useEdits } from "../document/editor-context.ts";
import { Form } from "./form.tsx";
import { PolicyFold } from "./policy-fold.tsx";

const form: JsonSchema = {
  type: "object",
  properties: {
    dollars: { type: "number", title: "Dollars", minimum: 0 },
    tokens: { type: "integer", title: "Tokens", minimum: 0 },
    toolCalls: { type: "integer", title: "Tool calls", minimum: 0 },
  },
};

/** What a node may use in one run before it asks. */
export function NodeBudgetSection({ node }: { node: GraphNode }) {
  const edits = useEdits();
  const { budget = {} } = node.policy ?? {};
  const change = (name: string, value: Json | undefined) => {
    const { [name as keyof NodeBudget]: _, ...others } = budget;
    const next = nodeBudgetSchema.safeParse(value === undefined ? others : { ...others, [name]: value });
    if (!next.success) return;
    const { budget: __, ...policy } = node.policy ?? {};
    edits?.setPolicy(node.id, Object.keys(next.data).length === 0 ? policy : { ...policy, budget: next.data });
  };
  return (
    <PolicyFold title="Budget" changed={Object.keys(budget).length}>
      <p className="text-ink-muted text-xs">
        What it may use in one run, with all it calls and all that runs inside it. Before it would use more, the run waits here and asks. No limit where a field
        is empty; the run’s own budget counts, too.
      </p>
      <Form schema={form} values={shownBudget(budget)} readOnly={!edits} errors={[]} onChange={change} />
    </PolicyFold>
  );
}

function shownBudget({ dollars, tokens, toolCalls }: NodeBudget): Record<string, Json> {
  return { ...(dollars !== undefined && { dollars }), ...(tokens !== undefined && { tokens }), ...(toolCalls !== undefined && { toolCalls }) };
}
