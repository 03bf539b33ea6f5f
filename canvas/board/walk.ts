import type { NodeId } from "#runtime/graph/ids.ts";
import type { Graph, Position } from "#runtime/graph/schema.ts";
import type { Box } from "./frames.ts";

export type Direction = "left" | "right" | "up" | "down";

/**
 * The node one step away: to the right along the wires that leave, to the left along those that come (the nearest in height of several), up and
 * down to what stands there. Without a wire, to what is nearest in that direction. `boxes`: what is drawn.
 */
export function stepFrom(graph: Graph, boxes: ReadonlyMap<NodeId, Box>, given: { from: NodeId | undefined; direction: Direction }): NodeId | undefined {
  const { from, direction } = given;
  const start = from && boxes.get(from);
  if (!from || !start) return firstOf(boxes);
  const here = middle(start);
  const wired = direction === "right" || direction === "left" ? alongWires(graph, from, direction) : [];
  const along = wired.filter((id) => boxes.has(id));
  if (along.length > 0) return best(along, (id) => Math.abs(middle(boxes.get(id) ?? start).y - here.y));
  return best(
    [...boxes.keys()].filter((id) => id !== from),
    (id) => distance(here, middle(boxes.get(id) ?? start), direction),
  );
}

function alongWires(graph: Graph, from: NodeId, direction: "left" | "right"): NodeId[] {
  const [here, there] = direction === "right" ? (["source", "target"] as const) : (["target", "source"] as const);
  return graph.edges.flatMap((edge) => (edge[here].node === from ? [edge[there].node] : []));
}

/** The upper left one, so that there is a place to begin. */
function firstOf(boxes: ReadonlyMap<NodeId, Box>): NodeId | undefined {
  return best([...boxes.keys()], (id) => {
    const { x, y } = boxes.get(id) ?? { x: 0, y: 0 };
    return x + y;
  });
}

function middle({ x, y, width, height }: Box): Position {
  return { x: x + width / 2, y: y + height / 2 };
}

/** How far something aside counts against something ahead. */
const ASIDE = 2;

/** Infinite for what is not in that direction. */
function distance(from: Position, to: Position, direction: Direction): number {
  const [x, y] = [to.x - from.x, to.y - from.y];
  const [ahead, aside] = direction === "right" ? [x, y] : direction === "left" ? [-x, y] : direction === "down" ? [y, x] : [-y, x];
  return ahead > 1 ? ahead + ASIDE * Math.abs(aside) : Number.POSITIVE_INFINITY;
}

function best(ids: readonly NodeId[], cost: (id: NodeId) => number): NodeId | undefined {
  let found: NodeId | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const id of ids) {
    const own = cost(id);
    if (own < least) {
      found = id;
      least = own;
    }
  }
  return found;
}
