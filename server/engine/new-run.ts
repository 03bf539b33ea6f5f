import type { GraphId, RunId } from "#runtime/graph/ids.ts";
import type { ChildPurpose, RunEvent } from "#runtime/run/events.ts";
import type { RunCommit } from "./committer.ts";

/** A run as it is recorded. Its plan is in the store already. */
export interface NewRun {
  id: RunId;
  workspace: string;
  graph: GraphId;
  revision: number;
  /** Hash of its plan. */
  plan: string;
  input: unknown;
  actor: string;
  /** Who began it, where that is not the actor; null: nobody who is known. */
  startedBy?: string | null | undefined;
  idempotencyKey?: string | undefined;
  parent?: { run: RunId; purpose: ChildPurpose } | undefined;
  /** The label a worker needs to drive it. */
  worker?: string | undefined;
  /** From its `run-created`, number 1. */
  events: readonly RunEvent[];
}

const QUEUED = { state: "queued", startedAt: null, finishedAt: null, output: null, failure: null, reason: null, cost: 0, wakeAt: null, release: true };

/** The commit that records a run for whoever drives it. */
export function creationOf(run: NewRun): RunCommit {
  return { run: run.id, epoch: 0, events: run.events, consumed: [], projection: QUEUED, create: run };
}
