import type { RunId } from "#runtime/graph/ids.ts";
import type { Graph } from "#runtime/graph/schema.ts";
import type { Plan } from "#runtime/plan/plan.ts";
import { applyEvent } from "#runtime/run/apply-event.ts";
import { createRunState } from "#runtime/run/create-run-state.ts";
import type { RunEvent } from "#runtime/run/events.ts";
import { nodeKey, type RunState } from "#runtime/run/run-state.ts";
import { readSnapshot } from "#runtime/run/snapshot.ts";
import type { LiveEphemeral } from "#server/contract/live.ts";
import type { RunSnapshot, RunSummary } from "#server/contract/runs.ts";
import { errorText } from "../api/api-problem.ts";
import type { RunFollower } from "../api/live-followers.ts";
import { type Activities, addActivity, settleActivity } from "./node-activity.ts";
import { createReplay, type Replay } from "./replay.ts";
import { createRunRecord, type RunRecord, recordEarlier, recordEvent, recordOfState } from "./run-record.ts";
import type { ReplayPlace, RunView, RunViewSource } from "./run-view.ts";

export interface RunStoreGiven {
  run: RunId;
  summary?: RunSummary | undefined;
  graph?: Graph | undefined;
  loadPlan(run: RunId, signal: AbortSignal): Promise<Plan>;
  /** A fold of the run's events so far; undefined when there are so few that they may as well be read. */
  loadSnapshot(run: RunId, signal: AbortSignal): Promise<RunSnapshot["state"] | undefined>;
  readEvents(run: RunId, range: { after: number; limit: number }, signal: AbortSignal): Promise<readonly RunEvent[]>;
  follow(run: RunId, after: number, follower: RunFollower): () => void;
  /** Does something a little later, so that many events are shown at once. Returns how to call it off. */
  later(task: () => void): () => void;
}

/** One run, folded from its events as they come; a long one goes on from a fold of those before. */
export interface RunStore extends RunViewSource {
  current(): RunView;
  /** See `RunActions`. */
  loadEarlier(): void;
  /** See `RunActions`. */
  seek(seq: number | undefined): void;
  setSummary(summary: RunSummary): void;
  setGraph(graph: Graph): void;
  close(): void;
}

const FINAL: ReadonlySet<string> = new Set(["succeeded", "failed", "cancelled", "killed", "timed-out"]);

/** Events that are read at once of those before. */
const PAGE = 5_000;
/** Events that are folded between two frames. */
const PART = 1_000;

/** Whether a run in this state has ended for good. */
export function isFinal(state: string): boolean {
  return FINAL.has(state);
}

export function createRunStore(given: RunStoreGiven): RunStore {
  const listeners = new Set<() => void>();
  const abort = new AbortController();
  const events: RunEvent[] = [];
  let replay: Replay | undefined;
  /** The place that was asked for. */
  let wanted: number | undefined;
  let view: Present = presentOf({
    runId: given.run,
    summary: given.summary,
    state: undefined,
    record: createRunRecord(),
    graph: given.graph,
    events,
    activities: new Map(),
    problem: undefined,
  });
  let shown: RunView = view;
  let pending: (RunEvent | LiveEphemeral)[] = [];
  let callOff: (() => void) | undefined;
  let unfollow: (() => void) | undefined;
  let isReading = false;
  let isPreparing = false;

  const show = (change: Partial<Shown>) => {
    view = presentOf({ ...view, ...change });
    shown = wanted === undefined ? view : replayed(view, wanted);
    for (const listener of [...listeners]) listener();
  };
  const replayed = (present: Present, seq: number): RunView => {
    const moment = replay?.at(seq);
    const place: ReplayPlace = {
      seq: moment?.state.seq ?? seq,
      last: events.at(-1)?.seq ?? present.state?.seq ?? 0,
      at: moment && events[moment.state.seq - 1]?.at,
      isLive: present.live,
      isLoading: moment === undefined,
    };
    return { ...present, ...moment, live: false, activities: NO_ACTIVITIES, replay: place };
  };
  const flush = () => {
    callOff = undefined;
    const news = pending;
    pending = [];
    if (!view.state || abort.signal.aborted) return;
    try {
      show(fold({ ...view, state: view.state, log: events }, news));
    } catch (error) {
      unfollow?.();
      show({ problem: `The log of this run cannot be read: ${errorText(error)}` });
    }
    if (view.state.phase.type === "finished") unfollow?.();
  };
  const take = (event: RunEvent | LiveEphemeral) => {
    pending.push(event);
    callOff ??= given.later(flush);
  };
  const open = async () => {
    const [plan, kept] = await Promise.all([given.loadPlan(given.run, abort.signal), loadSnapshot(given, abort.signal)]);
    if (abort.signal.aborted) return;
    const state = kept && readSnapshot(plan, JSON.stringify(kept));
    if (state) show({ state, record: recordOfState(state) });
    else show({ state: createRunState(plan) });
    unfollow = given.follow(given.run, view.record.missing, { event: take, ephemeral: take });
  };
  const readEarlier = async ({ record }: RunView): Promise<Partial<Shown>> => {
    const before = record.missing;
    const after = Math.max(0, before - PAGE);
    try {
      const earlier = await given.readEvents(given.run, { after, limit: before - after }, abort.signal);
      recordEarlier(record, { after, events: earlier });
      events.unshift(...earlier);
      return { earlierProblem: undefined };
    } catch (error) {
      return { earlierProblem: errorText(error) };
    }
  };
  const loadEarlier = () => {
    if (isReading || view.record.missing === 0) return;
    isReading = true;
    void readEarlier(view).then((change) => {
      isReading = false;
      if (abort.signal.aborted) return;
      show(change);
      if (wanted !== undefined && change.earlierProblem === undefined) void prepareReplay();
    });
  };
  /** Reads what is missing, then folds it part by part: the page stays in use. */
  const prepareReplay = async () => {
    if (view.record.missing > 0) return loadEarlier();
    if (!view.state || replay || isPreparing) return;
    isPreparing = true;
    const made = createReplay(view.state.plan, events);
    for (let seq = PART; seq < events.length && wanted !== undefined; seq += PART) {
      made.at(seq);
      await new Promise((resolve) => given.later(() => resolve(undefined)));
      if (abort.signal.aborted) return;
    }
    isPreparing = false;
    if (wanted === undefined) return;
    replay = made;
    show({});
  };
  open().catch((error) => abort.signal.aborted || show({ problem: errorText(error) }));

  return {
    current: () => shown,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    setSummary: (summary) => show({ summary }),
    setGraph: (graph) => show({ graph }),
    loadEarlier,
    seek: (seq) => {
      if (seq === undefined && wanted === undefined) return;
      wanted = seq;
      if (seq === undefined) replay = undefined;
      else void prepareReplay();
      show({});
    },
    close: () => {
      abort.abort();
      callOff?.();
      unfollow?.();
    },
  };
}

/** Nothing of a run that has hardly begun, or when it cannot be had: then the events tell all, if slowly. */
async function loadSnapshot({ run, summary, loadSnapshot }: RunStoreGiven, signal: AbortSignal): Promise<RunSnapshot["state"] | undefined> {
  return summary?.state === "queued" ? undefined : loadSnapshot(run, signal).catch(() => undefined);
}

type Shown = Omit<RunView, "live" | "replay">;
type Present = Shown & { readonly live: boolean };

const NO_ACTIVITIES: Activities = new Map();

function presentOf(shown: Shown): Present {
  const isOver = shown.state?.phase.type === "finished" || (shown.summary !== undefined && isFinal(shown.summary.state));
  return { ...shown, live: !isOver };
}

function fold(
  before: { state: RunState; record: RunRecord; activities: Activities; log: RunEvent[] },
  events: readonly (RunEvent | LiveEphemeral)[],
): Pick<Shown, "state" | "activities"> {
  let { state, activities } = before;
  for (const event of events) {
    if ("seq" in event) {
      // the last event of a fold that was read is told once more, for the record
      if (event.seq !== state.seq) state = applyEvent(state, event);
      before.log.push(event);
      recordEvent(before.record, event, state);
      activities = settleActivity(activities, event);
    } else if (!hasEnded(state, event)) activities = addActivity(activities, event);
  }
  return { state, activities };
}

/** What a node run shows may come after the event by which it ended. */
function hasEnded({ nodes }: RunState, { node, path }: LiveEphemeral): boolean {
  const run = nodes.get(nodeKey(node, path));
  return run !== undefined && "finishedAt" in run;
}
