import type { GraphId, RunId } from "#runtime/graph/ids.ts";
import type { Plan } from "#runtime/plan/plan.ts";
import type { RunEvent } from "#runtime/run/events.ts";
import type { RunState } from "#runtime/run/run-state.ts";

/** What is known of a run besides its events. */
export interface ObservedRun {
  run: RunId;
  plan: Plan;
  /** Absent where the engine is not told. */
  workspace?: string | undefined;
  graph?: GraphId | undefined;
}

/** Looks on while the engine works. Must neither throw nor wait: it is called between commits. */
export interface EngineObserver {
  /**
   * This process took the run's lease; comes before any `committed` of that lease. `events`: the log so far. Where it was not read from
   * `run-created` on, `state` is the fold of all of it (it tells less: no steps, retries or waits of node runs under way).
   * Not called for a run whose `run-created` this process itself commits.
   */
  claimed(given: ObservedRun & { events: readonly RunEvent[]; state?: RunState }): void;
  /** New events of a run are durable, in order and each of them once. */
  committed(given: ObservedRun & { events: readonly RunEvent[] }): void;
  /** The lease was given back, or the run has ended. May come twice. */
  released(run: RunId): void;
  /** Another process has the lease now. */
  leaseLost(run: RunId): void;
  /** One transaction of the committer: how many runs and events it held, and how long it took. */
  commit(given: { runs: number; events: number; milliseconds: number }): void;
}
