import type { NodeId, RunId } from "../graph/ids.ts";
import type { StoredValue, StoredValues } from "../graph/stored-value.ts";
import type { Plan, PlanNode, PlanSource } from "../plan/plan.ts";
import type { IterationPath } from "./events.ts";
import { planIndex } from "./plan-index.ts";
import { type NodeKey, type NodeRun, nodeKey, type Readiness, type RunState } from "./run-state.ts";

/** Runs it waits for. */
export function openChildren(run: NodeRun | undefined): RunId[] {
  return run?.state === "calling" ? (run.children ?? []).flatMap(({ run: child, end }) => (end ? [] : [child])) : [];
}

/** Whether a node run stands for a container as a whole: a container's own, or in item mode the one around the items. */
export function isContainerRun(planNode: PlanNode, path: IterationPath): boolean {
  return planNode.role === "each" || planNode.role === "loop" || (planNode.eachItemOf !== undefined && path.length === planNode.depth);
}

/** Containers whose iterations make up a node run's path, outermost first: one for each of its indexes. */
export function containersOf(plan: Plan, run: { node: NodeId; path: IterationPath }): readonly NodeId[] {
  const around = planIndex(plan).around.get(run.node) ?? [];
  return run.path.length > around.length ? [...around, run.node] : around;
}

/** The key of the iteration a node run is in; undefined outside of containers. */
export function scopeKeyOf(plan: Plan, run: { node: NodeId; path: IterationPath }): NodeKey | undefined {
  if (run.path.length === 0) return undefined;
  const container = containersOf(plan, run)[run.path.length - 1];
  return container && nodeKey(container, run.path);
}

/** The run of a source as seen from a node run beside or inside of its scope. */
export function sourceRun(state: RunState, source: NodeId, path: IterationPath): NodeRun | undefined {
  return state.nodes.get(nodeKey(source, path.slice(0, state.plan.nodes[source]?.depth ?? 0)));
}

/** What a settled source has for those that hang on it: the output of a node run, or what a container around them gives. */
export function sourceValue(state: RunState, source: Omit<PlanSource, "edge">, path: IterationPath): StoredValue | undefined {
  const values = source.given ? givenValues(state, source.node, path) : outputsOf(sourceRun(state, source.node, path));
  return Object.hasOwn(values, source.port) ? values[source.port] : undefined;
}

/** What a container gives in the iteration around a node run. */
export function givenValues(state: RunState, container: NodeId, path: IterationPath): StoredValues {
  const depth = (state.plan.nodes[container]?.depth ?? 0) + 1;
  return state.scopes.get(nodeKey(container, path.slice(0, depth)))?.given ?? {};
}

export function outputsOf(run: NodeRun | undefined): StoredValues {
  return run && "outputs" in run ? run.outputs : {};
}

/** Begins the node runs of one scope: all that is outside of it and that they use has settled. */
export function openNodeRuns(state: RunState, nodes: readonly NodeId[], path: IterationPath): void {
  for (const id of nodes) {
    const planNode = state.plan.nodes[id];
    if (!planNode) continue;
    const key = nodeKey(id, path);
    state.nodes.set(key, emptyRun(id, path));
    const { readiness, lost } = beginReadiness(state, planNode, path);
    state.readiness.set(key, readiness);
    if (readiness.pending > 0 && !lost && !(planNode.join === "first" && readiness.first)) continue;
    const verdict = judge(state, planNode, { path, hasValue: readiness.first !== undefined, lost });
    if (verdict === "ready") state.ready.add(key);
    if (verdict === "skip") state.toSkip.add(key);
  }
}

function emptyRun(node: NodeId, path: IterationPath): NodeRun {
  return {
    node,
    path,
    attempt: 0,
    losses: 0,
    interruptions: 0,
    generation: 0,
    steps: {},
    answers: {},
    charges: {},
    logs: [],
    state: "pending",
    reentry: false,
  };
}

function beginReadiness(state: RunState, planNode: PlanNode, path: IterationPath): { readiness: Readiness; lost: boolean } {
  const readiness: Readiness = { pending: 0, arrived: 0 };
  let lost = false;
  // the items of a node in item mode are inside of it: whatever they use has settled
  const isItem = path.length > planNode.depth;
  const isBeside = (node: NodeId) => !isItem && state.plan.nodes[node]?.parent === planNode.parent;
  for (const input of Object.values(planNode.inputs)) {
    for (const source of input.sources) {
      if (!source.given && isBeside(source.node)) readiness.pending += 1;
      else if (sourceValue(state, source, path)) {
        readiness.arrived += 1;
        if (planNode.join === "first") readiness.first ??= { node: source.node, port: source.port };
      } else lost ||= !input.optional && !input.many;
    }
  }
  for (const read of new Set([...planNode.reads, ...(planNode.captures ?? [])])) if (isBeside(read) && read !== planNode.id) readiness.pending += 1;
  return { readiness, lost: lost && planNode.join === "all" };
}

/** Whether a node can run, can no longer run, or has to wait, after one of its sources settled. */
export function judge(state: RunState, planNode: PlanNode, news: { path: IterationPath; hasValue: boolean; lost: boolean }): "ready" | "skip" | "wait" {
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
    if (!input.sources.some((source) => sourceValue(state, source, news.path))) return "skip";
  }
  return "ready";
}

/** Whether a node run is inside an iteration, at whatever depth. */
export function isWithin(plan: Plan, run: { node: NodeId; path: IterationPath }, scope: { container: NodeId; path: IterationPath }): boolean {
  const { length } = scope.path;
  return run.path.length >= length && containersOf(plan, run)[length - 1] === scope.container && scope.path.every((index, at) => run.path[at] === index);
}

/** Whether nothing may start in the iteration a node run is in, or in one around that. */
export function isStopped(state: RunState, run: { node: NodeId; path: IterationPath }): boolean {
  if (run.path.length === 0 || state.closing.size === 0) return false;
  return containersOf(state.plan, run).some((container, depth) => state.scopes.get(nodeKey(container, run.path.slice(0, depth + 1)))?.stopping);
}

/** Puts a node run into one of the sets `schedule` looks at, and out of the others. */
export function move(state: RunState, key: NodeKey, into: Set<NodeKey> | undefined): void {
  for (const set of [state.ready, state.toSkip, state.deciding, state.running, state.waiting, state.iterating]) {
    if (set !== into) set.delete(key);
  }
  into?.add(key);
}

/** What every state of a node run has. */
export function common(run: NodeRun) {
  const { node, path, attempt, losses, interruptions, timeouts, generation, effect, startedAt, steps, answers, charges, logs, iterations, children } = run;
  const counts = { attempt, losses, interruptions, ...(timeouts !== undefined && { timeouts }), generation };
  return {
    node,
    path,
    ...counts,
    ...(effect && { effect }),
    ...(startedAt !== undefined && { startedAt }),
    steps,
    answers,
    charges,
    logs,
    ...(iterations && { iterations }),
    ...(children && { children }),
  };
}
