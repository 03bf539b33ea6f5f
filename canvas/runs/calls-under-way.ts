import type { Plan } from "#runtime/plan/plan.ts";
import type { NodeRun } from "#runtime/run/run-state.ts";

/** The tools or members that a node run has called and waits for, by name; undefined when it waits for none. */
export function callsUnderWay(plan: Plan | undefined, run: NodeRun): string | undefined {
  if (run.state !== "calling") return undefined;
  const open = (run.children ?? []).filter(({ purpose, end }) => purpose === "tool" && !end);
  const names = open.map(({ callee, name }) => (callee && plan?.callables?.[callee]?.label) || name);
  return names.length > 0 ? names.join(", ") : undefined;
}
