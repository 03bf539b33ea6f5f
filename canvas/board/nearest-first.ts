import type { NodeId } from "#runtime/graph/ids.ts";
import type { Box } from "./frames.ts";

/** Things on nodes, those on the nearest node first; on one node in their order. */
export function nearestFirst<Item extends { node: NodeId }>(boxes: ReadonlyMap<NodeId, Box>, from: NodeId, items: readonly Item[]): Item[] {
  const here = boxes.get(from);
  const distance = ({ node }: Item) => {
    const there = boxes.get(node);
    return here && there
      ? Math.hypot(there.x + there.width / 2 - here.x - here.width / 2, there.y + there.height / 2 - here.y - here.height / 2)
      : Number.POSITIVE_INFINITY;
  };
  // what is in a folded frame is not drawn
  return items.filter(({ node }) => boxes.has(node)).sort((one, other) => distance(one) - distance(other));
}
