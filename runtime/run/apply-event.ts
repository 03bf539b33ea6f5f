import type { NodeId } from "../graph/ids.ts";
import type { Plan, PlanNode } from "../plan/plan.ts";
import { createRunState } from "./create-run-state.ts";
import type { IterationPath, RunEvent } from "./events.ts";
import { type NodeKey, type NodeRun, nodeKey, type RunState } from "./run-state.ts";
import type { StoredValues } from "./values.ts";

/** An event that cannot follow the ones before it: the log is damaged, or was read with gaps. */
export class RunLogError extends Error {
  override readonly name = "RunLogError";
}

const MAX_LOG_LINES = 1_000;

/**
 * The state after one more event. Deterministic and O(1) amortised; takes over the state it is given (see `RunState`).
 * Throws `RunLogError` when the event's number is not the next one or names a node run the plan does not have.
 */
export function applyEvent(state: RunState, event: RunEvent): RunState {
  if (event.seq !== state.seq + 1) throw new RunLogError(`Event ${event.seq} cannot follow event ${state.seq}.`);
  return keepTime({ ...change(state, event), seq: event.seq }, event.at);
}

/** Applies a whole log to the state before the first event. */
export function foldRun(plan: Plan, events: Iterable<RunEvent>): RunState {
  let state = createRunState(plan);
  for (const event of events) state = applyEvent(state, event);
  return state;
}

/** Notes when the run begins and ceases to have running nodes. */
function keepTime(state: RunState, at: string): RunState {
  if (state.running.size > 0) return state.activeSince ? state : { ...state, activeSince: at };
  if (!state.activeSince) return state;
  const { activeSince, ...rest } = state;
  return { ...rest, activeMs: state.activeMs + Math.max(0, Date.parse(at) - Date.parse(activeSince)) };
}

function change(state: RunState, event: RunEvent): RunState {
  switch (event.type) {
    case "run-created":
      return { ...state, input: event.input, ...(event.entry && { entry: event.entry }) };
    case "run-held":
      return { ...state, phase: { type: "held", reason: event.reason, since: event.at } };
    case "run-resumed":
      return { ...state, phase: { type: "running" } };
    case "run-stopping":
      return { ...state, phase: { type: "stopping", state: event.state, reason: event.reason } };
    case "run-finished":
      return {
        ...state,
        phase: { type: "finished", state: event.state, at: event.at, output: event.output, ...(event.failure && { failure: event.failure }) },
      };
    default:
      return changeNode(state, event);
  }
}

type NodeEvent = Extract<RunEvent, { node: NodeId; path: IterationPath }>;

function changeNode(state: RunState, event: NodeEvent): RunState {
  const key = nodeKey(event.node, event.path);
  const run = state.nodes.get(key);
  if (!run) throw new RunLogError(`Event ${event.seq} is about ${key}, which is not in the plan.`);
  switch (event.type) {
    case "node-started": {
      move(state, key, state.running);
      state.nodes.set(key, { ...common(run), attempt: event.attempt, startedAt: run.startedAt ?? event.at, state: "running" });
      const begun = state.phase.type === "created" ? { ...state, phase: { type: "running" } as const } : state;
      return begun.startedAt ? begun : { ...begun, startedAt: event.at };
    }
    case "node-logged":
      state.nodes.set(key, { ...run, logs: [...run.logs, ...event.lines].slice(0, MAX_LOG_LINES) });
      return state;
    case "step-started":
      state.nodes.set(key, { ...run, steps: { ...run.steps, [event.step]: { inputHash: event.inputHash } } });
      return state;
    case "step-finished": {
      const step = run.steps[event.step];
      if (!step) throw new RunLogError(`Event ${event.seq} ends the step "${event.step}", which did not start.`);
      state.nodes.set(key, { ...run, steps: { ...run.steps, [event.step]: { ...step, result: event.result } } });
      return state;
    }
    case "step-failed": {
      const { [event.step]: _, ...steps } = run.steps;
      state.nodes.set(key, { ...run, steps });
      return state;
    }
    case "node-waiting":
      move(state, key, state.waiting);
      state.nodes.set(key, { ...common(run), state: "waiting", request: event.request, since: event.at });
      return state;
    case "wait-answered":
      move(state, key, state.ready);
      state.nodes.set(key, { ...common(run), answers: { ...run.answers, [event.name]: event.answer }, state: "pending", reentry: true });
      return state;
    case "attempt-failed": {
      const { code, happened } = event.failure;
      const interrupted = code === "worker-lost" ? 1 : 0;
      // stopped in good order (happened "no"), the process was not lost
      const lost = happened === "unknown" ? interrupted : 0;
      const counts = { losses: run.losses + lost, interruptions: run.interruptions + interrupted };
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
    default:
      return settle(state, key, event);
  }
}

type SettlingEvent = Exclude<
  NodeEvent,
  {
    type:
      | "node-started"
      | "node-logged"
      | "step-started"
      | "step-finished"
      | "step-failed"
      | "node-waiting"
      | "wait-answered"
      | "attempt-failed"
      | "node-retrying"
      | "retry-due"
      | "node-uncertain";
  }
>;

/** Ends a node run (or sends it round once more) and tells its successors. */
function settle(state: RunState, key: NodeKey, event: SettlingEvent): RunState {
  const run = state.nodes.get(key);
  if (!run) return state;
  const ended = { ...common(run), finishedAt: event.at };
  switch (event.type) {
    case "uncertainty-decided": {
      const failure = failureOf(run, event);
      if (event.decision === "again") {
        move(state, key, state.ready);
        // steps without an end begin anew, too: whoever decided knows of them
        const steps = Object.fromEntries(Object.entries(run.steps).filter(([, step]) => step.result));
        state.nodes.set(key, { ...common(run), steps, generation: run.generation + 1, state: "pending", reentry: false });
        return state;
      }
      if (event.decision === "failed") {
        move(state, key, state.deciding);
        state.nodes.set(key, { ...common(run), state: "deciding", failure: { ...failure, code: "cancelled", happened: "no" } });
        return state;
      }
      return end(state, key, { ...ended, state: "succeeded", outputs: event.outputs });
    }
    case "node-succeeded":
      return end(state, key, { ...ended, state: "succeeded", outputs: event.outputs });
    case "node-skipped":
      return end(state, key, { ...ended, state: "skipped", reason: event.reason, outputs: event.outputs });
    case "node-cancelled":
      return end(state, key, { ...ended, state: "cancelled", happened: event.happened });
    case "node-failed": {
      const next = end(state, key, { ...ended, state: "failed", failure: event.failure, handling: event.handling, outputs: event.outputs });
      if (event.handling !== "fail" || next.phase.type === "stopping") return next;
      const fatal = { ...event.failure, node: event.node };
      return { ...next, fatal, phase: { type: "stopping", state: "failed", reason: event.failure.message } };
    }
  }
}

function end(state: RunState, key: NodeKey, run: NodeRun): RunState {
  move(state, key, undefined);
  state.nodes.set(key, run);
  const outputs: StoredValues = "outputs" in run ? run.outputs : {};
  for (const successor of state.successors.get(run.node) ?? []) {
    const target = nodeKey(successor.node, run.path);
    const readiness = state.readiness.get(target);
    const planNode = state.plan.nodes[successor.node];
    if (!readiness || !planNode) continue;
    readiness.pending -= 1;
    const hasValue = successor.type === "edge" && Object.hasOwn(outputs, successor.port);
    if (hasValue) readiness.arrived += 1;
    if (hasValue && planNode.join === "first") readiness.first ??= { node: run.node, port: successor.port };
    if (state.nodes.get(target)?.state !== "pending" || state.ready.has(target) || state.toSkip.has(target)) continue;
    const input = successor.type === "edge" ? planNode.inputs[successor.input] : undefined;
    const verdict = judge(state, planNode, { path: run.path, hasValue, lost: input !== undefined && !hasValue && !input.optional && !input.many });
    if (verdict === "ready") state.ready.add(target);
    if (verdict === "skip") state.toSkip.add(target);
  }
  return { ...state, unsettled: state.unsettled - 1 };
}

/** Whether a node can run, can no longer run, or has to wait, after one of its sources settled. */
function judge(state: RunState, planNode: PlanNode, news: { path: IterationPath; hasValue: boolean; lost: boolean }): "ready" | "skip" | "wait" {
  const readiness = state.readiness.get(nodeKey(planNode.id, news.path));
  if (!readiness) return "wait";
  if (planNode.join === "first" && news.hasValue) return "ready";
  if (planNode.join === "all" && news.lost) return "skip";
  if (readiness.pending > 0) return "wait";
  const inputs = Object.values(planNode.inputs);
  // a path that was not taken ends here, even where the input could do without a value
  if (readiness.arrived === 0 && inputs.some((input) => input.sources.length > 0)) return "skip";
  for (const input of inputs) {
    if (!input.many || input.optional || input.sources.length === 0) continue;
    if (!input.sources.some((source) => hasOutput(state.nodes.get(nodeKey(source.node, news.path)), source.port))) return "skip";
  }
  return "ready";
}

function hasOutput(run: NodeRun | undefined, port: string): boolean {
  return run !== undefined && "outputs" in run && Object.hasOwn(run.outputs, port);
}

function move(state: RunState, key: NodeKey, into: Set<NodeKey> | undefined): void {
  for (const set of [state.ready, state.toSkip, state.deciding, state.running, state.waiting]) {
    if (set !== into) set.delete(key);
  }
  into?.add(key);
}

function failureOf(run: NodeRun, event: RunEvent) {
  if ("failure" in run) return run.failure;
  throw new RunLogError(`Event ${event.seq} (${event.type}) needs a failed attempt before it.`);
}

/** What every state of a node run has. */
function common(run: NodeRun) {
  const { node, path, attempt, losses, interruptions, generation, startedAt, steps, answers, logs } = run;
  return { node, path, attempt, losses, interruptions, generation, ...(startedAt !== undefined && { startedAt }), steps, answers, logs };
}
