import { toast } from "sonner";
import type { NodeId } from "#runtime/graph/ids.ts";
import type { Graph, GraphEdge, GraphNode, Position } from "#runtime/graph/schema.ts";
import type { NodeDefinition } from "#runtime/node/define.ts";
import { outermostOf, withInside } from "../document/containers.ts";
import type { Editor } from "../document/editor-context.ts";
import type { BoardStore, LooseWire } from "./board-store.ts";
import { whyNotCalled } from "./call-rules.ts";
import { checkConnection, type PortsOfNode } from "./connection-rules.ts";
import { drawnSize, takenPlaces } from "./drawn-boxes.ts";
import { copyFragment, incomingWires, type Place, partOf, pasteFragment, readFragment } from "./fragment.ts";
import { type FrameBox, frameAt, frameBoxes, grownFrames, insideFrame, isFrame, MIN_FRAME, whyNotInside } from "./frames.ts";
import { CARD, freePosition } from "./free-position.ts";
import { canTake, hasRoom } from "./has-room.ts";
import { newNode } from "./new-node.ts";

const DUPLICATE_SHIFT = { x: 32, y: 32 };
/** Where the handle of a card's first port is, from its upper left corner. */
const FIRST_PORT = { x: 240, y: 62 };
/** Between a container and what goes beside it. */
const GAP = 32;

export interface AddingActions {
  /** Adds a node of a type, inside the frame at that place if one is there, wired to where the wire came from; selects it. */
  addNode(definition: NodeDefinition, at: Position, from?: LooseWire): void;
  /** The selected part, with all that is in it, as text; or nothing. */
  copy(): string | undefined;
  /** Copies, and removes what was copied. */
  cut(): string | undefined;
  /** Pastes from a place on, inside the frame that is there. `withWires`: the wires that come to the originals come to the copies, too. */
  paste(text: string, at?: Position, withWires?: boolean): boolean;
  duplicate(): void;
}

interface Wiring {
  connectToNode(from: LooseWire, node: NodeId, how: { isPart: boolean }): void;
  portsOf: PortsOfNode;
}

/** Everything that puts new nodes on the board: into the frame they land on, where they may. */
export function addingActions({ edits, undo, graph }: Editor, store: BoardStore, { connectToNode, portsOf }: Wiring): AddingActions {
  const add = (nodes: readonly GraphNode[], edges: readonly GraphEdge[] = []) => {
    edits?.add(nodes, edges);
    const added = nodes.flatMap((node) => (node.parent ? [{ frame: node.parent, box: { ...node.position, ...drawnSize(store, node) } }] : []));
    for (const [frame, size] of grownFrames(graph.current(), added)) edits?.resize(frame, size);
  };
  const addNode = (definition: NodeDefinition, at: Position, from?: LooseWire) => {
    const current = graph.current();
    if (!edits || !hasRoom(current, { nodes: 1 })) return;
    const wanted = from
      ? { x: from.side === "source" ? at.x : at.x - FIRST_PORT.x, y: at.y - FIRST_PORT.y }
      : { x: at.x - FIRST_PORT.x / 2, y: at.y - FIRST_PORT.y / 2 };
    const made = newNode(definition, current, wanted);
    const over = frameAt(frameBoxes(current), at);
    const frame = over && mayEnter(current, over, [made]) ? over : undefined;
    const node = frame ? insideOf(frame, made) : over ? besideOf(current, over, made) : made;
    const position = freePosition(takenPlaces(store, node.parent), node.position, isFrame(node) ? drawnSize(store, node) : CARD);
    undo?.stopCapturing();
    add([{ ...node, position }]);
    if (from) connectToNode(from, node.id, { isPart: true });
    undo?.stopCapturing();
    store.getState().select({ nodes: [node.id] });
  };
  const insert = (fragment: Graph, place: Place, withWires = false): boolean => {
    const current = graph.current();
    if (!edits) return false;
    const { nodes, edges } = pasteFragment(fragment, current, place);
    const pasted = { ...current, nodes: [...current.nodes, ...nodes], edges: [...current.edges, ...edges] };
    const incoming = withWires ? incomingWires(current, { originals: fragment.nodes, copies: nodes }) : [];
    // members that are pasted outside of a crew hand over to nobody
    const kept = edges.filter(
      ({ kind, source, target }) => kind !== "handoff" || whyNotCalled(pasted, kind, { source: source.node, target: target.node }) === undefined,
    );
    const wires = [...kept, ...incoming.filter(({ source, target }) => checkConnection(pasted, portsOf, { source, target }).ok)];
    if (!canTake(current, { nodes, edges: wires })) return false;
    undo?.stopCapturing();
    add(nodes, wires);
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
    return { at: insideFrame({ x: at.x - over.box.x, y: at.y - over.box.y }, over.insets), inside: over.id };
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
    paste: (text, at, withWires) => {
      const fragment = readFragment(text);
      return fragment !== undefined && insert(fragment, at ? placeAt(fragment, at) : { by: DUPLICATE_SHIFT }, withWires);
    },
    duplicate: () => {
      const part = partOf(graph.current(), new Set(store.getState().selectedNodes));
      if (part.nodes.length > 0) insert(part, { by: DUPLICATE_SHIFT });
    },
  };
}

/** Says why when not. */
function mayEnter(graph: Graph, frame: FrameBox, nodes: readonly GraphNode[]): boolean {
  const reason = whyNotInside(graph, frame.id, nodes);
  if (reason !== undefined) toast.error(reason);
  return reason === undefined;
}

function insideOf({ id, box, insets }: FrameBox, node: GraphNode): GraphNode {
  const position = insideFrame({ x: node.position.x - Math.round(box.x), y: node.position.y - Math.round(box.y) }, insets);
  return { ...node, parent: id, position, ...(isFrame(node) && { size: MIN_FRAME }) };
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
