import type { NodeId } from "#runtime/graph/ids.ts";
import type { Graph, GraphNode, Size } from "#runtime/graph/schema.ts";
import type { BoardNode, BoardStore } from "./board-store.ts";
import { absolutePosition, type Box, FOLDED, frameSize, isFrame } from "./frames.ts";
import { CARD, type TakenPlace } from "./free-position.ts";

/** How large a node is drawn; about, while it has not been. */
export function drawnSize(store: BoardStore, node: GraphNode): Size {
  return sizeOf(node, isFrame(node) ? undefined : store.getState().nodes.find(({ id }) => id === node.id));
}

function sizeOf(node: GraphNode, shown: BoardNode | undefined): Size {
  if (isFrame(node)) return node.collapsed ? FOLDED : frameSize(node);
  return node.size ?? { width: shown?.measured?.width ?? CARD.width, height: shown?.measured?.height ?? CARD.height };
}

/** What is in a frame, or on the board itself, and must not be covered. Notes may be. */
export function takenPlaces(store: BoardStore, frame: NodeId | undefined): (TakenPlace & { id: NodeId })[] {
  const beside = store.getState().nodes.filter(({ type, parentId }) => type !== "annotation" && parentId === frame);
  return beside.map((shown) => ({ id: shown.data.node.id, position: shown.position, ...sizeOf(shown.data.node, shown) }));
}

/** Where everything is drawn, in the board's own coordinates. What is inside a folded frame is not. */
export function drawnBoxes(store: BoardStore, graph: Graph): Map<NodeId, Box> {
  return new Map(
    store.getState().nodes.map((shown) => [shown.data.node.id, { ...absolutePosition(graph, shown.data.node), ...sizeOf(shown.data.node, shown) }]),
  );
}
