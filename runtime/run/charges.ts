import { addDollars } from "./dollars.ts";
import type { NodeRun, RunState } from "./run-state.ts";

/**
 * What was set aside and never settled is free again, unless the charge may have been made: then all of it counts. What was set aside for a run that it
 * began stays so until that run has ended.
 */
export function costWithout(before: RunState["cost"], run: NodeRun): RunState["cost"] {
  let cost = before;
  for (const { reserved, settled } of Object.values(run.charges)) {
    if (settled !== undefined) continue;
    const isUnknown = (run.state === "failed" && run.failure.happened === "unknown") || (run.state === "cancelled" && run.happened === "unknown");
    cost = { ...cost, reserved: addDollars(cost.reserved, -reserved), settled: addDollars(cost.settled, isUnknown ? reserved : 0) };
  }
  return cost;
}
