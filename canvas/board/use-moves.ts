import type { NodeChange } from "@xyflow/react";
import { useMemo } from "react";
import type { NodeId } from "#runtime/graph/ids.ts";
import type { Position } from "#runtime/graph/schema.ts";
import { withInside } from "../document/containers.ts";
import { nodesById, useEditor } from "../document/editor-context.ts";
import type { OwnPresence } from "../presence/use-own-presence.ts";
import type { BoardActions } from "./board-actions.ts";
import { type BoardNode, useBoardStore } from "./board-store.ts";
import { absolutePosition, frameAt, frameBoxes } from "./frames.ts";

/** Moves are shown at once, told to the others while they last, and written when they end: also into the container they end on. */
export function useMoves(presence: OwnPresence, actions: BoardActions) {
  const { edits, undo, graph } = useEditor();
  const store = useBoardStore();
  return useMemo(() => {
    let dragged: ReadonlySet<NodeId> | undefined;
    const write = (changes: readonly NodeChange<BoardNode>[]) => {
      const byId = nodesById(graph.current());
      const moved = new Map<NodeId, Position>();
      for (const change of changes) {
        if (change.type !== "position" || change.dragging !== false || !change.position) continue;
        const node = byId.get(change.id as NodeId);
        const to = { x: Math.round(change.position.x), y: Math.round(change.position.y) };
        if (node && (node.position.x !== to.x || node.position.y !== to.y)) moved.set(node.id, to);
      }
      if (moved.size === 0) return;
      if (dragged) actions.drop(moved);
      else edits?.move(moved);
    };
    const begin = (nodes: readonly BoardNode[]) => {
      undo?.stopCapturing();
      dragged = withInside(
        graph.current(),
        nodes.map(({ data }) => data.node.id),
      );
    };
    const tell = (grabbed: BoardNode | undefined, nodes: readonly BoardNode[]) => {
      presence.drag(Object.fromEntries(nodes.slice(0, 60).map(({ id, position }) => [id, position])));
      if (!grabbed) return;
      const { width = 0, height = 0 } = grabbed.measured ?? {};
      const { x, y } = absolutePosition(graph.current(), { ...grabbed.data.node, position: grabbed.position });
      const frame = frameAt(frameBoxes(graph.current()), { x: x + width / 2, y: y + height / 2 }, dragged)?.id;
      const target = frame === grabbed.parentId ? undefined : frame;
      if (store.getState().dropFrame !== target) store.getState().setDropFrame(target);
    };
    const end = () => {
      dragged = undefined;
      presence.drag(undefined);
      store.getState().setDropFrame(undefined);
      undo?.stopCapturing();
    };
    return {
      onNodesChange: (changes: NodeChange<BoardNode>[]) => {
        // removing is an edit of its own, which comes back as a change of the graph
        store.getState().changeNodes(changes.filter(({ type }) => type !== "remove"));
        write(changes);
      },
      onNodeDragStart: (_event: unknown, _node: BoardNode, nodes: BoardNode[]) => begin(nodes),
      onNodeDrag: (_event: unknown, grabbed: BoardNode, nodes: BoardNode[]) => tell(grabbed, nodes),
      onNodeDragStop: end,
      onSelectionDragStart: (_event: unknown, nodes: BoardNode[]) => begin(nodes),
      onSelectionDrag: (_event: unknown, nodes: BoardNode[]) => tell(nodes[0], nodes),
      onSelectionDragStop: end,
    };
  }, [actions, edits, undo, graph, store, presence]);
}
