import type { Position } from "#runtime/graph/schema.ts";
import type { BoardStore } from "../board/board-store.ts";
import { CARD } from "../board/free-position.ts";

/** Between what is on the board and what comes below it. */
const GAP = 96;

/** Where something large covers nothing: below all that is on the board, at its left side. Undefined on an empty board. */
export function freeCorner(store: BoardStore): Position | undefined {
  const outer = store.getState().nodes.filter(({ parentId }) => parentId === undefined);
  if (outer.length === 0) return undefined;
  return {
    x: Math.min(...outer.map(({ position }) => position.x)),
    y: Math.max(...outer.map(({ position, height, measured }) => position.y + (height ?? measured?.height ?? CARD.height))) + GAP,
  };
}
