import type { NodeChange } from "@xyflow/react";
import { useMemo } from "react";
import type { NodeId } from "#runtime/graph/ids.ts";
import type { Position } from "#runtime/graph/schema.ts";
import { nodesById, useEditor } from "../document/editor-context.ts";
import type { OwnPresence } from "../presence/use-own-presence.ts";
import { type BoardNode, useBoardStore } from "./board-store.ts";

/** Moves are shown at once, told to the others while they last, and written when they end. */
export function useMoves(presence: OwnPresence) {
  const { edits, undo, graph } = useEditor();
  const store = useBoardStore();
  return useMemo(() => {
    const write = (changes: readonly NodeChange<BoardNode>[]) => {
      const byId = nodesById(graph.current());
      const moved = new Map<NodeId, Position>();
      for (const change of changes) {
        if (change.type !== "position" || change.dragging !== false || !change.position) continue;
        const node = byId.get(change.id as NodeId);
        const to = { x: Math.round(change.position.x), y: Math.round(change.position.y) };
        if (node && (node.position.x !== to.x || node.position.y !== to.y)) moved.set(node.id, to);
      }
      if (moved.size > 0) edits?.move(moved);
    };
    const tell = (nodes: readonly BoardNode[]) => presence.drag(Object.fromEntries(nodes.slice(0, 60).map(({ id, position }) => [id, position])));
    return {
      onNodesChange: (changes: NodeChange<BoardNode>[]) => {
        // removing is an edit of its own, which comes back as a change of the graph
        store.getState().changeNodes(changes.filter(({ type }) => type !== "remove"));
        write(changes);
      },
      onNodeDragStart: () => undo?.stopCapturing(),
      onNodeDrag: (_event: unknown, _node: BoardNode, dragged: BoardNode[]) => tell(dragged),
      onNodeDragStop: () => {
        presence.drag(undefined);
        undo?.stopCapturing();
      },
      onSelectionDragStart: () => undo?.stopCapturing(),
      onSelectionDrag: (_event: unknown, dragged: BoardNode[]) => tell(dragged),
      onSelectionDragStop: () => {
        presence.drag(undefined);
        undo?.stopCapturing();
      },
    };
  }, [edits, undo, graph, store, presence]);
}
