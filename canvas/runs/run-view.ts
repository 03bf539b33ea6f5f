import { createContext, useCallback, useContext, useSyncExternalStore } from "react";
import type { EdgeId, NodeId, RunId } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import type { Graph } from "#runtime/graph/schema.ts";
import type { Plan, PlanSource } from "#runtime/plan/plan.ts";
import { type NodeRun, nodeKey, type RunState } from "#runtime/run/run-state.ts";
import type { StoredValue } from "#runtime/run/values.ts";
import type { RunSummary } from "#server/contract/runs.ts";
import type { Activities, NodeActivity } from "./node-activity.ts";

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
  /** Folded from its events; absent until plan and events have arrived. A new object for each event. */
  readonly state: RunState | undefined;
  /** The graph of its revision; set where a run is looked at as it was. */
  readonly graph: Graph | undefined;
  /** Whether it goes on: more events will come. */
  readonly live: boolean;
  /** What nodes show while they run, by node run. */
  readonly activities: Activities;
  /** Why the run cannot be shown. */
  readonly problem: string | undefined;
}

/** Where views get it from: a store, so that an event draws again only what it touches. */
export interface RunViewSource {
  current(): RunView | undefined;
  subscribe(listener: () => void): () => void;
}

export interface RunActions {
  /** Starts a run of the draft. Rejects with what the server said. */
  start(input?: Record<string, Json>): Promise<void>;
  /** Asks the run to stop; does nothing when none goes on. */
  cancel(): Promise<void>;
  /** Starts nothing new until it is resumed. */
  hold(): Promise<void>;
  resume(): Promise<void>;
  /** Ends the run at once, for a reason that is kept with it. */
  kill(reason: string): Promise<void>;
  /** Takes the states of the last run off the board. */
  clear(): void;
}

export interface RunViewValue {
  readonly source: RunViewSource;
  readonly actions: RunActions;
}

const NOTHING: RunViewValue = {
  source: { current: () => undefined, subscribe: () => () => {} },
  actions: { start: async () => {}, cancel: async () => {}, hold: async () => {}, resume: async () => {}, kill: async () => {}, clear: () => {} },
};

export const RunViewContext = createContext<RunViewValue>(NOTHING);

export function useRunActions(): RunActions {
  return useContext(RunViewContext).actions;
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

/** How a node fares in the run; outside containers a node has one node run. */
export function useNodeRun(node: NodeId): NodeRun | undefined {
  return useRunPart(useCallback((view: RunView | undefined) => view?.state?.nodes.get(nodeKey(node, [])), [node]));
}

/** The state a node run is shown in: what waits for its turn in a run that has ended will not get it. */
export function shownNodeState(run: NodeRun, live: boolean): string {
  return run.state === "pending" && !live ? "not-run" : run.state;
}

/** What a node shows while it runs; undefined when nothing. */
export function useNodeActivity(node: NodeId): NodeActivity | undefined {
  return useRunPart(useCallback((view: RunView | undefined) => view?.activities.get(nodeKey(node, [])), [node]));
}

/** What an edge does in the run: nothing yet, its source runs, a value crossed it, or none will. */
export type EdgeRun = { state: "idle" } | { state: "active" } | { state: "passed"; value: StoredValue } | { state: "skipped" };

const IDLE: EdgeRun = { state: "idle" };
const ACTIVE: EdgeRun = { state: "active" };
const SKIPPED: EdgeRun = { state: "skipped" };

/** Undefined while there is no run, or the run knows no such edge. */
export function useEdgeRun(edge: EdgeId): EdgeRun | undefined {
  return useRunPart(useCallback((view: RunView | undefined) => edgeRunOf(view?.state, edge), [edge]));
}

/** What crossed an edge in the run, if anything did. */
export function useEdgeValue(edge: EdgeId): StoredValue | undefined {
  const run = useEdgeRun(edge);
  return run?.state === "passed" ? run.value : undefined;
}

const passed = new WeakMap<StoredValue, EdgeRun>();

/** The same object for the same state, so that it can be compared by `===`. */
export function edgeRunOf(state: RunState | undefined, edge: EdgeId): EdgeRun | undefined {
  const source = state && sourcesOf(state.plan).get(edge);
  if (!source) return undefined;
  const run = state.nodes.get(nodeKey(source.node, []));
  switch (run?.state) {
    case "succeeded":
    case "failed":
    case "skipped": {
      const value = Object.hasOwn(run.outputs, source.port) ? run.outputs[source.port] : undefined;
      if (!value) return SKIPPED;
      const known = passed.get(value) ?? { state: "passed", value };
      passed.set(value, known);
      return known;
    }
    case "running":
    case "waiting":
    case "retrying":
      return ACTIVE;
    case "cancelled":
      return SKIPPED;
    default:
      return IDLE;
  }
}

const sources = new WeakMap<Plan, ReadonlyMap<EdgeId, PlanSource>>();

function sourcesOf(plan: Plan): ReadonlyMap<EdgeId, PlanSource> {
  const known = sources.get(plan);
  if (known) return known;
  const all = Object.values(plan.nodes).flatMap((node) => Object.values(node.inputs).flatMap((input) => input.sources));
  const made = new Map(all.map((source) => [source.edge, source]));
  sources.set(plan, made);
  return made;
}
