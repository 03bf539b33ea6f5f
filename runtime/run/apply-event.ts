import type { Plan } from "../plan/plan.ts";
import { applyNodeEvent } from "./apply-node-event.ts";
import { createRunState } from "./create-run-state.ts";
import { addDollars } from "./dollars.ts";
import type { RunEvent } from "./events.ts";
import { RunLogError } from "./run-log-error.ts";
import type { RunState } from "./run-state.ts";

/**
 * The state after one more event. Deterministic and O(1) amortised; takes over the state it is given (see `RunState`).
 * Throws `RunLogError` when the event's number is not the next one or names a node run the plan does not have.
 */
export function applyEvent(state: RunState, event: RunEvent): RunState {
  if (event.seq !== state.seq + 1) throw new RunLogError(`Event ${event.seq} cannot follow event ${state.seq}.`);
  const next = { ...change(state, event), seq: event.seq };
  keepTime(next, event.at);
  return next;
}

/** Applies a whole log to the state before the first event. */
export function foldRun(plan: Plan, events: Iterable<RunEvent>): RunState {
  return continueRun(createRunState(plan), events);
}

/** Applies the events that follow to a state (which must not be used any more). */
export function continueRun(begin: RunState, events: Iterable<RunEvent>): RunState {
  let state = begin;
  for (const event of events) state = applyEvent(state, event);
  return state;
}

/** Notes when the run begins and ceases to have running nodes, in a state that nobody has yet. */
function keepTime(state: { -readonly [Key in keyof RunState]: RunState[Key] }, at: string): void {
  if (state.running.size > 0) state.activeSince ??= at;
  else if (state.activeSince !== undefined) {
    if (at !== state.activeSince) state.activeMs += Math.max(0, Date.parse(at) - Date.parse(state.activeSince));
    state.activeSince = undefined;
  }
}

function change(state: RunState, event: RunEvent): RunState {
  switch (event.type) {
    case "run-created": {
      const { run, actor, trigger, parent, depth = 0, autonomy, untrusted, timeMs, fixed = {}, budget = state.plan.settings.budget } = event;
      return {
        ...state,
        input: event.input,
        ...(event.entry && { entry: event.entry }),
        origin: { run, actor, trigger, parent, depth, ...(autonomy && { autonomy }), ...(untrusted && { untrusted }), timeMs, fixed },
        cost: { ...state.cost, ...(budget !== undefined && { budget }) },
      };
    }
    case "run-held":
      return { ...state, phase: { type: "held", reason: event.reason, since: event.at } };
    case "run-resumed":
      return { ...state, phase: { type: "running" } };
    case "run-stopping":
      return { ...state, phase: { type: "stopping", state: event.state, reason: event.reason } };
    case "run-finished":
      return {
        ...state,
        cost: costWith(state.cost, event.unended),
        phase: { type: "finished", state: event.state, at: event.at, output: event.output, ...(event.failure && { failure: event.failure }) },
      };
    case "budget-changed":
      return { ...state, cost: { ...state.cost, budget: event.budget } };
    default:
      return applyNodeEvent(state, event);
  }
}

/** What was set aside for runs whose end it did not hear of is spent. */
function costWith(cost: RunState["cost"], unended: Extract<RunEvent, { type: "run-finished" }>["unended"] = []): RunState["cost"] {
  const counted = unended.reduce((sum, run) => addDollars(sum, run.cost), 0);
  return { ...cost, settled: addDollars(cost.settled, counted), reserved: addDollars(cost.reserved, -counted) };
}
