import { catalog } from "#nodes/catalog.data.ts";
import { canonicalJson } from "#runtime/graph/canonical-json.ts";
import type { NodeId } from "#runtime/graph/ids.ts";
import type { Graph, GraphEdge, GraphNode } from "#runtime/graph/schema.ts";
import type { Plan } from "#runtime/plan/plan.ts";

/** `own`: the node itself was changed, or how it is wired; `upstream`: something it gets its values from, or its body, was. */
export type Staleness = "own" | "upstream";
export type StaleNodes = ReadonlyMap<NodeId, Staleness>;

/** Nodes that would not yield now what they yielded in a run: `ran` is the graph of its revision, `plan` what was made of it. */
export function staleNodes(ran: Graph, draft: Graph, plan: Plan | undefined): StaleNodes {
  const stale = new Map<NodeId, Staleness>(changedNodes(ran, draft).map((id) => [id, "own"]));
  // a container may be stale for the sake of its body alone: what it gives to its body is as it was
  const entered = new Set(stale.keys());
  const pending = [...stale.keys()];
  const add = (id: NodeId, isEntered: boolean) => {
    if (stale.has(id) && (!isEntered || entered.has(id))) return;
    if (!stale.has(id)) stale.set(id, "upstream");
    if (isEntered) entered.add(id);
    pending.push(id);
  };
  const nodes = new Map(draft.nodes.map((node) => [node.id, node]));
  const dependants = dependantsOf(draft, { nodes, plan });
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    for (const { to, given } of dependants.get(id) ?? []) if (!given || entered.has(id)) add(to, true);
    const around = nodes.get(id)?.parent;
    if (around !== undefined && nodes.has(around)) add(around, false);
  }
  return stale;
}

function changedNodes(ran: Graph, draft: Graph): NodeId[] {
  const before = new Map(ran.nodes.map((node) => [node.id, node]));
  const [wiredBefore, wired] = [wiresOf(ran), wiresOf(draft)];
  return draft.nodes.flatMap((node) => {
    if (catalog.get(node.type)?.role === "annotation") return [];
    const known = before.get(node.id);
    const isSame = known && essenceOf(known) === essenceOf(node) && wiredBefore.get(node.id) === wired.get(node.id);
    return isSame ? [] : [node.id];
  });
}

interface Dependant {
  to: NodeId;
  /** It takes what a container gives to its body. */
  given: boolean;
}

function dependantsOf(draft: Graph, { nodes, plan }: { nodes: ReadonlyMap<NodeId, GraphNode>; plan: Plan | undefined }): ReadonlyMap<NodeId, Dependant[]> {
  const dependants = new Map<NodeId, Dependant[]>();
  const note = (from: NodeId, to: NodeId) => {
    // what a container takes from its body makes it stale as the body does
    if (nodes.get(from)?.parent === to) return;
    const known = dependants.get(from) ?? [];
    known.push({ to, given: nodes.get(to)?.parent === from });
    dependants.set(from, known);
  };
  for (const { source, target } of draft.edges) note(source.node, target.node);
  for (const { id, reads, captures = [] } of Object.values(plan?.nodes ?? {})) if (nodes.has(id)) for (const other of [...reads, ...captures]) note(other, id);
  return dependants;
}

const wires = new WeakMap<Graph, ReadonlyMap<NodeId, string>>();

/** What is wired to each node, as text; made once for each graph. */
function wiresOf(graph: Graph): ReadonlyMap<NodeId, string> {
  const known = wires.get(graph);
  if (known) return known;
  const made = new Map([...Map.groupBy(graph.edges, ({ target }) => target.node)].map(([node, incoming]) => [node, textOf(incoming)]));
  wires.set(graph, made);
  return made;
}

const lines = new WeakMap<GraphEdge, string>();

function textOf(edges: readonly GraphEdge[]): string {
  return edges.map(lineOf).sort().join("\n\n");
}

/** Edges keep their identity while others change. */
function lineOf(edge: GraphEdge): string {
  const known = lines.get(edge);
  if (known !== undefined) return known;
  const { kind, source, target, order = "" } = edge;
  const line = [kind, target.port, order, source.node, source.port].join("\n");
  lines.set(edge, line);
  return line;
}

const essences = new WeakMap<GraphNode, string>();

/** What makes a node yield what it yields: where it stands and what it is called do not count. */
function essenceOf(node: GraphNode): string {
  const known = essences.get(node);
  if (known !== undefined) return known;
  const { id, type, version, parent, disabled, config, policy } = node;
  const text = canonicalJson({ id, type, version, parent: parent ?? null, disabled: disabled ?? false, config, policy: policy ?? null });
  essences.set(node, text);
  return text;
}
