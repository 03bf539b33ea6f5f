import { toast } from "sonner";
import type { NodeId } from "#runtime/graph/ids.ts";
import { GRAPH_LIMITS, type Graph, type GraphEdge, type GraphNode, type Position } from "#runtime/graph/schema.ts";
import type { NodeDefinition } from "#runtime/node/define.ts";
import { isContainer, outermostOf, withInside } from "../document/containers.ts";
import type { Editor } from "../document/editor-context.ts";
import type { BoardStore, LooseWire } from "./board-store.ts";
import { drawnSize, takenPlaces } from "./drawn-boxes.ts";
import { copyFragment, type Place, partOf, pasteFragment, readFragment } from "./fragment.ts";
import { type FrameBox, frameAt, frameBoxes, grownFrames, insideFrame, MIN_FRAME, whyNotInside } from "./frames.ts";
import { CARD, freePosition } from "./free-position.ts";
import { newNode } from "./new-node.ts";

const DUPLICATE_SHIFT = { x: 32, y: 32 };
/** Where the handle of a card's first port is, from its upper left corner. */
const FIRST_PORT = { x: 240, y: 62 };
/** Between a container and what goes beside it. */
const GAP = 32;

/** Everything that puts new nodes on the board: into the container they land on, where they may. */
export function addingActions({ edits, undo, graph }: Editor, store: BoardStore, connectToNode: (from: LooseWire, node: NodeId) => void) {
  const add = (nodes: readonly GraphNode[], edges: readonly GraphEdge[] = []) => {
    edits?.add(nodes, edges);
    const added = nodes.flatMap((node) => (node.parent ? [{ frame: node.parent, box: { ...node.position, ...drawnSize(store, node) } }] : []));
    for (const [frame, size] of grownFrames(graph.current(), added)) edits?.resize(frame, size);
  };
  const addNode = (definition: NodeDefinition, at: Position, from?: LooseWire) => {
    const current = graph.current();
    if (!edits || !hasRoom(current, 1)) return;
    const wanted = from
      ? { x: from.side === "source" ? at.x : at.x - FIRST_PORT.x, y: at.y - FIRST_PORT.y }
      : { x: at.x - FIRST_PORT.x / 2, y: at.y - FIRST_PORT.y / 2 };
    const made = newNode(definition, current, wanted);
    const over = frameAt(frameBoxes(current), at);
    const frame = over && mayEnter(current, over, [made]) ? over : undefined;
    const node = frame ? insideOf(frame, made) : over ? besideOf(current, over, made) : made;
    const position = freePosition(takenPlaces(store, node.parent), node.position, isContainer(node) ? drawnSize(store, node) : CARD);
    undo?.stopCapturing();
    add([{ ...node, position }]);
    if (from) connectToNode(from, node.id);
    undo?.stopCapturing();
    store.getState().select({ nodes: [node.id] });
  };
  const insert = (fragment: Graph, place: Place): boolean => {
    if (!edits || !hasRoom(graph.current(), fragment.nodes.length)) return false;
    const { nodes, edges } = pasteFragment(fragment, graph.current(), place);
    undo?.stopCapturing();
    add(nodes, edges);
    undo?.stopCapturing();
    store.getState().select({ nodes: outermost(nodes) });
    return true;
  };
  const copy = () => {
    const chosen = new Set(store.getState().selectedNodes);
    return chosen.size > 0 ? copyFragment(graph.current(), chosen) : undefined;
  };
  const placeAt = (fragment: Graph, at: Position): Place => {
    const current = graph.current();
    const over = frameAt(frameBoxes(current), at);
    if (!over || !mayEnter(current, over, fragment.nodes)) return { at };
    return { at: insideFrame({ x: at.x - over.box.x, y: at.y - over.box.y }), inside: over.id };
  };
  return {
    addNode,
    copy,
    cut: () => {
      const text = copy();
      undo?.stopCapturing();
      edits?.remove({ nodes: [...withInside(graph.current(), store.getState().selectedNodes)] });
      undo?.stopCapturing();
      return text;
    },
    paste: (text: string, at?: Position): boolean => {
      const fragment = readFragment(text);
      return fragment !== undefined && insert(fragment, at ? placeAt(fragment, at) : { by: DUPLICATE_SHIFT });
    },
    duplicate: () => {
      const part = partOf(graph.current(), new Set(store.getState().selectedNodes));
      if (part.nodes.length > 0) insert(part, { by: DUPLICATE_SHIFT });
    },
  };
}

function hasRoom(graph: Graph, more: number): boolean {
  if (graph.nodes.length + more <= GRAPH_LIMITS.nodes) return true;
  toast.error(`A graph holds at most ${GRAPH_LIMITS.nodes.toLocaleString("en")} nodes.`);
  return false;
}

/** Says why when not. */
function mayEnter(graph: Graph, frame: FrameBox, nodes: readonly GraphNode[]): boolean {
  const reason = whyNotInside(graph, frame.id, nodes);
  if (reason !== undefined) toast.error(reason);
  return reason === undefined;
}

function insideOf({ id, box }: FrameBox, node: GraphNode): GraphNode {
  const position = insideFrame({ x: node.position.x - Math.round(box.x), y: node.position.y - Math.round(box.y) });
  return { ...node, parent: id, position, ...(isContainer(node) && { size: MIN_FRAME }) };
}

/** Right of the outermost container that is there. */
function besideOf(graph: Graph, over: FrameBox, node: GraphNode): GraphNode {
  const outermostFrame = frameBoxes(graph).find(({ id }) => id === outermostOf(graph, over.id)) ?? over;
  return { ...node, position: { x: outermostFrame.box.x + outermostFrame.box.width + GAP, y: node.position.y } };
}

function outermost(nodes: readonly GraphNode[]): NodeId[] {
  const ids = new Set(nodes.map(({ id }) => id));
  return nodes.filter(({ parent }) => parent === undefined || !ids.has(parent)).map(({ id }) => id);
}
