import type { NodeId } from "#runtime/graph/ids.ts";
import type { Graph, GraphNode, Position, Size } from "#runtime/graph/schema.ts";
import { type Box, type Insets, insetsOf, isFrame } from "../board/frames.ts";
import { boxAround } from "../board/guides.ts";
import { ancestorsOf } from "../document/containers.ts";
import { nodesById } from "../document/editor-context.ts";
import { type Level, type LevelGiven, type LevelNode, levelOf, type PortPlace } from "./elk-graph.ts";

export interface LaidOut {
  /** New positions, each in what its node is in; only of those that move. */
  positions: ReadonlyMap<NodeId, Position>;
  /** New sizes of the frames around them. */
  sizes: ReadonlyMap<NodeId, Size>;
}

export interface LayOutGiven extends Pick<LevelGiven, "sizeOf" | "portsOf" | "portY"> {
  /** What is only drawn beside the nodes, and goes along with the nearest of them. */
  isNote(node: GraphNode): boolean;
  /** The least a frame needs for its own ports. */
  leastSize(frame: GraphNode): Size;
  /** Nodes that are beside each other: where they go. */
  layOut(level: Level): Promise<ReadonlyMap<NodeId, Position>>;
}

/**
 * Lays out a graph, or of the chosen nodes those that are beside each other; of one chosen frame, what is in it. Frames from the innermost out:
 * each is as large as what is in it needs, and is one node to what is around it. What is folded stays as it is.
 */
export async function layOutGraph(graph: Graph, chosen: readonly NodeId[], given: LayOutGiven): Promise<LaidOut> {
  const positions = new Map<NodeId, Position>();
  const sizes = new Map<NodeId, Size>();
  const sizeOf = (node: GraphNode): Size => {
    // what is given may be a box, whose place on the board is not the node's place in its frame
    const { width, height } = sizes.get(node.id) ?? given.sizeOf(node);
    return { width, height };
  };
  for (const { parent, nodes } of levelsOf(graph, chosen)) {
    const steps = nodes.filter((node) => !given.isNote(node));
    const notes = nodes.filter((node) => given.isNote(node));
    if (steps.length === 0) continue;
    const blocks = blocksOf({ steps, notes }, sizeOf);
    const level = levelOf(graph, { ...given, parent: parent?.id, nodes: steps, sizeOf });
    const places = new Map(positionsIn(blocks, await given.layOut({ ...level, nodes: level.nodes.map((node) => grown(node, blocks.get(node.id))) })));
    if (parent && chosen.length < 2) fitFrame({ parent, nodes, places, sizes }, { sizeOf, least: given.leastSize(parent) });
    for (const node of nodes) {
      const to = places.get(node.id);
      if (to && (to.x !== node.position.x || to.y !== node.position.y)) positions.set(node.id, to);
    }
  }
  return { positions, sizes };
}

interface LevelOfGraph {
  parent: GraphNode | undefined;
  nodes: GraphNode[];
}

/** What is beside each other, the innermost first. */
function levelsOf(graph: Graph, chosen: readonly NodeId[]): LevelOfGraph[] {
  const byId = nodesById(graph);
  const ids = new Set(chosen);
  const depthOf = (node: GraphNode | undefined) => (node ? ancestorsOf(byId, node).length + 1 : 0);
  const isDrawn = (node: GraphNode) => ancestorsOf(byId, node).every((id) => !byId.get(id)?.collapsed);
  const [only] = chosen;
  const isTaken = (node: GraphNode): boolean => {
    const around = ancestorsOf(byId, node);
    if (chosen.length > 1) return ids.has(node.id) && !around.some((id) => ids.has(id));
    const frame = only && byId.get(only);
    return frame && isFrame(frame) ? around.includes(frame.id) : true;
  };
  const groups = Map.groupBy(
    graph.nodes.filter((node) => isDrawn(node) && isTaken(node)),
    ({ parent }) => parent,
  );
  const levels = [...groups].map(([parent, nodes]) => ({ parent: parent && byId.get(parent), nodes }));
  return levels.sort((one, other) => depthOf(other.parent) - depthOf(one.parent));
}

/** Notes further from every node than this stay where they are. */
const BESIDE = 120;

/** A node with the notes beside it, which go where it goes. */
interface Block {
  box: Box;
  members: GraphNode[];
}

function blocksOf({ steps, notes }: { steps: readonly GraphNode[]; notes: readonly GraphNode[] }, sizeOf: (node: GraphNode) => Size): Map<NodeId, Block> {
  const boxOf = (node: GraphNode): Box => ({ ...node.position, ...sizeOf(node) });
  const blocks = new Map(steps.map((step) => [step.id, { box: boxOf(step), members: [step] }]));
  for (const note of notes) {
    const own = boxOf(note);
    const [nearest] = steps.map((step) => ({ step, distance: gap(own, boxOf(step)) })).sort((one, other) => one.distance - other.distance);
    const block = nearest && nearest.distance <= BESIDE ? blocks.get(nearest.step.id) : undefined;
    if (!block) continue;
    block.box = boxAround([block.box, own]) ?? block.box;
    block.members.push(note);
  }
  return blocks;
}

/** A node as large as its block; its ports stay as high as they are. */
function grown(node: LevelNode, block: Block | undefined): LevelNode {
  if (!block || block.members.length === 1) return node;
  const lower = (port: PortPlace) => ({ ...port, y: port.y + node.y - block.box.y });
  return { ...node, ...block.box, inputs: node.inputs.map(lower), outputs: node.outputs.map(lower) };
}

function positionsIn(blocks: ReadonlyMap<NodeId, Block>, places: ReadonlyMap<NodeId, Position>): [NodeId, Position][] {
  return [...blocks].flatMap(([id, { box, members }]) => {
    const to = places.get(id);
    return to ? members.map((node): [NodeId, Position] => [node.id, { x: to.x + node.position.x - box.x, y: to.y + node.position.y - box.y }]) : [];
  });
}

function gap(one: Box, other: Box): number {
  const x = Math.max(0, other.x - one.x - one.width, one.x - other.x - other.width);
  const y = Math.max(0, other.y - one.y - one.height, one.y - other.y - other.height);
  return Math.hypot(x, y);
}

/** Moves what is in a frame to its upper left corner, and makes the frame as large as that. */
function fitFrame(
  { parent, nodes, places, sizes }: LevelOfGraph & { parent: GraphNode; places: Map<NodeId, Position>; sizes: Map<NodeId, Size> },
  { sizeOf, least }: { sizeOf(node: GraphNode): Size; least: Size },
): void {
  const insets: Insets = insetsOf(parent);
  const boxes = nodes.map((node) => ({ ...(places.get(node.id) ?? node.position), ...sizeOf(node) }));
  const all = boxAround(boxes);
  if (!all) return;
  for (const node of nodes) {
    const { x, y } = places.get(node.id) ?? node.position;
    places.set(node.id, { x: x - all.x + insets.left, y: y - all.y + insets.top });
  }
  const width = Math.max(least.width, Math.ceil(all.width + insets.left + insets.right));
  const height = Math.max(least.height, Math.ceil(all.height + insets.top + insets.bottom));
  const before = sizeOf(parent);
  if (before.width !== width || before.height !== height) sizes.set(parent.id, { width, height });
}
