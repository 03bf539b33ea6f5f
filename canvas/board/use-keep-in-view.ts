import { useReactFlow, useStoreApi } from "@xyflow/react";
import { useEffect } from "react";
import { type BoardEdge, type BoardNode, useBoard } from "./board-store.ts";

const MARGIN = 24;
/** The panels beside the board open with a selection: measured after they have. */
const SETTLE_MS = 60;

/** A node that is selected alone is moved into view when a panel would cover it. */
export function useKeepInView(): void {
  const selected = useBoard((state) => (state.selectedNodes.length === 1 ? state.selectedNodes[0] : undefined));
  const flow = useReactFlow<BoardNode, BoardEdge>();
  const store = useStoreApi();
  useEffect(() => {
    if (selected === undefined) return;
    const timer = setTimeout(() => {
      const node = flow.getInternalNode(selected);
      const { width, height, transform } = store.getState();
      const [x, y, zoom] = transform;
      const size = node?.measured;
      if (!node || !size?.width || !size.height) return;
      const at = node.internals.positionAbsolute;
      const shift = {
        x: beyond({ start: at.x * zoom + x, length: size.width * zoom, room: width }),
        y: beyond({ start: at.y * zoom + y, length: size.height * zoom, room: height }),
      };
      if (shift.x !== 0 || shift.y !== 0) void flow.setViewport({ x: x - shift.x, y: y - shift.y, zoom }, { duration: 180 });
    }, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [selected, flow, store]);
}

/** How far something sticks out at the far end of a room; never so far that its beginning would leave the room. */
function beyond({ start, length, room }: { start: number; length: number; room: number }): number {
  return Math.max(0, Math.min(start + length + MARGIN - room, start - MARGIN));
}
