import type { GraphDiff } from "#runtime/graph/diff.ts";
import type { EdgeId, NodeId } from "#runtime/graph/ids.ts";
import type { Graph } from "#runtime/graph/schema.ts";
import type { Mark, Marks } from "../board/marks.ts";
import { markOf, wireChanges } from "./change-words.ts";

/** Two graphs on one board: the later one, with what was removed where it was, and marks on all that differs. */
export function mergedGraph(after: Graph, diff: GraphDiff): { graph: Graph; marks: Marks } {
  const removedNodes = diff.nodes.flatMap((change) => (change.type === "removed" ? [change.node] : []));
  const removedEdges = diff.edges.flatMap((change) => (change.type === "removed" ? [change.edge] : []));
  // what is there now is drawn above what was
  const nodes = [...removedNodes, ...after.nodes];
  const known = new Set(nodes.map(({ id }) => id));
  const edges = [...after.edges, ...removedEdges].filter(({ source, target }) => known.has(source.node) && known.has(target.node));
  const wires = wireChanges(diff).map(({ type, id }): [EdgeId, Mark] => [id, { kind: type, text: WIRE[type] }]);
  return {
    graph: { ...after, nodes, edges },
    marks: { nodes: new Map(diff.nodes.map((change): [NodeId, Mark] => [change.id, markOf(change)])), edges: new Map(wires) },
  };
}

const WIRE = { added: "Wire added", removed: "Wire removed", changed: "Wired otherwise" } as const;
