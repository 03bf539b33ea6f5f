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
      const node = flow.getNode(selected);
      const { width, transform } = store.getState();
      const [x, y, zoom] = transform;
      if (!node?.measured?.width) return;
      const right = (node.position.x + node.measured.width) * zoom + x;
      const left = node.position.x * zoom + x;
      const beyond = right + MARGIN - width;
      if (beyond > 0 && left - beyond > 0) void flow.setViewport({ x: x - beyond, y, zoom }, { duration: 180 });
    }, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [selected, flow, store]);
}
