import type { NodeId } from "../graph/ids.ts";
import { addAmounts, book, negated } from "./accounts.ts";
import { activeMsAt } from "./active-time.ts";
import type { IterationPath, RunEvent } from "./events.ts";
import { finishIteration, openIterations, startIteration } from "./iterations.ts";
import { common, move } from "./node-runs.ts";
import { RunLogError } from "./run-log-error.ts";
import { type ChargeRecord, type ChildRecord, type NodeKey, type NodeRun, nodeKey, type RunState } from "./run-state.ts";
import { end, failureOf, settle } from "./settle.ts";

export type NodeEvent = Extract<RunEvent, { node: NodeId; path: IterationPath }>;

const MAX_LOG_LINES = 1_000;

export function applyNodeEvent(state: RunState, event: NodeEvent): RunState {
  const key = nodeKey(event.node, event.path);
  const run = state.nodes.get(key);
  if (!run) throw new RunLogError(`Event ${event.seq} is about ${key}, which is not in the plan.`);
  switch (event.type) {
    case "node-started": {
      move(state, key, state.running);
      state.nodes.set(key, { ...common(run), attempt: event.attempt, effect: event.effect, startedAt: run.startedAt ?? event.at, state: "running" });
      return begun(state, event.at);
    }
    case "node-logged":
      state.nodes.set(key, { ...run, logs: [...run.logs, ...event.lines].slice(0, MAX_LOG_LINES) });
      return state;
    case "step-started":
    case "step-finished":
    case "step-failed":
      state.nodes.set(key, { ...run, steps: stepsAfter(run, event) });
      return state;
    case "node-waiting": {
      // the call came while the node was on its way to waiting for it
      if (event.request.kind === "webhook" && answerOf(run, event.request.name)?.kind === "webhook") return reenter(state, key, run);
      move(state, key, state.waiting);
      state.nodes.set(key, { ...common(run), state: "waiting", request: event.request, since: event.at });
      return state;
    }
    case "wait-answered":
      return reenter(state, key, { ...run, answers: { ...run.answers, [event.name]: event.answer } });
    case "callback-received": {
      const answered = { ...run, answers: { ...run.answers, [event.name]: event.answer } };
      if (run.state === "waiting" && run.request.kind === "webhook" && run.request.name === event.name) return reenter(state, key, answered);
      state.nodes.set(key, answered);
      return state;
    }
    case "attempt-failed": {
      const { code, happened } = event.failure;
      const interrupted = code === "worker-lost" ? 1 : 0;
      // stopped in good order (happened "no"), the process was not lost
      const lost = happened === "unknown" ? interrupted : 0;
      const counts = {
        ...{ losses: run.losses + lost, interruptions: run.interruptions + interrupted },
        ...(code === "timeout" && { timeouts: (run.timeouts ?? 0) + 1 }),
      };
      move(state, key, state.deciding);
      state.nodes.set(key, { ...common(run), ...counts, state: "deciding", failure: event.failure });
      return state;
    }
    case "node-retrying":
      move(state, key, state.waiting);
      state.nodes.set(key, { ...common(run), state: "retrying", failure: failureOf(run, event), dueAt: event.dueAt });
      return state;
    case "retry-due":
      move(state, key, state.ready);
      state.nodes.set(key, { ...common(run), state: "pending", reentry: false });
      return state;
    case "node-uncertain":
      move(state, key, state.waiting);
      state.nodes.set(key, { ...common(run), state: "uncertain", failure: event.failure, since: event.at });
      return state;
    case "iterations-opened":
      openIterations(state, key, event);
      return state;
    case "iteration-started":
      startIteration(state, key, event);
      return state;
    case "iteration-finished":
      return finishIteration(state, key, event);
    case "child-opened":
    case "child-finished":
      return changeChild(state, key, event);
    case "child-needs":
    case "child-funded":
      return fundChild(state, key, event);
    case "cost-reserved":
    case "cost-settled":
      return charge(state, key, event);
    case "node-reused":
      return end(begun(state, event.at), key, {
        ...common(run),
        finishedAt: event.at,
        state: "reused",
        reason: event.reason,
        ...(event.from && { from: event.from }),
        outputs: event.outputs,
      });
    default:
      return settle(state, key, event);
  }
}

function answerOf(run: NodeRun, name: string) {
  return Object.hasOwn(run.answers, name) ? run.answers[name] : undefined;
}

/** The node goes on with what it waited for. */
function reenter(state: RunState, key: NodeKey, run: NodeRun): RunState {
  move(state, key, state.ready);
  state.nodes.set(key, { ...common(run), state: "pending", reentry: true });
  return state;
}

/** The run has begun, if it had not. */
function begun(state: RunState, at: string): RunState {
  const running = state.phase.type === "created" ? { ...state, phase: { type: "running" } as const } : state;
  return running.startedAt ? running : { ...running, startedAt: at };
}

function stepsAfter(run: NodeRun, event: Extract<NodeEvent, { type: "step-started" | "step-finished" | "step-failed" }>): NodeRun["steps"] {
  if (event.type === "step-started") return { ...run.steps, [event.step]: { inputHash: event.inputHash } };
  const { [event.step]: step, ...others } = run.steps;
  if (event.type === "step-failed") return others;
  if (!step) throw new RunLogError(`Event ${event.seq} ends the step "${event.step}", which did not start.`);
  return { ...run.steps, [event.step]: { ...step, result: event.result } };
}

function changeChild(state: RunState, key: NodeKey, event: Extract<NodeEvent, { type: "child-opened" | "child-finished" }>): RunState {
  const run = state.nodes.get(key);
  if (!run) return state;
  const children = run.children ?? [];
  if (event.type === "child-opened") {
    const { name, run: child, purpose, callee, first: firstIndex, count } = event;
    const reserved = event.reserved ?? 0;
    const { tokens, toolCalls } = event;
    const hasCounts = tokens !== undefined || toolCalls !== undefined;
    const activeBefore = activeMsAt(state, Date.parse(event.at));
    const record: ChildRecord = {
      name,
      run: child,
      purpose,
      reserved,
      ...(hasCounts && { lent: { tokens, toolCalls } }),
      activeBefore,
      begunAt: event.at,
      ...(callee && { callee }),
      ...(firstIndex !== undefined && { first: firstIndex }),
      ...(count !== undefined && { count }),
    };
    move(state, key, state.waiting);
    const first = run.state === "calling" ? { child: run.child, since: run.since } : { child, since: event.at };
    state.nodes.set(key, { ...common(run), children: [...children, record], state: "calling", ...first });
    const calls = purpose === "tool" ? { settled: { toolCalls: 1 } } : {};
    return book(state, { node: event.node, callee }, { reserved: { dollars: reserved, tokens, toolCalls }, ...calls });
  }
  const { state: ended, outputs, failure } = event;
  const next = children.map((child) =>
    child.run === event.run ? { ...child, end: { state: ended, at: event.at, outputs, ...(failure && { failure }) } } : child,
  );
  if (run.state === "calling") {
    const told = { ...(failure && { message: failure.message }), used: { dollars: event.cost, tokens: event.tokens ?? 0, toolCalls: event.toolCalls ?? 0 } };
    const answer = { kind: "run" as const, at: event.at, run: event.run, state: ended, output: outputs, ...told };
    const known = { ...common(run), children: next, answers: { ...run.answers, [event.name]: answer } };
    const open = next.find(({ end }) => !end);
    if (open) state.nodes.set(key, { ...known, state: "calling", child: open.run, since: run.since });
    else {
      move(state, key, state.ready);
      state.nodes.set(key, { ...known, state: "pending", reentry: true });
    }
  } else state.nodes.set(key, { ...run, children: next });
  const child = children.find(({ run: id }) => id === event.run);
  const settled = { dollars: event.cost, tokens: event.tokens, toolCalls: event.toolCalls };
  const freed = book(state, { node: event.node, callee: child?.callee }, { settled, reserved: negated({ ...child?.lent, dollars: child?.reserved }) });
  return { ...freed, activeMs: activeMsWith(state, { child, event }) };
}

/** While it went on the run was active for at least as long as its child. */
function activeMsWith(state: RunState, { child, event }: { child: ChildRecord | undefined; event: Extract<NodeEvent, { type: "child-finished" }> }): number {
  const meanwhile = activeMsAt(state, Date.parse(event.at)) - (child?.activeBefore ?? 0);
  return state.activeMs + Math.max(0, (event.activeMs ?? 0) - meanwhile);
}

/** What a run that it began asks for on top, and what becomes of that. */
function fundChild(state: RunState, key: NodeKey, event: Extract<NodeEvent, { type: "child-needs" | "child-funded" }>): RunState {
  const run = state.nodes.get(key);
  const child = run?.children?.find(({ run: id }) => id === event.run);
  if (!run || !child || child.end) return state;
  const { measure, amount } = event;
  const change = (next: ChildRecord) => state.nodes.set(key, { ...run, children: run.children?.map((one) => (one === child ? next : one)) ?? [] });
  if (event.type === "child-needs") {
    change({ ...child, needs: { ...child.needs, [measure]: amount } });
    return state;
  }
  const needs = { ...child.needs, [measure]: undefined };
  if (measure === "dollars") change({ ...child, needs, reserved: addAmounts(measure, child.reserved, amount) });
  else change({ ...child, needs, lent: { ...child.lent, [measure]: (child.lent?.[measure] ?? 0) + amount } });
  return book(state, { node: event.node, callee: child.callee }, { reserved: { [measure]: amount } });
}

function charge(state: RunState, key: NodeKey, event: Extract<NodeEvent, { type: "cost-reserved" | "cost-settled" }>): RunState {
  const run = state.nodes.get(key);
  if (!run) return state;
  const before = Object.hasOwn(run.charges, event.name) ? run.charges[event.name] : undefined;
  if (event.type === "cost-reserved") {
    const { amount, tokens, toolCalls } = event;
    const record: ChargeRecord = { reserved: amount, ...(tokens !== undefined && { tokens: { reserved: tokens } }) };
    state.nodes.set(key, { ...run, charges: { ...run.charges, [event.name]: record } });
    return book(state, run, { reserved: { dollars: amount, tokens }, settled: { toolCalls } });
  }
  const isOpen = before !== undefined && before.settled === undefined;
  const aside = isOpen ? { dollars: before.reserved, tokens: before.tokens?.reserved } : {};
  const { amount, tokens } = event;
  const counted = tokens !== undefined && { tokens: { reserved: before?.tokens?.reserved ?? 0, settled: tokens } };
  const record: ChargeRecord = { reserved: before?.reserved ?? 0, settled: amount, ...(counted || (before?.tokens && { tokens: before.tokens })) };
  state.nodes.set(key, { ...run, charges: { ...run.charges, [event.name]: record } });
  return book(state, run, { settled: { dollars: amount, tokens }, reserved: negated(aside) });
}
