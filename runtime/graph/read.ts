import * as Y from "yjs";
import { fieldFromYjs, type GraphDocument } from "./document.ts";
import { type EdgeId, edgeIdSchema, type NodeId, nodeIdSchema } from "./ids.ts";
import { findUnsafeJson, type Json } from "./json.ts";
import { emptyGraph, GRAPH_FORMAT, type Graph, type GraphEdge, type GraphNode, graphEdgeSchema, graphNodeSchema, graphSettingsSchema } from "./schema.ts";

/**
 * The graph a document holds: sorted by id, and repaired. What two honest edits can leave behind (an edge to a removed node, two
 * frames inside each other) is left out; records that fit no schema are left out too. Repairs are never written back.
 */
export function readGraph(document: GraphDocument): Graph {
  const nodes: GraphNode[] = [];
  for (const [id, value] of document.nodes.entries()) {
    const node = readNode(id, value);
    if (node) nodes.push(node);
  }
  const edges: GraphEdge[] = [];
  for (const [id, value] of document.edges.entries()) {
    const edge = readEdge(id, value);
    if (edge) edges.push(edge);
  }
  return assembleGraph(document, nodes, edges);
}

/** Puts read nodes and edges together: sorts them, drops dangling edges and cuts circles of parents. */
export function assembleGraph(document: GraphDocument, nodes: GraphNode[], edges: GraphEdge[]): Graph {
  const base = emptyGraph();
  const settings = graphSettingsSchema.safeParse(document.graph.get("settings") ?? {});
  const byId = new Map(nodes.map((node) => [node.id, node]));
  return {
    format: GRAPH_FORMAT,
    name: textOr(document.graph.get("name"), base.name),
    description: textOr(document.graph.get("description"), base.description),
    settings: settings.success ? settings.data : base.settings,
    nodes: nodes.map((node) => withSoundParent(node, byId)).sort(byIdOrder),
    edges: edges.filter((edge) => byId.has(edge.source.node) && byId.has(edge.target.node)).sort(byIdOrder),
  };
}

/** One node, or nothing when it fits no schema. A label or position that an undo took away gets a stand-in. */
export function readNode(id: string, value: unknown): GraphNode | undefined {
  if (!(value instanceof Y.Map) || !nodeIdSchema.safeParse(id).success) return undefined;
  const raw: Record<string, unknown> = { id, label: "", position: { x: 0, y: 0 } };
  for (const [key, member] of value.entries()) raw[key] = key === "config" ? readConfig(member) : member;
  const node = graphNodeSchema.safeParse(raw);
  return node.success ? node.data : undefined;
}

function readConfig(value: unknown): Record<string, Json> {
  if (!(value instanceof Y.Map)) return {};
  const config: Record<string, Json> = {};
  for (const [field, member] of value.entries()) {
    const json = fieldFromYjs(member);
    if (findUnsafeJson(json) === undefined && findUnsafeJson({ [field]: null }) === undefined) config[field] = json;
  }
  return config;
}

/** One edge, or nothing when it fits no schema. */
export function readEdge(id: string, value: unknown): GraphEdge | undefined {
  if (!(value instanceof Y.Map) || !edgeIdSchema.safeParse(id).success) return undefined;
  const edge = graphEdgeSchema.safeParse({ id, ...Object.fromEntries(value.entries()) });
  return edge.success ? edge.data : undefined;
}

/** The node without its parent when that does not exist, or leads back to the node itself. */
function withSoundParent(node: GraphNode, byId: ReadonlyMap<NodeId, GraphNode>): GraphNode {
  let ancestor = node.parent;
  const seen = new Set<NodeId>([node.id]);
  while (ancestor !== undefined) {
    const parent = byId.get(ancestor);
    if (!parent || seen.has(ancestor)) {
      if (parent && ancestor !== node.id && !isInCircle(node, byId)) return node;
      const { parent: _, ...orphan } = node;
      return orphan;
    }
    seen.add(ancestor);
    ancestor = parent.parent;
  }
  return node;
}

function isInCircle(node: GraphNode, byId: ReadonlyMap<NodeId, GraphNode>): boolean {
  let ancestor = node.parent;
  for (let steps = 0; ancestor !== undefined && steps <= byId.size; steps++) {
    if (ancestor === node.id) return true;
    ancestor = byId.get(ancestor)?.parent;
  }
  return false;
}

function textOr(value: unknown, fallback: string): string {
  return typeof value === "string" ? value : value instanceof Y.Text ? value.toString() : fallback;
}

function byIdOrder<T extends { id: NodeId | EdgeId }>(left: T, right: T): number {
  return left.id < right.id ? -1 : left.id > right.id ? 1 : 0;
}
