import type { NodeId } from "#runtime/graph/ids.ts";
import type { Position } from "#runtime/graph/schema.ts";
import { boxAround, type PlacedBox } from "./guides.ts";

export const ALIGNMENTS = ["left", "centre", "right", "top", "middle", "bottom"] as const;
export type AlignSide = (typeof ALIGNMENTS)[number];

/** How far each box has to move so that all stand in line: on the outermost one's edge, or in the middle of all. */
export function alignShifts(boxes: readonly PlacedBox[], side: AlignSide): ReadonlyMap<NodeId, Position> {
  const all = boxAround(boxes);
  if (!all) return new Map();
  return new Map(
    boxes.map(({ id, x, y, width, height }) => {
      const to = {
        left: { x: all.x, y },
        centre: { x: all.x + (all.width - width) / 2, y },
        right: { x: all.x + all.width - width, y },
        top: { x, y: all.y },
        middle: { x, y: all.y + (all.height - height) / 2 },
        bottom: { x, y: all.y + all.height - height },
      }[side];
      return [id, { x: Math.round(to.x - x), y: Math.round(to.y - y) }];
    }),
  );
}

/** How far each box has to move so that there is as much room between one and the next; the outermost two stay. */
export function distributeShifts(boxes: readonly PlacedBox[], axis: "horizontal" | "vertical"): ReadonlyMap<NodeId, Position> {
  const isHorizontal = axis === "horizontal";
  const spans = boxes.map(({ id, x, y, width, height }) => (isHorizontal ? { id, start: x, size: width } : { id, start: y, size: height }));
  spans.sort((one, other) => one.start + one.size / 2 - (other.start + other.size / 2));
  const [first, last] = [spans[0], spans.at(-1)];
  if (!first || !last || spans.length < 3) return new Map();
  const taken = spans.reduce((sum, { size }) => sum + size, 0);
  const gap = (last.start + last.size - first.start - taken) / (spans.length - 1);
  const shifts = new Map<NodeId, Position>();
  let next = first.start;
  for (const { id, start, size } of spans) {
    const by = Math.round(next - start);
    shifts.set(id, isHorizontal ? { x: by, y: 0 } : { x: 0, y: by });
    next += size + gap;
  }
  return shifts;
}
