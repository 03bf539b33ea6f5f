import type { Edits } from "#runtime/graph/edits.ts";
import type { NodeId } from "#runtime/graph/ids.ts";
import type { Graph, GraphEdge, GraphNode } from "#runtime/graph/schema.ts";
import type { LostItem } from "./lost-edits.ts";

type LostNode = Extract<LostItem, { type: "node" }>;

/** Restores what others deleted as it was here, as one edit. What it depends on and is gone as well is left out. */
export function putBack(items: readonly LostItem[], edits: Edits, graph: Graph): void {
  const nodes = items.filter((item) => item.type === "node");
  const present = new Map(graph.nodes.map((node) => [node.id, node]));
  const ids = new Set<NodeId>([...present.keys(), ...nodes.map(({ node }) => node.id)]);
  edits.together(() => {
    for (const item of nodes) {
      const there = present.get(item.node.id);
      if (there) overwrite(there, item.node, edits);
      else edits.add([placed(item, ids)]);
    }
    for (const { node, inside } of nodes) {
      const movedOut = inside.filter((id) => present.has(id) && present.get(id)?.parent === node.parent);
      edits.setParent(movedOut, node.id);
    }
    for (const edge of edgesOf(items)) if (fits(edge, ids, graph)) edits.connect(edge);
    for (const item of items) {
      if (item.type === "field") edits.setField(item.node.id, item.field, item.value);
      if (item.type === "record") edits.addRecord(item.node.id, item.field, item.record);
    }
  });
}

/** Where it was drawn, also when what it was in is gone. */
function placed({ node, place }: LostNode, ids: ReadonlySet<NodeId>): GraphNode {
  if (node.parent === undefined || ids.has(node.parent)) return node;
  const { parent: _, ...alone } = node;
  return { ...alone, position: place };
}

/** Somebody has put the node back by themselves: it keeps its place, and says again what it said here. */
function overwrite(there: GraphNode, lost: GraphNode, edits: Edits): void {
  const { id } = there;
  if (there.label !== lost.label) edits.relabel(id, lost.label);
  edits.setDisabled([id], lost.disabled === true);
  edits.setPolicy(id, lost.policy ?? {});
  for (const field of new Set([...Object.keys(there.config), ...Object.keys(lost.config)])) {
    if (JSON.stringify(there.config[field]) !== JSON.stringify(lost.config[field])) edits.setField(id, field, lost.config[field]);
  }
}

function edgesOf(items: readonly LostItem[]): Iterable<GraphEdge> {
  const edges = items.flatMap((item) => (item.type === "node" ? item.edges : item.type === "edge" ? [item.edge] : []));
  return new Map(edges.map((edge) => [edge.id, edge])).values();
}

/** Both ends are there, and nobody has wired the input meanwhile. */
function fits({ id, source, target, order }: GraphEdge, ids: ReadonlySet<NodeId>, graph: Graph): boolean {
  if (!ids.has(source.node) || !ids.has(target.node)) return false;
  return !graph.edges.some((each) => each.id === id || (order === undefined && each.target.node === target.node && each.target.port === target.port));
}
