import type { EdgeId, NodeId } from "#runtime/graph/ids.ts";
import { orderKeyBetween } from "#runtime/graph/order-key.ts";
import type { Endpoint, Graph, GraphEdge, GraphNode } from "#runtime/graph/schema.ts";
import { compatibility, type Port, type Ports, type PortType } from "#runtime/node/ports.ts";
import { edgeKindOf, wayOf } from "#runtime/plan/check-edges.ts";
import { ancestorBeside, containerOf } from "#runtime/plan/containers.ts";
import { placedNodes } from "../document/containers.ts";
import type { ShownPorts } from "../document/node-ports.ts";
import { whyNotCalled } from "./call-rules.ts";

export type PortsOfNode = (node: GraphNode) => ShownPorts;

/** Which end of a wire a port is. */
export type Side = "source" | "target";

const CIRCLE = "Would make a circle: use a loop.";

export type ConnectionCheck = { ok: true; edge: Omit<GraphEdge, "id">; replacing: EdgeId[] } | { ok: false; reason: string };

/** Whether two ports may be wired, and which edges the new one takes the place of. The compiler says the same of the finished graph. */
export function checkConnection(graph: Graph, portsOf: PortsOfNode, ends: { source: Endpoint; target: Endpoint }): ConnectionCheck {
  const { source, target } = ends;
  const output = findPort(graph, portsOf, { ...source, side: "source" });
  const input = findPort(graph, portsOf, { ...target, side: "target" });
  if (!output || !input) return { ok: false, reason: "That port does not exist." };
  if (source.node === target.node) return { ok: false, reason: "A node cannot be wired to itself." };
  const reason = whyNotAcross(graph, { node: source.node, isInner: output.isInner }, { node: target.node, isInner: input.isInner });
  if (reason !== undefined) return { ok: false, reason };
  if (compatibility(output.port.type, input.port.type) === "no")
    return { ok: false, reason: `Takes ${typeWord(input.port.type)}, not ${typeWord(output.port.type)}.` };
  const kind = edgeKindOf(output.port.type);
  const uncalled = whyNotCalled(graph, kind, { source: source.node, target: target.node });
  if (uncalled !== undefined) return { ok: false, reason: uncalled };
  if (kind === "data" && closesCircle(graph, { source: source.node, target: target.node })) return { ok: false, reason: CIRCLE };
  const present = graph.edges.filter((edge) => edge.target.node === target.node && edge.target.port === target.port);
  const same = present.some((edge) => edge.source.node === source.node && edge.source.port === source.port);
  if (same) return { ok: false, reason: "These are wired already." };
  if (!input.port.many) return { ok: true, edge: { kind, source, target }, replacing: present.map(({ id }) => id) };
  const last = present
    .map(({ order }) => order ?? "")
    .sort()
    .at(-1);
  return { ok: true, edge: { kind, source, target, order: orderKeyBetween(last || undefined, undefined) }, replacing: [] };
}

/** A port of a node in the graph; `isInner` when it is one towards the body of a container. */
export function findPort(graph: Graph, portsOf: PortsOfNode, at: Endpoint & { side: Side }): { port: Port; isInner: boolean } | undefined {
  const node = graph.nodes.find(({ id }) => id === at.node);
  if (!node) return undefined;
  return portOf(portsOf(node), at);
}

/** The same of a node's ports. */
export function portOf({ inputs, outputs, body }: ShownPorts, at: { port: string; side: Side }): { port: Port; isInner: boolean } | undefined {
  const [outer, inner] = at.side === "source" ? [outputs, body?.gives] : [inputs, body?.takes];
  const port = ownPort(outer, at.port);
  if (port) return { port, isInner: false };
  const own = ownPort(inner ?? {}, at.port);
  return own && { port: own, isInner: true };
}

function ownPort(ports: Record<string, Port>, name: string): Port | undefined {
  return Object.hasOwn(ports, name) ? ports[name] : undefined;
}

interface End {
  node: NodeId;
  isInner: boolean;
}

/** Why an edge may not run between the two, as far as containers go. */
function whyNotAcross(graph: Graph, from: End, to: End): string | undefined {
  const byId = placedNodes(graph);
  const [source, target] = [byId.get(from.node), byId.get(to.node)];
  if (!source || !target) return "That node does not exist.";
  const way = wayOf(source, target);
  if (from.isInner !== (way === "given")) {
    return from.isInner
      ? `This is for the nodes inside “${source.node.label}”.`
      : `“${source.node.label}” has this only when it has ended. Inside it, use what it gives.`;
  }
  if (to.isInner !== (way === "taken")) {
    return to.isInner
      ? `This takes from the nodes directly inside “${target.node.label}”.`
      : `“${target.node.label}” needs this before the nodes inside it run. Wire it to what it takes from them.`;
  }
  return way === undefined
    ? `“${source.node.label}” is inside a container “${target.node.label}” is not in. Wire it to the container, and go on from there.`
    : undefined;
}

/** The nodes a wire from a port may end at by where they are, apart from types: at a port outside, or at one towards the body. */
export interface Reach {
  outer: ReadonlySet<NodeId>;
  inner: ReadonlySet<NodeId>;
}

export function reachOf(graph: Graph, from: End & { side: Side; type: PortType }): Reach {
  const kind = edgeKindOf(from.type);
  const waits = circleFinder(graph, from.side);
  const isOpen = (id: NodeId, isInner: boolean): boolean => {
    if (id === from.node) return false;
    const other = { node: id, isInner };
    const [source, target] = from.side === "source" ? [from, other] : [other, from];
    const ends = { source: source.node, target: target.node };
    if (whyNotAcross(graph, source, target) !== undefined || whyNotCalled(graph, kind, ends) !== undefined) return false;
    return kind !== "data" || !closesCircle(graph, ends, waits);
  };
  const ids = graph.nodes.map(({ id }) => id);
  return { outer: new Set(ids.filter((id) => isOpen(id, false))), inner: new Set(ids.filter((id) => isOpen(id, true))) };
}

/** Whether an edge of data would make its source wait for itself. */
function closesCircle(graph: Graph, ends: { source: NodeId; target: NodeId }, waits = circleFinder(graph, "source")): boolean {
  const byId = placedNodes(graph);
  const [from, to] = [byId.get(ends.source), byId.get(ends.target)];
  const later = from && to && wayOf(from, to) === "outer" ? ancestorBeside(to, from) : undefined;
  return later !== undefined && waits(ends.source, later);
}

/** Tells whether the one node waits for the other. Looks once for each earlier node (`target`) or each later one (`source`) of all it is asked about. */
function circleFinder(graph: Graph, side: Side): (waiting: NodeId, awaited: NodeId) => boolean {
  const circles = new Map<NodeId, ReadonlySet<NodeId>>();
  return (waiting, awaited) => {
    const [from, to] = side === "source" ? [waiting, awaited] : [awaited, waiting];
    const circle = circles.get(from) ?? circleOf(graph, from, side);
    circles.set(from, circle);
    return circle.has(to);
  };
}

/**
 * The nodes before (`source`) or behind (`target`) a node, itself included: those it waits for, or that wait for it. A container is before
 * what is in it, and waits for what its body uses from outside.
 */
export function circleOf(graph: Graph, node: NodeId, side: Side): ReadonlySet<NodeId> {
  const next = nextNodes(graph, side);
  const found = new Set<NodeId>([node]);
  for (const id of found) for (const other of next.get(id) ?? []) found.add(other);
  return found;
}

const steps = { source: new WeakMap<Graph, Map<NodeId, NodeId[]>>(), target: new WeakMap<Graph, Map<NodeId, NodeId[]>>() };

/** One step back (`source`) or on (`target`) from each node; made once for each graph. */
function nextNodes(graph: Graph, side: Side): ReadonlyMap<NodeId, readonly NodeId[]> {
  const known = steps[side].get(graph);
  if (known) return known;
  const byId = placedNodes(graph);
  const next = new Map<NodeId, NodeId[]>();
  const precede = (earlier: NodeId, later: NodeId) => {
    const [from, to] = side === "source" ? [later, earlier] : [earlier, later];
    const list = next.get(from);
    if (list) list.push(to);
    else next.set(from, [to]);
  };
  for (const { kind, source, target } of graph.edges) {
    const [from, to] = [byId.get(source.node), byId.get(target.node)];
    if (kind !== "data" || !from || !to || wayOf(from, to) !== "outer") continue;
    const later = ancestorBeside(to, from);
    if (later) precede(source.node, later);
  }
  for (const inner of byId.values()) {
    const container = containerOf(inner);
    if (container) precede(container, inner.node.id);
  }
  steps[side].set(graph, next);
  return next;
}

/** Whether a wire that hangs from a port may end at a port, as far as types go. */
export function fits(from: { side: Side; type: PortType }, port: Port): boolean {
  return (from.side === "source" ? compatibility(from.type, port.type) : compatibility(port.type, from.type)) !== "no";
}

/** What a port carries, in a text: tools and hand-offs are no data. */
export function typeWord(type: PortType): string {
  return type === "tool" ? "tools" : type === "agent" ? "hand-offs" : type;
}

/** Why none of these types fits a wire. */
function misfit(types: readonly PortType[], { side, type }: { side: Side; type: PortType }): string {
  const isSource = side === "source";
  if (type === "tool") return isSource ? "Takes no tools: agents do." : "This cannot be called as a tool.";
  if (type === "agent") return isSource ? "Takes over from nobody: agents do." : "Hands over to nobody: agents do.";
  const words = [...new Set(types)].slice(0, 3).map(typeWord);
  return `${isSource ? "Takes" : "Gives"} ${words.join(" or ")}, not ${typeWord(type)}.`;
}

/** Why a wire that hangs from a port can end nowhere on a node; undefined when it can. */
export function whyNotOnNode(
  graph: Graph,
  portsOf: PortsOfNode,
  given: { from: End & { side: Side; type: PortType }; reach: Reach; node: NodeId },
): string | undefined {
  const { from, reach } = given;
  const node = graph.nodes.find(({ id }) => id === given.node);
  if (!node || node.id === from.node) return undefined;
  const { inputs, outputs, body } = portsOf(node);
  const isSource = from.side === "source";
  const [outer, inner] = isSource ? [inputs, body?.takes ?? {}] : [outputs, body?.gives ?? {}];
  const open = [...(reach.outer.has(node.id) ? Object.values(outer) : []), ...(reach.inner.has(node.id) ? Object.values(inner) : [])];
  if (open.some((port) => fits(from, port))) return undefined;
  if (open.length > 0)
    return misfit(
      open.map(({ type }) => type),
      from,
    );
  const [first] = Object.keys(outer);
  if (first === undefined) return isSource ? "Takes nothing." : "Gives nothing.";
  const other = { node: node.id, isInner: false };
  const [source, target] = isSource ? [from, other] : [other, from];
  const fitting = Object.values(outer).some((port) => fits(from, port));
  // where no type would fit anyway, that is what there is to know
  if (!fitting && edgeKindOf(from.type) !== "data") return misfit([], from);
  return whyNotAcross(graph, source, target) ?? whyNotCalled(graph, edgeKindOf(from.type), { source: source.node, target: target.node }) ?? CIRCLE;
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
