import type { EdgeId, NodeId } from "#runtime/graph/ids.ts";
import { orderKeyBetween } from "#runtime/graph/order-key.ts";
import type { Endpoint, Graph, GraphEdge, GraphNode } from "#runtime/graph/schema.ts";
import { compatibility, type Port, type Ports, type PortType } from "#runtime/node/ports.ts";
import { edgeKindOf } from "#runtime/plan/check-edges.ts";

export type PortsOfNode = (node: GraphNode) => Ports;

/** Which end of a wire a port is. */
export type Side = "source" | "target";

export type ConnectionCheck = { ok: true; edge: Omit<GraphEdge, "id">; replacing: EdgeId[] } | { ok: false; reason: string };

/** Whether two ports may be wired, and which edges the new one takes the place of. The compiler says the same of the finished graph. */
export function checkConnection(graph: Graph, portsOf: PortsOfNode, ends: { source: Endpoint; target: Endpoint }): ConnectionCheck {
  const { source, target } = ends;
  const output = findPort(graph, portsOf, { ...source, side: "source" });
  const input = findPort(graph, portsOf, { ...target, side: "target" });
  if (!output || !input) return { ok: false, reason: "That port does not exist." };
  if (compatibility(output.type, input.type) === "no") return { ok: false, reason: `${output.type} does not fit ${input.type}.` };
  const kind = edgeKindOf(output.type);
  if (source.node === target.node || (kind === "data" && reaches(graph, target.node, source.node))) {
    return { ok: false, reason: "That would make a circle." };
  }
  const present = graph.edges.filter((edge) => edge.target.node === target.node && edge.target.port === target.port);
  const same = present.some((edge) => edge.source.node === source.node && edge.source.port === source.port);
  if (same) return { ok: false, reason: "These are wired already." };
  if (!input.many) return { ok: true, edge: { kind, source, target }, replacing: present.map(({ id }) => id) };
  const last = present
    .map(({ order }) => order ?? "")
    .sort()
    .at(-1);
  return { ok: true, edge: { kind, source, target, order: orderKeyBetween(last || undefined, undefined) }, replacing: [] };
}

/** A port of a node in the graph. */
export function findPort(graph: Graph, portsOf: PortsOfNode, at: Endpoint & { side: Side }): Port | undefined {
  const node = graph.nodes.find(({ id }) => id === at.node);
  if (!node) return undefined;
  const ports = at.side === "source" ? portsOf(node).outputs : portsOf(node).inputs;
  return Object.hasOwn(ports, at.port) ? ports[at.port] : undefined;
}

/** The nodes a wire from this node's side must not end at, itself included: what would close a circle of data edges. */
export function circleOf(graph: Graph, node: NodeId, side: Side): ReadonlySet<NodeId> {
  const next = Map.groupBy(
    graph.edges.filter((edge) => edge.kind === "data"),
    (edge) => (side === "source" ? edge.target.node : edge.source.node),
  );
  const found = new Set<NodeId>([node]);
  for (const id of found) for (const edge of next.get(id) ?? []) found.add(side === "source" ? edge.source.node : edge.target.node);
  return found;
}

function reaches(graph: Graph, from: NodeId, to: NodeId): boolean {
  return circleOf(graph, from, "target").has(to);
}

/** The first port of a node, on the side across from `side`, that fits a wire of this type; an exact fit and a required input go first. */
export function fittingPort(ports: Ports, type: PortType, side: Side): string | undefined {
  const candidates = Object.entries(side === "source" ? ports.inputs : ports.outputs);
  const rank = ([, candidate]: [string, Port]) => {
    const fit = side === "source" ? compatibility(type, candidate.type) : compatibility(candidate.type, type);
    if (fit === "no") return 0;
    return (fit === "yes" ? 4 : 1) + (candidate.type === type ? 1 : 0) + (candidate.optional ? 0 : 2);
  };
  const ranked = candidates.map((candidate) => ({ name: candidate[0], rank: rank(candidate) })).filter((candidate) => candidate.rank > 0);
  return ranked.sort((left, right) => right.rank - left.rank)[0]?.name;
}
