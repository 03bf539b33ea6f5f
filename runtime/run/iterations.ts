import { freeCharges } from "./accounts.ts";
import type { RunEvent } from "./events.ts";
import { common, isWithin, move, openNodeRuns } from "./node-runs.ts";
import { planIndex } from "./plan-index.ts";
import { RunLogError } from "./run-log-error.ts";
import { type Iterations, type NodeKey, type NodeRun, nodeKey, type RunState, type Scope } from "./run-state.ts";

type EventOf<Type extends RunEvent["type"]> = Extract<RunEvent, { type: Type }>;

/** A container asks for iterations. One that asks for none is entered again at once. */
export function openIterations(state: RunState, key: NodeKey, event: EventOf<"iterations-opened">): void {
  const run = runOf(state, key, event);
  const { first, count, given, concurrency, onFailure } = event;
  const delegated = event.delegated ?? false;
  const iterations: Iterations = { first, count, given, concurrency, onFailure, delegated, begun: 0, active: 0, stopping: false, ended: [] };
  if (count === 0 || delegated) reenter(state, key, { ...common(run), iterations, state: "pending", reentry: true });
  else {
    move(state, key, state.iterating);
    state.nodes.set(key, { ...common(run), iterations, state: "iterating" });
  }
}

export function startIteration(state: RunState, key: NodeKey, event: EventOf<"iteration-started">): void {
  const run = runOf(state, key, event);
  const { iterations } = run;
  if (run.state !== "iterating" || !iterations) throw new RunLogError(`Event ${event.seq} begins an iteration of ${key}, which asked for none.`);
  state.nodes.set(key, { ...run, state: "iterating", iterations: { ...iterations, begun: iterations.begun + 1, active: iterations.active + 1 } });
  const path = [...event.path, event.index];
  const planNode = state.plan.nodes[event.node];
  const nodes = planNode?.eachItemOf === undefined ? (planIndex(state.plan).children.get(event.node) ?? []) : [event.node];
  state.scopes.set(nodeKey(event.node, path), { container: event.node, path, given: event.given, unsettled: nodes.length, stopping: false });
  openNodeRuns(state, nodes, path);
  if (nodes.length === 0) state.closing.add(nodeKey(event.node, path));
}

/** What was still open inside is dropped; the container is entered again after its last iteration. */
export function finishIteration(state: RunState, key: NodeKey, event: EventOf<"iteration-finished">): RunState {
  const run = runOf(state, key, event);
  const scopeKey = nodeKey(event.node, [...event.path, event.index]);
  const scope = state.scopes.get(scopeKey);
  const { iterations } = run;
  if (!scope || !iterations) throw new RunLogError(`Event ${event.seq} ends an iteration of ${key} that is not under way.`);
  const freed = scope.unsettled > 0 ? drop(state, scope) : state;
  state.scopes.delete(scopeKey);
  state.closing.delete(scopeKey);
  iterations.ended.push({ index: event.index, state: event.state, outputs: event.outputs, ...(event.failure && { failure: event.failure }) });
  const stopping = iterations.stopping || (event.state === "failed" && iterations.onFailure === "stop");
  if (stopping && !iterations.stopping) stopOthers(state, run);
  const next: Iterations = { ...iterations, active: iterations.active - 1, stopping };
  const isOver = next.active === 0 && (stopping || next.begun === next.count);
  if (isOver) reenter(state, key, { ...common(run), iterations: next, state: "pending", reentry: true });
  else state.nodes.set(key, { ...common(run), iterations: next, state: "iterating" });
  return freed;
}

/** Marks an iteration in which something failed. */
export function stopScope(state: RunState, scopeKey: NodeKey, failure?: NonNullable<Scope["failure"]>): void {
  const scope = state.scopes.get(scopeKey);
  if (!scope) return;
  scope.stopping = true;
  if (failure && !scope.failure) scope.failure = failure;
  state.closing.add(scopeKey);
}

function stopOthers(state: RunState, run: NodeRun): void {
  for (const [key, scope] of state.scopes) {
    if (scope.container === run.node && scope.path.length === run.path.length + 1 && run.path.every((index, at) => scope.path[at] === index))
      stopScope(state, key);
  }
}

function reenter(state: RunState, key: NodeKey, run: NodeRun): void {
  move(state, key, state.ready);
  state.nodes.set(key, run);
}

/** Nothing inside an iteration is looked at again; what was set aside there is free. */
function drop(state: RunState, scope: Scope): RunState {
  let freed = state;
  const sets = [state.ready, state.toSkip, state.deciding, state.running, state.waiting, state.iterating];
  for (const set of sets) {
    for (const key of set) {
      const run = state.nodes.get(key);
      if (!run || !isWithin(state.plan, run, scope)) continue;
      set.delete(key);
      freed = freeCharges(freed, run);
    }
  }
  for (const [key, inner] of state.scopes) {
    if (inner !== scope && inner.path.length > scope.path.length && isWithin(state.plan, { node: inner.container, path: inner.path.slice(0, -1) }, scope)) {
      state.scopes.delete(key);
      state.closing.delete(key);
    }
  }
  return freed;
}

function runOf(state: RunState, key: NodeKey, event: RunEvent): NodeRun {
  const run = state.nodes.get(key);
  if (!run) throw new RunLogError(`Event ${event.seq} is about ${key}, which is not in the plan.`);
  return run;
}
