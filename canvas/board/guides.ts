import type { NodeId } from "#runtime/graph/ids.ts";
import type { Position } from "#runtime/graph/schema.ts";
import type { Box } from "./frames.ts";

/** A line on the board along which things stand: at `at` on one axis, from `from` to `to` on the other. */
export interface Guide {
  /** `x`: an upright line. */
  axis: "x" | "y";
  at: number;
  from: number;
  to: number;
}

export interface Alignment {
  /** How far to move so as to stand in line. */
  shift: Position;
  guides: readonly Guide[];
}

interface Span {
  start: number;
  size: number;
}

/** Near lines through the edges and the middles of others that something could stand in line with, and how far it is to them. */
export function alignToOthers(moving: Box, others: readonly Box[], reach: number): Alignment {
  const x = nearest(along(moving, "x"), others, { axis: "x", reach });
  const y = nearest(along(moving, "y"), others, { axis: "y", reach });
  const moved = { ...moving, x: moving.x + (x ?? 0), y: moving.y + (y ?? 0) };
  return {
    shift: { x: x ?? 0, y: y ?? 0 },
    guides: [...(x === undefined ? [] : guidesOf(moved, others, "x")), ...(y === undefined ? [] : guidesOf(moved, others, "y"))],
  };
}

function along({ x, y, width, height }: Box, axis: Guide["axis"]): Span {
  return axis === "x" ? { start: x, size: width } : { start: y, size: height };
}

function linesOf({ start, size }: Span): readonly [number, number, number] {
  return [start, start + size / 2, start + size];
}

function nearest(moving: Span, others: readonly Box[], { axis, reach }: { axis: Guide["axis"]; reach: number }): number | undefined {
  const lines = linesOf(moving);
  let best: number | undefined;
  for (const other of others) {
    for (const line of linesOf(along(other, axis))) {
      for (const own of lines) {
        const distance = line - own;
        if (Math.abs(distance) <= reach && (best === undefined || Math.abs(distance) < Math.abs(best))) best = distance;
      }
    }
  }
  return best;
}

/** Lines closer than this are one. */
const SAME = 0.5;

function guidesOf(moved: Box, others: readonly Box[], axis: Guide["axis"]): Guide[] {
  const across = axis === "x" ? "y" : "x";
  const found = new Map<number, Guide>();
  for (const own of linesOf(along(moved, axis))) {
    for (const other of others) {
      if (!linesOf(along(other, axis)).some((line) => Math.abs(line - own) < SAME)) continue;
      const [mine, theirs] = [along(moved, across), along(other, across)];
      const before = found.get(own);
      const from = Math.min(before?.from ?? Number.POSITIVE_INFINITY, mine.start, theirs.start);
      const to = Math.max(before?.to ?? Number.NEGATIVE_INFINITY, mine.start + mine.size, theirs.start + theirs.size);
      found.set(own, { axis, at: own, from, to });
    }
  }
  return [...found.values()];
}

/** The box around boxes; undefined for none. */
export function boxAround(boxes: Iterable<Box>): Box | undefined {
  let [left, top, right, bottom] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { x, y, width, height } of boxes) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + width);
    bottom = Math.max(bottom, y + height);
  }
  return left > right ? undefined : { x: left, y: top, width: right - left, height: bottom - top };
}

export interface PlacedBox extends Box {
  id: NodeId;
}
