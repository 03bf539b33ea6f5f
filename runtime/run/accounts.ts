import { COUNTED, type Counted, type NodeBudget } from "../graph/budget.ts";
import type { NodeId } from "../graph/ids.ts";
import type { Plan } from "../plan/plan.ts";
import { addDollars } from "./dollars.ts";
import { planIndex } from "./plan-index.ts";
import type { NodeRun, RunState } from "./run-state.ts";

/** How much of one measure is used; in dollars, tokens or calls. */
export interface Account {
  /** Used up, by ended child runs, too. */
  readonly settled: number;
  /** Set aside for charges that are not settled, and lent to child runs that go on. */
  readonly reserved: number;
  /** What it may come to before somebody is asked. */
  readonly budget?: number;
  /** What the run that waits for this one has lent to it so far; absent where that has no limit. */
  readonly lent?: number;
  /** More was asked of that run, and no answer has come. */
  readonly wanted?: true;
  /** It was said that most of the budget is used. */
  readonly warned?: true;
}

export type Accounts = Readonly<Record<Counted, Account>>;
export type Amounts = { readonly [Measure in Counted]?: number | undefined };

const EMPTY: Account = { settled: 0, reserved: 0 };

export function openAccounts(budget: NodeBudget = {}): Accounts {
  const open = (measure: Counted): Account => {
    const most = budget[measure];
    return most === undefined ? EMPTY : { ...EMPTY, budget: most };
  };
  return { dollars: open("dollars"), tokens: open("tokens"), toolCalls: open("toolCalls") };
}

/** The sum of two amounts; dollars to ten decimals. */
export function addAmounts(measure: Counted, left: number, right: number): number {
  return measure === "dollars" ? addDollars(left, right) : left + right;
}

/** What an account may come to; undefined where nothing limits it. */
export function limitOf({ budget, lent }: Account): number | undefined {
  return budget === undefined ? lent : lent === undefined ? budget : Math.min(budget, lent);
}

/** What is neither used nor set aside. */
export function leftIn(measure: Counted, account: Account): number | undefined {
  const limit = limitOf(account);
  return limit === undefined ? undefined : Math.max(0, addAmounts(measure, limit, -addAmounts(measure, account.settled, account.reserved)));
}

interface Booking {
  settled?: Amounts;
  reserved?: Amounts;
}

/** Who has used something: a node, by calling one of its tools where `callee` is there. */
export interface User {
  readonly node: NodeId;
  readonly callee?: NodeId | undefined;
}

/** The state after something a node did, in the accounts of the run and of the nodes that have a budget. */
export function book(state: RunState, user: User, booking: Booking): RunState {
  for (const holder of holdersOf(state, user)) {
    const accounts = state.nodeAccounts.get(holder);
    if (accounts) state.nodeAccounts.set(holder, booked(accounts, booking));
  }
  return { ...state, accounts: booked(state.accounts, booking) };
}

/** The same for the run alone. */
export function booked(accounts: Accounts, { settled = {}, reserved = {} }: Booking): Accounts {
  let next = accounts;
  for (const measure of COUNTED) {
    const [used, aside] = [settled[measure] ?? 0, reserved[measure] ?? 0];
    if (used === 0 && aside === 0) continue;
    const before = next[measure];
    const after = { ...before, settled: addAmounts(measure, before.settled, used), reserved: addAmounts(measure, before.reserved, aside) };
    next = { ...next, [measure]: after };
  }
  return next;
}

/** The state as it would be after some bookings; the given one stays as it is. */
export function foresee(state: RunState, bookings: readonly { user: User; booking: Booking }[]): RunState {
  let next: RunState = { ...state, nodeAccounts: new Map(state.nodeAccounts) };
  for (const { user, booking } of bookings) next = book(next, user, booking);
  return next;
}

/** Nodes with a budget of their own that what a node uses counts in: itself, what it calls, and the containers around it. */
export function holdersOf({ plan, nodeAccounts }: Pick<RunState, "plan" | "nodeAccounts">, { node, callee }: User): NodeId[] {
  if (nodeAccounts.size === 0) return [];
  return [node, ...(callee ? [callee] : []), ...(planIndex(plan).around.get(node) ?? [])].filter((id) => nodeAccounts.has(id));
}

/** The accounts of the nodes of a plan that have a budget. */
export function openNodeAccounts(plan: Plan): Map<NodeId, Accounts> {
  // a run of one callable has it among both; what that may use is counted by whoever calls it
  const nodes = Object.values({ ...plan.callables, ...plan.nodes });
  return new Map(nodes.flatMap(({ id, policy }) => (policy.budget ? [[id, openAccounts(policy.budget)] as const] : [])));
}

/**
 * What was set aside and never settled is free again, unless the charge may have been made: then all of it counts. What was lent to a run that it
 * began stays so until that run has ended.
 */
export function freeCharges(state: RunState, run: NodeRun): RunState {
  let next = state;
  for (const { reserved, settled, tokens } of Object.values(run.charges)) {
    if (settled !== undefined) continue;
    const isUnknown = (run.state === "failed" && run.failure.happened === "unknown") || (run.state === "cancelled" && run.happened === "unknown");
    const amounts = { dollars: reserved, tokens: tokens?.reserved ?? 0 };
    next = book(next, run, { reserved: negated(amounts), ...(isUnknown && { settled: amounts }) });
  }
  return next;
}

export function negated(amounts: Amounts): Amounts {
  return { dollars: -(amounts.dollars ?? 0), tokens: -(amounts.tokens ?? 0), toolCalls: -(amounts.toolCalls ?? 0) };
}
