import { catalog } from "#nodes/catalog.data.ts";
import type { NodeId } from "#runtime/graph/ids.ts";
import type { Graph, GraphNode } from "#runtime/graph/schema.ts";
import { configSchemaOf } from "#runtime/node/catalog.ts";
import type { LostEdit, LostItem } from "./lost-edits.ts";

/** What happened, in a sentence. */
export function lossText({ by, items }: LostEdit, graph: Graph): string {
  const [item] = items;
  const what = items.length === 1 && item ? nameOf(item, graph) : countOf(items);
  return `${by ?? "Somebody else"} deleted ${what} while you were changing ${items.length === 1 ? "it" : "them"}.`;
}

function nameOf(item: LostItem, graph: Graph): string {
  switch (item.type) {
    case "node":
      return quoted(item.node);
    case "edge":
      return `the wire from ${labelOf(item.edge.source.node, graph)} to ${labelOf(item.edge.target.node, graph)}`;
    case "field":
      return `${fieldName(item.node, item.field)} of ${quoted(item.node)}`;
    case "record":
      return `an entry of ${fieldName(item.node, item.field)} of ${quoted(item.node)}`;
  }
}

function countOf(items: readonly LostItem[]): string {
  const kinds = new Set(items.map(({ type }) => type));
  const kind = kinds.size > 1 ? "things" : { node: "nodes", edge: "wires", field: "fields", record: "entries" }[items[0]?.type ?? "node"];
  const named = items.flatMap((item) => (item.type === "node" ? [quoted(item.node)] : []));
  return `${items.length} ${kind}${named.length === items.length && named.length <= 3 ? ` (${named.join(", ")})` : ""}`;
}

function fieldName(node: GraphNode, field: string): string {
  const definition = catalog.get(node.type);
  const properties = definition && (configSchemaOf(definition).properties as Record<string, { title?: string }> | undefined);
  return `“${properties?.[field]?.title ?? field}”`;
}

function labelOf(id: NodeId, graph: Graph): string {
  const node = graph.nodes.find((each) => each.id === id);
  return node ? quoted(node) : "a deleted node";
}

function quoted({ label, type }: GraphNode): string {
  return `“${label.trim() || (catalog.get(type)?.title ?? type)}”`;
}
