import { ViewportPortal } from "@xyflow/react";
import { useBoard } from "./board-store.ts";

/** The lines along which what is being dragged stands. */
export function GuideLines() {
  const guides = useBoard((state) => state.guides);
  if (guides.length === 0) return null;
  return (
    <ViewportPortal>
      <svg aria-hidden="true" className="pointer-events-none absolute top-0 left-0 overflow-visible" width={1} height={1} style={{ zIndex: 5 }}>
        {guides.map(({ axis, at, from, to }) => {
          const ends = axis === "x" ? { x1: at, x2: at, y1: from, y2: to } : { x1: from, x2: to, y1: at, y2: at };
          return <line key={`${axis}${at}`} {...ends} stroke="var(--accent)" strokeWidth={1} vectorEffect="non-scaling-stroke" />;
        })}
      </svg>
    </ViewportPortal>
  );
}
