import type { NodeId } from "#runtime/graph/ids.ts";
import type { GraphNode, Size } from "#runtime/graph/schema.ts";
import { isContainer } from "../document/containers.ts";
import type { BoardStore } from "./board-store.ts";
import { frameSize } from "./frames.ts";
import { CARD, type TakenPlace } from "./free-position.ts";

/** How large a node is drawn; about, while it has not been. */
export function drawnSize(store: BoardStore, node: GraphNode): Size {
  if (isContainer(node)) return frameSize(node);
  const measured = store.getState().nodes.find(({ id }) => id === node.id)?.measured;
  return node.size ?? { width: measured?.width ?? CARD.width, height: measured?.height ?? CARD.height };
}

/** What is in a container, or on the board itself, and must not be covered. Notes may be. */
export function takenPlaces(store: BoardStore, container: NodeId | undefined): (TakenPlace & { id: NodeId })[] {
  const beside = store.getState().nodes.filter(({ type, parentId }) => type !== "annotation" && parentId === container);
  return beside.map(({ position, measured, data }) => ({ id: data.node.id, position, ...(isContainer(data.node) ? frameSize(data.node) : measured) }));
}
