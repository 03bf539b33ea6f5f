import { createContext, useCallback, useContext, useSyncExternalStore } from "react";
import type { z } from "zod";
import type { Budget } from "#runtime/graph/budget.ts";
import type { EdgeId, NodeId, RunId } from "#runtime/graph/ids.ts";
import type { Graph } from "#runtime/graph/schema.ts";
import type { StoredValue } from "#runtime/graph/stored-value.ts";
import type { Plan, PlanSource } from "#runtime/plan/plan.ts";
import type { RunEvent } from "#runtime/run/events.ts";
import { type NodeKey, type NodeRun, nodeKey, type RunState } from "#runtime/run/run-state.ts";
import type { RunSummary, startRun } from "#server/contract/runs.ts";
import { createStore, type Store } from "../document/store.ts";
import { type ChosenIterations, useChosenIterations } from "./iteration-choice.ts";
import { iterationsText, leadingRun, levelAt, pathOf } from "./iterations-view.ts";
import type { Activities, NodeActivity } from "./node-activity.ts";
import type { RunRecord } from "./run-record.ts";

/**
 * The run that is being looked at, as the board, the inspector and the header read it. What fills it is
 * `run-view-provider.tsx`: `RunViewProvider({ graphId, runId?, children })`. Without `runId` it follows the newest run of the graph
 * (also one that somebody else starts); with `runId` it shows that run as it was, `graph` being its revision.
 *
 * The editor also loads `NodeRunPanel({ nodeId })` from `node-run-panel.tsx` (the inspector's Run tab) and
 * `RunHistory({ graphId, onClose })` from `run-history.tsx` (the panel of past runs).
 */
export interface RunView {
  readonly runId: RunId;
  /** Absent until it is known. */
  readonly summary: RunSummary | undefined;
  /** The fold of its events; absent until the plan has arrived. A new object for each event. */
  readonly state: RunState | undefined;
  /** What its events say beside that. */
  readonly record: RunRecord;
  /** The graph of its revision; absent until it is known. */
  readonly graph: Graph | undefined;
  /** Its events that have been read, in order: those after number `record.missing` of the present. The same array grows. */
  readonly events: readonly RunEvent[];
  /** Whether it goes on: more events will come. */
  readonly live: boolean;
  /** What nodes show while they run, by node run. */
  readonly activities: Activities;
  /** Why the run cannot be shown. */
  readonly problem: string | undefined;
  /** Why a page of events that `record` lacks did not come. */
  readonly earlierProblem?: string | undefined;
  /** Set while the run is looked at as it was earlier: `state` and `record` are of that moment, and nothing can be done with the run. */
  readonly replay?: ReplayPlace | undefined;
}

/** Where in its log a run is looked at. */
export interface ReplayPlace {
  /** Number of the last event that counts. */
  readonly seq: number;
  /** Number of the last event there is. */
  readonly last: number;
  /** When that event happened; absent before the first. */
  readonly at: string | undefined;
  /** Whether more events will come. */
  readonly isLive: boolean;
  /** The events before are being read. */
  readonly isLoading: boolean;
}

/** Where views get it from: a store, so that an event draws again only what it touches. */
export interface RunViewSource {
  current(): RunView | undefined;
  subscribe(listener: () => void): () => void;
}

/** What a run is started with; nothing: the draft as it is, without input. */
export type StartRequest = NonNullable<z.input<NonNullable<typeof startRun.body>>>;

export interface RunActions {
  /** Starts a run of the graph. Rejects with what the server said. */
  start(request?: StartRequest): Promise<RunSummary>;
  /** Asks the run to stop; does nothing when none goes on. */
  cancel(): Promise<void>;
  /** Starts nothing new until it is resumed. */
  hold(): Promise<void>;
  resume(): Promise<void>;
  /** Ends the run at once, for a reason that is kept with it. */
  kill(reason: string): Promise<void>;
  /** Changes what the run may use before it asks. */
  setBudget(budget: Budget): Promise<void>;
  /** Reads a page of the events that `record` lacks, the newest of them first; does nothing while one is on its way. */
  loadEarlier(): void;
  /** Shows the run as it was after an event; undefined: as it is. */
  seek(seq: number | undefined): void;
  /** Shows another run of the graph that goes on. */
  choose(run: RunSummary): void;
  /** Takes the states of the last run off the board. */
  clear(): void;
}

/** Runs of the graph that go on, the newest first; parts of others left out. */
export type OngoingRuns = readonly RunSummary[];

export interface RunViewValue {
  readonly source: RunViewSource;
  readonly ongoing: Pick<Store<OngoingRuns>, "current" | "subscribe">;
  readonly actions: RunActions;
}

const nothing = async () => {};
/** Where no run is looked at. */
export const NO_RUN: RunViewValue = {
  source: { current: () => undefined, subscribe: () => () => {} },
  ongoing: createStore<OngoingRuns>([]),
  actions: {
    start: () => Promise.reject(new Error("There is no graph to run here.")),
    cancel: nothing,
    hold: nothing,
    resume: nothing,
    kill: nothing,
    setBudget: nothing,
    loadEarlier: () => {},
    seek: () => {},
    choose: () => {},
    clear: () => {},
  },
};

export const RunViewContext = createContext<RunViewValue>(NO_RUN);

export function useRunActions(): RunActions {
  return useContext(RunViewContext).actions;
}

export function useOngoingRuns(): OngoingRuns {
  const { ongoing } = useContext(RunViewContext);
  return useSyncExternalStore(ongoing.subscribe, ongoing.current);
}

/** A part of the run; draws again when that part is another value by `===`. */
export function useRunPart<Part>(select: (view: RunView | undefined) => Part): Part {
  const { source } = useContext(RunViewContext);
  const read = useCallback(() => select(source.current()), [source, select]);
  return useSyncExternalStore(source.subscribe, read);
}

const whole = (view: RunView | undefined) => view;

/** Everything; draws again with every event. */
export function useRunView(): RunView | undefined {
  return useRunPart(whole);
}

/** How a node fares in the run; of a node inside of containers, the node run that most wants to be seen. */
export function useNodeRun(node: NodeId): NodeRun | undefined {
  return useRunPart(useCallback((view: RunView | undefined) => nodeRunOf(view, node), [node]));
}

/** The same, of a run that is at hand. */
export function nodeRunOf(view: RunView | undefined, node: NodeId): NodeRun | undefined {
  const planNode = view?.state?.plan.nodes[node];
  if (!view || !planNode) return undefined;
  return (planNode.depth ?? 0) > 0 ? leadingRun(view, node) : view.state?.nodes.get(nodeKey(node, []));
}

/** How the iterations stand that a node is in, or asks for: "2 running · 10 done". */
export function useIterationsText(node: NodeId): string | undefined {
  return useRunPart(useCallback((view: RunView | undefined) => iterationsText(view, node), [node]));
}

/** The state a node run is shown in: one that waits for a person needs a decision, and what waits for its turn in a run that has ended will not get it. */
export function shownNodeState(run: NodeRun, live: boolean): string {
  switch (run.state) {
    case "reused":
      return REUSED[run.reason];
    case "pending":
      return live ? "pending" : "not-run";
    case "iterating":
      return "running";
    case "calling":
      return "waiting";
    case "waiting":
      return run.request.kind === "person" || run.request.kind === "budget" ? "uncertain" : "waiting";
    default:
      return run.state;
  }
}

/** Whether a node run would start if the run were not held. */
export function isHeldUp(view: RunView | undefined, run: NodeRun | undefined): boolean {
  return run?.state === "pending" && view?.state?.phase.type === "held" && view.state.ready.has(nodeKey(run.node, run.path));
}

const REUSED = { cache: "cached", recorded: "reused", pinned: "pinned" } as const;

/** What a node shows while it runs; undefined when nothing. */
export function useNodeActivity(key: NodeKey): NodeActivity | undefined {
  return useRunPart(useCallback((view: RunView | undefined) => view?.activities.get(key), [key]));
}

/**
 * What an edge does in the run: nothing yet, its source runs, a value crossed it, or none will. `count`: inside of a container, how many
 * values have crossed it in all iterations; `value` is that of the one that is looked at.
 */
export type EdgeRun = { readonly count: number } & (
  | { readonly state: "idle" | "active" | "skipped"; readonly value?: undefined }
  | { readonly state: "passed"; readonly value: StoredValue }
);

/** In the iteration that is looked at; undefined while there is no run, or the run knows no such edge. */
export function useEdgeRun(edge: EdgeId): EdgeRun | undefined {
  const chosen = useChosenIterations(useRunPart(runIdOf));
  return useRunPart(useCallback((view: RunView | undefined) => edgeRunOf(view, edge, chosen), [edge, chosen]));
}

const runIdOf = (view: RunView | undefined) => view?.runId;

/** What crossed an edge in the run, if anything did. */
export function useEdgeValue(edge: EdgeId): StoredValue | undefined {
  const run = useEdgeRun(edge);
  return run?.state === "passed" ? run.value : undefined;
}

/** The same object for the same state, so that it can be compared by `===`. */
export function edgeRunOf(view: RunView | undefined, edge: EdgeId, chosen: ChosenIterations): EdgeRun | undefined {
  const source = view?.state && sourcesOf(view.state.plan).get(edge);
  if (!view?.state || !source) return undefined;
  const count = view.record.crossed.get(source.node)?.get(source.port) ?? 0;
  if (source.given) return crossed(givenIn(view, source, chosen)?.[source.port], { otherwise: "idle", count });
  // while iterations go on, one that has ended long ago is no news
  if (view.record.inside.get(source.node)?.has("running") && !Object.hasOwn(chosen, view.state.plan.nodes[source.node]?.parent ?? ""))
    return withoutValue("active", count);
  const path = pathOf(view, source.node, chosen);
  const run = path && view.state.nodes.get(nodeKey(source.node, path));
  switch (run?.state) {
    case "succeeded":
    case "reused":
    case "failed":
    case "skipped":
      return crossed(Object.hasOwn(run.outputs, source.port) ? run.outputs[source.port] : undefined, { otherwise: "skipped", count });
    case "running":
    case "iterating":
    case "calling":
    case "waiting":
    case "retrying":
      return withoutValue("active", count);
    case "cancelled":
      return withoutValue("skipped", count);
    default:
      return withoutValue("idle", count);
  }
}

function givenIn(view: RunView, { node }: PlanSource, chosen: ChosenIterations) {
  const path = pathOf(view, node, chosen);
  const level = path && levelAt(view, { container: node, path, chosen });
  return level?.iterations.find(({ index }) => index === level.index)?.given;
}

const passed = new WeakMap<StoredValue, EdgeRun>();

function crossed(value: StoredValue | undefined, { otherwise, count }: { otherwise: "idle" | "skipped"; count: number }): EdgeRun {
  if (!value) return withoutValue(otherwise, count);
  const known = passed.get(value);
  if (known?.count === count) return known;
  const made: EdgeRun = { state: "passed", value, count };
  passed.set(value, made);
  return made;
}

const empty = new Map<string, EdgeRun>();

function withoutValue(state: "idle" | "active" | "skipped", count: number): EdgeRun {
  const key = `${state}${count}`;
  const known = empty.get(key) ?? { state, count };
  empty.set(key, known);
  return known;
}

const sources = new WeakMap<Plan, ReadonlyMap<EdgeId, PlanSource>>();

function sourcesOf(plan: Plan): ReadonlyMap<EdgeId, PlanSource> {
  const known = sources.get(plan);
  if (known) return known;
  const ports = Object.values(plan.nodes).flatMap(({ inputs, takes = {} }) => [...Object.values(inputs), ...Object.values(takes)]);
  const made = new Map(ports.flatMap((port) => port.sources.map((source) => [source.edge, source])));
  sources.set(plan, made);
  return made;
}
