import { NodeError } from "../node/node-error.ts";
import type { IterationRequest, IterationResult, Outcome } from "../node/outcome.ts";
import { FAILURE_PORT } from "../node/ports.ts";
import type { PlanNode } from "../plan/plan.ts";

/** Items of a node in item mode that run at once, when the graph does not say less. */
const ITEM_CONCURRENCY = 16;

/**
 * What a node in item mode does as a whole: it asks for one iteration for each item, and then hands on the lists of what they yielded,
 * in the items' order. Throws `NodeError("validation")` when what came in is no list, and the failure of the first item that failed.
 */
export function executeItems(planNode: PlanNode, given: { inputs: Record<string, unknown>; iterations: readonly IterationResult[] | undefined }): Outcome {
  const input = planNode.eachItemOf ?? "";
  const items = given.inputs[input];
  if (!Array.isArray(items))
    throw new NodeError("validation", `The node runs once for each item of "${input}", and what came in is no list.`, { happened: "no" });
  if (!given.iterations) return { type: "iterate", request: requestFor(input, items) };
  const failed = given.iterations.find(({ state }) => state === "failed");
  if (failed?.failure) {
    const { code, message, happened } = failed.failure;
    throw new NodeError(code, `Item ${failed.index + 1}: ${message}`, { happened, details: { index: failed.index } });
  }
  const outputs: Record<string, unknown[]> = {};
  for (const port of Object.keys(planNode.outputs)) {
    if (port === FAILURE_PORT && planNode.policy.onFailure === "branch") continue;
    const values = given.iterations.flatMap(({ taken }) => (Object.hasOwn(taken, port) ? [taken[port]] : []));
    // a port by which nothing ever left was skipped, not empty
    if (values.length > 0 || items.length === 0) outputs[port] = values;
  }
  return { type: "done", outputs };
}

function requestFor(input: string, items: readonly unknown[]): IterationRequest {
  return { count: items.length, given: { [input]: items }, concurrency: ITEM_CONCURRENCY, onFailure: "stop" };
}
