import { type Budget, COUNTED, type Counted, toBudget } from "#runtime/graph/budget.ts";
import type { RunEventBody } from "#runtime/run/events.ts";
import { openChildren } from "#runtime/run/node-runs.ts";
import { type ChildRecord, type NodeRun, nodeKey, type RunState } from "#runtime/run/run-state.ts";
import { type Shortage, shortageOf } from "#runtime/run/shortage.ts";
import { type BudgetNews, type Message, shortageFor, told } from "./budget-turn.ts";
import type { InboxMessage } from "./inbox.ts";

interface Given {
  state: RunState;
  actor: string;
  /** ISO instant. */
  now: string;
}

/** Everybody who waits for budget tries again, but for the one that is refused. */
export function budgetEvents(
  message: Extract<InboxMessage, { type: "set-budget" }>,
  { state, actor, now }: { state: RunState; actor: string; now: string },
): RunEventBody[] {
  const events: RunEventBody[] = message.refuse ? [] : budgetChange(message, state, actor);
  const refused = message.refuse && nodeKey(message.refuse.node, message.refuse.path);
  for (const key of state.waiting) {
    const run = state.nodes.get(key);
    if (run?.state !== "waiting" || run.request.kind !== "budget") continue;
    const decision = key === refused ? ("refused" as const) : ("raised" as const);
    if (message.refuse && decision === "raised") continue;
    events.push({ type: "wait-answered", node: run.node, path: run.path, name: run.request.name, answer: { kind: "budget", at: now, decision }, actor });
  }
  return events;
}

/** The limits that are others now. */
function budgetChange({ budget, holder }: { budget: number | Budget; holder?: NodeRun["node"] | undefined }, state: RunState, actor: string): RunEventBody[] {
  const { dollars, tokens, toolCalls, timeMs } = toBudget(budget);
  const accounts = holder === undefined ? state.accounts : state.nodeAccounts.get(holder);
  const changed = {
    ...(dollars !== undefined && dollars !== accounts?.dollars.budget && { budget: dollars }),
    ...(tokens !== undefined && tokens !== accounts?.tokens.budget && { tokens }),
    ...(toolCalls !== undefined && toolCalls !== accounts?.toolCalls.budget && { toolCalls }),
    ...(timeMs !== undefined && timeMs !== state.time.budgetMs && { timeMs }),
  };
  return Object.keys(changed).length === 0 ? [] : [{ type: "budget-changed", ...changed, ...(holder !== undefined && { holder }), actor }];
}

type LoanMessage = Extract<InboxMessage, { type: "raise" | "child-needs" | "lend" | "raised-above" }>;

/** What a message about what runs lend one another means for the run. */
export function loanEvents(message: LoanMessage, given: Given): RunEventBody[] {
  const { state, actor, now } = given;
  switch (message.type) {
    case "child-needs": {
      const run = state.nodes.get(nodeKey(message.node, message.path));
      const isOpen = run?.children?.some(({ run: child, end }) => child === message.run && !end);
      return isOpen ? [message] : [];
    }
    case "lend":
      return lent(message, state).events;
    case "raised-above":
      return waiters(state, message.measure).flatMap(({ run, name }) => answered(run, { name, now, actor }));
    case "raise": {
      const { measure } = message;
      if (!message.child) return waiters(state, measure).flatMap(({ run, name }) => answered(run, { name, now, actor }));
      const shortage = shortageAbove(state, message);
      if (!shortage || shortage.of === "above") return [];
      // whoever decided may have been shown a budget that was raised since
      const budget = Math.max(message.budget, shortage.budget);
      return budgetChange({ budget: { [measure]: budget }, holder: shortage.holder }, state, actor);
    }
  }
}

/** What a message is to run on: upwards, or to the runs that this one began. */
export function sentOn(message: InboxMessage | undefined, { state, actor }: { state: RunState; actor: string }): Message[] {
  const { run, parent } = state.origin ?? {};
  if (!message || !run) return [];
  if (message.type === "lend") return lent(message, state).messages;
  if (message.type === "raised-above") return toChildren(state, message, actor);
  if (!parent?.node || !parent.path) return [];
  if (message.type === "kill") return message.above ? [{ run: parent.run, message, actor }] : [];
  if (message.type !== "raise") return [];
  // a budget of this run or of one of its nodes is changed here
  if (message.child && shortageAbove(state, message)?.of !== "above") return [];
  return [{ run: parent.run, message: { ...message, child: { node: parent.node, path: parent.path, run } }, actor }];
}

/** Runs below that were told that there is no more hear of a budget that was raised. */
export function toldOfRaise(events: readonly RunEventBody[], state: RunState): Message[] {
  return events.flatMap((event) => {
    if (event.type !== "budget-changed") return [];
    const accounts = event.holder === undefined ? state.accounts : state.nodeAccounts.get(event.holder);
    const limits = { dollars: event.budget, tokens: event.tokens, toolCalls: event.toolCalls };
    return COUNTED.filter((measure) => (limits[measure] ?? 0) > (accounts?.[measure].budget ?? 0)).flatMap((measure) =>
      toChildren(state, { type: "raised-above", measure }, event.actor),
    );
  });
}

function toChildren(state: RunState, message: InboxMessage, actor: string): Message[] {
  return [...state.waiting].flatMap((key) => openChildren(state.nodes.get(key))).map((run) => ({ run, message, actor }));
}

/** Whether a run waits for this one, and ends with it. */
export function isWaitedFor({ origin }: RunState): boolean {
  return origin?.parent?.node !== undefined && origin.parent.path !== undefined;
}

/** The budget of this run (or of one of its nodes, or of a run above) that keeps it from lending more. */
function shortageAbove(state: RunState, { measure, child }: Extract<LoanMessage, { type: "raise" }>): Shortage | undefined {
  if (!child) return undefined;
  const record = state.nodes.get(nodeKey(child.node, child.path))?.children?.find(({ run }) => run === child.run);
  return shortageOf(state, { node: child.node, callee: record?.callee }, { [measure]: Number.POSITIVE_INFINITY });
}

/** More is lent to it; or there is no more, so that whoever waits for it asks a person, and so do runs that wait for this one to lend it on. */
function lent({ measure, amount, used = 0, budget = 0 }: Extract<LoanMessage, { type: "lend" }>, state: RunState): BudgetNews {
  const news: BudgetNews = { events: [{ type: "budget-lent", measure, amount }], messages: [] };
  if (amount > 0) return news;
  for (const key of state.waiting) {
    const run = state.nodes.get(key);
    if (run?.state === "waiting" && run.request.kind === "set-aside" && run.request.measure === measure) {
      const { request } = run;
      const shortage = shortageFor(state, run, { request, now: 0 });
      if (shortage?.of !== "above") continue;
      const { name, callee } = request;
      const asked = { kind: "budget" as const, name, ...shortage, used, budget, ...(callee && { callee }) };
      news.events.push({ type: "node-waiting", node: run.node, path: run.path, request: asked });
    }
    if (run?.state !== "calling") continue;
    for (const child of run.children ?? []) {
      if (!isShortAbove(state, { run, child, measure })) continue;
      const refused = told({ run, child, measure, amount: 0, shortage: { used, budget } });
      news.events.push(...refused.events);
      news.messages.push(...refused.messages);
    }
  }
  return news;
}

function isShortAbove(state: RunState, { run, child, measure }: { run: NodeRun; child: ChildRecord; measure: Counted }): boolean {
  const need = child.end ? undefined : child.needs?.[measure];
  return need !== undefined && shortageOf(state, { node: run.node, callee: child.callee }, { [measure]: need })?.of === "above";
}

/** Node runs that ask a person because a run above has no more. */
function waiters(state: RunState, measure: Counted): { run: NodeRun; name: string }[] {
  return [...state.waiting].flatMap((key) => {
    const run = state.nodes.get(key);
    if (run?.state !== "waiting" || run.request.kind !== "budget") return [];
    return run.request.of === "above" && run.request.measure === measure ? [{ run, name: run.request.name }] : [];
  });
}

function answered(run: NodeRun, { name, now, actor }: { name: string; now: string; actor: string }): RunEventBody[] {
  return [{ type: "wait-answered", node: run.node, path: run.path, name, answer: { kind: "budget", at: now, decision: "raised" }, actor }];
}
