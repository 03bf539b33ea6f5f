import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getBezierPath } from "@xyflow/react";
import { Popover } from "radix-ui";
import { memo } from "react";
import type { GraphEdge } from "#runtime/graph/schema.ts";
import type { StoredValue } from "#runtime/graph/stored-value.ts";
import { useEdgeProblems, useReferencesPart } from "../document/analysis.tsx";
import { useGraphNode } from "../document/editor-context.ts";
import { nodePorts } from "../document/node-ports.ts";
import { type EdgeRun, useEdgeRun } from "../runs/run-view.ts";
import { classes } from "../ui/classes.ts";
import { formatBytes } from "../ui/format-bytes.ts";
import { JsonView } from "../ui/json-view.tsx";
import { typeColour } from "../ui/type-colour.ts";
import type { BoardEdge } from "./board-store.ts";
import { useIsFar } from "./far-zoom.ts";
import { MarkBadge } from "./mark-badge.tsx";
import { useEdgeMark } from "./marks.ts";
import { useWireCalls } from "./use-wire-calls.ts";
import { previewOf } from "./value-preview.ts";

/** An edge, in the colour of what it carries; in a run it shows what crossed it. */
export const Wire = memo(function Wire({ id, data, selected, ...ends }: EdgeProps<BoardEdge>) {
  const [path, labelX, labelY] = getBezierPath(ends);
  const run = useEdgeRun(data?.edge.id ?? ("" as GraphEdge["id"]));
  const mark = useEdgeMark(data?.edge.id);
  const isFar = useIsFar();
  const colour = useWireColour(data?.edge);
  const room = Math.abs(ends.targetX - ends.sourceX) - CHIP_MARGIN;
  const isTight = room < MIN_CHIP;
  const isWrong = useEdgeProblems(data?.edge.id).length > 0;
  const calls = useWireCalls(data?.edge);
  const kind = data?.edge.kind ?? "data";
  const state = calls ?? run?.state;
  const style = { "--wire": isWrong ? "var(--danger)" : colour } as React.CSSProperties;
  return (
    <>
      <BaseEdge
        id={id}
        path={path}
        data-mark={mark?.kind}
        interactionWidth={isFar ? 0 : 16}
        className={classes("wire", kind !== "data" && `wire-of-${kind}`, state && `wire-${state}`, selected && "is-selected", isWrong && "is-wrong")}
        style={style}
      />
      {kind === "handoff" && <path d={arrowAt(ends.targetX, ends.targetY)} className="wire-arrow" style={style} aria-hidden />}
      {!isFar && (mark || hasNews(run)) && (
        <EdgeLabelRenderer>
          <div
            className="nodrag nopan absolute flex flex-col items-center gap-1"
            style={{
              transform: `translate(-50%, -50%) translate(${labelX}px, ${labelY}px)`,
              pointerEvents: "all",
              ...(isTight && { zIndex: ABOVE_CARDS }),
            }}
          >
            {mark && <MarkBadge mark={mark} />}
            {hasNews(run) && <ValueChip run={run} colour={colour} room={room} />}
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  );
});

/** The head of an arrow that ends at a port, which is on the left of its card. */
function arrowAt(x: number, y: number): string {
  return `M ${x - 17} ${y - 6} L ${x - 6} ${y} L ${x - 17} ${y + 6} z`;
}

function useWireColour(edge: GraphEdge | undefined): string {
  const source = useGraphNode(edge?.source.node);
  return useReferencesPart((references) => {
    const ports = source && nodePorts(source, references);
    const port = edge && (ports?.outputs[edge.source.port] ?? ports?.body?.gives[edge.source.port]);
    return port ? typeColour(port.type) : "var(--port-any)";
  });
}

/** Kept free of a label on both sides, so that it does not slip under the cards. */
const CHIP_MARGIN = 4;
const MAX_CHIP = 190;
/** With less room than this the label is a dot. */
const MIN_CHIP = 52;
/** Cards are at 1 and what is inside of containers little above. */
const ABOVE_CARDS = 20;
const ROOM_FOR_DOT = 96;

/** Whether something crossed it, in the iteration that is looked at or in another one. */
function hasNews(run: EdgeRun | undefined): run is EdgeRun {
  return run !== undefined && (run.state === "passed" || run.count > 0);
}

/** "×12 · { title }": how often something crossed a wire inside of a container, and what. */
function wordsOf({ count, value }: EdgeRun): string {
  const times = count > 1 ? `×${count.toLocaleString("en")}` : undefined;
  return [times, value && previewOf(value)].filter((part) => part !== undefined).join(" · ") || "×1";
}

/** What crossed a wire, in short; pressed, whole. */
function ValueChip({ run, colour, room }: { run: EdgeRun; colour: string; room: number }) {
  const { value } = run;
  const whole = wordsOf(run);
  const isShort = room < MIN_CHIP && run.count > 1;
  const words = isShort ? `×${run.count.toLocaleString("en")}` : whole;
  const hasText = room >= MIN_CHIP || isShort;
  return (
    <Popover.Root>
      <Popover.Trigger
        aria-label={run.count > 1 ? `${run.count} values have crossed this wire: ${whole}` : `Value on this wire: ${whole}`}
        onClick={(event) => event.stopPropagation()}
        title={room >= MIN_CHIP ? undefined : whole}
        style={isShort ? { translate: "0 -18px" } : { maxWidth: Math.min(room, MAX_CHIP) }}
        className={classes(
          "flex h-5 min-w-5 items-center justify-center gap-1.5 rounded-full border border-line-strong bg-overlay text-2xs text-ink-muted shadow-card hover:text-ink",
          room >= ROOM_FOR_DOT ? "font-mono" : "font-sans",
          hasText && "px-1.5",
        )}
      >
        {(!hasText || room >= ROOM_FOR_DOT) && <span className="size-1.5 shrink-0 rounded-full" style={{ background: colour }} />}
        {hasText && <span className="truncate tabular-nums">{words}</span>}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          sideOffset={6}
          collisionPadding={12}
          aria-label="Value on this wire"
          className="nowheel z-30 max-h-80 w-96 max-w-[90vw] animate-rise overflow-auto rounded-lg bg-overlay p-3 shadow-overlay focus:outline-none"
        >
          {run.count > 1 && (
            <p className="mb-2 text-ink-muted text-xs">
              {run.count.toLocaleString("en")} values have crossed it{value ? "; this is the one of the iteration that is looked at." : "."}
            </p>
          )}
          {value && <WholeValue value={value} />}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function WholeValue({ value }: { value: StoredValue }) {
  if (value.type === "inline") return <JsonView value={value.value} />;
  return (
    <pre className="wrap-anywhere whitespace-pre-wrap font-mono text-xs">
      {value.preview}… ({formatBytes(value.bytes)})
    </pre>
  );
}
