import { ViewportPortal } from "@xyflow/react";
import { Plus, X } from "lucide-react";
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { EdgeId } from "#runtime/graph/ids.ts";
import type { Position } from "#runtime/graph/schema.ts";
import { useEdits } from "../document/editor-context.ts";
import { useEdgeRun } from "../runs/run-view.ts";
import { IconButton } from "../ui/icon-button.tsx";
import type { BoardActions } from "./board-actions.ts";
import { useBoard, useBoardStore } from "./board-store.ts";
import { useIsFar } from "./far-zoom.ts";

/** On the wire the pointer is on, or that is selected alone: put a node into it, remove it. */
export function WireTools({ actions }: { actions: BoardActions }) {
  const edits = useEdits();
  const edge = useBoard(({ hoveredEdge, selectedEdges, selectedNodes, connecting, isDragging }) =>
    connecting || isDragging ? undefined : (hoveredEdge ?? (selectedEdges.length === 1 && selectedNodes.length === 0 ? selectedEdges[0] : undefined)),
  );
  const isFar = useIsFar();
  return edits && edge && !isFar ? <Tools key={edge} edge={edge} actions={actions} /> : null;
}

/** Above the value that is shown on a wire in a run. */
const ABOVE_VALUE = 24;

function Tools({ edge, actions }: { edge: EdgeId; actions: BoardActions }) {
  const store = useBoardStore();
  const isCrossed = useEdgeRun(edge)?.state === "passed";
  const middle = useMiddleOfWire(edge);
  if (!middle) return null;
  return (
    <ViewportPortal>
      <div
        className="wire-tools nodrag nopan absolute flex items-center rounded-full border border-line-strong bg-overlay shadow-card"
        style={{
          transform: `translate(-50%, -50%) translate(${middle.x}px, ${middle.y - (isCrossed ? ABOVE_VALUE : 0)}px)`,
          pointerEvents: "all",
          zIndex: 2_000,
        }}
        onPointerEnter={() => store.getState().hoverEdge(edge)}
        onPointerLeave={() => store.getState().hoverEdge(undefined)}
      >
        <IconButton
          label="Put a node into this wire"
          size="small"
          side="top"
          className="rounded-full"
          icon={<Plus size={14} />}
          onClick={() => store.getState().openPalette({ at: middle, edge })}
        />
        <IconButton
          label="Remove this wire"
          size="small"
          side="top"
          className="rounded-full"
          icon={<X size={13} />}
          onClick={() => {
            store.getState().hoverEdge(undefined);
            actions.removeEdge(edge);
          }}
        />
      </div>
    </ViewportPortal>
  );
}

/** The middle of a wire as it is drawn; follows its ends. */
function useMiddleOfWire(edge: EdgeId): Position | undefined {
  const nodes = useBoard((state) => state.nodes);
  const [middle, setMiddle] = useState<Position | undefined>(undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the path is drawn anew when the nodes have moved
  useLayoutEffect(() => {
    const path = document.querySelector(`.react-flow__edge[data-id="${edge}"] path`);
    const point = path instanceof SVGPathElement ? path.getPointAtLength(path.getTotalLength() / 2) : undefined;
    setMiddle(point && { x: Math.round(point.x), y: Math.round(point.y) });
  }, [edge, nodes]);
  return middle;
}

/** Milliseconds in which the pointer may get from a wire to its tools. */
const GRACE_MS = 300;

/** Follows the pointer from wire to wire. */
export function useHoveredEdge() {
  const store = useBoardStore();
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const enter = useCallback(
    (_event: unknown, { data }: { data?: { edge: { id: EdgeId } } }) => {
      clearTimeout(timer.current);
      if (data) store.getState().hoverEdge(data.edge.id);
    },
    [store],
  );
  const leave = useCallback(() => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      if (!document.querySelector(".react-flow__edge:hover, .wire-tools:hover")) store.getState().hoverEdge(undefined);
    }, GRACE_MS);
  }, [store]);
  return { onEdgeMouseEnter: enter, onEdgeMouseLeave: leave };
}
