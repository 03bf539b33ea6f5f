import type { NodeId } from "#runtime/graph/ids.ts";
import type { IterationPath } from "#runtime/run/events.ts";
import { planIndex } from "#runtime/run/plan-index.ts";
import { type NodeKey, type NodeRun, nodeKey, type RunState } from "#runtime/run/run-state.ts";
import { type DelegatedParts, partsAround, partsOf, partsText } from "./delegated-parts.ts";
import type { ChosenIterations } from "./iteration-choice.ts";
import { begunIterations, earlierIterations, type RunRecord, type ShownIteration } from "./run-record.ts";

/** What is known of a run. */
export interface KnownRun {
  readonly state: RunState | undefined;
  readonly record: RunRecord;
}

/** One level around a node run: the container, its iterations so far, and the one that is looked at. */
export interface IterationLevel {
  readonly container: NodeId;
  readonly label: string;
  readonly key: NodeKey;
  readonly iterations: readonly ShownIteration[];
  /** How many there will be, as far as it is known. */
  readonly total: number;
  /** How many of them have begun in events that have not been read yet. */
  readonly unread: number;
  /** How many of them are before the part of a list that this run is. */
  readonly elsewhere: number;
  readonly index: number | undefined;
}

/** The levels around a node, outermost first, as far as iterations have begun. */
export function levelsAround(view: KnownRun, node: NodeId, chosen: ChosenIterations): IterationLevel[] {
  const plan = view.state?.plan;
  const levels: IterationLevel[] = [];
  const path: number[] = [];
  for (const container of plan ? (planIndex(plan).around.get(node) ?? []) : []) {
    const level = levelAt(view, { container, path: [...path], chosen });
    levels.push(level);
    if (level.index === undefined) break;
    path.push(level.index);
  }
  return levels;
}

/** Views are made anew with every change: many wires and nodes ask the same of one of them. */
const levelsOf = new WeakMap<KnownRun, Map<string, IterationLevel>>();

/** The iterations that a container's run (or one in item mode) has begun. */
export function levelAt(view: KnownRun, at: { container: NodeId; path: IterationPath; chosen: ChosenIterations }): IterationLevel {
  const levels = levelsOf.get(view) ?? new Map<string, IterationLevel>();
  levelsOf.set(view, levels);
  const key = `${nodeKey(at.container, at.path)} ${at.chosen[at.container]}`;
  const level = levels.get(key) ?? findLevel(view, at);
  levels.set(key, level);
  return level;
}

function findLevel(view: KnownRun, { container, path, chosen }: { container: NodeId; path: IterationPath; chosen: ChosenIterations }): IterationLevel {
  const key = nodeKey(container, path);
  const known = view.record.iterations.get(key);
  const isOver = view.state?.phase.type === "finished";
  const iterations = [...(known?.values() ?? [])].sort((one, other) => one.index - other.index).map((each) => (isOver ? ended(each) : each));
  const run = view.state?.nodes.get(key);
  const total = Math.max(iterations.length, run?.iterations ? run.iterations.first + run.iterations.count : 0);
  const elsewhere = view.state && run?.iterations ? run.iterations.first - earlierIterations(run, view.state) : 0;
  const unread = view.state && run && view.record.missing > 0 ? Math.max(0, begunIterations(run, view.state) - iterations.length) : 0;
  const wanted = chosen[container];
  const isLoop = view.state?.plan.nodes[container]?.role === "loop";
  const usual = iterations.find(({ state }) => state === "failed") ?? (isLoop ? iterations.at(-1) : iterations[0]);
  const index = wanted !== undefined && known?.has(wanted) ? wanted : usual?.index;
  return { container, label: view.state?.plan.nodes[container]?.label ?? container, key, iterations, total, unread, elsewhere, index };
}

const COUNTED = ["failed", "running", "succeeded", "stopped"] as const;

/** "1 failed, 3 succeeded, 6 not begun", of the iterations of a level. */
export function iterationCounts({ iterations, total, unread, elsewhere }: IterationLevel): string {
  const known = COUNTED.map((word) => ({ word, count: iterations.filter(({ state }) => state === word).length }));
  const others = [
    { word: "loading", count: unread },
    { word: "not begun", count: total - iterations.length - unread - elsewhere },
    { word: "in other parts", count: elsewhere },
  ];
  return [...known, ...others].flatMap(({ word, count }) => (count > 0 ? [`${count} ${word}`] : [])).join(", ");
}

/** What went on when its run ended was stopped. */
function ended(iteration: ShownIteration): ShownIteration {
  return iteration.state === "running" ? { ...iteration, state: "stopped" } : iteration;
}

/** The path of the node run that is looked at; undefined while the containers around it have begun no iteration. */
export function pathOf(view: KnownRun, node: NodeId, chosen: ChosenIterations): IterationPath | undefined {
  const levels = levelsAround(view, node, chosen);
  const path = levels.flatMap(({ index }) => (index === undefined ? [] : [index]));
  return path.length === levels.length ? path : undefined;
}

/** What a node inside of containers is shown as where there is room for one state: what most wants to be seen. */
const ORDER = [
  "failed",
  "uncertain",
  "waiting",
  "calling",
  "running",
  "deciding",
  "iterating",
  "retrying",
  "pending",
  "succeeded",
  "reused",
  "skipped",
  "cancelled",
] as const;
const GROUPS: Readonly<Record<NodeRun["state"], string>> = {
  failed: "failed",
  uncertain: "to decide",
  waiting: "waiting",
  calling: "waiting",
  running: "running",
  deciding: "running",
  iterating: "running",
  retrying: "retrying",
  pending: "queued",
  succeeded: "done",
  reused: "done",
  skipped: "skipped",
  cancelled: "cancelled",
};
/** More would not fit on a card. */
const SHOWN_GROUPS = 3;

/** The node run that stands for all of a node inside of containers; undefined before the first. */
export function leadingRun(view: KnownRun, node: NodeId): NodeRun | undefined {
  const byState = view.record.inside.get(node);
  for (const state of byState ? ORDER : []) {
    const [key] = byState?.get(state) ?? [];
    if (key !== undefined) return view.state?.nodes.get(key);
  }
  return undefined;
}

/** "2 running · 10 done" for a node inside of containers, "3 of 12 done" for a container; undefined for others. */
export function iterationsText(view: KnownRun | undefined, node: NodeId): string | undefined {
  const planNode = view?.state?.plan.nodes[node];
  if (!view || !planNode) return undefined;
  if ((planNode.depth ?? 0) > 0) return insideText(view, node) ?? textOf(partsAround(view, node));
  const run = view.state?.nodes.get(nodeKey(node, []));
  if (!run?.iterations) return undefined;
  if (planNode.role === "loop") {
    const rounds = view.state ? begunIterations(run, view.state) : 0;
    return rounds > 0 ? `round ${rounds}` : undefined;
  }
  const parts = partsOf(run, view.state?.phase.type === "finished");
  if (parts || !view.state) return textOf(parts);
  const { count, ended } = run.iterations;
  const earlier = earlierIterations(run, view.state);
  return count + earlier === 0 ? undefined : `${earlier + ended.length} of ${earlier + count} done`;
}

function textOf(parts: DelegatedParts | undefined): string | undefined {
  return parts && partsText(parts);
}

function insideText({ record }: KnownRun, node: NodeId): string | undefined {
  const byState = record.inside.get(node);
  const counts = new Map<string, number>();
  for (const state of byState ? ORDER : []) {
    const size = byState?.get(state)?.size ?? 0;
    if (size > 0) counts.set(GROUPS[state], (counts.get(GROUPS[state]) ?? 0) + size);
  }
  const parts = [...counts].map(([group, count]) => `${count} ${group}`);
  return parts.length === 0 ? undefined : parts.slice(0, SHOWN_GROUPS).join(" · ");
}
