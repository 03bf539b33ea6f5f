import { catalog } from "#nodes/catalog.data.ts";
import type { NodeId } from "#runtime/graph/ids.ts";
import type { Graph, GraphNode, Position, Size } from "#runtime/graph/schema.ts";
import { containerOf, MAX_DEPTH } from "#runtime/plan/containers.ts";
import { ancestorsOf, isContainer, placedNodes } from "../document/containers.ts";
import { nodesById } from "../document/editor-context.ts";

/** A container without a size of its own. */
export const FRAME_SIZE: Size = { width: 800, height: 320 };
/** Has room for one card. */
export const MIN_FRAME: Size = { width: 520, height: 200 };
/** Kept free inside a frame: its header, its ports, the line that tells of the run, and some air. */
const INSETS = { left: 136, top: 64, right: 136, bottom: 56 };

export interface Box extends Position, Size {}

/** A frame on the board, in the board's own coordinates. */
export interface FrameBox {
  id: NodeId;
  /** Containers around it. */
  depth: number;
  box: Box;
}

const boxes = new WeakMap<Graph, readonly FrameBox[]>();

/** The frames of a graph; made once for each graph. */
export function frameBoxes(graph: Graph): readonly FrameBox[] {
  const known = boxes.get(graph);
  if (known) return known;
  const made = [...placedNodes(graph).values()]
    .filter(({ node }) => isContainer(node))
    .map(({ node, around }) => ({ id: node.id, depth: around.length, box: { ...absolutePosition(graph, node), ...frameSize(node) } }));
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

/** Why nodes, given with all that is in them, cannot be put into a container; undefined when they can. */
export function whyNotInside(graph: Graph, frame: NodeId, nodes: readonly GraphNode[]): string | undefined {
  const end = nodes.find(({ type }) => isEnd(type));
  if (end) return `“${end.label}” cannot be inside a container: there a run begins or ends.`;
  if (nodes.some(({ id }) => id === frame)) return "A container cannot be inside itself.";
  const outer = (placedNodes(graph).get(frame)?.around.length ?? 0) + 1;
  const own = new Map(nodes.map((node) => [node.id, node]));
  const levelsOf = (node: GraphNode): number => {
    const around = ancestorsOf(own, node).filter((id) => isContainer(own.get(id) ?? node)).length;
    return around + (isContainer(node) || node.policy?.eachItemOf !== undefined ? 1 : 0);
  };
  return nodes.some((node) => outer + levelsOf(node) > MAX_DEPTH) ? `Containers can be nested ${MAX_DEPTH} deep.` : undefined;
}

function isEnd(type: string): boolean {
  const role = catalog.get(type)?.role;
  return role === "entry" || role === "exit";
}

/** The nearest place inside a frame that is not under its header or its ports. */
export function insideFrame({ x, y }: Position): Position {
  return { x: Math.max(x, INSETS.left), y: Math.max(y, INSETS.top) };
}

/** The part of a frame where its children are. */
export function bodyBox({ x, y, width, height }: Box): Box {
  return { x: x + INSETS.left, y: y + INSETS.top, width: width - INSETS.left - INSETS.right, height: height - INSETS.top - INSETS.bottom };
}

/** The sizes at which frames, and those around them, hold what is put into them; only those that have to grow. Boxes count from their frame. */
export function grownFrames(graph: Graph, added: readonly { frame: NodeId; box: Box }[]): ReadonlyMap<NodeId, Size> {
  const placed = placedNodes(graph);
  const grown = new Map<NodeId, Size>();
  for (const { frame, box } of added) {
    let inner = box;
    for (let around = placed.get(frame); around; ) {
      const { node } = around;
      const before = grown.get(node.id) ?? frameSize(node);
      const width = Math.max(before.width, Math.ceil(inner.x + inner.width + INSETS.right));
      const height = Math.max(before.height, Math.ceil(inner.y + inner.height + INSETS.bottom));
      if (width === before.width && height === before.height) break;
      grown.set(node.id, { width, height });
      inner = { ...node.position, width, height };
      const outer = containerOf(around);
      around = outer === undefined ? undefined : placed.get(outer);
    }
  }
  return grown;
}
