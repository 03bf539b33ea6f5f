import type { Stroke } from "./mask-strokes.ts";

type PenHolder = "pointer" | "key";

/** Draws one stroke at a time, from where it is put down until it is let go. */
interface Pen {
  /** Undefined while nothing is drawn. */
  holder(): PenHolder | undefined;
  /** Gives the dot it begins with. */
  down(holder: PenHolder, begin: Omit<Stroke, "points"> & { at: Stroke["points"][number] }): Stroke;
  /** The piece that was added; undefined where this one does not hold it. */
  move(holder: PenHolder, to: Stroke["points"][number]): Stroke | undefined;
  /** The whole stroke; undefined where this one does not hold it. */
  up(holder: PenHolder): Stroke | undefined;
}

export function createPen(): Pen {
  let drawn: { holder: PenHolder; stroke: Stroke } | undefined;
  return {
    holder: () => drawn?.holder,
    down: (holder, { at, ...begin }) => {
      drawn = { holder, stroke: { ...begin, points: [at] } };
      return { ...begin, points: [at] };
    },
    move: (holder, to) => {
      if (drawn?.holder !== holder) return undefined;
      const { points } = drawn.stroke;
      points.push(to);
      return { ...drawn.stroke, points: points.slice(-2) };
    },
    up: (holder) => {
      if (drawn?.holder !== holder) return undefined;
      const { stroke } = drawn;
      drawn = undefined;
      return stroke;
    },
  };
}
