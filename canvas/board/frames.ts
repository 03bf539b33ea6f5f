import { catalog } from "#nodes/catalog.data.ts";
import type { NodeId } from "#runtime/graph/ids.ts";
import { GRAPH_LIMITS, type Graph, type GraphNode, type Position, type Size } from "#runtime/graph/schema.ts";
import { MAX_DEPTH } from "#runtime/plan/containers.ts";
import { ancestorsOf, hasMembers, isContainer, isPortFrame, placedNodes } from "../document/containers.ts";
import { nodesById } from "../document/editor-context.ts";

/** A container without a size of its own. */
export const FRAME_SIZE: Size = { width: 800, height: 320 };
/** Has room for one card. */
export const MIN_FRAME: Size = { width: 520, height: 200 };
/** The least a frame that is only drawn holds. */
export const MIN_GROUP: Size = { width: 160, height: 96 };
/** What a frame is when it is folded: a card without rows of ports. */
export const FOLDED: Size = { width: 240, height: 46 };

/** Kept free inside a frame, on each side. */
export interface Insets {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** A container: its header, its ports, the line that tells of the run, and some air. */
const CONTAINER_INSETS: Insets = { left: 136, top: 64, right: 136, bottom: 56 };
/** A frame that is only drawn: its header and some air. */
export const PLAIN_INSETS: Insets = { left: 24, top: 56, right: 24, bottom: 24 };

export interface Box extends Position, Size {}

/** A frame on the board, in the board's own coordinates. */
export interface FrameBox {
  id: NodeId;
  /** What it is in. */
  depth: number;
  box: Box;
  insets: Insets;
}

/** Whether other nodes can be in a node: the body of a container, members, or what a frame is drawn around. */
export function isFrame(node: Pick<GraphNode, "type">): boolean {
  return isPortFrame(node) || catalog.get(node.type)?.holdsNodes === true;
}

export function insetsOf(node: Pick<GraphNode, "type">): Insets {
  return isPortFrame(node) ? CONTAINER_INSETS : PLAIN_INSETS;
}

const boxes = new WeakMap<Graph, readonly FrameBox[]>();

/** The open frames of a graph; made once for each graph. Into one that is folded nothing can be put. */
export function frameBoxes(graph: Graph): readonly FrameBox[] {
  const known = boxes.get(graph);
  if (known) return known;
  const byId = nodesById(graph);
  const isOpen = (id: NodeId) => !byId.get(id)?.collapsed;
  const made = graph.nodes.filter(isFrame).flatMap((node) => {
    const around = ancestorsOf(byId, node);
    if (node.collapsed || !around.every(isOpen)) return [];
    return [{ id: node.id, depth: around.length, box: { ...absolutePosition(graph, node), ...frameSize(node) }, insets: insetsOf(node) }];
  });
  boxes.set(graph, made);
  return made;
}

export function frameSize(node: Pick<GraphNode, "size">): Size {
  return node.size ?? FRAME_SIZE;
}

/** Where a node is in the board's own coordinates. */
export function absolutePosition(graph: Graph, node: GraphNode): Position {
  const { x, y } = originOf(graph, node);
  return { x: x + node.position.x, y: y + node.position.y };
}

/** What a node's position counts from. */
export function originOf(graph: Graph, node: GraphNode): Position {
  const byId = nodesById(graph);
  const origin = { x: 0, y: 0 };
  for (const id of ancestorsOf(byId, node)) {
    const { x, y } = byId.get(id)?.position ?? origin;
    origin.x += x;
    origin.y += y;
  }
  return origin;
}

/** The innermost frame at a point. */
export function frameAt(frames: readonly FrameBox[], point: Position, except: ReadonlySet<NodeId> = new Set()): FrameBox | undefined {
  let found: FrameBox | undefined;
  for (const frame of frames) {
    if (except.has(frame.id) || !isIn(frame.box, point)) continue;
    if (!found || frame.depth >= found.depth) found = frame;
  }
  return found;
}

function isIn({ x, y, width, height }: Box, point: Position): boolean {
  return point.x >= x && point.x <= x + width && point.y >= y && point.y <= y + height;
}

/** Why nodes, given with all that is in them, cannot be put into a frame; undefined when they can. */
export function whyNotInside(graph: Graph, frame: NodeId, nodes: readonly GraphNode[]): string | undefined {
  const place = placedNodes(graph).get(frame);
  if (!place) return "That frame does not exist.";
  if (nodes.some(({ id }) => id === frame)) return "A frame cannot be inside itself.";
  const own = new Map(nodes.map((node) => [node.id, node]));
  const stranger = hasMembers(place.node) ? nodes.find((node) => !(node.parent && own.has(node.parent)) && !mayBeMember(node)) : undefined;
  if (stranger) return `“${place.node.label}” calls what is inside it, and “${stranger.label}” cannot be called.`;
  const outer = place.around.length + (isContainer(place.node) ? 1 : 0);
  const deepest = Math.max(0, ...nodes.map((node) => ancestorsOf(own, node).length));
  if (ancestorsOf(nodesById(graph), place.node).length + 1 + deepest >= GRAPH_LIMITS.depth) return `Frames can be nested ${GRAPH_LIMITS.depth} deep.`;
  if (outer === 0) return undefined;
  const end = nodes.find(({ type }) => isEnd(type));
  if (end) return `“${end.label}” cannot be inside a container: there a run begins or ends.`;
  const levelsOf = (node: GraphNode): number => {
    const around = ancestorsOf(own, node).filter((id) => isContainer(own.get(id) ?? node)).length;
    return around + (isContainer(node) || node.policy?.eachItemOf !== undefined ? 1 : 0);
  };
  return nodes.some((node) => outer + levelsOf(node) > MAX_DEPTH) ? `Containers can be nested ${MAX_DEPTH} deep.` : undefined;
}

/** Notes may lie among members; a frame around some of them would take them away. */
function mayBeMember({ type }: GraphNode): boolean {
  const definition = catalog.get(type);
  return definition === undefined || definition.tool !== undefined || (definition.role === "annotation" && definition.holdsNodes !== true);
}

function isEnd(type: string): boolean {
  const role = catalog.get(type)?.role;
  return role === "entry" || role === "exit";
}

/** The nearest place inside a frame that is not under its header or its ports. */
export function insideFrame({ x, y }: Position, { left, top }: Insets = CONTAINER_INSETS): Position {
  return { x: Math.max(x, left), y: Math.max(y, top) };
}

/** The part of a frame where its children are. */
export function bodyBox({ box: { x, y, width, height }, insets: { left, top, right, bottom } }: Pick<FrameBox, "box" | "insets">): Box {
  return { x: x + left, y: y + top, width: width - left - right, height: height - top - bottom };
}

/** The sizes at which frames, and those around them, hold what is put into them; only those that have to grow. Boxes count from their frame. */
export function grownFrames(graph: Graph, added: readonly { frame: NodeId; box: Box }[]): ReadonlyMap<NodeId, Size> {
  const byId = nodesById(graph);
  const grown = new Map<NodeId, Size>();
  for (const { frame, box } of added) {
    let inner = box;
    for (let node = byId.get(frame); node; node = node.parent === undefined ? undefined : byId.get(node.parent)) {
      const before = grown.get(node.id) ?? frameSize(node);
      const { right, bottom } = insetsOf(node);
      const width = Math.max(before.width, Math.ceil(inner.x + inner.width + right));
      const height = Math.max(before.height, Math.ceil(inner.y + inner.height + bottom));
      if (width === before.width && height === before.height) break;
      grown.set(node.id, { width, height });
      inner = { ...node.position, width, height };
    }
  }
  return grown;
}
