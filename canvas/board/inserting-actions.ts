import { toast } from "sonner";
import type { EdgeId, NodeId } from "#runtime/graph/ids.ts";
import type { Graph, GraphEdge, GraphNode, Position } from "#runtime/graph/schema.ts";
import type { NodeDefinition } from "#runtime/node/define.ts";
import { type Editor, nodesById } from "../document/editor-context.ts";
import { announce } from "../ui/announce.ts";
import type { BoardStore } from "./board-store.ts";
import type { PortsOfNode } from "./connection-rules.ts";
import { drawnBoxes } from "./drawn-boxes.ts";
import { absolutePosition, grownFrames, insetsOf, insideFrame, isFrame, MIN_FRAME } from "./frames.ts";
import { CARD } from "./free-position.ts";
import { hasRoom } from "./has-room.ts";
import { AIR, insertedEdges, insertionOf, madeRoom } from "./insertion.ts";
import { newNode } from "./new-node.ts";
import { asOneStep } from "./one-step.ts";
import { findEdge } from "./wiring-actions.ts";

export interface InsertingActions {
  /** Adds a node of a type in the middle of a wire, which then goes through it; what is behind makes room. Selects it. */
  insertOnEdge(definition: NodeDefinition, edge: EdgeId, at: Position): void;
  /** Whether a new node of a type fits into a wire at both ends. */
  fitsWire(definition: NodeDefinition, edge: EdgeId): boolean;
  /** Whether a node that is on the board, and not wired yet, can be put into a wire. */
  mayInsert(node: NodeId, edge: EdgeId): boolean;
  /** Puts such a node into a wire. */
  insertNode(node: NodeId, edge: EdgeId): void;
}

export function insertingActions(editor: Editor, store: BoardStore, portsOf: PortsOfNode): InsertingActions {
  const { graph } = editor;
  const mayInsert = (id: NodeId, edgeId: EdgeId): boolean => {
    const current = graph.current();
    const [edge, node] = [findEdge(current, edgeId), nodesById(current).get(id)];
    if (!edge || !node || current.edges.some(({ source, target }) => source.node === id || target.node === id)) return false;
    const { input, output } = insertionOf(current, portsOf, { edge, node });
    return input !== undefined && output !== undefined;
  };
  return {
    insertOnEdge: (definition, edgeId, at) => {
      const current = graph.current();
      const edge = findEdge(current, edgeId);
      if (!edge) return;
      if (!hasRoom(current, { nodes: 1, edges: 1 })) return;
      const made = newNode(definition, current, at);
      const size = isFrame(made) ? MIN_FRAME : CARD;
      const insertion = insertionOf(current, portsOf, { edge, node: made });
      const isWhole = insertion.input !== undefined && insertion.output !== undefined;
      const boxes = drawnBoxes(store, current);
      const room = isWhole ? madeRoom(current, boxes, { edge, width: size.width }) : new Map<NodeId, Position>();
      const before = boxes.get(edge.source.node);
      const middle = room.size > 0 && before ? { x: before.x + before.width + AIR + size.width / 2, y: at.y } : at;
      const node = placed(current, { ...made, ...(isFrame(made) && { size }) }, { edge, middle });
      asOneStep(editor, (edits) => {
        edits.add([node], insertedEdges(edge, node.id, isWhole ? insertion : { ...insertion, output: undefined }));
        if (isWhole) edits.remove({ edges: [edge.id] });
        edits.move(room);
        const moved = { ...current, nodes: current.nodes.map((each) => ({ ...each, position: room.get(each.id) ?? each.position })) };
        for (const [frame, grown] of grownFrames(moved, boxesInside(moved, [...room.keys()], { node, size }))) edits.resize(frame, grown);
      });
      if (isWhole) announce(`${node.label} was put into the wire.`);
      else toast.error(whyNotWhole(current, { edge, node, takes: insertion.input !== undefined }));
      store.getState().select({ nodes: [node.id] });
    },
    fitsWire: (definition, edgeId) => {
      const current = graph.current();
      const edge = findEdge(current, edgeId);
      const { input, output } = edge ? insertionOf(current, portsOf, { edge, node: newNode(definition, current, { x: 0, y: 0 }) }) : {};
      return input !== undefined && output !== undefined;
    },
    mayInsert,
    insertNode: (id, edgeId) => {
      const current = graph.current();
      const [edge, node] = [findEdge(current, edgeId), nodesById(current).get(id)];
      if (!edge || !node || !mayInsert(id, edgeId) || !hasRoom(current, { edges: 1 })) return;
      const edges = insertedEdges(edge, id, insertionOf(current, portsOf, { edge, node }));
      editor.edits?.together(() => {
        editor.edits?.remove({ edges: [edge.id] });
        editor.edits?.add([], edges);
      });
      announce(`${node.label} was put into the wire.`);
    },
  };
}

/** In the frame the wire is in, its middle on the wire. */
function placed(graph: Graph, node: GraphNode, { edge, middle }: { edge: GraphEdge; middle: Position }): GraphNode {
  const byId = nodesById(graph);
  const [source, target] = [byId.get(edge.source.node), byId.get(edge.target.node)];
  const parent = target?.parent === source?.id ? source?.id : source?.parent === target?.id ? target?.id : (target?.parent ?? undefined);
  const frame = parent && byId.get(parent);
  const origin = frame ? absolutePosition(graph, frame) : { x: 0, y: 0 };
  const { width } = node.size ?? CARD;
  const position = { x: Math.round(middle.x - origin.x - width / 2), y: Math.round(middle.y - origin.y - FIRST_PORT_HEIGHT) };
  return { ...node, position: frame ? insideFrame(position, insetsOf(frame)) : position, ...(parent && { parent }) };
}

/** From a card's top to its first port. */
const FIRST_PORT_HEIGHT = 62;

function boxesInside(graph: Graph, moved: readonly NodeId[], added: { node: GraphNode; size: { width: number; height: number } }) {
  const byId = nodesById(graph);
  const others = moved.flatMap((id) => byId.get(id) ?? []).map((node) => ({ node, size: node.size ?? CARD }));
  return [added, ...others].flatMap(({ node, size }) => (node.parent ? [{ frame: node.parent, box: { ...node.position, ...size } }] : []));
}

function whyNotWhole(graph: Graph, { edge, node, takes }: { edge: GraphEdge; node: GraphNode; takes: boolean }): string {
  const target = nodesById(graph).get(edge.target.node)?.label ?? "what follows";
  return takes
    ? `“${node.label}” gives nothing that “${target}” takes, so the wire stays.`
    : `“${node.label}” does not take what this wire carries, so the wire stays.`;
}
