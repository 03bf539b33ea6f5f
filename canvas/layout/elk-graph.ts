import type { ElkNode } from "elkjs/lib/elk-api.js";
import type { NodeId } from "#runtime/graph/ids.ts";
import type { Graph, GraphNode, Position, Size } from "#runtime/graph/schema.ts";
import type { ShownPorts } from "../document/node-ports.ts";

/** Nodes that are beside each other, to be laid out: how large each is, and where its ports are from its upper left corner. */
export interface Level {
  /** What the nodes are in; undefined: the board itself. */
  parent: NodeId | undefined;
  nodes: readonly LevelNode[];
  wires: readonly { source: LevelEnd; target: LevelEnd }[];
}

export interface LevelNode extends Size, Position {
  id: NodeId;
  inputs: readonly PortPlace[];
  outputs: readonly PortPlace[];
}

export interface PortPlace {
  name: string;
  y: number;
}

/** An end of a wire; without a port where the wire comes from inside a frame, or leads into it. */
interface LevelEnd {
  node: NodeId;
  port?: string;
}

export const LAYOUT_OPTIONS: Readonly<Record<string, string>> = {
  "elk.algorithm": "layered",
  "elk.direction": "RIGHT",
  "elk.spacing.nodeNode": "40",
  "elk.spacing.edgeNode": "24",
  "elk.spacing.componentComponent": "56",
  "elk.layered.spacing.nodeNodeBetweenLayers": "96",
  "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
  // people's own order, from above, is kept where it costs no crossing
  "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
  "elk.edgeRouting": "POLYLINE",
};

/** A level as the layout library takes it: ports fixed where they are, so that wires run straight. */
export function toElk(level: Level): ElkNode {
  const children = [...level.nodes].sort((one, other) => one.y - other.y || one.x - other.x).map(toElkNode);
  const known = new Set(
    level.nodes.flatMap(({ id, inputs, outputs }) => [...inputs.map(({ name }) => `${id}/in/${name}`), ...outputs.map(({ name }) => `${id}/out/${name}`)]),
  );
  const end = ({ node, port }: LevelEnd, side: "in" | "out") => {
    const id = `${node}/${side}/${port}`;
    return known.has(id) ? id : node;
  };
  const edges = level.wires.map(({ source, target }, index) => ({ id: `wire${index}`, sources: [end(source, "out")], targets: [end(target, "in")] }));
  return { id: "level", layoutOptions: { ...LAYOUT_OPTIONS }, children, edges };
}

function toElkNode({ id, width, height, inputs, outputs }: LevelNode): ElkNode {
  const port =
    (side: "in" | "out") =>
    ({ name, y }: PortPlace) => ({
      id: `${id}/${side}/${name}`,
      width: 0,
      height: 0,
      x: side === "in" ? 0 : width,
      y,
      layoutOptions: { "elk.port.side": side === "in" ? "WEST" : "EAST" },
    });
  return { id, width, height, ports: [...inputs.map(port("in")), ...outputs.map(port("out"))], layoutOptions: { "elk.portConstraints": "FIXED_POS" } };
}

/** Where the layout put the nodes of a level; the upper left corner of all stays where it was. */
export function placesOf(level: Level, laidOut: ElkNode): Map<NodeId, Position> {
  const places = (laidOut.children ?? []).map(({ id, x = 0, y = 0 }) => ({ id: id as NodeId, x, y }));
  const before = corner(level.nodes);
  const after = corner(places);
  return new Map(places.map(({ id, x, y }) => [id, { x: Math.round(x - after.x + before.x), y: Math.round(y - after.y + before.y) }]));
}

function corner(places: readonly Position[]): Position {
  return { x: Math.min(...places.map(({ x }) => x)), y: Math.min(...places.map(({ y }) => y)) };
}

export interface LevelGiven {
  parent: NodeId | undefined;
  nodes: readonly GraphNode[];
  sizeOf(node: GraphNode): Size;
  portsOf(node: GraphNode): Pick<ShownPorts, "inputs" | "outputs">;
  /** Where a port is drawn, from the top of its node; undefined when it is not. */
  portY(node: GraphNode, port: { name: string; side: "source" | "target" }): number | undefined;
}

/** A level of a graph: the wires between its nodes, and those between what is in them, which then hang from the frames themselves. */
export function levelOf(graph: Graph, { parent, nodes, sizeOf, portsOf, portY }: LevelGiven): Level {
  const own = new Set(nodes.map(({ id }) => id));
  const parents = new Map(graph.nodes.map((node) => [node.id, node.parent]));
  const lifted = (id: NodeId): NodeId | undefined => {
    let found: NodeId | undefined = id;
    for (let steps = 0; found !== undefined && !own.has(found) && steps < 32; steps++) found = parents.get(found);
    return found !== undefined && own.has(found) ? found : undefined;
  };
  const wires = graph.edges.flatMap(({ source, target }) => {
    const [from, to] = [lifted(source.node), lifted(target.node)];
    if (!from || !to || from === to) return [];
    const end = (at: { node: NodeId; port: string }, node: NodeId) => (at.node === node ? { node, port: at.port } : { node });
    return [{ source: end(source, from), target: end(target, to) }];
  });
  const places = (node: GraphNode, side: "source" | "target") =>
    Object.keys(side === "source" ? portsOf(node).outputs : portsOf(node).inputs).map((name, index) => ({
      name,
      y: portY(node, { name, side }) ?? FIRST_PORT + ROW * index,
    }));
  return {
    parent,
    nodes: nodes.map((node) => ({ id: node.id, ...node.position, ...sizeOf(node), inputs: places(node, "target"), outputs: places(node, "source") })),
    wires,
  };
}

/** Where the ports of a card that is not drawn are. */
const FIRST_PORT = 62;
const ROW = 22;
