import { type ReactFlowState, useReactFlow, useStore, useStoreApi } from "@xyflow/react";
import { useEffect, useRef } from "react";
import { type BoardEdge, type BoardNode, useBoard } from "./board-store.ts";
import { type Box, isSeen, moveIntoView } from "./into-view.ts";

/** The panels beside the board open with a selection, and a node that is shown is flown to (250 ms): measured after that. */
const SETTLE_MS = 300;

/**
 * A node that is selected alone is moved into view when a panel, the map or the controls would cover it; also when a panel opens later, unless the
 * node was out of view by then.
 */
export function useKeepInView(): void {
  const selected = useBoard((state) => (state.selectedNodes.length === 1 ? state.selectedNodes[0] : undefined));
  const flow = useReactFlow<BoardNode, BoardEdge>();
  const store = useStoreApi<BoardNode, BoardEdge>();
  const width = useStore(widthOf);
  const height = useStore(heightOf);
  /** What was in view, and how large the room was. */
  const settled = useRef<{ selected: string; width: number; height: number } | undefined>(undefined);
  useEffect(() => {
    if (selected === undefined) settled.current = undefined;
    if (selected === undefined || width === 0 || height === 0) return;
    const boxOf = () => {
      const node = flow.getInternalNode(selected);
      const size = node?.measured;
      if (!node || !size?.width || !size.height) return undefined;
      const [x, y, zoom] = store.getState().transform;
      const { x: left, y: top } = node.internals.positionAbsolute;
      return { left: left * zoom + x, top: top * zoom + y, right: (left + size.width) * zoom + x, bottom: (top + size.height) * zoom + y };
    };
    const before = settled.current;
    const now = boxOf();
    if (before?.selected === selected && now && !isSeen(now, before)) return;
    const settle = () => {
      // where it is dropped, or goes back to, is known afterwards
      if (flow.getNode(selected)?.dragging) {
        timer = setTimeout(settle, SETTLE_MS);
        return;
      }
      settled.current = { selected, width, height };
      const box = boxOf();
      if (!box) return;
      const { domNode, transform } = store.getState();
      const move = moveIntoView(box, { width, height }, domNode ? panelsOf(domNode) : []);
      if (move.x !== 0 || move.y !== 0) void flow.setViewport({ x: transform[0] + move.x, y: transform[1] + move.y, zoom: transform[2] }, { duration: 180 });
    };
    let timer = setTimeout(settle, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [selected, width, height, flow, store]);
}

const widthOf = ({ width }: ReactFlowState) => width;
const heightOf = ({ height }: ReactFlowState) => height;

/** Where the map and the controls stand; what is hidden has no size. */
function panelsOf(board: HTMLElement): Box[] {
  const { left, top } = board.getBoundingClientRect();
  return [...board.querySelectorAll(".react-flow__panel")]
    .map((panel) => panel.getBoundingClientRect())
    .filter(({ width, height }) => width > 0 && height > 0)
    .map((box) => ({ left: box.left - left, top: box.top - top, right: box.right - left, bottom: box.bottom - top }));
}
