import type { NodeId, RunId } from "#runtime/graph/ids.ts";
import type { StoredValues } from "#runtime/graph/stored-value.ts";
import type { Plan } from "#runtime/plan/plan.ts";
import type { RunEvent } from "#runtime/run/events.ts";
import type { Failure } from "#runtime/run/failure.ts";
import type { ChildRecord, FinalState } from "#runtime/run/run-state.ts";
import type { LiveEphemeral } from "#server/contract/live.ts";
import type { RunFollower } from "../api/live-followers.ts";
import type { RunView, RunViewSource } from "./run-view.ts";

/** One call of a node that others call: a run of its own. */
export interface NodeCall {
  readonly run: RunId;
  readonly callee: NodeId;
  /** The node that called it. */
  readonly caller: NodeId;
  /** `waiting`, `uncertain`: it waits, the latter for a person. */
  readonly state: "running" | "waiting" | "uncertain" | FinalState;
  /** ISO 8601; absent where the log that was kept does not say. */
  readonly begunAt?: string | undefined;
  readonly endedAt?: string | undefined;
  readonly outputs: StoredValues;
  readonly failure?: Failure | undefined;
}

/** How a called node fares in the run that is looked at. */
export interface CalledNode {
  /** In order of their beginning, at any depth: what a member of a crew calls counts, too. */
  readonly calls: readonly NodeCall[];
  /** The end of the text it writes now. */
  readonly writing: string;
}

export interface CalledRuns {
  of(node: NodeId): CalledNode | undefined;
  subscribe(listener: () => void): () => void;
}

export interface CalledRunsGiven {
  source: RunViewSource;
  followRun(run: RunId, after: number, follower: RunFollower): () => void;
  later(task: () => void): () => void;
}

/** Runs that are followed at once: those that began last. */
const MAX_FOLLOWED = 60;
const MAX_DEPTH = 4;
/** Characters of text that are kept of one that is being written. */
const MAX_WRITING = 2_000;

/** What is known of a run that was called, from its own log. */
interface Followed {
  stop(): void;
  children: Map<RunId, ChildRecord & { caller: NodeId }>;
  waits: "waiting" | "uncertain" | undefined;
  writing: string;
}

/**
 * The calls of a run's tools and members. Those of the run itself are in its fold; what is called by what was called is in the logs of those
 * runs, which are followed while somebody looks.
 */
export function createCalledRuns({ source, followRun, later }: CalledRunsGiven): CalledRuns {
  const listeners = new Set<() => void>();
  const followed = new Map<RunId, Followed>();
  let known: ReadonlyMap<NodeId, CalledNode> = new Map();
  let root: RunId | undefined;
  let unsubscribe: (() => void) | undefined;
  let callOff: (() => void) | undefined;

  const follow = (run: RunId) => {
    if (followed.has(run)) return;
    const [oldest] = followed.keys();
    if (oldest && followed.size >= MAX_FOLLOWED) unfollow(oldest);
    const made: Followed = { stop: () => {}, children: new Map(), waits: undefined, writing: "" };
    followed.set(run, made);
    const take = (event: RunEvent | LiveEphemeral) => {
      note(made, event);
      if (event.type === "run-finished") made.stop();
      callOff ??= later(refresh);
    };
    made.stop = followRun(run, 0, { event: take, ephemeral: take });
  };
  const unfollow = (run: RunId) => {
    followed.get(run)?.stop();
    followed.delete(run);
  };
  const refresh = () => {
    callOff = undefined;
    const view = source.current();
    if (view?.runId !== root) {
      for (const run of [...followed.keys()]) unfollow(run);
      root = view?.runId;
    }
    const next = view?.state?.plan.callables ? collect(view, { followed, follow }) : new Map<NodeId, CalledNode>();
    if (isSame(known, next)) return;
    known = keepSame(known, next);
    for (const listener of [...listeners]) listener();
  };
  return {
    of: (node) => known.get(node),
    subscribe: (listener) => {
      listeners.add(listener);
      if (!unsubscribe) {
        unsubscribe = source.subscribe(() => {
          callOff ??= later(refresh);
        });
        callOff ??= later(refresh);
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        unsubscribe?.();
        unsubscribe = undefined;
        callOff?.();
        callOff = undefined;
        for (const run of [...followed.keys()]) unfollow(run);
      };
    },
  };
}

function note(run: Followed, event: RunEvent | LiveEphemeral): void {
  switch (event.type) {
    case "child-opened": {
      const { name, run: child, purpose, callee, node, at } = event;
      run.children.set(child, { name, run: child, purpose, callee, begunAt: at, reserved: 0, caller: node });
      run.writing = "";
      break;
    }
    case "child-finished": {
      const child = run.children.get(event.run);
      const { state, at, outputs, failure } = event;
      if (child) run.children.set(event.run, { ...child, end: { state, at, outputs, failure } });
      break;
    }
    case "token":
      run.writing = (run.writing + event.text).slice(-MAX_WRITING);
      break;
    case "written":
      run.writing = event.text.slice(-MAX_WRITING);
      break;
    case "node-waiting":
      run.waits = event.request.kind === "person" || event.request.kind === "budget" ? "uncertain" : "waiting";
      break;
    case "node-uncertain":
      run.waits = "uncertain";
      break;
    case "wait-answered":
    case "uncertainty-decided":
      run.waits = undefined;
      break;
    case "step-finished":
    case "step-failed":
    case "node-succeeded":
    case "attempt-failed":
    case "run-finished":
      run.writing = "";
  }
}

interface Collecting {
  followed: ReadonlyMap<RunId, Followed>;
  follow(run: RunId): void;
}

/** All calls of the run, its own and those below, and begins to follow what says more of them. */
function collect(view: RunView, { followed, follow }: Collecting): Map<NodeId, CalledNode> {
  const { state, live, replay } = view;
  const found = new Map<NodeId, { calls: NodeCall[]; writing: string }>();
  if (!state) return found;
  const { callables = {} } = state.plan;
  // its summary may tell of the end before the last events have come
  const isOver = state.phase.type === "finished";
  const add = (child: ChildRecord, caller: NodeId, depth: number) => {
    const { callee, begunAt, end, run } = child;
    if (callee === undefined || !callables[callee] || isLater(begunAt, replay?.at)) return;
    const isOpen = end === undefined || isLater(end.at, replay?.at);
    if (depth < MAX_DEPTH && ((isOpen && live) || mayCall(state.plan, callee))) follow(run);
    const log = followed.get(run);
    const own = found.get(callee) ?? { calls: [], writing: "" };
    found.set(callee, own);
    const of = { run, callee, caller, begunAt };
    if (!isOpen) own.calls.push({ ...of, state: end.state, endedAt: end.at, outputs: end.outputs, failure: end.failure });
    else {
      own.calls.push({ ...of, state: isOver ? "cancelled" : (live && log?.waits) || "running", outputs: {} });
      if (log && live) own.writing = log.writing;
    }
    for (const below of log?.children.values() ?? []) add(below, below.caller, depth + 1);
  };
  for (const run of state.nodes.values()) for (const child of run.children ?? []) if (child.purpose === "tool") add(child, run.node, 0);
  for (const { calls } of found.values()) calls.sort((one, other) => (one.begunAt ?? "").localeCompare(other.begunAt ?? ""));
  return found;
}

function mayCall({ callables = {} }: Plan, callee: NodeId): boolean {
  return (callables[callee]?.tools?.length ?? 0) > 0;
}

/** ISO instants of the same form compare as text. */
function isLater(instant: string | undefined, than: string | undefined): boolean {
  return instant !== undefined && than !== undefined && instant > than;
}

function isSameNode(one: CalledNode | undefined, other: CalledNode): boolean {
  return (
    one?.writing === other.writing &&
    one.calls.length === other.calls.length &&
    one.calls.every((call, index) => call.run === other.calls[index]?.run && call.state === other.calls[index]?.state)
  );
}

function isSame(before: ReadonlyMap<NodeId, CalledNode>, now: ReadonlyMap<NodeId, CalledNode>): boolean {
  return before.size === now.size && [...now].every(([node, called]) => isSameNode(before.get(node), called));
}

/** What did not change keeps its identity: only those cards are drawn anew that have news. */
function keepSame(before: ReadonlyMap<NodeId, CalledNode>, now: ReadonlyMap<NodeId, CalledNode>): ReadonlyMap<NodeId, CalledNode> {
  return new Map([...now].map(([node, called]) => [node, isSameNode(before.get(node), called) ? (before.get(node) ?? called) : called]));
}
