import type { NodeId } from "../graph/ids.ts";
import type { Graph, GraphNode } from "../graph/schema.ts";
import type { Problem } from "./problems.ts";
import type { ResolvedNode } from "./resolved-node.ts";

/** Containers that may be around a node; the items of a node in item mode count as one more. */
export const MAX_DEPTH = 8;

/** Finds the containers around each node (frames are only drawn) and reports nodes that cannot be where they are. */
export function findContainers(graph: Graph, nodes: ReadonlyMap<NodeId, ResolvedNode>, problems: Problem[]): void {
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  for (const node of graph.nodes) {
    if (!checkParent(node, byId, problems)) continue;
    const resolved = nodes.get(node.id);
    if (!resolved) continue;
    const around: NodeId[] = [];
    for (let parent = node.parent && byId.get(node.parent); parent; parent = parent.parent && byId.get(parent.parent))
      if (nodes.get(parent.id)?.body) around.unshift(parent.id);
    resolved.around = around;
    const report = (message: string) => problems.push({ code: "parent", severity: "error", node: node.id, message });
    const { role } = resolved.definition;
    if (around.length > 0 && (role === "entry" || role === "exit")) report("A graph's start or output cannot be inside a container. Move it out.");
    const levels = around.length + (node.policy?.eachItemOf === undefined && !resolved.body ? 0 : 1);
    if (levels > MAX_DEPTH) report(`Containers can be nested ${MAX_DEPTH} deep. Move this node out, or make the inner part a graph of its own.`);
  }
}

function checkParent(node: GraphNode, byId: ReadonlyMap<NodeId, GraphNode>, problems: Problem[]): boolean {
  let ancestor = node.parent;
  for (let depth = 0; ancestor !== undefined; depth++) {
    const parent = byId.get(ancestor);
    if (!parent || ancestor === node.id || depth >= 16) {
      const message = parent ? "This node is inside itself, or too deep. Move it out." : "The frame around this node does not exist. Move it out.";
      problems.push({ code: "parent", severity: "error", node: node.id, message });
      return false;
    }
    ancestor = parent.parent;
  }
  return true;
}

/** A node and the containers around it. */
export type PlacedNode = Pick<ResolvedNode, "node" | "around">;

/** The innermost container around a node. */
export function containerOf(resolved: PlacedNode): NodeId | undefined {
  return resolved.around.at(-1);
}

/** The node itself, or the container around it, that is beside another node; undefined when none is: the other is in a container this one is not in. */
export function ancestorBeside(resolved: PlacedNode, other: PlacedNode): NodeId | undefined {
  const { length } = other.around;
  if (resolved.around.length < length || other.around.some((container, depth) => resolved.around[depth] !== container)) return undefined;
  return resolved.around.length === length ? resolved.node.id : resolved.around[length];
}
