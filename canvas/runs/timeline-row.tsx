import type { NodeId } from "#runtime/graph/ids.ts";
import type { Plan } from "#runtime/plan/plan.ts";
import type { IterationPath } from "#runtime/run/events.ts";
import { classes } from "../ui/classes.ts";
import { StatusIcon } from "../ui/status.tsx";
import { formatDuration } from "../ui/time-ago.tsx";
import { useIsLit, useLit } from "./lit-node.ts";
import type { NodeSpans, Span, SpanRow } from "./run-spans.ts";
import "./timeline.css";

/** Pixels of a row. */
export const ROW = 28;

export interface TimeScale {
  /** Milliseconds since 1970. */
  readonly begin: number;
  readonly end: number;
  readonly length: number;
}

/** Percent of the width that even the shortest bar takes. */
const THINNEST = 0.4;
/** Bars of one row that are drawn: more could not be told apart. */
const MAX_BARS = 400;

interface TimelineRowProps {
  row: SpanRow;
  top: number;
  plan: Plan;
  scale: TimeScale;
  isSelected: boolean;
  onSelect(run: { node: NodeId; path: IterationPath }): void;
}

export function TimelineRow({ row, top, plan, scale, isSelected, onSelect }: TimelineRowProps) {
  const { light } = useLit.getState();
  const isLit = useIsLit(row.node);
  const [first] = row.runs;
  if (!first) return null;
  const label = labelOf(plan, row);
  const state = stateOf(row.runs);
  const took = Math.max(...row.runs.map(({ to }) => to ?? scale.end)) - first.from;
  const bars = row.runs.length > MAX_BARS ? [whole(row.runs, scale)] : row.runs;
  const on = { onPointerEnter: () => light(row.node), onPointerLeave: () => light(undefined), onFocus: () => light(row.node), onBlur: () => light(undefined) };
  return (
    <li className="absolute inset-x-0" style={{ top, height: ROW }}>
      <button
        type="button"
        {...on}
        onClick={() => onSelect(first)}
        className={classes("flex h-full w-full items-center rounded-sm text-left text-xs hover:bg-hover", (isLit || isSelected) && "bg-accent-soft")}
      >
        <span className="sticky left-3 z-[5] flex h-full w-44 shrink-0 items-center gap-1.5 bg-surface pr-3 pl-1 max-lg:w-32">
          <StatusIcon state={state} size={13} />
          <span className={classes("truncate", isSelected && "font-medium text-accent")}>{label}</span>
          {row.runs.length > 1 && <span className="text-2xs text-ink-faint">×{row.runs.length}</span>}
        </span>
        <span className="relative h-full min-w-0 flex-1">
          <span aria-hidden>
            {bars.map((run) => (
              <Bars key={run.key} run={run} scale={scale} isOne={bars.length === 1} />
            ))}
          </span>
          <span
            className="absolute top-1.5 whitespace-nowrap rounded-sm px-1.5 text-2xs text-ink-muted leading-4 tabular-nums data-inside:bg-surface/85 data-inside:text-ink"
            {...timePlace(((first.from - scale.begin) / scale.length) * 100, (took / scale.length) * 100)}
          >
            {formatDuration(took)}
            <span className="sr-only">{attemptsText(row.runs)}</span>
          </span>
        </span>
      </button>
    </li>
  );
}

/** Percent of the width that a time needs beside a bar. */
const TIME_ROOM = 15;

/** After the bar, or before it; in it where it takes all the room. */
function timePlace(left: number, width: number): { style: { left: string } | { right: string }; "data-inside"?: true } {
  if (left + width < 100 - TIME_ROOM) return { style: { left: `${left + Math.max(THINNEST, width)}%` } };
  if (left >= TIME_ROOM) return { style: { right: `${100 - left}%` } };
  return { style: { right: `${Math.max(0, 100 - left - width)}%` }, "data-inside": true };
}

function Bars({ run, scale, isOne }: { run: NodeSpans; scale: TimeScale; isOne: boolean }) {
  if (run.spans.length === 0) return <Bar span={{ kind: "running", from: run.from, to: run.from, attempt: 0 }} scale={scale} className="bar-reused" />;
  return run.spans.map((span, index) => (
    <Bar
      // biome-ignore lint/suspicious/noArrayIndexKey: spans are only ever added at the end
      key={index}
      span={span}
      scale={scale}
      className={classes(barOf(span, run.end), !isOne && "bar-of-many")}
    />
  ));
}

function barOf(span: Span, end: NodeSpans["end"]): string {
  if (span.kind !== "running") return `bar-${span.kind}`;
  if (span.failed && end !== "cancelled") return "bar-failed";
  return end ? `bar-${end}` : "bar-running";
}

function Bar({ span, scale, className }: { span: Span; scale: TimeScale; className: string }) {
  const left = ((span.from - scale.begin) / scale.length) * 100;
  const width = Math.max(THINNEST, (((span.to ?? scale.end) - span.from) / scale.length) * 100);
  return (
    <span
      title={`${span.kind === "running" ? (span.attempt > 0 ? `Attempt ${span.attempt}` : "Taken over") : span.kind === "waiting" ? "Waits" : "Until the next attempt"}: ${formatDuration((span.to ?? scale.end) - span.from)}`}
      className={classes("timeline-bar absolute top-1.5 h-4 rounded-sm", className)}
      style={{ left: `${Math.min(left, 100 - THINNEST)}%`, width: `${Math.min(width, 100 - Math.min(left, 100 - THINNEST))}%` }}
    />
  );
}

/** Many iterations as one bar. */
function whole(runs: readonly NodeSpans[], scale: TimeScale): NodeSpans {
  const [first] = runs;
  const to = Math.max(...runs.map((run) => run.to ?? scale.end));
  const from = first?.from ?? scale.begin;
  const end = runs.every((run) => run.end === "succeeded") ? "succeeded" : runs.some((run) => run.end === "failed") ? "failed" : undefined;
  return { ...(first as NodeSpans), from, to, spans: [{ kind: "running", from, to, attempt: 1 }], ...(end && { end }) };
}

function stateOf(runs: readonly NodeSpans[]): string {
  if (runs.some(({ end }) => end === "failed")) return "failed";
  const open = runs.find(({ end }) => end === undefined)?.spans.at(-1);
  if (open) return open.to === undefined ? open.kind : "pending";
  return runs[0]?.end ?? "succeeded";
}

/** With the places of the iterations around it, from 1. */
function labelOf(plan: Plan, { node, runs }: SpanRow): string {
  const label = plan.nodes[node]?.label ?? node;
  const path = runs.length === 1 ? (runs[0]?.path ?? []) : [];
  return path.length === 0 ? label : `${label} · ${path.map((index) => index + 1).join(".")}`;
}

function attemptsText(runs: readonly NodeSpans[]): string {
  const most = Math.max(0, ...runs.flatMap(({ spans }) => spans.map(({ attempt }) => attempt)));
  return most > 1 ? `, ${most} attempts` : "";
}
