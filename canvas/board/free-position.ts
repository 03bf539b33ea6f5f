import type { Graph, Position } from "#runtime/graph/schema.ts";

/** About a card, with the air around it. */
const CARD = { width: 256, height: 112 };
const STEP = 24;
const MAX_STEPS = 200;

/** The nearest place at or below a position where a new card covers no other. */
export function freePosition(graph: Graph, wanted: Position): Position {
  const near = graph.nodes.filter(({ position }) => Math.abs(position.x - wanted.x) < CARD.width);
  for (let step = 0; step < MAX_STEPS; step++) {
    const y = wanted.y + step * STEP;
    if (near.every(({ position }) => Math.abs(position.y - y) >= CARD.height)) return { x: wanted.x, y };
  }
  return wanted;
}
