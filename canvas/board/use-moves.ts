import { type NodeChange, useReactFlow } from "@xyflow/react";
import { useMemo } from "react";
import type { NodeId } from "#runtime/graph/ids.ts";
import type { Position } from "#runtime/graph/schema.ts";
import { withInside } from "../document/containers.ts";
import { nodesById, useEditor } from "../document/editor-context.ts";
import type { OwnPresence } from "../presence/use-own-presence.ts";
import type { BoardActions } from "./board-actions.ts";
import { type BoardEdge, type BoardNode, useBoardStore } from "./board-store.ts";
import { frameAt, frameBoxes } from "./frames.ts";

/** Moves are shown at once, told to the others while they last, and written when they end: also into the container they end on. */
export function useMoves(presence: OwnPresence, actions: BoardActions) {
  const { edits, undo, graph } = useEditor();
  const store = useBoardStore();
  const flow = useReactFlow<BoardNode, BoardEdge>();
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
    const tell = (nodes: readonly BoardNode[]) => {
      presence.drag(Object.fromEntries(nodes.slice(0, 60).map(({ id, position }) => [id, position])));
      const grabbed = nodes[0] && flow.getInternalNode(nodes[0].id);
      if (!grabbed) return;
      const { x, y } = grabbed.internals.positionAbsolute;
      const middle = { x: x + (grabbed.measured.width ?? 0) / 2, y: y + (grabbed.measured.height ?? 0) / 2 };
      const frame = frameAt(frameBoxes(graph.current()), middle, dragged)?.id;
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
      onNodeDrag: (_event: unknown, _node: BoardNode, nodes: BoardNode[]) => tell(nodes),
      onNodeDragStop: end,
      onSelectionDragStart: (_event: unknown, nodes: BoardNode[]) => begin(nodes),
      onSelectionDrag: (_event: unknown, nodes: BoardNode[]) => tell(nodes),
      onSelectionDragStop: end,
    };
  }, [actions, edits, undo, graph, store, flow, presence]);
}
