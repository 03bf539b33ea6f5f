import { catalog } from "#nodes/catalog.data.ts";
import type { NodeId } from "#runtime/graph/ids.ts";
import type { Endpoint, Graph, GraphEdge, GraphNode } from "#runtime/graph/schema.ts";
import { FAILURE_PORT, type Port, type PortType } from "#runtime/node/ports.ts";
import { type PortsOfNode, portOf } from "../board/connection-rules.ts";
import { placedNodes, withInside } from "../document/containers.ts";
import { nodesById } from "../document/editor-context.ts";
import { type Read, readsIn } from "./expression-reads.ts";

/** A value that crosses the border of a selection: one output, whoever takes it on the other side. */
export interface Crossing {
  source: Endpoint;
  type: PortType;
  /** What it is called as an input or an output of the new graph; fit to stand in an expression. */
  name: string;
  title: string;
  /** Whether what takes it inside cannot do without. */
  required: boolean;
  /** The wires that bring it across; none where only expressions read it. */
  edges: readonly GraphEdge[];
}

export interface Border {
  /** All that goes into the new graph: the selection with what is inside it. */
  inside: ReadonlySet<NodeId>;
  /** Of these, those that are in no other of them. */
  outermost: readonly GraphNode[];
  /** The container the selection is in. */
  container: NodeId | undefined;
  enters: readonly Crossing[];
  leaves: readonly Crossing[];
}

/** What crosses the border of a selection, or why it cannot be a graph of its own. */
export function borderOf(graph: Graph, chosen: readonly NodeId[], portsOf: PortsOfNode): Border | { reason: string } {
  const inside = withInside(graph, chosen);
  const byId = nodesById(graph);
  const nodes = graph.nodes.filter(({ id }) => inside.has(id));
  const reason = whyNot(graph, nodes, inside);
  if (reason !== undefined) return { reason };
  const outermost = nodes.filter(({ parent }) => parent === undefined || !inside.has(parent));
  const container = placedNodes(graph)
    .get(outermost[0]?.id ?? ("" as NodeId))
    ?.around.at(-1);
  const wired = graph.edges.filter((edge) => inside.has(edge.source.node) !== inside.has(edge.target.node));
  const strange = wired.find(({ kind }) => kind !== "data");
  if (strange) {
    const [from, to] = [byId.get(strange.source.node), byId.get(strange.target.node)];
    return { reason: `“${from?.label}” is a part of “${to?.label}” and cannot be in another graph. Select both, or neither.` };
  }
  const read = graph.nodes.flatMap((node) => readsIn(node.config).map((each) => ({ ...each, by: node })));
  const across = read.filter(({ node, by }) => byId.has(node) && inside.has(node) !== inside.has(by.id));
  const whole = across.find(({ port }) => port === undefined);
  if (whole) return { reason: `“${whole.by.label}” reads all outputs of “${byId.get(whole.node)?.label}” in an expression. Select both, or neither.` };
  const collect = (isEntering: boolean) => {
    const edges = wired.filter((edge) => inside.has(edge.target.node) === isEntering);
    const reads = across.filter(({ by }) => inside.has(by.id) === isEntering);
    return crossings({ graph, portsOf, edges, reads, isEntering });
  };
  return { inside, outermost, container, enters: collect(true), leaves: collect(false) };
}

function whyNot(graph: Graph, nodes: readonly GraphNode[], inside: ReadonlySet<NodeId>): string | undefined {
  if (!nodes.some(({ type }) => catalog.get(type)?.role !== "annotation")) return "Select the nodes that are to become a graph of their own.";
  for (const { type, label } of nodes) {
    const role = catalog.get(type)?.role;
    if (role === "entry") return `“${label}” begins runs of this graph. Leave it out of the selection: the new graph gets a start of its own.`;
    if (role === "exit") return `“${label}” puts out what this graph gives. Leave it out of the selection: the new graph gets outputs of its own.`;
  }
  const placed = placedNodes(graph);
  const around = nodes.flatMap(({ id, parent }) => (parent === undefined || !inside.has(parent) ? [placed.get(id)?.around.join(" ") ?? ""] : []));
  if (new Set(around).size > 1) return "The selection is partly inside a container. Select nodes of one container, or the container with all that is in it.";
  return whyNotBetween(graph, inside);
}

/** A node that waits for the selection, and for which the selection waits, would have to run in the middle of the new graph. */
function whyNotBetween(graph: Graph, inside: ReadonlySet<NodeId>): string | undefined {
  const placed = placedNodes(graph);
  const level = placed.get([...inside].find((id) => placed.has(id)) ?? ("" as NodeId))?.around ?? [];
  const depth = Math.min(...[...inside].map((id) => placed.get(id)?.around.length ?? 0));
  const shared = level.slice(0, depth);
  const standIn = (id: NodeId): string | undefined => {
    if (inside.has(id)) return "";
    const around = placed.get(id)?.around;
    if (!around || shared.some((container, index) => around[index] !== container)) return undefined;
    return around[depth] ?? id;
  };
  const next = new Map<string, Set<string>>();
  const link = (source: NodeId, target: NodeId) => {
    const [from, to] = [standIn(source), standIn(target)];
    if (from === undefined || to === undefined || from === to) return;
    next.set(from, (next.get(from) ?? new Set()).add(to));
  };
  for (const { kind, source, target } of graph.edges) if (kind === "data") link(source.node, target.node);
  for (const node of graph.nodes) for (const read of readsIn(node.config)) link(read.node, node.id);
  const reached = new Set<string>(next.get(""));
  for (const id of reached) {
    if (next.get(id)?.has("")) return `“${nodesById(graph).get(id as NodeId)?.label}” stands between the selected nodes. Select it, too.`;
    for (const after of next.get(id) ?? []) if (after !== "") reached.add(after);
  }
  return undefined;
}

interface CrossingsGiven {
  graph: Graph;
  portsOf: PortsOfNode;
  edges: readonly GraphEdge[];
  reads: readonly Read[];
  isEntering: boolean;
}

function crossings({ graph, portsOf, edges, reads, isEntering }: CrossingsGiven): Crossing[] {
  const byId = nodesById(graph);
  const portAt = (end: Endpoint, side: "source" | "target"): Port | undefined => {
    const node = byId.get(end.node);
    return node && portOf(portsOf(node), { port: end.port, side })?.port;
  };
  const grouped = Map.groupBy(edges, ({ source }) => `${source.node} ${source.port}`);
  for (const { node, port } of reads) if (port !== undefined && !grouped.has(`${node} ${port}`)) grouped.set(`${node} ${port}`, []);
  const taken = new Set<string>();
  return [...grouped].map(([key, wires]): Crossing => {
    const [node = "", port = ""] = key.split(" ");
    const source = { node: node as NodeId, port };
    const output = portAt(source, "source");
    const targets = wires.map(({ target }) => ({ name: target.port, port: portAt(target, "target") }));
    const only = isEntering && new Set(targets.map(({ name }) => name)).size === 1 ? targets[0] : undefined;
    const label = byId.get(source.node)?.label ?? "";
    const isRead = reads.some((read) => read.node === source.node && read.port === port);
    const name = uniqueName(only?.name ?? port, taken);
    taken.add(name);
    return {
      source,
      name,
      type: output?.type ?? "any",
      title: only?.port?.title ?? output?.title ?? `${label}: ${port}`,
      required: isRead || targets.some((target) => target.port?.optional !== true),
      edges: wires,
    };
  });
}

/** Letters, digits and _ alone, so that an expression can name it. */
function uniqueName(wanted: string, taken: ReadonlySet<string>): string {
  const plain = wanted.replaceAll(/[^A-Za-z0-9_]/g, "_").slice(0, 60);
  const sound = plain === FAILURE_PORT ? "failed" : /^[A-Za-z_]/.test(plain) ? plain : `value_${plain}`;
  if (!taken.has(sound)) return sound;
  for (let number = 2; ; number++) if (!taken.has(`${sound}_${number}`)) return `${sound}_${number}`;
}
