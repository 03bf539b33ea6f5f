import type { Position } from "#runtime/graph/schema.ts";

/** The middle of what is seen of the board, in its own coordinates. */
export function boardCentre(toBoard: (point: Position) => Position): Position {
  const area = document.querySelector(".react-flow")?.getBoundingClientRect();
  return area ? toBoard({ x: area.left + area.width / 2, y: area.top + area.height / 2 }) : { x: 0, y: 0 };
}
