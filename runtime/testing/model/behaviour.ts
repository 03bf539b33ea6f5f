import { evaluateTemplate } from "../../expression/evaluate-template.ts";
import { ExpressionError } from "../../expression/expression-error.ts";
import { parseTemplate } from "../../expression/parse-template.ts";
import type { NodeId } from "../../graph/ids.ts";
import { NodeError } from "../../node/node-error.ts";

/** What a node of the samples makes of its inputs, told once more and as simply as can be. */
export interface Given {
  node: { id: NodeId; type: string };
  config: Record<string, unknown>;
  inputs: Record<string, unknown>;
  /** Outputs of what its expressions read; null where there are none. */
  nodes: Record<string, Record<string, unknown> | null>;
}

/** The outputs of a node that is neither entry nor container. Throws `NodeError`. */
export function behave({ node, config, inputs, nodes }: Given): Record<string, unknown> {
  switch (node.type) {
    case "sample-exit":
      return { [String(config.name)]: inputs.value };
    case "sample-need":
      return { value: inputs.value };
    case "sample-pair":
      return { value: [inputs.left, inputs.right ?? null] };
    case "sample-branch":
      return { [String(config.take)]: inputs.value ?? true };
    case "sample-merge":
      return { values: inputs.values };
    case "sample-step": {
      const yields = evaluate(config.yields, { inputs, nodes });
      if (config.fails !== undefined) throw new NodeError("network", String(config.fails));
      return { value: yields ?? inputs.value ?? node.id };
    }
    default:
      throw new RangeError(`Nothing is known of ${node.type}.`);
  }
}

function evaluate(source: unknown, scope: Pick<Given, "inputs" | "nodes">): unknown {
  if (typeof source !== "string" || !source.includes("{{")) return source;
  const parsed = parseTemplate(source);
  if (!parsed.ok) throw new RangeError(parsed.problem.message);
  try {
    return evaluateTemplate(parsed.template, { ...scope, run: { id: "" } });
  } catch (error) {
    if (error instanceof ExpressionError)
      throw new NodeError("expression", `The expression in /yields failed: ${error.message}`, { details: { path: "/yields" } });
    throw error;
  }
}
