import { createId, type NodeId } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import { emptyGraph, type Graph, type GraphEdge, type GraphNode, graphSchema, type Position } from "#runtime/graph/schema.ts";
import { uniqueLabel } from "./unique-label.ts";

/** A part of a graph as text: a whole `heddle.graph/1` document with the nodes chosen and the edges between them. */
export function copyFragment(graph: Graph, chosen: ReadonlySet<NodeId>): string {
  const nodes = graph.nodes.filter((node) => chosen.has(node.id));
  const edges = graph.edges.filter((edge) => chosen.has(edge.source.node) && chosen.has(edge.target.node));
  return JSON.stringify({ ...emptyGraph(graph.name), nodes, edges }, null, 2);
}

/** A fragment from text, or nothing when the text is none. */
export function readFragment(text: string): Graph | undefined {
  if (!text.trimStart().startsWith("{")) return undefined;
  try {
    const graph = graphSchema.safeParse(JSON.parse(text));
    return graph.success && graph.data.nodes.length > 0 ? graph.data : undefined;
  } catch {
    return undefined;
  }
}

/** Where a fragment goes: its upper left corner there, or moved from where it was. */
export type Place = { at: Position } | { by: Position };

/** The nodes and edges of a fragment under fresh ids and labels; what refers to a node inside it follows. */
export function pasteFragment(fragment: Graph, into: Graph, place: Place): { nodes: GraphNode[]; edges: GraphEdge[] } {
  const ids = new Map<string, NodeId>(fragment.nodes.map((node) => [node.id, createId("node")]));
  const taken = new Set(into.nodes.map(({ label }) => label));
  const shift = shiftOf(fragment, place);
  const nodes = fragment.nodes.map((node) => {
    const { parent, ...rest } = node;
    const label = uniqueLabel(node.label, taken);
    taken.add(label);
    const inside = parent && ids.get(parent);
    return {
      ...rest,
      id: ids.get(node.id) ?? createId("node"),
      label,
      position: { x: node.position.x + shift.x, y: node.position.y + shift.y },
      config: renamed(node.config, ids) as Record<string, Json>,
      ...(inside && { parent: inside }),
    };
  });
  const edges = fragment.edges.flatMap((edge) => {
    const source = ids.get(edge.source.node);
    const target = ids.get(edge.target.node);
    if (!source || !target) return [];
    return [{ ...edge, id: createId("edge"), source: { ...edge.source, node: source }, target: { ...edge.target, node: target } }];
  });
  return { nodes, edges };
}

function shiftOf(fragment: Graph, place: Place): Position {
  if ("by" in place) return place.by;
  const left = Math.min(...fragment.nodes.map(({ position }) => position.x));
  const top = Math.min(...fragment.nodes.map(({ position }) => position.y));
  return { x: place.at.x - left, y: place.at.y - top };
}

/** Expressions name nodes by id (`nodes.node_x.text`). */
function renamed(value: Json, ids: ReadonlyMap<string, NodeId>): Json {
  if (typeof value === "string") return value.replaceAll(/\bnode_[A-Za-z0-9_]+/g, (id) => ids.get(id) ?? id);
  if (Array.isArray(value)) return value.map((item) => renamed(item, ids));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, renamed(member, ids)]));
}
