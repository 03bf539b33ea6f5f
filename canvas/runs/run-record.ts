import type { NodeId, RunId } from "#runtime/graph/ids.ts";
import type { StoredValues } from "#runtime/graph/stored-value.ts";
import type { IterationPath, RunEvent } from "#runtime/run/events.ts";
import type { Failure } from "#runtime/run/failure.ts";
import { type Iterations, type NodeKey, type NodeRun, nodeKey, type RunState } from "#runtime/run/run-state.ts";

/** One iteration of a container, or one item of a node in item mode, as the log tells it. */
export interface ShownIteration {
  readonly index: number;
  /** `stopped`: another one failed. */
  readonly state: "running" | "succeeded" | "failed" | "stopped";
  /** Absent: the event that says so has not been read. */
  readonly given: StoredValues | undefined;
  readonly outputs: StoredValues;
  readonly failure?: (Failure & { node?: NodeId | undefined }) | undefined;
}

/** What the log says beside the folded state, which keeps only what scheduling needs. Changed in place, event by event. */
export interface RunRecord {
  /** Of the events up to this number, only what the state has kept of them is told; 0: all were read. */
  missing: number;
  /** By the node run that asked for them, in order of their beginning. */
  readonly iterations: Map<NodeKey, Map<number, ShownIteration>>;
  /** Of nodes inside of containers: their node runs that have begun, by state. */
  readonly inside: Map<NodeId, Map<NodeRun["state"], Set<NodeKey>>>;
  /** Of nodes inside of containers, by port: how often a value came out; of containers, how often one was given to the body. */
  readonly crossed: Map<NodeId, Map<string, number>>;
  /** Number of the last event that `crossed` has in it. */
  counted: number;
  /** Number of the event by which a node run asked for a decision last. */
  readonly asked: Map<NodeKey, number>;
  /** The run that handles its failure, or why there is none. */
  handler: { run: RunId } | { problem: string } | undefined;
}

export function createRunRecord(): RunRecord {
  return { missing: 0, iterations: new Map(), inside: new Map(), crossed: new Map(), counted: 0, asked: new Map(), handler: undefined };
}

/** One that can be gone on from while the other is kept. */
export function copyRunRecord(record: RunRecord): RunRecord {
  const inside = new Map([...record.inside].map(([node, byState]) => [node, new Map([...byState].map(([state, keys]) => [state, new Set(keys)]))]));
  const iterations = new Map([...record.iterations].map(([key, known]) => [key, new Map(known)]));
  const crossed = new Map([...record.crossed].map(([node, ports]) => [node, new Map(ports)]));
  return { ...record, iterations, inside, crossed, asked: new Map(record.asked) };
}

/** Takes in an event that `state` has in it already. */
export function recordEvent(record: RunRecord, event: RunEvent, state: RunState): void {
  recordNews(record, event);
  if ("node" in event && event.path.length > 0) recordInside(record, event, state);
  if (event.seq <= record.counted) return;
  record.counted = event.seq;
  recordCrossing(record, event, state);
}

function recordCrossing(record: RunRecord, event: RunEvent, state: RunState): void {
  switch (event.type) {
    case "iteration-started":
      count(record, event.node, { values: event.given });
      break;
    case "node-succeeded":
    case "node-reused":
    case "node-failed":
    case "node-skipped":
    case "uncertainty-decided":
      if (event.path.length > 0 && isWholeRun(state, event)) count(record, event.node, { values: event.outputs });
  }
}

/** Whether it is a node run as its wires see it: not one item of a node in item mode. */
function isWholeRun({ plan }: RunState, { node, path }: { node: NodeId; path: IterationPath }): boolean {
  return path.length === plan.nodes[node]?.depth;
}

function count(record: RunRecord, node: NodeId, { values, times = 1 }: { values: StoredValues; times?: number }): void {
  for (const port of times > 0 ? Object.keys(values) : []) {
    const counts = record.crossed.get(node) ?? new Map<string, number>();
    record.crossed.set(node, counts.set(port, (counts.get(port) ?? 0) + times));
  }
}

function recordNews(record: RunRecord, event: RunEvent): void {
  switch (event.type) {
    case "iteration-started": {
      const { index, given } = event;
      iterationsAt(record, nodeKey(event.node, event.path)).set(index, { index, state: "running", given, outputs: {} });
      break;
    }
    case "iteration-finished": {
      const known = iterationsAt(record, nodeKey(event.node, event.path));
      const { index, state: end, outputs, failure } = event;
      known.set(index, { index, state: end, given: known.get(index)?.given, outputs, failure });
      break;
    }
    case "node-waiting":
    case "node-uncertain":
      record.asked.set(nodeKey(event.node, event.path), event.seq);
      break;
    case "run-finished":
      record.handler = event.handler;
  }
}

/** What a state that was not folded here has kept of its events, but for the last one: that is told anew. */
export function recordOfState(state: RunState): RunRecord {
  const record = { ...createRunRecord(), missing: state.seq - 1, counted: state.seq };
  for (const run of state.nodes.values()) {
    if (run.path.length > 0 && (run.state !== "pending" || run.reentry || run.attempt > 0)) recordInside(record, run, state);
    if (run.path.length > 0 && "outputs" in run && isWholeRun(state, run)) count(record, run.node, { values: run.outputs });
    if (run.iterations) count(record, run.node, { values: run.iterations.given, times: begunIterations(run, state) });
    const { iterations } = run;
    if (!iterations?.ended.length) continue;
    const known = iterationsAt(record, nodeKey(run.node, run.path));
    for (const { index, ...ended } of iterations.ended) known.set(index, { ...ended, index, given: givenTo(iterations, index) });
  }
  for (const { container, path, given } of state.scopes.values()) {
    const index = path.at(-1) ?? 0;
    iterationsAt(record, nodeKey(container, path.slice(0, -1))).set(index, { index, state: "running", given, outputs: {} });
  }
  return record;
}

/** Takes in the events that come before those that were read, from `after` on. */
export function recordEarlier(record: RunRecord, { after, events }: { after: number; events: readonly RunEvent[] }): void {
  const earlier = createRunRecord();
  for (const event of events) recordNews(earlier, event);
  for (const [key, iterations] of earlier.iterations) {
    const known = iterationsAt(record, key);
    for (const [index, iteration] of iterations) {
      const later = known.get(index);
      known.set(index, later ? { ...later, given: later.given ?? iteration.given } : iteration);
    }
  }
  for (const [key, seq] of earlier.asked) if (!record.asked.has(key)) record.asked.set(key, seq);
  record.missing = after;
}

/** What one iteration was given, where the lists are at hand. */
function givenTo({ first, given }: Iterations, index: number): StoredValues | undefined {
  const values: StoredValues = {};
  for (const [port, list] of Object.entries(given)) {
    if (list.type !== "inline" || !Array.isArray(list.value)) return undefined;
    const value = list.value[index - first];
    if (value !== undefined) values[port] = { type: "inline", value };
  }
  return values;
}

/** Whether events that were not read say more about the iterations of a container's run. */
export function lacksIterations(record: RunRecord, run: NodeRun, state: RunState): boolean {
  if (record.missing === 0 || !run.iterations) return false;
  const known = record.iterations.get(nodeKey(run.node, run.path));
  return (known?.size ?? 0) < begunIterations(run, state) || [...(known?.values() ?? [])].some(({ given }) => given === undefined);
}

/** How many iterations a container's run has begun in this run. */
export function begunIterations(run: NodeRun, state: RunState): number {
  if (!run.iterations || run.iterations.delegated) return 0;
  return run.iterations.begun + earlierIterations(run, state);
}

/** How many iterations this run has seen of a container's run before those it asked for last: a run that took over a part of a list has none of those before it. */
export function earlierIterations({ iterations, path }: NodeRun, { origin }: RunState): number {
  const isPart = origin?.parent?.purpose === "slice" && path.length === 0;
  return isPart ? 0 : (iterations?.first ?? 0);
}

function iterationsAt(record: RunRecord, key: NodeKey): Map<number, ShownIteration> {
  const known = record.iterations.get(key) ?? new Map<number, ShownIteration>();
  record.iterations.set(key, known);
  return known;
}

function recordInside(record: RunRecord, { node, path }: { node: NodeId; path: IterationPath }, state: RunState): void {
  const key = nodeKey(node, path);
  const run = state.nodes.get(key);
  if (!run) return;
  const byState = record.inside.get(node) ?? new Map<NodeRun["state"], Set<NodeKey>>();
  record.inside.set(node, byState);
  if (byState.get(run.state)?.has(key)) return;
  for (const [earlier, keys] of byState) if (keys.delete(key) && keys.size === 0) byState.delete(earlier);
  byState.set(run.state, (byState.get(run.state) ?? new Set()).add(key));
}
