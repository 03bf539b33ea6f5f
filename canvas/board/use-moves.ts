import { type NodeChange, useReactFlow } from "@xyflow/react";
import { type MouseEvent as PointedEvent, useMemo } from "react";
import { type EdgeId, edgeIdSchema, type NodeId } from "#runtime/graph/ids.ts";
import type { Position } from "#runtime/graph/schema.ts";
import { withInside } from "../document/containers.ts";
import { nodesById, useEditor } from "../document/editor-context.ts";
import type { OwnPresence } from "../presence/use-own-presence.ts";
import type { BoardActions } from "./board-actions.ts";
import { type BoardEdge, type BoardNode, useBoardStore } from "./board-store.ts";
import { drawnBoxes } from "./drawn-boxes.ts";
import { absolutePosition, type Box, frameAt, frameBoxes } from "./frames.ts";
import { boxAround } from "./guides.ts";
import { snapSession } from "./snap-session.ts";

/** Others are told of so many dragged nodes; of more, only of the box around them. */
const TOLD = 60;

/**
 * Moves are shown at once, told to the others while they last, and written when they end: also into the frame or the wire they end on. What is clicked
 * and not moved is singled out.
 */
export function useMoves(presence: OwnPresence, actions: BoardActions) {
  const { edits, undo, graph } = useEditor();
  const store = useBoardStore();
  const flow = useReactFlow<BoardNode, BoardEdge>();
  return useMemo(() => {
    let dragged: ReadonlySet<NodeId> | undefined;
    let snap: ReturnType<typeof snapSession> | undefined;
    /** Around what is dragged where it began, when that is much. */
    let around: Box | undefined;
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
      const ids = nodes.map(({ data }) => data.node.id);
      dragged = withInside(graph.current(), ids);
      snap = snapSession({ graph: graph.current(), store, moving: ids, left: dragged, zoom: flow.getZoom() });
      if (ids.length > TOLD) {
        const boxes = drawnBoxes(store, graph.current());
        around = boxAround(ids.flatMap((id) => boxes.get(id) ?? []));
      }
      store.getState().setDragging(true);
    };
    const tell = (event: Pointed, grabbed: BoardNode | undefined, nodes: readonly BoardNode[]) => {
      const placeOf = ({ data, position }: BoardNode) => snap?.placeOf(data.node.id) ?? position;
      if (!around) presence.drag(Object.fromEntries(nodes.map((node) => [node.id, placeOf(node)])));
      if (!grabbed) return;
      if (around) presence.dragBox(movedBy(around, grabbed.data.node.position, placeOf(grabbed)));
      const { width = 0, height = 0 } = grabbed.measured ?? {};
      const { x, y } = absolutePosition(graph.current(), { ...grabbed.data.node, position: placeOf(grabbed) });
      const middle = { x: x + width / 2, y: y + height / 2 };
      const frame = frameAt(frameBoxes(graph.current()), middle, dragged)?.id;
      const target = frame === grabbed.parentId ? undefined : frame;
      if (store.getState().dropFrame !== target) store.getState().setDropFrame(target);
      const [only, more] = nodes;
      const wires = only && !more ? edgesAt([flow.flowToScreenPosition(middle), pointOf(event)]) : [];
      store.getState().setDropEdge(only && wires.find((edge) => actions.mayInsert(only.data.node.id, edge)));
    };
    const end = (nodes: readonly BoardNode[]) => {
      const { dropEdge, setDropEdge, setDropFrame, setGuides, setDragging } = store.getState();
      const [only] = nodes;
      if (dropEdge && only) actions.insertNode(only.data.node.id, dropEdge);
      dragged = undefined;
      snap = undefined;
      around = undefined;
      presence.drag(undefined);
      presence.dragBox(undefined);
      setDropFrame(undefined);
      setDropEdge(undefined);
      setGuides([]);
      setDragging(false);
      undo?.stopCapturing();
    };
    return {
      onNodesChange: (changes: NodeChange<BoardNode>[]) => {
        // removing is an edit of its own, which comes back as a change of the graph
        const kept = changes.filter(({ type }) => type !== "remove");
        const shown = snap ? snap.inLine(kept) : kept;
        store.getState().changeNodes(shown);
        write(shown);
      },
      onNodeClick: (event: PointedEvent, { data }: BoardNode) => {
        // the board's library leaves a selection of several as it is: it may be about to be dragged
        if (store.getState().selectedNodes.length > 1 && isPlainClick(event)) store.getState().select({ nodes: [data.node.id] });
      },
      onNodeDragStart: (_event: unknown, _node: BoardNode, nodes: BoardNode[]) => begin(nodes),
      onNodeDrag: (event: Pointed, grabbed: BoardNode, nodes: BoardNode[]) => tell(event, grabbed, nodes),
      onNodeDragStop: (_event: unknown, _node: BoardNode, nodes: BoardNode[]) => end(nodes),
      onSelectionDragStart: (_event: unknown, nodes: BoardNode[]) => begin(nodes),
      onSelectionDrag: (event: Pointed, nodes: BoardNode[]) => tell(event, nodes[0], nodes),
      onSelectionDragStop: (_event: unknown, nodes: BoardNode[]) => end(nodes),
    };
  }, [actions, edits, undo, graph, store, presence, flow]);
}

type Pointed = MouseEvent | TouchEvent | PointedEvent;

/** On the card itself: not on a button of it or in its menu, and without a key that adds to the selection. */
function isPlainClick({ target, currentTarget, shiftKey, ctrlKey, metaKey }: PointedEvent): boolean {
  if (shiftKey || ctrlKey || metaKey || !(target instanceof Element) || !(currentTarget instanceof Element)) return false;
  return currentTarget.contains(target) && target.closest("button") === null;
}

function movedBy(box: Box, from: Position, to: Position): Box {
  return { ...box, x: Math.round(box.x + to.x - from.x), y: Math.round(box.y + to.y - from.y) };
}

function pointOf(event: Pointed): Position {
  const point = "touches" in event ? (event.touches[0] ?? event.changedTouches[0]) : event;
  return { x: point?.clientX ?? 0, y: point?.clientY ?? 0 };
}

/** The wires under points of the page, also under what is being dragged. */
function edgesAt(points: readonly Position[]): EdgeId[] {
  return points.flatMap(({ x, y }) =>
    document.elementsFromPoint(x, y).flatMap((element) => {
      const id = edgeIdSchema.safeParse(element.closest(".react-flow__edge")?.getAttribute("data-id"));
      return id.success ? [id.data] : [];
    }),
  );
}
