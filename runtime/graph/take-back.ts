import type { GraphDiff, NodeChange } from "./diff.ts";
import type { NodeId } from "./ids.ts";
import type { Graph, GraphEdge, GraphNode, Position } from "./schema.ts";

/**
 * The later of two graphs that were compared with what differs taken back: the earlier one. With `only`, just those nodes become
 * what they were. One that was removed comes back with its wires, where their other end is still there and has not been wired otherwise
 * meanwhile; one that was added goes. The graph is given as it is now, which may differ from the one that was compared.
 */
export function takeBack(now: Graph, diff: GraphDiff, only?: ReadonlySet<NodeId>): Graph {
  const changes = only ? diff.nodes.filter(({ id }) => only.has(id)) : diff.nodes;
  const nodes = new Map(now.nodes.map((node) => [node.id, node]));
  for (const change of changes) {
    if (change.type === "added") nodes.delete(change.id);
    else nodes.set(change.id, earlierOf(change));
  }
  const edges = only ? edgesAround(now, diff, { changes, nodes }) : edgesBefore(now, diff);
  const placed = only
    ? [...nodes.values()].map((node) => (only.has(node.id) ? wellPlaced(node, nodes, diff) : orphaned(node, nodes, now)))
    : [...nodes.values()];
  return { ...now, ...(!only && diff.before), nodes: placed.sort(byId), edges: edges.sort(byId) };
}

function earlierOf(change: Exclude<NodeChange, { type: "added" }>): GraphNode {
  return change.type === "removed" ? change.node : change.before;
}

function edgesBefore(now: Graph, { edges: changes }: GraphDiff): GraphEdge[] {
  const edges = new Map(now.edges.map((edge) => [edge.id, edge]));
  for (const change of changes) {
    if (change.type === "added" || change.type === "renewed") edges.delete(change.id);
    if (change.type === "removed") edges.set(change.id, change.edge);
    if (change.type === "changed" || change.type === "renewed") edges.set(change.before.id, change.before);
  }
  return [...edges.values()];
}

/** The wires as they are, with those of nodes that come back. */
function edgesAround(now: Graph, diff: GraphDiff, { changes, nodes }: { changes: readonly NodeChange[]; nodes: ReadonlyMap<NodeId, GraphNode> }): GraphEdge[] {
  const kept = now.edges.filter(({ source, target }) => nodes.has(source.node) && nodes.has(target.node));
  const back = new Set(changes.flatMap(({ type, id }) => (type === "removed" ? [id] : [])));
  const known = new Set(kept.map(({ id }) => id));
  const taken = new Set(kept.map(({ target }) => `${target.node} ${target.port}`));
  const added = diff.edges.flatMap((change) => {
    if (change.type !== "removed" || known.has(change.id)) return [];
    const { source, target, order } = change.edge;
    if (!nodes.has(source.node) || !nodes.has(target.node) || !(back.has(source.node) || back.has(target.node))) return [];
    // an input without order takes one wire: the one it has now goes first
    return order === undefined && taken.has(`${target.node} ${target.port}`) ? [] : [change.edge];
  });
  return [...kept, ...added];
}

/** In the container it was in, or where that would make a circle or is gone, in none, at the place it was drawn at. */
function wellPlaced(node: GraphNode, nodes: ReadonlyMap<NodeId, GraphNode>, diff: GraphDiff): GraphNode {
  if (node.parent === undefined || isSoundParent(node, nodes)) return node;
  const { parent, ...rest } = node;
  const earlier = new Map(diff.nodes.flatMap((change) => (change.type === "added" ? [] : [[change.id, earlierOf(change)] as const])));
  return { ...rest, position: absolute(node, (id) => earlier.get(id) ?? nodes.get(id)) };
}

/** What was in a container that goes stands where it was drawn. */
function orphaned(node: GraphNode, nodes: ReadonlyMap<NodeId, GraphNode>, now: Graph): GraphNode {
  if (node.parent === undefined || nodes.has(node.parent)) return node;
  const { parent, ...rest } = node;
  const before = new Map(now.nodes.map((each) => [each.id, each]));
  return { ...rest, position: absolute(node, (id) => before.get(id)) };
}

function isSoundParent(node: GraphNode, nodes: ReadonlyMap<NodeId, GraphNode>): boolean {
  const seen = new Set<NodeId>([node.id]);
  for (let id = node.parent; id !== undefined; id = nodes.get(id)?.parent) {
    if (seen.has(id) || !nodes.has(id)) return false;
    seen.add(id);
  }
  return true;
}

function absolute(node: GraphNode, find: (id: NodeId) => GraphNode | undefined): Position {
  const at = { ...node.position };
  const seen = new Set<NodeId>([node.id]);
  for (let id = node.parent; id !== undefined && !seen.has(id); ) {
    seen.add(id);
    const around = find(id);
    at.x += around?.position.x ?? 0;
    at.y += around?.position.y ?? 0;
    id = around?.parent;
  }
  return at;
}

function byId(left: { id: string }, right: { id: string }): number {
  return left.id < right.id ? -1 : left.id > right.id ? 1 : 0;
}
