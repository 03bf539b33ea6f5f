import { createId } from "#runtime/graph/ids.ts";
import type { Graph, GraphNode, Position } from "#runtime/graph/schema.ts";
import { initialConfig } from "#runtime/node/catalog.ts";
import type { NodeDefinition } from "#runtime/node/define.ts";
import { FRAME_SIZE, isFrame } from "./frames.ts";
import { uniqueLabel } from "./unique-label.ts";

/** A node as it is first added. */
export function newNode(definition: NodeDefinition, graph: Graph, position: Position): GraphNode {
  return {
    id: createId("node"),
    type: definition.type,
    version: definition.version,
    label: uniqueLabel(definition.title, new Set(graph.nodes.map(({ label }) => label))),
    position: { x: Math.round(position.x), y: Math.round(position.y) },
    ...(definition.role === "annotation" && !isFrame(definition) && { size: { width: 260, height: 140 } }),
    ...(isFrame(definition) && { size: FRAME_SIZE }),
    config: initialConfig(definition),
  };
}
