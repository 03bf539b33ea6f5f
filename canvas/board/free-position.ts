import type { Position } from "#runtime/graph/schema.ts";

/** About a new card, with the air around it. */
const CARD = { width: 256, height: 112 };
const GAP = 24;
const STEP = 24;
const MAX_STEPS = 200;

/** A card that is on the board; its height once it was drawn. */
export interface TakenPlace {
  position: Position;
  height: number | undefined;
}

/** The nearest place at or below a position where a new card covers no other. */
export function freePosition(taken: readonly TakenPlace[], wanted: Position): Position {
  const near = taken.filter(({ position }) => Math.abs(position.x - wanted.x) < CARD.width);
  const isFree = (y: number) => near.every(({ position, height }) => y + CARD.height <= position.y || y >= position.y + (height ?? CARD.height - GAP) + GAP);
  for (let step = 0; step < MAX_STEPS; step++) {
    const y = wanted.y + step * STEP;
    if (isFree(y)) return { x: wanted.x, y };
  }
  return wanted;
}
