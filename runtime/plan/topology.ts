import { DirectedGraph } from "graphology";
import { stronglyConnectedComponents } from "graphology-components";
import { hasCycle, topologicalSort } from "graphology-dag";
import type { NodeId } from "../graph/ids.ts";
import type { SoundEdge } from "./check-edges.ts";
import { ancestorBeside } from "./containers.ts";
import type { Problem } from "./problems.ts";
import type { ResolvedNode } from "./resolved-node.ts";

/** Topological order over edges and expression reads, containers before their bodies; reports each cycle on its nodes and returns nothing then. */
export function topology(nodes: readonly ResolvedNode[], edges: readonly SoundEdge[], problems: Problem[]): NodeId[] {
  const graph = new DirectedGraph();
  const labels = new Map<string, ResolvedNode>();
  for (const resolved of [...nodes].sort((left, right) => (left.node.id < right.node.id ? -1 : 1))) {
    graph.mergeNode(resolved.node.id);
    labels.set(resolved.node.id, resolved);
  }
  const byId = new Map(nodes.map((resolved) => [resolved.node.id, resolved]));
  // who uses what is outside of its container makes the container wait
  const precede = (source: NodeId, target: NodeId) => {
    const [outer, inner] = [byId.get(source), byId.get(target)];
    const later = outer && inner && ancestorBeside(inner, outer);
    if (later) graph.mergeEdge(source, later);
  };
  for (const { edge, way } of edges) if (way === "outer") precede(edge.source.node, edge.target.node);
  for (const { node, reads, around } of nodes) {
    for (const read of reads) if (!around.includes(read)) precede(read, node.id);
    const container = around.at(-1);
    if (container && labels.has(container)) graph.mergeEdge(container, node.id);
  }

  // the search for components recurses once for each node of a path: only where there is a cycle to name
  if (!hasCycle(graph)) return topologicalSort(graph).flatMap((id) => labels.get(id)?.node.id ?? []);
  const cycles = stronglyConnectedComponents(graph).filter((component) => component.length > 1 || graph.hasEdge(component[0], component[0]));
  for (const cycle of cycles) {
    const names = cycle.sort().map((id) => `"${labels.get(id)?.node.label ?? id}"`);
    for (const id of cycle) {
      const resolved = labels.get(id);
      if (resolved)
        problems.push({
          code: "cycle",
          severity: "error",
          node: resolved.node.id,
          message: `${names.join(", ")} wait for each other in a circle. Remove one of the edges between them.`,
        });
    }
  }
  return [];
}
