import type { NodeId } from "#runtime/graph/ids.ts";
import type { EdgeKind, Graph, GraphNode } from "#runtime/graph/schema.ts";
import { hasMembers } from "../document/containers.ts";
import { nodesById } from "../document/editor-context.ts";

/** A node that is called instead of scheduled, and who calls it. */
export interface Caller {
  as: "tool" | "member";
  node: GraphNode;
}

const callers = new WeakMap<Graph, ReadonlyMap<NodeId, Caller>>();

/** By node, who calls it: the first it is wired to as a tool, else what it is a member of. Made once for each graph. */
export function callersOf(graph: Graph): ReadonlyMap<NodeId, Caller> {
  const known = callers.get(graph);
  if (known) return known;
  const byId = nodesById(graph);
  const found = new Map<NodeId, Caller>();
  for (const { kind, source, target } of graph.edges) {
    const caller = kind === "tool" ? byId.get(target.node) : undefined;
    if (caller && !found.has(source.node)) found.set(source.node, { as: "tool", node: caller });
  }
  for (const { id, parent } of graph.nodes) {
    const crew = parent === undefined ? undefined : byId.get(parent);
    if (crew && hasMembers(crew) && !found.has(id)) found.set(id, { as: "member", node: crew });
  }
  callers.set(graph, found);
  return found;
}

interface CallWires {
  /** Nodes at the ends of wires that carry data. */
  steps: ReadonlySet<NodeId>;
  /** By tool, who calls it. */
  callers: ReadonlyMap<NodeId, readonly NodeId[]>;
}

const callWires = new WeakMap<Graph, CallWires>();

/** Made once for each graph: a wire that is begun asks about every node. */
function callWiresOf(graph: Graph): CallWires {
  const known = callWires.get(graph);
  if (known) return known;
  const steps = new Set<NodeId>();
  const found = new Map<NodeId, NodeId[]>();
  for (const { kind, source, target } of graph.edges) {
    if (kind === "data") steps.add(source.node).add(target.node);
    else if (kind === "tool") found.set(source.node, [...(found.get(source.node) ?? []), target.node]);
  }
  const made = { steps, callers: found };
  callWires.set(graph, made);
  return made;
}

interface Ends {
  source: NodeId;
  target: NodeId;
}

/** Why an edge of a kind may not run between two nodes, as far as calling goes; undefined when it may. */
export function whyNotCalled(graph: Graph, kind: EdgeKind, ends: Ends): string | undefined {
  if (kind === "data") return whyNotData(graph, ends);
  if (kind === "tool") return whyNotTool(graph, ends);
  return whyNotHandoff(graph, ends);
}

/** What is called gets its inputs from whoever calls it. */
function whyNotData(graph: Graph, { source, target }: Ends): string | undefined {
  for (const id of [target, source]) {
    const caller = callersOf(graph).get(id);
    const label = nodesById(graph).get(id)?.label;
    if (caller) return `“${label}” is a ${caller.as} of “${caller.node.label}”, which gives it its inputs and takes what it yields.`;
  }
  return undefined;
}

function whyNotTool(graph: Graph, { source, target }: Ends): string | undefined {
  const tool = nodesById(graph).get(source);
  if (callWiresOf(graph).steps.has(source)) return `“${tool?.label}” is wired as a step. Remove its other wires, or use a second node as the tool.`;
  return callsItself(graph, { source, target }) ? "They would call one another without end." : undefined;
}

/** Whether whoever is to call a tool is called by that tool, through any number of others. */
function callsItself(graph: Graph, { source, target }: Ends): boolean {
  const before = new Set([target]);
  for (const id of before) for (const caller of callWiresOf(graph).callers.get(id) ?? []) before.add(caller);
  return before.has(source);
}

function whyNotHandoff(graph: Graph, { source, target }: Ends): string | undefined {
  const [from, to] = [callersOf(graph).get(source), callersOf(graph).get(target)];
  const isInside = from?.as === "member" && to?.as === "member" && from.node.id === to.node.id;
  return isInside ? undefined : "Members of one crew hand over to one another. Put both directly into the same one.";
}
