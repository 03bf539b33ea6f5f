import type { Budget } from "#runtime/graph/budget.ts";
import type { GraphId, RunId } from "#runtime/graph/ids.ts";
import type { Graph } from "#runtime/graph/schema.ts";
import type { RunSummary } from "#server/contract/runs.ts";
import type { GraphFollower, RunFollower } from "../api/live-followers.ts";
import { createStore } from "../document/store.ts";
import { wholeOf } from "./run-purposes.ts";
import { createRunRecord } from "./run-record.ts";
import { createRunStore, isFinal, type RunStore, type RunStoreGiven } from "./run-store.ts";
import type { OngoingRuns, RunActions, RunView, RunViewSource, RunViewValue, StartRequest } from "./run-view.ts";

/** What a session needs of the world: the API, the live connection, and frames. */
export interface RunServices {
  /** Some runs of the graph, the newest first. */
  newestRuns(graph: GraphId, signal: AbortSignal): Promise<readonly RunSummary[]>;
  readRun(run: RunId, signal: AbortSignal): Promise<RunSummary>;
  readGraph(graph: GraphId, revision: number, signal: AbortSignal): Promise<Graph>;
  loadPlan: RunStoreGiven["loadPlan"];
  loadSnapshot: RunStoreGiven["loadSnapshot"];
  readEvents: RunStoreGiven["readEvents"];
  followRun(run: RunId, after: number, follower: RunFollower): () => void;
  followGraph(graph: GraphId, follower: GraphFollower): () => void;
  later(task: () => void): () => void;
  start(graph: GraphId, request: StartRequest): Promise<RunSummary>;
  setBudget(run: RunId, budget: Budget): Promise<RunSummary>;
  control(verb: "cancel" | "hold" | "resume" | "kill", run: RunId, reason?: string): Promise<RunSummary>;
}

export interface RunSession {
  readonly source: RunViewSource;
  readonly ongoing: RunViewValue["ongoing"];
  readonly actions: RunActions;
  /** Begins to follow; may be called again after `close`. */
  open(): void;
  close(): void;
}

/** More runs that go on at once are not listed. */
const MAX_ONGOING = 20;

/** The run a page looks at: the newest of a graph, whoever starts it, or one that is given. Parts of a run are seen in the run they are part of. */
export function createRunSession(of: { graph: GraphId; run?: RunId | undefined }, services: RunServices): RunSession {
  const listeners = new Set<() => void>();
  let store: RunStore | undefined;
  let unsubscribe: (() => void) | undefined;
  let cleared: RunId | undefined;
  let broken: RunView | undefined;
  let opened: AbortController | undefined;
  let unfollow: (() => void) | undefined;
  /** The run somebody chose by hand: as long as it goes on, no newer one takes its place. */
  let chosen: RunId | undefined;
  const ongoing = createStore<OngoingRuns>([]);

  const tell = () => {
    for (const listener of [...listeners]) listener();
  };
  const put = (summary: RunSummary | undefined, graph?: Graph) => {
    unsubscribe?.();
    store?.close();
    broken = undefined;
    store = summary && createRunStore({ run: summary.id, summary, graph, ...services, follow: services.followRun });
    unsubscribe = store?.subscribe(tell);
    tell();
    if (store && summary && !graph) readGraphOf(store, summary);
  };
  /** Only to tell what has changed since: the run is shown without it. */
  const readGraphOf = (of: RunStore, { graph, revision }: RunSummary) => {
    const { signal } = opened ?? new AbortController();
    services.readGraph(graph, revision, signal).then(
      (read) => store === of && of.setGraph(read),
      () => {},
    );
  };
  const note = (summary: RunSummary) => {
    if (wholeOf(summary)) return;
    const others = ongoing.current().filter(({ id }) => id !== summary.id);
    const known = isFinal(summary.state) ? others : [summary, ...others];
    ongoing.set(known.sort((one, other) => other.createdAt.localeCompare(one.createdAt)).slice(0, MAX_ONGOING));
  };
  const show = (summary: RunSummary) => {
    if (!opened) return;
    note(summary);
    const current = store?.current();
    if (current?.runId === summary.id) return store?.setSummary(summary);
    if (of.run || summary.id === cleared || wholeOf(summary)) return;
    const isKept = current && (current.replay !== undefined || (current.live && current.runId === chosen));
    if (isKept) return;
    if (!current?.summary || summary.createdAt >= current.summary.createdAt) put(summary);
  };
  const newest = async (signal: AbortSignal) => {
    const runs = await services.newestRuns(of.graph, signal);
    ongoing.set(runs.filter((run) => !isFinal(run.state) && !wholeOf(run)));
    let [summary] = runs;
    for (let whole = summary && wholeOf(summary); whole; whole = wholeOf(summary)) summary = await services.readRun(whole, signal);
    return summary;
  };
  const refresh = async (signal: AbortSignal) => {
    const summary = of.run ? await services.readRun(of.run, signal) : await newest(signal);
    if (!summary || signal.aborted) return;
    if (!of.run || store) return show(summary);
    const graph = await services.readGraph(of.graph, summary.revision, signal);
    if (!signal.aborted && !store) put(summary, graph);
  };
  const follow = (signal: AbortSignal) => {
    refresh(signal).catch((error: unknown) => {
      if (signal.aborted || store || !of.run) return;
      const problem = error instanceof Error ? error.message : String(error);
      const nothing = { summary: undefined, state: undefined, record: createRunRecord(), graph: undefined, events: [], activities: new Map() };
      broken = { runId: of.run, ...nothing, live: false, problem };
      tell();
    });
  };
  const control = async (verb: Parameters<RunServices["control"]>[0], reason?: string) => {
    const view = store?.current();
    if (view?.live) show(await services.control(verb, view.runId, reason));
  };
  return {
    ongoing,
    source: {
      current: () => store?.current() ?? broken,
      subscribe: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    actions: {
      start: async (request = {}) => {
        const summary = await services.start(of.graph, request);
        chosen = undefined;
        store?.seek(undefined);
        show(summary);
        return summary;
      },
      cancel: () => control("cancel"),
      hold: () => control("hold"),
      resume: () => control("resume"),
      kill: (reason) => control("kill", reason),
      setBudget: async (budget) => {
        const view = store?.current();
        if (view?.live) show(await services.setBudget(view.runId, budget));
      },
      loadEarlier: () => store?.loadEarlier(),
      seek: (seq) => store?.seek(seq),
      choose: (summary) => {
        chosen = summary.id;
        if (!of.run && store?.current().runId !== summary.id) put(summary);
      },
      clear: () => {
        cleared = store?.current().runId;
        put(undefined);
      },
    },
    open: () => {
      const abort = new AbortController();
      opened = abort;
      unfollow = services.followGraph(of.graph, { run: show, begun: () => follow(abort.signal) });
      follow(abort.signal);
    },
    close: () => {
      opened?.abort();
      opened = undefined;
      unfollow?.();
      put(undefined);
    },
  };
}
