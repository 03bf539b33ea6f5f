import { type NodeRun, nodeKey, type RunState } from "#runtime/run/run-state.ts";
import { classes } from "../ui/classes.ts";
import { StatusIcon, statusLook } from "../ui/status.tsx";
import { formatDuration } from "../ui/time-ago.tsx";
import { useNow } from "../ui/use-now.ts";
import { elapsedMs, spanOf } from "./run-progress.ts";
import { shownNodeState } from "./run-view.ts";

const BARS: Readonly<Record<string, string>> = {
  running: "bg-running",
  deciding: "bg-running",
  iterating: "bg-running",
  calling: "bg-waiting",
  waiting: "bg-waiting",
  retrying: "bg-waiting",
  uncertain: "bg-waiting",
  succeeded: "bg-succeeded",
  failed: "bg-failed",
};
/** Percent of the width that even the shortest bar takes. */
const THINNEST = 0.6;
/** Node runs that are drawn; the rest of a long run is told as a number. */
const SHOWN = 300;
/** Percent from which the time stands inside the bar. */
const ROOM_FOR_TEXT = 18;

export interface TimelineProps {
  state: RunState;
  live: boolean;
  /** Shows a node run. */
  onSelect(run: NodeRun): void;
}

/** When each node ran and for how long, as bars below each other in the order they began. */
export function Timeline({ state, live, onSelect }: TimelineProps) {
  const now = useNow(live);
  const all = [...state.nodes.values()].filter((run) => run.startedAt !== undefined);
  all.sort((one, other) => (one.startedAt ?? "").localeCompare(other.startedAt ?? ""));
  const runs = all.slice(0, SHOWN);
  const [first] = runs;
  if (!first?.startedAt) return <p className="p-4 text-ink-muted text-xs">No node has started.</p>;
  const begin = Date.parse(first.startedAt);
  const ends = runs.map((run) => begun(run) + (elapsedMs(spanOf(run), live ? now : begun(run)) ?? 0));
  const length = Math.max(1, Math.max(...ends) - begin);
  const idle = state.nodes.size - all.length;
  return (
    <div className="px-3 py-2">
      <Scale length={length} />
      <ol aria-label="Timeline">
        {runs.map((run, index) => (
          <Bar
            key={nodeKey(run.node, run.path)}
            run={run}
            live={live}
            label={labelOf(state, run)}
            left={((begun(run) - begin) / length) * 100}
            ms={(ends[index] ?? begin) - begun(run)}
            width={(((ends[index] ?? begin) - begun(run)) / length) * 100}
            onSelect={onSelect}
          />
        ))}
      </ol>
      {all.length > runs.length && <p className="px-1 pt-1.5 text-2xs text-ink-faint">{all.length - runs.length} more began after these.</p>}
      {idle > 0 && (
        <p className="px-1 pt-1.5 text-2xs text-ink-faint">
          {idle === 1 ? "One node run" : `${idle} node runs`} {live ? "not started yet" : "did not run"}.
        </p>
      )}
    </div>
  );
}

function Scale({ length }: { length: number }) {
  return (
    <div aria-hidden className="mb-1 ml-44 flex justify-between border-line border-b pb-1 text-2xs text-ink-faint tabular-nums max-lg:ml-32">
      {[0, 0.25, 0.5, 0.75, 1].map((part) => (
        <span key={part}>{formatDuration(part * length)}</span>
      ))}
    </div>
  );
}

function Bar({
  run,
  live,
  label,
  left,
  width,
  ms,
  onSelect,
}: {
  run: NodeRun;
  live: boolean;
  label: string;
  left: number;
  width: number;
  ms: number;
  onSelect(run: NodeRun): void;
}) {
  const wide = Math.max(THINNEST, width);
  const isInside = wide > ROOM_FOR_TEXT;
  return (
    <li>
      <button
        type="button"
        aria-label={`${label}: ${statusLook(shownNodeState(run, live)).label}, ${formatDuration(ms)}`}
        onClick={() => onSelect(run)}
        className="flex h-7 w-full items-center rounded-sm text-left text-xs hover:bg-hover"
      >
        <span className="flex w-44 shrink-0 items-center gap-1.5 pr-3 pl-1 max-lg:w-32">
          <StatusIcon state={shownNodeState(run, live)} size={13} />
          <span className="truncate">{label}</span>
        </span>
        <span className="relative h-full min-w-0 flex-1">
          <span
            className={classes("absolute top-1.5 h-4 rounded-sm", BARS[run.state] ?? "bg-skipped")}
            style={{ left: `${Math.min(left, 100 - THINNEST)}%`, width: `${Math.min(wide, 100 - Math.min(left, 100 - THINNEST))}%` }}
          />
          <span
            className={classes("absolute top-1.5 whitespace-nowrap px-1.5 text-2xs tabular-nums", isInside ? "font-medium text-board" : "text-ink-muted")}
            style={isInside || left > 50 ? { right: `${100 - (isInside ? left + wide : left)}%` } : { left: `${left + wide}%` }}
          >
            {formatDuration(ms)}
          </span>
        </span>
      </button>
    </li>
  );
}

/** With the places of the iterations around it, from 1. */
function labelOf({ plan }: RunState, { node, path }: NodeRun): string {
  const label = plan.nodes[node]?.label ?? node;
  return path.length === 0 ? label : `${label} · ${path.map((index) => index + 1).join(".")}`;
}

function begun(run: NodeRun): number {
  return Date.parse(run.startedAt ?? "");
}
