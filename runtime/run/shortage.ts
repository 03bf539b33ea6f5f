import type { Counted, Measure } from "../graph/budget.ts";
import type { NodeId } from "../graph/ids.ts";
import { type Account, type Accounts, type Amounts, addAmounts, holdersOf, leftIn, limitOf, type User } from "./accounts.ts";
import { activeMsAt } from "./active-time.ts";
import { addDollars } from "./dollars.ts";
import type { ChildRecord, NodeKey, NodeRun, RunState } from "./run-state.ts";

/** The budget that does not allow something, and how it stands. */
export interface Shortage {
  measure: Measure;
  /** What was to be used on top. */
  amount: number;
  /** With what is set aside. */
  used: number;
  budget: number;
  /** `above`: what a run that waits for this one has lent to it. */
  of: "run" | "node" | "above";
  /** The node whose budget it is. */
  holder?: NodeId;
}

/** Dollars below that are the noise of decimals. */
const NOISE = 1e-9;

/** The tightest of the budgets that do not allow a node to use so much more; undefined where all of them do. */
export function shortageOf(state: RunState, user: User, amounts: Amounts): Shortage | undefined {
  let tightest: (Shortage & { left: number }) | undefined;
  for (const { accounts, holder } of accountsOf(state, user)) {
    for (const measure of ["toolCalls", "tokens", "dollars"] as const) {
      const amount = amounts[measure];
      const left = leftIn(measure, accounts[measure]);
      if (amount === undefined || left === undefined || amount <= left + NOISE) continue;
      if (tightest && (tightest.measure !== measure || tightest.left <= left)) continue;
      tightest = { measure, amount, left, ...standing(accounts[measure], holder) };
    }
  }
  if (!tightest) return undefined;
  const { left: _, ...shortage } = tightest;
  return shortage;
}

/** Whether all the time that nodes may run is used. It is looked at before a node starts, and before it uses something. */
export function timeShortage(state: RunState, now: number): Shortage | undefined {
  const { budgetMs } = state.time;
  const used = budgetMs === undefined ? 0 : activeMsAt(state, now);
  return budgetMs === undefined || used < budgetMs ? undefined : { measure: "timeMs", amount: 0, used, budget: budgetMs, of: "run" };
}

/** What those who wait for more have set aside themselves, of one measure and in one budget. */
export type StuckIn = (measure: Counted, holder: NodeId | undefined) => number;

/**
 * Whether what is missing is only set aside, by something that goes on and does not itself wait for more: then it may become free without anybody's
 * doing. `self` waits for it. Of two that wait for one another one is asked about. Where many are asked about, `stuckIn` is worked out once for all.
 */
export function mayBecomeFree(state: RunState, self: NodeKey, { shortage, stuckIn = stuckAmounts(state) }: { shortage: Shortage; stuckIn?: StuckIn }): boolean {
  const { measure, amount, of, holder } = shortage;
  if (measure === "timeMs" || of === "above") return false;
  const account = (holder === undefined ? state.accounts : state.nodeAccounts.get(holder))?.[measure];
  const limit = account && limitOf(account);
  if (!account || limit === undefined) return false;
  const run = state.nodes.get(self);
  const own = run && !isSetAside(run) && countsIn(state, run, holder) ? setAsideBy(run, measure) : 0;
  const stuck = own + stuckIn(measure, holder);
  return account.settled + Math.min(stuck, account.reserved) + amount <= limit + NOISE;
}

/** The same however often it is asked: the state must not change meanwhile. */
export function stuckAmounts(state: RunState): StuckIn {
  const known = new Map<string, number>();
  return (measure, holder) => {
    const about = `${measure} ${holder ?? ""}`;
    const sum = known.get(about) ?? sumStuck(state, measure, holder);
    known.set(about, sum);
    return sum;
  };
}

function sumStuck(state: RunState, measure: Counted, holder: NodeId | undefined): number {
  let stuck = 0;
  for (const key of state.waiting) {
    const run = state.nodes.get(key);
    if (!run) continue;
    if (isSetAside(run) && countsIn(state, run, holder)) stuck += setAsideBy(run, measure);
    if (run.state !== "calling") continue;
    for (const child of run.children ?? []) {
      if (isWanting(child) && countsIn(state, { node: run.node, callee: child.callee }, holder)) stuck += lentTo(child, measure);
    }
  }
  return stuck;
}

function isSetAside(run: NodeRun): boolean {
  return run.state === "waiting" && run.request.kind === "set-aside";
}

function countsIn(state: RunState, user: User, holder: NodeId | undefined): boolean {
  return holder === undefined || holdersOf(state, user).includes(holder);
}

/** A run that has asked for more, and was not answered. */
function isWanting({ end, needs }: ChildRecord): boolean {
  return !end && needs !== undefined && Object.values(needs).some((amount) => amount !== undefined);
}

function setAsideBy({ charges }: NodeRun, measure: Counted): number {
  let sum = 0;
  for (const { reserved, settled, tokens } of Object.values(charges)) {
    if (settled !== undefined) continue;
    sum += measure === "dollars" ? reserved : measure === "tokens" ? (tokens?.reserved ?? 0) : 0;
  }
  return sum;
}

function lentTo({ reserved, lent }: ChildRecord, measure: Counted): number {
  return measure === "dollars" ? reserved : (lent?.[measure] ?? 0);
}

/** What one more run may be lent of each measure that anything limits. */
export function lendable(state: RunState, user: User): Amounts {
  const found: { -readonly [Key in keyof Amounts]: Amounts[Key] } = {};
  for (const { accounts } of accountsOf(state, user)) {
    for (const measure of ["dollars", "tokens", "toolCalls"] as const) {
      const left = leftIn(measure, accounts[measure]);
      if (left !== undefined) found[measure] = Math.min(left, found[measure] ?? Number.POSITIVE_INFINITY);
    }
  }
  return found;
}

/** How far a run's own account lacks what it wants. */
export function missingIn(measure: Counted, account: Account, amount: number): number {
  return Math.max(0, addAmounts(measure, addAmounts(measure, account.settled, account.reserved), addAmounts(measure, amount, -(account.lent ?? 0))));
}

/** The part of a budget at which people are warned. */
export const WARN_AT = 0.8;

/** Budgets most of which is used and of which nobody has said so. What was lent is no budget of anybody. */
export function dueWarnings(state: RunState, now: number): { measure: Measure; used: number; budget: number; holder?: NodeId }[] {
  const due: ReturnType<typeof dueWarnings> = [];
  const look = (accounts: Accounts, holder?: NodeId) => {
    for (const measure of ["dollars", "tokens", "toolCalls"] as const) {
      const { budget, settled, warned } = accounts[measure];
      if (budget !== undefined && !warned && settled > 0 && settled >= WARN_AT * budget)
        due.push({ measure, used: settled, budget, ...(holder && { holder }) });
    }
  };
  look(state.accounts);
  for (const [holder, accounts] of state.nodeAccounts) look(accounts, holder);
  const { budgetMs, warned } = state.time;
  const used = budgetMs === undefined || warned ? 0 : activeMsAt(state, now);
  if (budgetMs !== undefined && used >= WARN_AT * budgetMs) due.push({ measure: "timeMs", used: Math.round(used), budget: budgetMs });
  return due;
}

function standing({ budget, lent, settled, reserved }: Account, holder: NodeId | undefined): Pick<Shortage, "used" | "budget" | "of" | "holder"> {
  const used = addDollars(settled, reserved);
  if (holder !== undefined) return { used, budget: budget ?? 0, of: "node", holder };
  const isAbove = lent !== undefined && (budget === undefined || lent < budget);
  return { used, budget: isAbove ? lent : (budget ?? 0), of: isAbove ? "above" : "run" };
}

function accountsOf(state: RunState, user: User): { accounts: Accounts; holder?: NodeId }[] {
  const ofNodes = holdersOf(state, user).flatMap((holder) => {
    const accounts = state.nodeAccounts.get(holder);
    return accounts ? [{ accounts, holder }] : [];
  });
  return [{ accounts: state.accounts }, ...ofNodes];
}
