import { ZoomIn, ZoomOut } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import type { NodeId } from "#runtime/graph/ids.ts";
import type { Plan } from "#runtime/plan/plan.ts";
import type { IterationPath } from "#runtime/run/events.ts";
import { useBoard } from "../board/board-store.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { formatDuration } from "../ui/time-ago.tsx";
import { useNow } from "../ui/use-now.ts";
import { useWindow } from "../ui/use-window.ts";
import { EarlierEvents } from "./earlier-events.tsx";
import { eventAt } from "./play-time.ts";
import { addToSpans, createRunSpans, type RunSpans, rowsOf } from "./run-spans.ts";
import type { RunView } from "./run-view.ts";
import { ROW, TimelineRow, type TimeScale } from "./timeline-row.tsx";
import { useReplay } from "./use-replay.ts";

export interface TimelineProps {
  view: RunView;
  /** Shows a node run. */
  onSelect(run: { node: NodeId; path: IterationPath }): void;
}

const MAX_ZOOM = 64;
/** With more node runs than this, those of a node stand in one row unless somebody wants them apart. */
const MANY_RUNS = 60;

/** When each node ran and for how long, attempt by attempt, as bars below each other in the order they began. */
export function Timeline({ view, onSelect }: TimelineProps) {
  const spans = useSpans(view);
  if (!spans) return view.problem ? null : <div className="p-4">{<EarlierEvents view={view} />}</div>;
  if (spans.begin === undefined || !view.state) return <p className="p-4 text-ink-muted text-xs">No node has started.</p>;
  return <Chart view={view} plan={view.state.plan} spans={spans} begin={spans.begin} onSelect={onSelect} />;
}

/** Takes in what is new in the log; undefined while the beginning of the log is missing. */
function useSpans({ runId, events, record, replay, state }: RunView): RunSpans | undefined {
  const known = useRef<{ run: string; spans: RunSpans } | undefined>(undefined);
  const isWhole = replay ? !replay.isLoading : record.missing === 0 && state !== undefined;
  if (!isWhole) return undefined;
  if (known.current?.run !== runId) known.current = { run: runId, spans: createRunSpans() };
  const { spans } = known.current;
  for (let next = events[spans.seq]; next; next = events[spans.seq]) addToSpans(spans, next);
  return spans;
}

interface ChartProps extends TimelineProps {
  plan: Plan;
  spans: RunSpans;
  begin: number;
}

function Chart({ view, plan, spans, begin, onSelect }: ChartProps) {
  const [zoom, setZoom] = useState(1);
  const [chosen, setTogether] = useState<boolean | undefined>(undefined);
  const together = chosen ?? spans.byKey.size > MANY_RUNS;
  const isLive = view.live && !spans.isOver;
  const now = useNow(isLive);
  const end = Math.max(begin + 1, isLive ? now : spans.last);
  const rows = rowsOf(spans, together);
  const selected = useBoard(({ selectedNodes }) => selectedNodes);
  const hasIterations = [...spans.byKey.values()].some(({ path }) => path.length > 0);
  const list = useWindow<HTMLDivElement>(rows.length, ROW);
  const scale: TimeScale = { begin, length: end - begin, end };
  const magnify = (by: number) => setZoom((before) => zoomedBy(before, by));
  useWheelZoom(list.box, setZoom);
  return (
    <div className="flex h-full flex-col">
      <div className="flex h-8 shrink-0 items-center gap-1 border-line border-b px-3 text-2xs text-ink-muted">
        <IconButton label="Zoom in" size="small" side="top" icon={<ZoomIn size={13} />} disabled={zoom >= MAX_ZOOM} onClick={() => magnify(2)} />
        <IconButton label="Zoom out" size="small" side="top" icon={<ZoomOut size={13} />} disabled={zoom <= 1} onClick={() => magnify(0.5)} />
        <span className="w-8 tabular-nums">{zoom}×</span>
        {hasIterations && (
          <label className="flex cursor-pointer items-center gap-1.5">
            <input type="checkbox" className="accent-(--accent-fill)" checked={!together} onChange={(event) => setTogether(!event.target.checked)} />A row for
            each iteration
          </label>
        )}
        <Legend />
      </div>
      <div ref={list.ref} className="min-h-0 flex-1 overflow-auto">
        <div className="relative px-3" style={{ width: `${zoom * 100}%` }}>
          <Scale scale={scale} events={view.events} />
          <Cursor view={view} scale={scale} />
          <ol aria-label="Timeline" className="relative" style={{ height: list.height }}>
            {rows.slice(list.first, list.end).map((row, index) => (
              <TimelineRow
                key={row.id}
                row={row}
                top={(list.first + index) * ROW}
                plan={plan}
                scale={scale}
                isSelected={selected.includes(row.node)}
                onSelect={onSelect}
              />
            ))}
          </ol>
        </div>
      </div>
    </div>
  );
}

function zoomedBy(before: number, by: number): number {
  return Math.max(1, Math.min(MAX_ZOOM, before * by));
}

/** React listens to the wheel passively: then the page would zoom along. */
function useWheelZoom(box: HTMLElement | null, setZoom: (change: (before: number) => number) => void): void {
  useEffect(() => {
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      setZoom((before) => zoomedBy(before, event.deltaY < 0 ? 1.25 : 0.8));
    };
    box?.addEventListener("wheel", onWheel, { passive: false });
    return () => box?.removeEventListener("wheel", onWheel);
  }, [box, setZoom]);
}

/** Goes to the moment that is pressed. */
function Scale({ scale: { begin, length }, events }: { scale: TimeScale; events: RunView["events"] }) {
  const replay = useReplay();
  return (
    <div className="sticky top-0 z-10 flex h-6 bg-surface">
      <span className="sticky left-3 z-10 w-44 shrink-0 bg-surface max-lg:w-32" />
      <button
        type="button"
        tabIndex={-1}
        aria-hidden
        title="Replay the run from here"
        onClick={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          replay.seek(eventAt(events, begin + ((event.clientX - box.left) / box.width) * length));
        }}
        className="flex min-w-0 flex-1 items-center justify-between border-line border-b text-2xs text-ink-faint tabular-nums hover:text-ink"
      >
        {[0, 0.25, 0.5, 0.75, 1].map((part) => (
          <span key={part}>{formatDuration(part * length)}</span>
        ))}
      </button>
    </div>
  );
}

/** The moment that is looked at. */
function Cursor({ view: { replay }, scale: { begin, length } }: { view: RunView; scale: TimeScale }): ReactNode {
  if (!replay) return null;
  const share = replay.at === undefined ? 0 : Math.max(0, Math.min(1, (Date.parse(replay.at) - begin) / length));
  return (
    <div aria-hidden className="pointer-events-none absolute inset-y-0 right-3 left-47 z-10 max-lg:left-35">
      <div className="absolute inset-y-0 w-0.5 bg-accent" style={{ left: `${share * 100}%` }} />
    </div>
  );
}

const LEGEND = [
  { bar: "bar-running", text: "Runs" },
  { bar: "bar-waiting", text: "Waits" },
  { bar: "bar-retrying", text: "Until the next attempt" },
] as const;

function Legend() {
  return (
    <span aria-hidden className="@max-3xl:hidden ml-auto flex items-center gap-3">
      {LEGEND.map(({ bar, text }) => (
        <span key={bar} className="flex items-center gap-1">
          <span className={`timeline-bar ${bar} inline-block h-2.5 w-4 rounded-xs`} />
          {text}
        </span>
      ))}
    </span>
  );
}
