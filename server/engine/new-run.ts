import type { GraphId, RunId } from "#runtime/graph/ids.ts";
import type { ChildPurpose, RunEvent } from "#runtime/run/events.ts";

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
  idempotencyKey?: string | undefined;
  parent?: { run: RunId; purpose: ChildPurpose } | undefined;
  /** The label a worker needs to drive it. */
  worker?: string | undefined;
  /** From its `run-created`, number 1. */
  events: readonly RunEvent[];
}
