import { createId, type NodeId } from "#runtime/graph/ids.ts";
import type { Endpoint, Graph, GraphEdge } from "#runtime/graph/schema.ts";
import { compatibility } from "#runtime/node/ports.ts";
import { checkConnection, findPort, type PortsOfNode } from "./connection-rules.ts";

export interface Joined {
  /** The new wires. */
  edges: GraphEdge[];
  /** The inputs that lose their wire, though something fed what is removed. */
  unjoined: Endpoint[];
}

/**
 * The wires that join what was wired to removed nodes with each other: each input they fed gets a wire from something that fed them, through any
 * number of removed nodes, where the types fit. An exact type is taken before one that is converted or checked.
 */
export function joinNeighbours(graph: Graph, portsOf: PortsOfNode, removed: ReadonlySet<NodeId>): Joined {
  let rest = withoutNodes(graph, removed);
  const joined: Joined = { edges: [], unjoined: [] };
  for (const { kind, source, target, order } of graph.edges) {
    // nobody is given tools unasked
    if (kind === "tool" || !removed.has(source.node) || removed.has(target.node)) continue;
    const feeders = feeding(graph, source.node, removed);
    const candidates = feeders.filter((from) => checkConnection(rest, portsOf, { source: from, target }).ok);
    const input = findPort(rest, portsOf, { ...target, side: "target" })?.port.type;
    const rank = (from: Endpoint) => {
      const output = findPort(rest, portsOf, { ...from, side: "source" })?.port.type;
      return output === input ? 2 : output && input && compatibility(output, input) === "yes" ? 1 : 0;
    };
    const [best] = candidates.sort((one, other) => rank(other) - rank(one));
    const check = best && checkConnection(rest, portsOf, { source: best, target });
    if (!check?.ok) {
      if (feeders.length > 0) joined.unjoined.push(target);
      continue;
    }
    const edge = { id: createId("edge"), ...check.edge, ...(order !== undefined && { order }) };
    joined.edges.push(edge);
    rest = { ...rest, edges: [...rest.edges.filter(({ id }) => !check.replacing.includes(id)), edge] };
  }
  return joined;
}

/** A graph as it is when nodes are removed: without their wires, and with what was inside them outside. */
function withoutNodes(graph: Graph, removed: ReadonlySet<NodeId>): Graph {
  const parents = new Map(graph.nodes.map(({ id, parent }) => [id, parent]));
  const outside = (start: NodeId | undefined): NodeId | undefined => {
    let parent = start;
    for (let steps = 0; parent !== undefined && removed.has(parent) && steps <= removed.size; steps++) parent = parents.get(parent);
    return parent;
  };
  const nodes = graph.nodes.flatMap((node) => {
    if (removed.has(node.id)) return [];
    const { parent: before, ...rest } = node;
    const parent = outside(before);
    return [parent === before ? node : { ...rest, ...(parent && { parent }) }];
  });
  return { ...graph, nodes, edges: graph.edges.filter(({ source, target }) => !removed.has(source.node) && !removed.has(target.node)) };
}

/** The outputs outside that feed a removed node, the nearest first. */
function feeding(graph: Graph, node: NodeId, removed: ReadonlySet<NodeId>): Endpoint[] {
  const found: Endpoint[] = [];
  const passed = new Set<NodeId>([node]);
  for (const id of passed) {
    for (const { source, target } of graph.edges) {
      if (target.node !== id) continue;
      if (removed.has(source.node)) passed.add(source.node);
      else found.push(source);
    }
  }
  return found;
}
