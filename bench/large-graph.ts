import { edgeIdSchema } from "#runtime/graph/ids.ts";
import { emptyGraph, type Graph, type GraphEdge, type GraphNode } from "#runtime/graph/schema.ts";
import { benchNodeId } from "./graphs.ts";

const COLUMNS = 50;
const STEP = { x: 340, y: 180 };

/** So many text nodes in rows, each wired to the one before it in its row. */
export function textGrid(count: number): Graph {
  const nodes = Array.from(
    { length: count },
    (_, index): GraphNode => ({
      id: benchNodeId(index),
      type: "template-text",
      version: 1,
      label: `Text ${index}`,
      position: { x: (index % COLUMNS) * STEP.x, y: Math.floor(index / COLUMNS) * STEP.y },
      config: { template: `{{ inputs.value }}, and ${index}` },
    }),
  );
  const edges = nodes.flatMap((node, index): GraphEdge[] => {
    if (index % COLUMNS === 0) return [];
    const id = edgeIdSchema.parse(`edge_${String(index).padStart(5, "0")}`);
    return [{ id, kind: "data", source: { node: benchNodeId(index - 1), port: "text" }, target: { node: node.id, port: "value" } }];
  });
  return { ...emptyGraph(`${count} texts`), nodes, edges };
}
