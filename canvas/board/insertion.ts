import { createId, type NodeId } from "#runtime/graph/ids.ts";
import type { Graph, GraphEdge, GraphNode, Position } from "#runtime/graph/schema.ts";
import { circleOf, findPort, fittingPort, type PortsOfNode } from "./connection-rules.ts";
import type { Box } from "./frames.ts";

/** How a node goes into a wire: which of its ports take the place of the wire's ends. */
export interface Insertion {
  input: string | undefined;
  output: string | undefined;
}

/** The ports by which a node fits into a wire; undefined where none does. */
export function insertionOf(graph: Graph, portsOf: PortsOfNode, given: { edge: GraphEdge; node: GraphNode }): Insertion {
  const { edge, node } = given;
  const source = findPort(graph, portsOf, { ...edge.source, side: "source" });
  const target = findPort(graph, portsOf, { ...edge.target, side: "target" });
  const ports = portsOf(node);
  return {
    input: source && fittingPort(ports, source.port.type, "source"),
    output: target && fittingPort(ports, target.port.type, "target"),
  };
}

/** The two wires that take the place of one; its place among several stays. */
export function insertedEdges(edge: GraphEdge, node: NodeId, { input, output }: Insertion): GraphEdge[] {
  const into = input === undefined ? [] : [{ id: createId("edge"), kind: edge.kind, source: edge.source, target: { node, port: input } }];
  const order = edge.order === undefined ? {} : { order: edge.order };
  const from = output === undefined ? [] : [{ id: createId("edge"), kind: edge.kind, source: { node, port: output }, target: edge.target, ...order }];
  return [...into, ...from];
}

/** The air on both sides of what is put into a wire. */
export const AIR = 56;

/**
 * Where what is behind a wire goes so that a node of that width has room in it: all that comes after, in the same frame, to the right by what is
 * missing. `boxes`: what is drawn.
 */
export function madeRoom(graph: Graph, boxes: ReadonlyMap<NodeId, Box>, given: { edge: GraphEdge; width: number }): ReadonlyMap<NodeId, Position> {
  const { source, target } = given.edge;
  const [from, to] = [boxes.get(source.node), boxes.get(target.node)];
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const parent = byId.get(target.node)?.parent;
  if (!from || !to || byId.get(source.node)?.parent !== parent || to.x < from.x + from.width) return new Map();
  const missing = from.x + from.width + given.width + 2 * AIR - to.x;
  if (missing <= 0) return new Map();
  const behind = [...circleOf(graph, target.node, "target")].flatMap((id) => byId.get(id) ?? []);
  const moving = behind.filter((node) => node.parent === parent && (boxes.get(node.id)?.x ?? Number.NEGATIVE_INFINITY) >= to.x - 1);
  return new Map(moving.map((node) => [node.id, { x: node.position.x + missing, y: node.position.y }]));
}
