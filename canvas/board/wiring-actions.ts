import { toast } from "sonner";
import { createId, type EdgeId, type NodeId } from "#runtime/graph/ids.ts";
import type { Endpoint, Graph, GraphEdge } from "#runtime/graph/schema.ts";
import { type Editor, nodesById } from "../document/editor-context.ts";
import { announce } from "../ui/announce.ts";
import type { BoardState, LooseWire } from "./board-store.ts";
import { checkConnection, findPort, fits, fittingPort, type PortsOfNode, reachOf, type Side, typeWord, whyNotOnNode } from "./connection-rules.ts";
import { hasRoom } from "./has-room.ts";
import { asOneStep } from "./one-step.ts";

export interface Ends {
  source: Endpoint;
  target: Endpoint;
}

/** A port a wire may end at. */
export interface WireTarget extends Endpoint {
  side: Side;
}

export interface WiringActions {
  /** Wires two ports; `replaces`: the wire that is moved there. Says why when it cannot be. */
  connect(ends: Ends, replaces?: EdgeId): boolean;
  /** Why two ports may not be wired; undefined when they may. */
  whyNot(ends: Ends, replaces?: EdgeId): string | undefined;
  /** Why a loose wire can end nowhere on a node. */
  whyNotOn(wire: NonNullable<BoardState["connecting"]>, node: NodeId): string | undefined;
  /** The wire that would hang from a port. */
  wireFrom(at: WireTarget): LooseWire | undefined;
  /** Wires a loose end to the first port of a node that fits; `isPart`: of the step of undo that is under way. */
  connectToNode(from: LooseWire, node: NodeId, how?: { replaces?: EdgeId | undefined; isPart?: boolean }): void;
  /** The ports a loose wire may end at. */
  targetsOf(from: LooseWire): WireTarget[];
  removeEdge(edge: EdgeId): void;
}

export function wiringActions(editor: Editor, portsOf: PortsOfNode): WiringActions {
  const current = (replaces?: EdgeId) => withoutEdge(editor.graph.current(), replaces);
  const wire = (ends: Ends, { replaces, isPart = false }: { replaces?: EdgeId | undefined; isPart?: boolean }): boolean => {
    const graph = current(replaces);
    const check = checkConnection(graph, portsOf, ends);
    if (!check.ok) {
      toast.error(check.reason);
      return false;
    }
    const replacing = replaces === undefined ? check.replacing : [replaces, ...check.replacing];
    if (!hasRoom(editor.graph.current(), { edges: 1 - replacing.length })) return false;
    const edge = { id: createId("edge"), ...check.edge };
    if (isPart) editor.edits?.connect(edge, replacing);
    else asOneStep(editor, (edits) => edits.connect(edge, replacing));
    announce(`Wired ${nameOf(graph, ends.source)} to ${nameOf(graph, ends.target)}`);
    return true;
  };
  return {
    connect: (ends, replaces) => wire(ends, { replaces }),
    whyNot: (ends, replaces) => {
      const check = checkConnection(current(replaces), portsOf, ends);
      return check.ok ? undefined : check.reason;
    },
    whyNotOn: ({ from, reach, replaces }, node) => whyNotOnNode(current(replaces), portsOf, { from, reach, node }),
    connectToNode: (from, id, how = {}) => {
      const graph = current(how.replaces);
      const node = nodesById(graph).get(id);
      if (!node || id === from.node) return;
      const { inputs, outputs, body } = portsOf(node);
      const inner = { inputs: body?.takes ?? {}, outputs: body?.gives ?? {} };
      // what is inside a container meets its inner ports
      const port = fittingPort(reachOf(graph, from).inner.has(id) ? inner : { inputs, outputs }, from.type, from.side);
      if (port !== undefined) wire(endsOf(from, { node: id, port }), how);
      else toast.error(`Nothing on “${node.label}” ${from.side === "source" ? "takes" : "gives"} ${typeWord(from.type)}.`);
    },
    wireFrom: (at) => {
      const found = findPort(editor.graph.current(), portsOf, at);
      return found && { ...at, type: found.port.type, isInner: found.isInner };
    },
    targetsOf: (from) => wireTargets(editor.graph.current(), portsOf, from),
    removeEdge: (edge) => {
      asOneStep(editor, (edits) => edits.remove({ edges: [edge] }));
      announce("The wire was removed.");
    },
  };
}

/** The graph as it is while one of its wires is being moved. */
function withoutEdge(graph: Graph, edge: EdgeId | undefined): Graph {
  return edge === undefined ? graph : { ...graph, edges: graph.edges.filter(({ id }) => id !== edge) };
}

function wireTargets(graph: Graph, portsOf: PortsOfNode, from: LooseWire): WireTarget[] {
  const reach = reachOf(graph, from);
  const side = from.side === "source" ? "target" : "source";
  const taken = new Set(graph.edges.filter((edge) => isAt(edge[from.side], from)).map((edge) => keyOf(edge[side])));
  return graph.nodes.flatMap((node) => {
    const { inputs, outputs, body } = portsOf(node);
    const [outer, inner] = side === "target" ? [inputs, body?.takes ?? {}] : [outputs, body?.gives ?? {}];
    const open = [...(reach.outer.has(node.id) ? Object.entries(outer) : []), ...(reach.inner.has(node.id) ? Object.entries(inner) : [])];
    return open.flatMap(([port, given]) => {
      const end = { node: node.id, port, side } as const;
      return fits(from, given) && !taken.has(keyOf(end)) ? [end] : [];
    });
  });
}

function isAt(end: Endpoint, { node, port }: Endpoint): boolean {
  return end.node === node && end.port === port;
}

function keyOf({ node, port }: Endpoint): string {
  return `${node}/${port}`;
}

function nameOf(graph: Graph, { node, port }: Endpoint): string {
  return `${nodesById(graph).get(node)?.label ?? "a node"}, ${port}`;
}

export function endsOf(from: LooseWire, to: Endpoint): Ends {
  // only what an edge holds of an end goes into the document
  const [here, there] = [
    { node: from.node, port: from.port },
    { node: to.node, port: to.port },
  ];
  return from.side === "source" ? { source: here, target: there } : { source: there, target: here };
}

/** The edge of a graph with an id. */
export function findEdge(graph: Graph, id: EdgeId): GraphEdge | undefined {
  return graph.edges.find((edge) => edge.id === id);
}
