import type { Json } from "#runtime/graph/json.ts";
import { type GraphNode, type NodePolicy, policySchema } from "#runtime/graph/schema.ts";
import type { JsonSchema, NodeDefinition } from "#runtime/node/define.ts";
import { useEdits } from "../document/editor-context.ts";
import { Field } from "../ui/field.tsx";
import { Select } from "../ui/select.tsx";
import { Form } from "./form.tsx";
import { NodeBudgetSection } from "./node-budget-section.tsx";
import { NodeRunSection } from "./node-run-section.tsx";
import { PolicyFold } from "./policy-fold.tsx";

const FAILURE_OPTIONS = [
  { value: "fail", label: "Fail the run" },
  { value: "branch", label: "Leave through “Failure”", detail: "The node gets an output of that name." },
  { value: "continue", label: "Go on with a default", detail: "Every output has the value below." },
];
const FAILURE_PARTS: readonly (keyof NodePolicy)[] = ["attempts", "timeoutMs", "onFailure", "default"];

/** How a node runs, and what it does about failure and time. What is left empty follows its type. */
export function NodePolicySection({ node, definition }: { node: GraphNode; definition: NodeDefinition }) {
  const edits = useEdits();
  const policy = node.policy ?? {};
  const change = (name: keyof NodePolicy, value: Json | undefined) => {
    const { [name]: _, ...rest } = policy;
    const next = policySchema.safeParse(value === undefined ? rest : { ...rest, [name]: value });
    if (next.success) edits?.setPolicy(node.id, next.data);
  };
  return (
    <>
      <NodeRunSection node={node} definition={definition} onChange={change} />
      <PolicyFold title="When it fails" changed={FAILURE_PARTS.filter((part) => policy[part] !== undefined).length}>
        <Field label="After the last attempt" htmlFor={`${node.id}-on-failure`}>
          <Select
            id={`${node.id}-on-failure`}
            value={policy.onFailure ?? "fail"}
            options={FAILURE_OPTIONS}
            disabled={!edits}
            onChange={(value) => change("onFailure", value === "fail" ? undefined : value)}
          />
        </Field>
        <Form
          schema={policyForm(definition, policy)}
          values={shownPolicy(policy)}
          readOnly={!edits}
          errors={[]}
          onChange={(name, value) =>
            name === "seconds"
              ? change("timeoutMs", typeof value === "number" ? Math.round(value * 1_000) : undefined)
              : change(name as keyof NodePolicy, value)
          }
        />
      </PolicyFold>
      <NodeBudgetSection node={node} />
    </>
  );
}

function policyForm({ limits }: NodeDefinition, policy: NodePolicy): JsonSchema {
  return {
    type: "object",
    properties: {
      attempts: { type: "integer", title: "Attempts", description: `In all, the first included. ${limits.attempts} when empty.`, minimum: 1, maximum: 20 },
      seconds: { type: "number", title: "Time limit in seconds", description: `For one attempt. ${limits.timeoutMs / 1_000} when empty.` },
      ...(policy.onFailure === "continue" && { default: { title: "Default", description: "JSON." } }),
    },
  };
}

function shownPolicy({ attempts, timeoutMs, default: fallback }: NodePolicy): Record<string, Json> {
  return {
    ...(attempts !== undefined && { attempts }),
    ...(timeoutMs !== undefined && { seconds: timeoutMs / 1_000 }),
    ...(fallback !== undefined && { default: fallback }),
  };
}
