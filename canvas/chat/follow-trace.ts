import type { RunId } from "#runtime/graph/ids.ts";
import type { RunEvent } from "#runtime/run/events.ts";
import type { LiveEphemeral } from "#server/contract/live.ts";
import type { RunFollower } from "../api/live-followers.ts";
import { addToTrace, beginTrace, type RunTrace } from "./run-trace.ts";

/** Runs below one another that are looked into: an agent in a graph in an agent. */
const MAX_DEPTH = 3;

export interface TraceServices {
  followRun(run: RunId, after: number, follower: RunFollower): () => void;
  /** Does something a little later, so that many tokens are drawn at once. Returns how to call it off. */
  later(task: () => void): () => void;
}

/** A run and those it began, as they go on. */
export type Traces = ReadonlyMap<RunId, RunTrace>;

export interface FollowedTrace {
  current(): Traces;
  subscribe(listener: () => void): () => void;
  close(): void;
}

/** Follows a run from its beginning, and the runs it begins, down to some depth. */
export function followTrace(root: RunId, { followRun, later }: TraceServices): FollowedTrace {
  const unfollow = new Map<RunId, () => void>();
  const listeners = new Set<() => void>();
  let traces: Traces = new Map([[root, beginTrace(root)]]);
  let pending: { run: RunId; event: RunEvent | LiveEphemeral }[] = [];
  let callOff: (() => void) | undefined;
  const flush = () => {
    callOff = undefined;
    const next = new Map(traces);
    for (const { run, event } of pending) next.set(run, addToTrace(next.get(run) ?? beginTrace(run), event));
    pending = [];
    traces = next;
    for (const listener of [...listeners]) listener();
  };
  const follow = (run: RunId, depth: number) => {
    if (unfollow.has(run)) return;
    const take = (event: RunEvent | LiveEphemeral) => {
      pending.push({ run, event });
      if (event.type === "child-opened" && depth < MAX_DEPTH) follow(event.run, depth + 1);
      if (event.type === "run-finished") unfollow.get(run)?.();
      callOff ??= later(flush);
    };
    unfollow.set(run, followRun(run, 0, { event: take, ephemeral: take }));
  };
  follow(root, 0);
  return {
    current: () => traces,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => {
      callOff?.();
      for (const stop of unfollow.values()) stop();
    },
  };
}
