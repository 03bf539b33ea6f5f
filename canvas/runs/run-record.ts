import type { NodeId, RunId } from "#runtime/graph/ids.ts";
import type { IterationPath, RunEvent } from "#runtime/run/events.ts";
import type { Failure } from "#runtime/run/failure.ts";
import { type NodeKey, type NodeRun, nodeKey, type RunState } from "#runtime/run/run-state.ts";
import type { StoredValues } from "#runtime/run/values.ts";

/** One iteration of a container, or one item of a node in item mode, as the log tells it. */
export interface ShownIteration {
  readonly index: number;
  /** `stopped`: another one failed. */
  readonly state: "running" | "succeeded" | "failed" | "stopped";
  readonly given: StoredValues;
  readonly outputs: StoredValues;
  readonly failure?: (Failure & { node?: NodeId | undefined }) | undefined;
}

/** What the log says beside the folded state, which keeps only what scheduling needs. Changed in place, event by event. */
export interface RunRecord {
  /** By the node run that asked for them, in order of their beginning. */
  readonly iterations: Map<NodeKey, Map<number, ShownIteration>>;
  /** Of nodes inside of containers: their node runs that have begun, by state. */
  readonly inside: Map<NodeId, Map<NodeRun["state"], Set<NodeKey>>>;
  /** Number of the event by which a node run asked for a decision last. */
  readonly asked: Map<NodeKey, number>;
  /** The run that handles its failure, or why there is none. */
  handler: { run: RunId } | { problem: string } | undefined;
}

export function createRunRecord(): RunRecord {
  return { iterations: new Map(), inside: new Map(), asked: new Map(), handler: undefined };
}

/** Takes in an event that `state` has in it already. */
export function recordEvent(record: RunRecord, event: RunEvent, state: RunState): void {
  switch (event.type) {
    case "iteration-started": {
      const { index, given } = event;
      iterationsAt(record, nodeKey(event.node, event.path)).set(index, { index, state: "running", given, outputs: {} });
      break;
    }
    case "iteration-finished": {
      const known = iterationsAt(record, nodeKey(event.node, event.path));
      const { index, state: end, outputs, failure } = event;
      known.set(index, { index, state: end, given: known.get(index)?.given ?? {}, outputs, failure });
      break;
    }
    case "node-waiting":
    case "node-uncertain":
      record.asked.set(nodeKey(event.node, event.path), event.seq);
      break;
    case "run-finished":
      record.handler = event.handler;
  }
  if ("node" in event && event.path.length > 0) recordInside(record, event, state);
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
  for (const keys of byState.values()) keys.delete(key);
  byState.set(run.state, (byState.get(run.state) ?? new Set()).add(key));
}
