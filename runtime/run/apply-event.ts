import { budgetOf, COUNTED, toBudget } from "../graph/budget.ts";
import type { Plan } from "../plan/plan.ts";
import { type Accounts, addAmounts, booked, negated, openAccounts } from "./accounts.ts";
import { applyNodeEvent } from "./apply-node-event.ts";
import { createRunState } from "./create-run-state.ts";
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
      const { run, actor, startedBy, trigger, parent, depth = 0, autonomy, untrusted, timeMs, fixed = {} } = event;
      const caution = { ...(autonomy && { autonomy }), ...(untrusted && { untrusted }) };
      return {
        ...state,
        input: event.input,
        ...(event.entry && { entry: event.entry }),
        origin: { run, actor, ...(startedBy !== undefined && { startedBy }), trigger, parent, depth, ...caution, timeMs, fixed },
        ...limits(state, event),
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
        accounts: accountsWith(state.accounts, event.unended),
        phase: { type: "finished", state: event.state, at: event.at, output: event.output, ...(event.failure && { failure: event.failure }) },
      };
    case "budget-changed":
      return changeBudget(state, event);
    case "budget-wanted":
      return { ...state, accounts: { ...state.accounts, [event.measure]: { ...state.accounts[event.measure], wanted: true } } };
    case "budget-lent": {
      const { [event.measure]: account } = state.accounts;
      const { wanted: _, ...others } = account;
      return { ...state, accounts: { ...state.accounts, [event.measure]: { ...others, lent: addAmounts(event.measure, account.lent ?? 0, event.amount) } } };
    }
    case "budget-warned":
      return warned(state, event);
    default:
      return applyNodeEvent(state, event);
  }
}

type EventOf<Type extends RunEvent["type"]> = Extract<RunEvent, { type: Type }>;

/** What the run may use: what it was given, and for the rest what its graph says. */
function limits(state: RunState, { budget, lent }: EventOf<"run-created">): Pick<RunState, "accounts" | "time"> {
  const { timeMs, ...counted } = { ...budgetOf(state.plan.settings), ...(budget !== undefined && toBudget(budget)) };
  let accounts = openAccounts(counted);
  for (const measure of COUNTED) {
    const amount = lent?.[measure];
    if (amount !== undefined) accounts = { ...accounts, [measure]: { ...accounts[measure], lent: amount } };
  }
  return { accounts, time: timeMs === undefined ? {} : { budgetMs: timeMs } };
}

function changeBudget(state: RunState, { budget, tokens, toolCalls, timeMs, holder }: EventOf<"budget-changed">): RunState {
  const changed = { dollars: budget, tokens, toolCalls };
  const before = holder === undefined ? state.accounts : state.nodeAccounts.get(holder);
  let accounts = before ?? openAccounts();
  for (const measure of COUNTED) {
    const most = changed[measure];
    const { warned: _, ...account } = accounts[measure];
    if (most !== undefined) accounts = { ...accounts, [measure]: { ...account, budget: most } };
  }
  if (holder !== undefined) {
    state.nodeAccounts.set(holder, accounts);
    return state;
  }
  return { ...state, accounts, ...(timeMs !== undefined && { time: { budgetMs: timeMs } }) };
}

function warned(state: RunState, { measure, holder }: EventOf<"budget-warned">): RunState {
  if (measure === "timeMs") return { ...state, time: { ...state.time, warned: true } };
  const accounts = holder === undefined ? state.accounts : state.nodeAccounts.get(holder);
  if (!accounts) return state;
  const next = { ...accounts, [measure]: { ...accounts[measure], warned: true as const } };
  if (holder === undefined) return { ...state, accounts: next };
  state.nodeAccounts.set(holder, next);
  return state;
}

/** What was lent to runs whose end it did not hear of is spent. */
function accountsWith(accounts: Accounts, unended: EventOf<"run-finished">["unended"] = []): Accounts {
  return unended.reduce((sum, { cost, tokens, toolCalls }) => {
    const amounts = { dollars: cost, tokens, toolCalls };
    return booked(sum, { settled: amounts, reserved: negated(amounts) });
  }, accounts);
}
