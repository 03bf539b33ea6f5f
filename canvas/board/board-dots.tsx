import { useStoreApi } from "@xyflow/react";
import { useEffect, useRef } from "react";
import type { BoardEdge, BoardNode } from "./board-store.ts";

/** Between two dots, on the board. */
const GAP = 24;
const RADIUS = 1;

/**
 * Dots that move with the board. One picture that the browser keeps and moves by less than a gap: the library's background is a pattern that is
 * painted over the whole board in each frame (5,000 nodes close up, dragged without a graphics card: it was the largest part of a frame).
 */
export function BoardDots() {
  const element = useRef<HTMLDivElement>(null);
  const flow = useStoreApi<BoardNode, BoardEdge>();
  useEffect(() => {
    const style = element.current?.style;
    if (!style) return;
    let drawnZoom = 0;
    const follow = () => {
      const [x, y, zoom] = flow.getState().transform;
      const gap = GAP * zoom;
      if (zoom !== drawnZoom) {
        drawnZoom = zoom;
        style.inset = `${-gap}px 0 0 ${-gap}px`;
        style.backgroundSize = `${gap}px ${gap}px`;
        style.setProperty("--dot", `${RADIUS * zoom}px`);
      }
      // a dot is in the middle of its tile
      style.transform = `translate(${withinGap(x - gap / 2, gap)}px, ${withinGap(y - gap / 2, gap)}px)`;
    };
    follow();
    return flow.subscribe((state, before) => {
      if (state.transform !== before.transform) follow();
    });
  }, [flow]);
  return (
    <div aria-hidden className="pointer-events-none absolute inset-0 z-[-1] overflow-hidden">
      <div ref={element} className="board-dots" />
    </div>
  );
}

/** From 0 to less than a gap, also of what is left of zero. */
function withinGap(value: number, gap: number): number {
  return ((value % gap) + gap) % gap;
}
