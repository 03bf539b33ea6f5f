import type { Plan } from "#runtime/plan/plan.ts";
import type { RunEvent } from "#runtime/run/events.ts";

const WORDS: Readonly<Record<RunEvent["type"], string>> = {
  "run-created": "The run is made",
  "run-held": "Held",
  "run-resumed": "Resumed",
  "run-stopping": "Stopping",
  "run-finished": "Ended",
  "budget-changed": "Another budget",
  "budget-wanted": "More budget is asked for",
  "budget-lent": "More budget is there, or there is none",
  "budget-warned": "Most of a budget is used",
  "node-started": "starts",
  "node-logged": "logs",
  "step-started": "begins a step",
  "step-finished": "ends a step",
  "step-failed": "fails a step",
  "node-waiting": "waits",
  "wait-answered": "is answered",
  "callback-received": "is called",
  "iterations-opened": "begins its iterations",
  "iteration-started": "begins an iteration",
  "iteration-finished": "ends an iteration",
  "child-opened": "begins another run",
  "child-finished": "hears of the end of another run",
  "child-needs": "is asked for budget by a run it began",
  "child-funded": "lends budget to a run it began",
  "cost-reserved": "sets budget aside",
  "cost-settled": "is charged",
  "node-reused": "takes over an earlier result",
  "node-succeeded": "succeeds",
  "attempt-failed": "fails an attempt",
  "node-retrying": "will try again",
  "retry-due": "tries again",
  "node-uncertain": "does not know what happened",
  "uncertainty-decided": "is decided",
  "node-failed": "fails",
  "node-skipped": "is skipped",
  "node-cancelled": "is cancelled",
};

/** An event in a few words: "Fetch succeeds". */
export function eventText(event: RunEvent | undefined, plan: Plan | undefined): string {
  if (!event) return "Before its beginning";
  if (!("node" in event) || event.node === undefined) return WORDS[event.type];
  const label = plan?.nodes[event.node]?.label ?? event.node;
  const place = "path" in event && event.path.length > 0 ? ` · ${event.path.map((index) => index + 1).join(".")}` : "";
  return `${label}${place} ${WORDS[event.type]}`;
}
