import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getBezierPath, useStore } from "@xyflow/react";
import { Popover } from "radix-ui";
import { memo } from "react";
import type { GraphEdge } from "#runtime/graph/schema.ts";
import type { StoredValue } from "#runtime/run/values.ts";
import { useAnalysis, useReferences } from "../document/analysis.tsx";
import { useGraphNode } from "../document/editor-context.ts";
import { nodePorts } from "../document/node-ports.ts";
import { useEdgeRun } from "../runs/run-view.ts";
import { classes } from "../ui/classes.ts";
import { JsonView } from "../ui/json-view.tsx";
import { typeColour } from "../ui/type-colour.ts";
import type { BoardEdge } from "./board-store.ts";
import { FAR_ZOOM } from "./far-zoom.ts";
import { previewOf } from "./value-preview.ts";

/** An edge, in the colour of what it carries; in a run it shows what crossed it. */
export const Wire = memo(function Wire({ id, data, selected, ...ends }: EdgeProps<BoardEdge>) {
  const [path, labelX, labelY] = getBezierPath(ends);
  const run = useEdgeRun(data?.edge.id ?? ("" as GraphEdge["id"]));
  const isFar = useStore(({ transform }) => transform[2] < FAR_ZOOM);
  const colour = useWireColour(data?.edge);
  const isWrong = useAnalysis().byEdge.has(data?.edge.id ?? ("" as GraphEdge["id"]));
  return (
    <>
      <BaseEdge
        id={id}
        path={path}
        interactionWidth={16}
        className={classes("wire", run && `wire-${run.state}`, selected && "is-selected", isWrong && "is-wrong")}
        style={{ "--wire": isWrong ? "var(--danger)" : colour } as React.CSSProperties}
      />
      {run?.state === "passed" && !isFar && (
        <EdgeLabelRenderer>
          <div className="nodrag nopan absolute" style={{ transform: `translate(-50%, -50%) translate(${labelX}px, ${labelY}px)`, pointerEvents: "all" }}>
            <ValueChip value={run.value} colour={colour} room={Math.abs(ends.targetX - ends.sourceX) - CHIP_MARGIN} />
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  );
});

function useWireColour(edge: GraphEdge | undefined): string {
  const references = useReferences();
  const source = useGraphNode(edge?.source.node);
  const ports = source && nodePorts(source, references);
  const port = edge && (ports?.outputs[edge.source.port] ?? ports?.body?.gives[edge.source.port]);
  return port ? typeColour(port.type) : "var(--port-any)";
}

/** Kept free of a label on both sides, so that it does not slip under the cards. */
const CHIP_MARGIN = 4;
const MAX_CHIP = 190;
/** With less room than this the label is a dot. */
const MIN_CHIP = 52;

/** What crossed a wire, in short; pressed, whole. */
function ValueChip({ value, colour, room }: { value: StoredValue; colour: string; room: number }) {
  const hasText = room >= MIN_CHIP;
  return (
    <Popover.Root>
      <Popover.Trigger
        aria-label={`Value on this wire: ${previewOf(value)}`}
        onClick={(event) => event.stopPropagation()}
        title={hasText ? undefined : previewOf(value)}
        style={{ maxWidth: Math.min(room, MAX_CHIP) }}
        className={classes(
          "flex h-5 min-w-5 items-center justify-center gap-1.5 rounded-full border border-line-strong bg-overlay font-mono text-2xs text-ink-muted shadow-card hover:text-ink",
          hasText && "px-1.5",
        )}
      >
        <span className="size-1.5 shrink-0 rounded-full" style={{ background: colour }} />
        {hasText && <span className="truncate">{previewOf(value)}</span>}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          sideOffset={6}
          collisionPadding={12}
          aria-label="Value on this wire"
          className="nowheel z-30 max-h-80 w-96 max-w-[90vw] animate-rise overflow-auto rounded-lg bg-overlay p-3 shadow-overlay focus:outline-none"
        >
          {value.type === "inline" ? (
            <JsonView value={value.value} />
          ) : (
            <pre className="wrap-anywhere whitespace-pre-wrap font-mono text-xs">{value.preview}…</pre>
          )}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
