import { useReactFlow, useStoreApi } from "@xyflow/react";
import { type PointerEvent, useCallback } from "react";
import type { NodeId } from "#runtime/graph/ids.ts";
import { type BoardEdge, type BoardNode, useBoardStore } from "../board-store.ts";

/**
 * Of a painted board only those nodes are elements that somebody deals with: the one under the pointer, what is dragged, and what is
 * selected alone. So pressing, dragging and focus work as they do near by.
 */
export function useWaking(isPainted: boolean): (event: PointerEvent) => void {
  const flow = useReactFlow<BoardNode, BoardEdge>();
  const store = useStoreApi<BoardNode, BoardEdge>();
  const board = useBoardStore();
  return useCallback(
    (event: PointerEvent) => {
      if (!isPainted || event.buttons !== 0) return;
      const point = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }, { snapToGrid: false });
      board.getState().wake(nodeAt(store.getState().nodeLookup.values(), point));
    },
    [isPainted, flow, store, board],
  );
}

interface Placed {
  id: string;
  hidden?: boolean;
  measured: { width?: number; height?: number };
  internals: { positionAbsolute: { x: number; y: number }; z: number };
}

/** The topmost node at a point of the board. */
export function nodeAt(nodes: Iterable<Placed>, { x, y }: { x: number; y: number }): NodeId | undefined {
  let found: Placed | undefined;
  for (const node of nodes) {
    const { width = 0, height = 0 } = node.measured;
    const { x: left, y: top } = node.internals.positionAbsolute;
    const isHit = !node.hidden && x >= left && y >= top && x <= left + width && y <= top + height;
    if (isHit && (!found || node.internals.z >= found.internals.z)) found = node;
  }
  return found?.id as NodeId | undefined;
}
