import type { Counted } from "#runtime/graph/budget.ts";
import type { WaitRequest } from "#runtime/node/outcome.ts";
import { type Amounts, addAmounts, foresee, type User } from "#runtime/run/accounts.ts";
import type { RunEventBody } from "#runtime/run/events.ts";
import { type ChildRecord, type NodeKey, type NodeRun, nodeKey, type RunState } from "#runtime/run/run-state.ts";
import { dueWarnings, lendable, mayBecomeFree, missingIn, type Shortage, type StuckIn, shortageOf, stuckAmounts, timeShortage } from "#runtime/run/shortage.ts";
import type { RunCommit } from "./committer.ts";

export type BudgetRequest = Extract<WaitRequest, { kind: "budget" | "set-aside" }>;
export type Message = NonNullable<RunCommit["messages"]>[number];

/** What is recorded, and told to other runs in the same commit. */
export interface BudgetNews {
  events: RunEventBody[];
  messages: Message[];
}

/**
 * What node runs were told that they may go on with, and have not set aside yet: it is not promised to another. Kept in memory alone; where it is lost,
 * somebody goes on in vain and waits again.
 */
export type Promises = Map<NodeKey, { user: User; name: string; amounts: Amounts }>;

/** What one look at the budgets of a run knows. */
interface Look {
  state: RunState;
  /** The state as if everybody had set aside what was promised. */
  foreseen: RunState;
  stuckIn: StuckIn;
  want: (measure: Counted, amount: number) => void;
}

/** What keeps a node run from what it waits for; undefined: it may go on. */
export function shortageFor(state: RunState, run: Pick<NodeRun, "node">, { request, now }: { request: BudgetRequest; now: number }): Shortage | undefined {
  const { measure = "dollars", amount, callee } = request;
  return measure === "timeMs" ? timeShortage(state, now) : shortageOf(state, { node: run.node, callee }, { [measure]: amount });
}

/** What a node run waits for that lacks something: that others are done, that more is lent to the run, or a person. */
export function budgetWait(
  state: RunState,
  run: Pick<NodeRun, "node" | "path">,
  { shortage, request: { name, callee }, stuckIn }: { shortage: Shortage; request: Pick<BudgetRequest, "name" | "callee">; stuckIn?: StuckIn },
): BudgetRequest {
  const { measure, amount } = shortage;
  const tool = callee && { callee };
  if (shortage.of === "above" || mayBecomeFree(state, nodeKey(run.node, run.path), { shortage, ...(stuckIn && { stuckIn }) }))
    return { kind: "set-aside", name, amount, measure, ...tool };
  return { kind: "budget", name, ...shortage, ...tool };
}

/**
 * What has become of budgets since the last look: who waits for some and may go on now (no more than it suffices for), who has to be asked about, what
 * runs below are lent, what is wanted of the run above, and which budgets are nearly used up. To be asked again after what it says is recorded, until
 * it says nothing.
 */
function budgetTurn(state: RunState, now: number, promises: Promises): BudgetNews | undefined {
  if (state.phase.type === "stopping" || state.phase.type === "finished") return undefined;
  const events: RunEventBody[] = dueWarnings(state, now).map((warning) => ({ type: "budget-warned", ...warning }));
  const wanted = new Map<Counted, number>();
  const want = (measure: Counted, amount: number) => {
    const { [measure]: account } = state.accounts;
    if (!account.wanted) wanted.set(measure, Math.max(wanted.get(measure) ?? 0, missingIn(measure, account, amount)));
  };
  const look: Look = { state, foreseen: withPromises(state, promises), stuckIn: stuckAmounts(state), want };
  for (const key of state.waiting) {
    const run = state.nodes.get(key);
    if (run?.state === "waiting" && (run.request.kind === "budget" || run.request.kind === "set-aside")) {
      const { request } = run;
      const event = afterWaiting(run, { request, now, look });
      if (event) events.push(event);
      if (event?.type !== "wait-answered" || !request.measure || request.measure === "timeMs") continue;
      const promise = { user: { node: run.node, callee: request.callee }, name: request.name, amounts: { [request.measure]: request.amount } };
      promises.set(key, promise);
      look.foreseen = foresee(look.foreseen, [{ user: promise.user, booking: { reserved: promise.amounts } }]);
    }
    if (run?.state !== "calling") continue;
    for (const child of run.children ?? []) {
      // what is lent to one changes what is left for the next
      const lent = lend(look, { run, child });
      if (lent) return events.length > 0 ? { events: [...events, ...lent.events], messages: lent.messages } : lent;
    }
  }
  const asked = wantMore(state, wanted);
  events.push(...asked.events);
  return events.length > 0 ? { events, messages: asked.messages } : undefined;
}

/** What one that waits for budget is told now. */
function afterWaiting(run: NodeRun, { request, now, look }: { request: BudgetRequest; now: number; look: Look }): RunEventBody | undefined {
  const { foreseen, stuckIn, want } = look;
  const shortage = shortageFor(foreseen, run, { request, now });
  const at = { node: run.node, path: run.path };
  if (!shortage) {
    const answer = { kind: "budget", at: new Date(now).toISOString(), decision: "raised" } as const;
    return { type: "wait-answered", ...at, name: request.name, answer, actor: "run" };
  }
  if (request.kind === "budget") return undefined;
  if (shortage.of === "above" && shortage.measure !== "timeMs") {
    want(shortage.measure, shortage.amount);
    return undefined;
  }
  const next = budgetWait(foreseen, run, { shortage, request, stuckIn });
  return next.kind === "budget" ? { type: "node-waiting", ...at, request: next } : undefined;
}

/** Leaves out promises that were kept, or that nobody needs any more. */
function withPromises(state: RunState, promises: Promises): RunState {
  for (const [key, { name }] of promises) {
    const run = state.nodes.get(key);
    const isOnItsWay = run?.state === "pending" || run?.state === "running";
    if (!isOnItsWay || Object.hasOwn(run.charges, name.replace(/^budget:/, ""))) promises.delete(key);
  }
  return foresee(
    state,
    [...promises.values()].map(({ user, amounts }) => ({ user, booking: { reserved: amounts } })),
  );
}

/** Records what has become of budgets, until nothing more follows from it. */
export function recordBudgets(
  state: () => RunState,
  given: { now: number; promises: Promises; record: (events: RunEventBody[], options: Pick<BudgetNews, "messages">) => unknown },
): void {
  const { now, promises, record } = given;
  for (let news = budgetTurn(state(), now, promises); news; news = budgetTurn(state(), now, promises)) record(news.events, { messages: news.messages });
}

/** What a run that it began, and that asked for more, is told by now. */
function lend({ foreseen, stuckIn, want }: Look, { run, child }: { run: NodeRun; child: ChildRecord }): BudgetNews | undefined {
  const user = { node: run.node, callee: child.callee };
  for (const measure of ["dollars", "tokens", "toolCalls"] as const) {
    const need = child.end ? undefined : child.needs?.[measure];
    if (need === undefined) continue;
    const shortage = shortageOf(foreseen, user, { [measure]: need });
    if (!shortage) return told({ run, child, measure, amount: withCushion(measure, need, lendable(foreseen, user)[measure]) });
    if (shortage.of === "above") want(measure, need);
    else if (!mayBecomeFree(foreseen, nodeKey(run.node, run.path), { shortage, stuckIn })) return told({ run, child, measure, amount: 0, shortage });
  }
  return undefined;
}

/** What is lent to a child (0: there is no more), here and there. */
export function told(given: {
  run: Pick<NodeRun, "node" | "path">;
  child: ChildRecord;
  measure: Counted;
  amount: number;
  /** The budget that is used up. */
  shortage?: Pick<Shortage, "used" | "budget">;
}): BudgetNews {
  const { run, child, measure, amount, shortage } = given;
  const about = shortage && { used: shortage.used, budget: shortage.budget };
  return {
    events: [{ type: "child-funded", node: run.node, path: run.path, run: child.run, measure, amount }],
    messages: [{ run: child.run, message: { type: "lend", measure, amount, ...about }, actor: "run" }],
  };
}

/** A part of the rest goes with what is asked for, so that it is not asked for at each step. */
function withCushion(measure: Counted, need: number, left: number | undefined): number {
  const rest = Math.max(0, (left ?? need) - need) / 4;
  return addAmounts(measure, need, measure === "dollars" ? Math.floor(rest * 1e10) / 1e10 : Math.floor(rest));
}

function wantMore({ origin }: RunState, wanted: ReadonlyMap<Counted, number>): BudgetNews {
  const { run, parent } = origin ?? {};
  if (!run || !parent?.node || !parent.path) return { events: [], messages: [] };
  const { node, path } = parent;
  return {
    events: [...wanted].map(([measure, amount]) => ({ type: "budget-wanted" as const, measure, amount })),
    messages: [...wanted].map(([measure, amount]) => ({
      run: parent.run,
      message: { type: "child-needs" as const, node, path, run, measure, amount },
      actor: "run",
    })),
  };
}

/** What a run may lend to one that it begins: all there is where nothing else can want it meanwhile, else a part. */
export function firstLoan(state: RunState, { user, atOnce, path }: { user: User; atOnce: number; path: NodeRun["path"] }): Amounts {
  const { running, waiting, ready, iterating } = state;
  const key = nodeKey(user.node, path);
  const others = running.size + waiting.size + iterating.size + ready.size - (running.has(key) ? 1 : 0);
  const isAlone = atOnce === 1 && others === 0;
  const found = lendable(state, user);
  const part = (measure: Counted) => {
    const left = found[measure];
    if (left === undefined) return {};
    if (isAlone) return { [measure]: left };
    const share = left / (2 * atOnce);
    return { [measure]: measure === "dollars" ? Math.floor(share * 1e10) / 1e10 : Math.floor(share) };
  };
  return { ...part("dollars"), ...part("tokens"), ...part("toolCalls") };
}
