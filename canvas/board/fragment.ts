import { createId, type NodeId } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import { emptyGraph, type Graph, type GraphEdge, type GraphNode, graphSchema, type Position } from "#runtime/graph/schema.ts";
import { withInside } from "../document/containers.ts";
import { absolutePosition } from "./frames.ts";
import { uniqueLabel } from "./unique-label.ts";

/** A part of a graph: the nodes chosen with all that is in them, and the edges between them. */
export function partOf(graph: Graph, chosen: ReadonlySet<NodeId>): Graph {
  const taken = withInside(graph, chosen);
  const nodes = graph.nodes.filter((node) => taken.has(node.id));
  const edges = graph.edges.filter((edge) => taken.has(edge.source.node) && taken.has(edge.target.node));
  return { ...emptyGraph(graph.name), nodes, edges };
}

/** A part of a graph as text: a whole `heddle.graph/1` document. What was in a container that is not chosen stands on the board. */
export function copyFragment(graph: Graph, chosen: ReadonlySet<NodeId>): string {
  const part = partOf(graph, chosen);
  const ids = new Set(part.nodes.map(({ id }) => id));
  const nodes = part.nodes.map((node) => {
    const { parent, ...rest } = node;
    return parent === undefined || ids.has(parent) ? node : { ...rest, position: absolutePosition(graph, node) };
  });
  return JSON.stringify({ ...part, nodes }, null, 2);
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

/** Where a fragment goes: its upper left corner there, in a container or on the board, or moved from where it was. */
export type Place = { at: Position; inside?: NodeId | undefined } | { by: Position };

/** The nodes and edges of a fragment under fresh ids and labels; what refers to a node inside it follows. */
export function pasteFragment(fragment: Graph, into: Graph, place: Place): { nodes: GraphNode[]; edges: GraphEdge[] } {
  const ids = new Map<string, NodeId>(fragment.nodes.map((node) => [node.id, createId("node")]));
  const taken = new Set(into.nodes.map(({ label }) => label));
  const shift = shiftOf(fragment, place);
  const nodes = fragment.nodes.map((node) => {
    const { parent: before, ...rest } = node;
    const label = uniqueLabel(node.label, taken);
    taken.add(label);
    const isInside = before !== undefined && ids.has(before);
    const parent = isInside ? ids.get(before) : parentIn(into, before, place);
    return {
      ...rest,
      id: ids.get(node.id) ?? createId("node"),
      label,
      position: isInside ? node.position : { x: node.position.x + shift.x, y: node.position.y + shift.y },
      config: renamed(node.config, ids) as Record<string, Json>,
      ...(parent && { parent }),
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

/**
 * The wires that come to originals from outside, as wires to their copies, and those by which originals are tools of others; `copies` are in
 * the order of `originals`.
 */
export function incomingWires(graph: Graph, { originals, copies }: { originals: readonly GraphNode[]; copies: readonly GraphNode[] }): GraphEdge[] {
  const ids = new Map(originals.map(({ id }, index) => [id, copies[index]?.id]));
  return graph.edges.flatMap((edge) => {
    const target = ids.get(edge.target.node);
    if (target && !ids.has(edge.source.node)) return [{ ...edge, id: createId("edge"), target: { ...edge.target, node: target } }];
    const source = edge.kind === "tool" && !target ? ids.get(edge.source.node) : undefined;
    return source ? [{ ...edge, id: createId("edge"), source: { ...edge.source, node: source } }] : [];
  });
}

/** A duplicate stays in the container of its original. */
function parentIn(into: Graph, before: NodeId | undefined, place: Place): NodeId | undefined {
  if ("at" in place) return place.inside;
  return into.nodes.some(({ id }) => id === before) ? before : undefined;
}

function shiftOf(fragment: Graph, place: Place): Position {
  if ("by" in place) return place.by;
  const { left, top } = cornerOf(fragment);
  return { x: place.at.x - left, y: place.at.y - top };
}

/** The upper left corner of a fragment. What is inside something counts from there. */
function cornerOf({ nodes }: Graph): { left: number; top: number } {
  const ids = new Set(nodes.map(({ id }) => id));
  const outermost = nodes.filter(({ parent }) => parent === undefined || !ids.has(parent));
  return { left: Math.min(...outermost.map(({ position }) => position.x)), top: Math.min(...outermost.map(({ position }) => position.y)) };
}

/** Expressions name nodes by id (`nodes.node_x.text`). */
function renamed(value: Json, ids: ReadonlyMap<string, NodeId>): Json {
  if (typeof value === "string") return value.replaceAll(/\bnode_[A-Za-z0-9_]+/g, (id) => ids.get(id) ?? id);
  if (Array.isArray(value)) return value.map((item) => renamed(item, ids));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, renamed(member, ids)]));
}
