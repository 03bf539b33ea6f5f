import type { NodeId, RunId } from "#runtime/graph/ids.ts";
import type { IterationPath, RunEvent } from "#runtime/run/events.ts";
import { type NodeKey, nodeKey, type RunState } from "#runtime/run/run-state.ts";
import { followParts, readCharge } from "./follow-parts.ts";
import type { FailureText, NodeEnded, NodePart, Note, RunEnded, RunFact, RunParent } from "./run-facts.ts";

/** What has begun in a run and not ended. Owned by `followRun`, which changes it in place. */
export interface RunTrack {
  startedAt?: string;
  trigger?: string;
  parent?: RunParent;
  notes: Note[];
  readonly open: Map<NodeKey, OpenNode>;
}

export interface OpenNode {
  node: NodeId;
  path: IterationPath;
  startedAt?: string;
  attempts: number;
  notes: Note[];
  parts: NodePart[];
  children: RunId[];
}

/** Notes kept for one run or node run: the newest, like the span limits of OpenTelemetry. */
const MAX_NOTES = 128;
const MAX_MESSAGE = 1_000;

export function createTrack(): RunTrack {
  return { notes: [], open: new Map() };
}

/** The track of a run whose log is at hand only as its fold. Steps under way are not in it: the fold does not know when they began. */
export function trackOfState({ startedAt, origin, nodes }: RunState): RunTrack {
  const track: RunTrack = {
    ...createTrack(),
    ...(startedAt !== undefined && { startedAt }),
    ...(origin?.trigger && { trigger: origin.trigger }),
    ...(origin?.parent && { parent: origin.parent }),
  };
  for (const [key, run] of nodes) {
    if (run.startedAt === undefined || "finishedAt" in run) continue;
    const { node, path, startedAt, attempt, children = [] } = run;
    track.open.set(key, { node, path, startedAt, attempts: attempt, notes: [], parts: [], children: children.map((child) => child.run) });
  }
  return track;
}

/** Takes one event into the track and answers what it ends. Events of types it does not know mean nothing to it. */
export function followRun(track: RunTrack, event: RunEvent): RunFact[] {
  track.startedAt ??= event.at;
  return "node" in event && "path" in event ? followNode(track, event) : followWhole(track, event);
}

type NodeEvent = Extract<RunEvent, { node: NodeId; path: IterationPath }>;

function followWhole(track: RunTrack, event: Exclude<RunEvent, NodeEvent>): RunFact[] {
  switch (event.type) {
    case "run-created":
      if (event.trigger) track.trigger = event.trigger;
      if (event.parent) track.parent = event.parent;
      return [];
    case "run-held":
    case "run-resumed":
    case "budget-changed":
      note(track, { name: event.type, at: event.at, attributes: {} });
      return [];
    case "run-stopping":
      note(track, { name: event.type, at: event.at, attributes: { "heddle.run.state": event.state } });
      return [];
    case "run-finished":
      return [
        ...[...track.open.values()].flatMap((open) => (open.startedAt ? endNode(track, open, { at: event.at, state: "unfinished" }) : [])),
        endRun(track, event),
      ];
    default:
      return [];
  }
}

function endRun(track: RunTrack, { at, state, failure }: Extract<RunEvent, { type: "run-finished" }>): RunEnded {
  const { startedAt = at, trigger, parent, notes } = track;
  return {
    type: "run-ended",
    ...{ startedAt, endedAt: at, state, notes },
    ...(failure && { failure: textOf(failure) }),
    ...(trigger !== undefined && { trigger }),
    ...(parent && { parent }),
  };
}

function followNode(track: RunTrack, event: NodeEvent): RunFact[] {
  const open = openNode(track, event);
  const { at } = event;
  followParts(open, event);
  switch (event.type) {
    case "node-started":
      open.startedAt ??= at;
      open.attempts = Math.max(open.attempts, event.attempt);
      if (event.attempt > 1) note(open, { name: "attempt-started", at, attributes: { "heddle.attempt": event.attempt } });
      return [];
    case "attempt-failed": {
      const { code, message } = textOf(event.failure);
      note(open, { name: event.type, at, attributes: { "heddle.attempt": event.attempt, "error.type": code, "error.message": message } });
      return [];
    }
    case "node-waiting":
      note(open, { name: event.type, at, attributes: { "heddle.wait.kind": event.request.kind } });
      return [];
    case "wait-answered":
      note(open, { name: event.type, at, attributes: { "heddle.wait.kind": event.answer.kind } });
      return [];
    case "node-retrying":
      note(open, { name: event.type, at, attributes: {} });
      return [{ type: "node-retrying", node: event.node }];
    case "node-uncertain":
      note(open, { name: event.type, at, attributes: { "error.type": event.failure.code } });
      return [];
    case "uncertainty-decided":
      note(open, { name: event.type, at, attributes: { "heddle.decision": event.decision } });
      return event.decision === "happened" ? endNode(track, open, { at, state: "succeeded" }) : [];
    case "child-opened":
      if (open.children.length < MAX_NOTES) open.children.push(event.run);
      return [];
    case "cost-settled":
      return [{ type: "cost-settled", charge: readCharge(event) }];
    case "node-succeeded":
      return endNode(track, open, { at, state: "succeeded" });
    case "node-reused":
      return endNode(track, open, { at, state: "reused" });
    case "node-skipped":
      return endNode(track, open, { at, state: "skipped" });
    case "node-cancelled":
      return endNode(track, open, { at, state: "cancelled" });
    case "node-failed":
      return endNode(track, open, { at, state: "failed", failure: textOf(event.failure) });
    default:
      return [];
  }
}

function openNode(track: RunTrack, { node, path }: NodeEvent): OpenNode {
  const key = nodeKey(node, path);
  const known = track.open.get(key);
  if (known) return known;
  const open: OpenNode = { node, path, attempts: 0, notes: [], parts: [], children: [] };
  track.open.set(key, open);
  return open;
}

function endNode(track: RunTrack, open: OpenNode, { at, state, failure }: { at: string; state: NodeEnded["state"]; failure?: FailureText }): [NodeEnded] {
  track.open.delete(nodeKey(open.node, open.path));
  const parts = open.parts
    .filter((part) => part.kind === "step" || part.state !== "open")
    .map((part): NodePart => (part.state === "open" ? { ...part, state: "unfinished", endedAt: at } : part));
  return [{ type: "node-ended", ...open, endedAt: at, state, parts, ...(failure && { failure }) }];
}

function note(to: { notes: Note[] }, added: Note): void {
  if (to.notes.length >= MAX_NOTES) to.notes.shift();
  to.notes.push(added);
}

function textOf({ code, message }: FailureText): FailureText {
  return { code, message: message.slice(0, MAX_MESSAGE) };
}
