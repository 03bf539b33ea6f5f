import type { NodeId } from "../../graph/ids.ts";
import type { RunEvent } from "../../run/events.ts";
import type { Failure } from "../../run/failure.ts";

/** What no rule decides, as a run's log tells it: the interpreter takes these from there. */
export interface Facts {
  entry?: NodeId;
  /** Number of the event with which a node run ended. */
  ended: ReadonlyMap<string, number>;
  /** With which of the failures it may have a node run did fail. */
  failures: ReadonlyMap<string, Failure>;
  /** What a person said of a write that ended without proof. */
  decisions: ReadonlyMap<string, Extract<RunEvent, { type: "uncertainty-decided" }>>;
}

/** How the interpreter names a node run. */
export function runName(node: NodeId, path: readonly number[]): string {
  return path.length === 0 ? node : `${node}[${path.join(",")}]`;
}

export function factsOf(events: readonly RunEvent[]): Facts {
  const ended = new Map<string, number>();
  const failures = new Map<string, Failure>();
  const decisions = new Map<string, Extract<RunEvent, { type: "uncertainty-decided" }>>();
  let entry: NodeId | undefined;
  for (const event of events) {
    if (event.type === "run-created") entry = event.entry;
    if (!("node" in event) || !("path" in event)) continue;
    const name = runName(event.node, event.path);
    if (event.type === "node-failed") failures.set(name, event.failure);
    if (event.type === "uncertainty-decided" && event.decision !== "again") decisions.set(name, event);
    const isEnd = event.type === "node-succeeded" || event.type === "node-skipped" || event.type === "node-failed";
    if (isEnd || (event.type === "uncertainty-decided" && event.decision === "happened")) ended.set(name, event.seq);
  }
  return { ...(entry && { entry }), ended, failures, decisions };
}
