import type { RunId } from "#runtime/graph/ids.ts";
import type { Graph } from "#runtime/graph/schema.ts";
import type { Plan } from "#runtime/plan/plan.ts";
import { applyEvent } from "#runtime/run/apply-event.ts";
import { createRunState } from "#runtime/run/create-run-state.ts";
import type { EphemeralEvent, RunEvent } from "#runtime/run/events.ts";
import type { RunState } from "#runtime/run/run-state.ts";
import type { RunSummary } from "#server/contract/runs.ts";
import { errorText } from "../api/api-problem.ts";
import type { RunFollower } from "../api/live-followers.ts";
import { type Activities, addActivity, settleActivity } from "./node-activity.ts";
import { createRunRecord, type RunRecord, recordEvent } from "./run-record.ts";
import type { RunView, RunViewSource } from "./run-view.ts";

export interface RunStoreGiven {
  run: RunId;
  summary?: RunSummary | undefined;
  graph?: Graph | undefined;
  loadPlan(run: RunId, signal: AbortSignal): Promise<Plan>;
  follow(run: RunId, after: number, follower: RunFollower): () => void;
  /** Does something a little later, so that many events are shown at once. Returns how to call it off. */
  later(task: () => void): () => void;
}

/** One run, folded from its events as they come. */
export interface RunStore extends RunViewSource {
  current(): RunView;
  setSummary(summary: RunSummary): void;
  close(): void;
}

const FINAL: ReadonlySet<string> = new Set(["succeeded", "failed", "cancelled", "killed", "timed-out"]);

/** Whether a run in this state has ended for good. */
export function isFinal(state: string): boolean {
  return FINAL.has(state);
}

export function createRunStore(given: RunStoreGiven): RunStore {
  const listeners = new Set<() => void>();
  const abort = new AbortController();
  const record = createRunRecord();
  let view: RunView = viewOf({
    runId: given.run,
    summary: given.summary,
    state: undefined,
    record,
    graph: given.graph,
    activities: new Map(),
    problem: undefined,
  });
  let pending: (RunEvent | EphemeralEvent)[] = [];
  let callOff: (() => void) | undefined;
  let unfollow: (() => void) | undefined;

  const show = (change: Partial<Shown>) => {
    view = viewOf({ ...view, ...change });
    for (const listener of [...listeners]) listener();
  };
  const flush = () => {
    callOff = undefined;
    const events = pending;
    pending = [];
    if (!view.state || abort.signal.aborted) return;
    try {
      show(fold({ state: view.state, record, activities: view.activities }, events));
    } catch (error) {
      unfollow?.();
      show({ problem: `The log of this run cannot be read: ${errorText(error)}` });
    }
    if (view.state.phase.type === "finished") unfollow?.();
  };
  const take = (event: RunEvent | EphemeralEvent) => {
    pending.push(event);
    callOff ??= given.later(flush);
  };
  const open = async () => {
    const plan = await given.loadPlan(given.run, abort.signal);
    if (abort.signal.aborted) return;
    show({ state: createRunState(plan) });
    unfollow = given.follow(given.run, 0, { event: take, ephemeral: take });
  };
  open().catch((error) => abort.signal.aborted || show({ problem: errorText(error) }));

  return {
    current: () => view,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    setSummary: (summary) => show({ summary }),
    close: () => {
      abort.abort();
      callOff?.();
      unfollow?.();
    },
  };
}

type Shown = Omit<RunView, "live">;

function viewOf(shown: Shown): RunView {
  const isOver = shown.state?.phase.type === "finished" || (shown.summary !== undefined && isFinal(shown.summary.state));
  return { ...shown, live: !isOver };
}

function fold(
  before: { state: RunState; record: RunRecord; activities: Activities },
  events: readonly (RunEvent | EphemeralEvent)[],
): Pick<Shown, "state" | "activities"> {
  let { state, activities } = before;
  for (const event of events) {
    if ("seq" in event) {
      state = applyEvent(state, event);
      recordEvent(before.record, event, state);
      activities = settleActivity(activities, event);
    } else activities = addActivity(activities, event);
  }
  return { state, activities };
}
