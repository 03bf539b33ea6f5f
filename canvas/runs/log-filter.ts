import type { NodeId } from "#runtime/graph/ids.ts";
import type { LogLine } from "#runtime/run/events.ts";
import { type NodeRun, nodeKey } from "#runtime/run/run-state.ts";
import type { RunView } from "./run-view.ts";

/** A line with the node run that wrote it. */
export interface RunLine extends LogLine {
  readonly node: NodeId;
  /** Its name, with the places of the iterations around it. */
  readonly from: string;
}

/** The least important first. */
export const LEVELS = ["debug", "info", "warn", "error"] as const satisfies readonly LogLine["level"][];

export interface LogFilter {
  node: NodeId | undefined;
  /** And what is more important. */
  level: LogLine["level"];
  search: string;
}

const known = new WeakMap<readonly LogLine[], readonly RunLine[]>();

/** All lines of a run by time, those that are not recorded yet among them. */
export function allLines({ state, activities }: Pick<RunView, "state" | "activities">): readonly RunLine[] {
  if (!state) return [];
  const lines: RunLine[] = [];
  for (const run of state.nodes.values()) {
    const live = activities.get(nodeKey(run.node, run.path))?.lines;
    if (run.logs.length === 0 && !live) continue;
    const label = state.plan.nodes[run.node]?.label ?? run.node;
    for (const logs of live ? [run.logs, live] : [run.logs]) lines.push(...named(logs, run, label));
  }
  return lines.sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0));
}

/** The same objects for the same lines: most of a long log is as it was. */
function named(logs: readonly LogLine[], { node, path }: NodeRun, label: string): readonly RunLine[] {
  const before = known.get(logs);
  if (before) return before;
  const from = path.length === 0 ? label : `${label} · ${path.map((index) => index + 1).join(".")}`;
  const made = logs.map((line): RunLine => ({ ...line, node, from }));
  known.set(logs, made);
  return made;
}

export function linesThat(lines: readonly RunLine[], { node, level, search }: LogFilter): readonly RunLine[] {
  const least = LEVELS.indexOf(level);
  const words = search.trim().toLowerCase();
  if (node === undefined && least === 0 && words === "") return lines;
  return lines.filter(
    (line) =>
      (node === undefined || line.node === node) &&
      LEVELS.indexOf(line.level) >= least &&
      (words === "" || line.message.toLowerCase().includes(words) || line.from.toLowerCase().includes(words)),
  );
}
