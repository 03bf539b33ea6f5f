import { type Connection, type FinalConnectionState, type Handle, type IsValidConnection, type OnConnectStartParams, useReactFlow } from "@xyflow/react";
import { useMemo } from "react";
import { type EdgeId, type NodeId, nodeIdSchema } from "#runtime/graph/ids.ts";
import { useEditor } from "../document/editor-context.ts";
import type { BoardActions } from "./board-actions.ts";
import { type BoardEdge, type BoardNode, type LooseWire, useBoardStore } from "./board-store.ts";
import { reachOf } from "./connection-rules.ts";
import { isEmptyPlace } from "./is-empty-place.ts";
import { type Ends, endsOf } from "./wiring-actions.ts";

/** A wire being dragged, from a port or by its end: what it may end at, and what happens where it is dropped. */
export function useConnecting(actions: BoardActions) {
  const { graph } = useEditor();
  const store = useBoardStore();
  const flow = useReactFlow<BoardNode, BoardEdge>();
  return useMemo(() => {
    /** The wire whose end is being dragged. */
    let moved: EdgeId | undefined;
    const isValidConnection: IsValidConnection<BoardEdge> = (connection) => {
      const ends = connectionEnds(connection);
      return ends !== undefined && actions.whyNot(ends, moved) === undefined;
    };
    const begin = (from: LooseWire | undefined) => {
      const current = graph.current();
      const seen = moved === undefined ? current : { ...current, edges: current.edges.filter(({ id }) => id !== moved) };
      store.getState().setConnecting(from && { from, reach: reachOf(seen, from), ...(moved && { replaces: moved }) });
    };
    /** What a wire does that was dropped beside a port it fits. */
    const drop = (event: MouseEvent | TouchEvent, from: LooseWire, connection: FinalConnectionState): "elsewhere" | "done" => {
      if (connection.toHandle) {
        if (!connection.isValid && connection.toHandle.type !== from.side) actions.connect(droppedEnds(from, connection.toHandle), moved);
        return "done";
      }
      const card = nodeIdSchema.safeParse(elementAt(event)?.closest(".react-flow__node")?.getAttribute("data-id"));
      const over = elementAt(event);
      if (!card.success || !over || isEmptyPlace(over)) return "elsewhere";
      actions.connectToNode(from, card.data, { replaces: moved });
      return "done";
    };
    return {
      isValidConnection,
      onConnectStart: (_event: unknown, { nodeId, handleId, handleType }: OnConnectStartParams) =>
        begin(nodeId && handleId && handleType ? actions.wireFrom({ node: nodeId as NodeId, port: handleId, side: handleType }) : undefined),
      onConnect: (connection: Connection) => {
        const ends = connectionEnds(connection);
        if (ends) actions.connect(ends);
      },
      onConnectEnd: (event: MouseEvent | TouchEvent, connection: FinalConnectionState) => {
        const { connecting, setConnecting, openPalette } = store.getState();
        if (moved !== undefined) return;
        setConnecting(undefined);
        if (!connecting || drop(event, connecting.from, connection) === "done") return;
        const over = elementAt(event);
        if (over && isEmptyPlace(over)) openPalette({ at: flow.screenToFlowPosition(pointOf(event)), from: connecting.from });
      },
      onReconnectStart: (_event: unknown, edge: BoardEdge) => {
        moved = edge.data?.edge.id;
      },
      onReconnect: (edge: BoardEdge, connection: Connection) => {
        const ends = connectionEnds(connection);
        const before = edge.data?.edge;
        if (!ends || !before || isSame(ends, before)) return;
        actions.connect(ends, before.id);
      },
      onReconnectEnd: (...[event, edge, , connection]: ReconnectEnd) => {
        const { connecting, setConnecting } = store.getState();
        setConnecting(undefined);
        const isElsewhere = connecting && !connection.isValid && drop(event, connecting.from, connection) === "elsewhere";
        const over = isElsewhere ? elementAt(event) : undefined;
        if (over && isEmptyPlace(over) && edge.data) actions.removeEdge(edge.data.edge.id);
        moved = undefined;
      },
    };
  }, [actions, graph, store, flow]);
}

/** The event, the wire, its fixed end, and where the other was dropped. */
type ReconnectEnd = [MouseEvent | TouchEvent, BoardEdge, unknown, FinalConnectionState];

function pointOf(event: MouseEvent | TouchEvent): { x: number; y: number } {
  const point = "changedTouches" in event ? event.changedTouches[0] : event;
  return { x: point?.clientX ?? 0, y: point?.clientY ?? 0 };
}

function elementAt(event: MouseEvent | TouchEvent): Element | null {
  const { x, y } = pointOf(event);
  return document.elementFromPoint(x, y);
}

function isSame(one: Ends, other: Ends): boolean {
  return (["source", "target"] as const).every((side) => one[side].node === other[side].node && one[side].port === other[side].port);
}

function droppedEnds(from: LooseWire, to: Handle): Ends {
  return endsOf(from, { node: to.nodeId as NodeId, port: to.id ?? "" });
}

function connectionEnds(connection: Connection | BoardEdge): Ends | undefined {
  const { source, sourceHandle, target, targetHandle } = connection;
  if (!sourceHandle || !targetHandle) return undefined;
  return { source: { node: source as NodeId, port: sourceHandle }, target: { node: target as NodeId, port: targetHandle } };
}
