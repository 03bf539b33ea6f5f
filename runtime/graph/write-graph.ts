import * as Y from "yjs";
import { canonicalJson } from "./canonical-json.ts";
import { fieldFromYjs, fieldToYjs, type GraphDocument, type LayoutOf, replaceText } from "./document.ts";
import type { Graph, GraphEdge, GraphNode } from "./schema.ts";

/**
 * Makes a document say what a graph says, writing only what differs: nodes, edges and fields that stay keep their history, and
 * texts change in place. Called inside a transaction. Pins of removed nodes go too.
 */
export function writeGraph(document: GraphDocument, graph: Graph, layoutOf: LayoutOf): void {
  setMember(document.graph, "format", graph.format);
  setMember(document.graph, "name", graph.name);
  setMember(document.graph, "description", graph.description);
  setMember(document.graph, "settings", graph.settings);
  const nodeIds = new Set<string>(graph.nodes.map((node) => node.id));
  for (const id of [...document.nodes.keys()]) if (!nodeIds.has(id)) document.nodes.delete(id);
  for (const id of [...document.pins.keys()]) if (!nodeIds.has(id)) document.pins.delete(id);
  for (const node of graph.nodes) {
    const current = document.nodes.get(node.id);
    if (current instanceof Y.Map && current.get("type") === node.type) updateNode(current, node, layoutOf);
    else document.nodes.set(node.id, nodeToYjs(node, layoutOf));
  }
  const edgeIds = new Set<string>(graph.edges.map((edge) => edge.id));
  for (const id of [...document.edges.keys()]) if (!edgeIds.has(id)) document.edges.delete(id);
  for (const edge of graph.edges) {
    const current = document.edges.get(edge.id);
    if (!(current instanceof Y.Map) || canonicalJson({ id: edge.id, ...Object.fromEntries(current.entries()) }) !== canonicalJson(edge))
      document.edges.set(edge.id, edgeToYjs(edge));
  }
}

function updateNode(map: Y.Map<unknown>, node: GraphNode, layoutOf: LayoutOf): void {
  const { id: _, config, ...members } = node;
  for (const key of [...map.keys()]) if (key !== "config" && !(key in members)) map.delete(key);
  for (const [key, value] of Object.entries(members)) setMember(map, key, value);
  const fields = map.get("config");
  if (!(fields instanceof Y.Map)) {
    map.set("config", new Y.Map(Object.entries(config).map(([field, value]) => [field, fieldToYjs(value, layoutOf(node.type, field))])));
    return;
  }
  for (const field of [...fields.keys()]) if (!Object.hasOwn(config, field)) fields.delete(field);
  for (const [field, value] of Object.entries(config)) {
    const current: unknown = fields.get(field);
    if (current instanceof Y.Text && typeof value === "string") replaceText(current, value);
    else if (current === undefined || canonicalJson(fieldFromYjs(current)) !== canonicalJson(value))
      fields.set(field, fieldToYjs(value, layoutOf(node.type, field)));
  }
}

function setMember(map: Y.Map<unknown>, key: string, value: unknown): void {
  const current = map.get(key);
  if (value !== undefined && (current === undefined || canonicalJson(current) !== canonicalJson(value))) map.set(key, value);
}

/** A node as it is put into the document. */
export function nodeToYjs(node: GraphNode, layoutOf: LayoutOf): Y.Map<unknown> {
  const { id: _, config, ...members } = node;
  const map = new Y.Map<unknown>(Object.entries(members).filter(([, value]) => value !== undefined));
  const fields = new Y.Map<unknown>(Object.entries(config).map(([field, value]) => [field, fieldToYjs(value, layoutOf(node.type, field))]));
  map.set("config", fields);
  return map;
}

/** An edge as it is put into the document. */
export function edgeToYjs(edge: GraphEdge): Y.Map<unknown> {
  const { id: _, ...members } = edge;
  return new Y.Map<unknown>(Object.entries(members).filter(([, value]) => value !== undefined));
}
