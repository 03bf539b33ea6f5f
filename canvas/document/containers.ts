import { catalog } from "#nodes/catalog.data.ts";
import type { NodeId } from "#runtime/graph/ids.ts";
import type { Graph, GraphNode } from "#runtime/graph/schema.ts";
import type { PlacedNode } from "#runtime/plan/containers.ts";
import { nodesById } from "./editor-context.ts";

/** Whether other nodes can be inside a node: its body. */
export function isContainer(node: Pick<GraphNode, "type">): boolean {
  const role = catalog.get(node.type)?.role;
  return role === "each" || role === "loop";
}

/** Whether the nodes directly inside a node are its members: it calls them. */
export function hasMembers(node: Pick<GraphNode, "type">): boolean {
  return catalog.get(node.type)?.hasMembers === true;
}

/** Whether a node is drawn as a frame with ports of its own: around its body, or around its members. */
export function isPortFrame(node: Pick<GraphNode, "type">): boolean {
  return isContainer(node) || hasMembers(node);
}

const placed = new WeakMap<Graph, ReadonlyMap<NodeId, PlacedNode>>();

/** The nodes of a graph with the containers around them; made once for each graph. */
export function placedNodes(graph: Graph): ReadonlyMap<NodeId, PlacedNode> {
  const known = placed.get(graph);
  if (known) return known;
  const byId = nodesById(graph);
  const containers = new Set(graph.nodes.filter(isContainer).map(({ id }) => id));
  const made = new Map(graph.nodes.map((node) => [node.id, { node, around: ancestorsOf(byId, node).filter((id) => containers.has(id)) }]));
  placed.set(graph, made);
  return made;
}

/** What a node is in, outermost first. Stops where a graph that was not read from a draft goes in a circle. */
export function ancestorsOf(byId: ReadonlyMap<NodeId, GraphNode>, node: GraphNode): NodeId[] {
  const ancestors = new Set<NodeId>();
  for (let parent = node.parent; parent !== undefined && byId.has(parent) && !ancestors.has(parent); parent = byId.get(parent)?.parent) ancestors.add(parent);
  return [...ancestors].reverse();
}

/** What is around everything a node is in; the node itself when it is in nothing. */
export function outermostOf(graph: Graph, id: NodeId): NodeId {
  const byId = nodesById(graph);
  const node = byId.get(id);
  return (node && ancestorsOf(byId, node)[0]) ?? id;
}

/** The nodes, and all that is in them. */
export function withInside(graph: Graph, chosen: Iterable<NodeId>): ReadonlySet<NodeId> {
  const found = new Set(chosen);
  const children = Map.groupBy(graph.nodes, ({ parent }) => parent);
  for (const id of found) for (const child of children.get(id) ?? []) found.add(child.id);
  return found;
}
