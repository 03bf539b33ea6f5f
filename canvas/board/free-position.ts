import type { Position, Size } from "#runtime/graph/schema.ts";

/** About a new card. */
export const CARD: Size = { width: 240, height: 88 };
/** The air around what is on the board. */
const AIR = { width: 16, height: 24 };
const STEP = 24;
const MAX_STEPS = 200;

/** Something that is on the board; its size once it was drawn. */
export interface TakenPlace {
  position: Position;
  width?: number | undefined;
  height?: number | undefined;
}

/** The nearest place at or below a position where something new covers nothing. */
export function freePosition(taken: readonly TakenPlace[], wanted: Position, size: Size = CARD): Position {
  const near = taken.filter(({ position, width = CARD.width }) => position.x < wanted.x + size.width + AIR.width && wanted.x < position.x + width + AIR.width);
  const isFree = (y: number) =>
    near.every(({ position, height = CARD.height }) => y + size.height + AIR.height <= position.y || y >= position.y + height + AIR.height);
  for (let step = 0; step < MAX_STEPS; step++) {
    const y = wanted.y + step * STEP;
    if (isFree(y)) return { x: wanted.x, y };
  }
  return wanted;
}
