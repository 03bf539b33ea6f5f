import { type Connection, type FinalConnectionState, type Handle, type IsValidConnection, type OnConnectStartParams, useReactFlow } from "@xyflow/react";
import { useMemo } from "react";
import { type NodeId, nodeIdSchema } from "#runtime/graph/ids.ts";
import type { Endpoint } from "#runtime/graph/schema.ts";
import { useEditor } from "../document/editor-context.ts";
import type { BoardActions } from "./board-actions.ts";
import { type BoardEdge, type BoardNode, type LooseWire, useBoardStore } from "./board-store.ts";
import { reachOf } from "./connection-rules.ts";
import { isEmptyPlace } from "./is-empty-place.ts";

/** A wire being dragged: what it may end at, and what happens where it is dropped. */
export function useConnecting(actions: BoardActions) {
  const { graph, undo } = useEditor();
  const store = useBoardStore();
  const flow = useReactFlow<BoardNode, BoardEdge>();
  return useMemo(() => {
    const isValidConnection: IsValidConnection<BoardEdge> = (connection) => {
      const ends = endsOf(connection);
      return ends !== undefined && actions.mayConnect(ends);
    };
    return {
      isValidConnection,
      onConnectStart: (_event: unknown, { nodeId, handleId, handleType }: OnConnectStartParams) => {
        const from = nodeId && handleId && handleType ? actions.wireFrom({ node: nodeId as NodeId, port: handleId, side: handleType }) : undefined;
        store.getState().setConnecting(from && { from, reach: reachOf(graph.current(), from) });
      },
      onConnect: (connection: Connection) => {
        const ends = endsOf(connection);
        if (!ends) return;
        undo?.stopCapturing();
        actions.connect(ends);
        undo?.stopCapturing();
      },
      onConnectEnd: (event: MouseEvent | TouchEvent, connection: FinalConnectionState) => {
        const { connecting, setConnecting, openPalette } = store.getState();
        setConnecting(undefined);
        if (!connecting) return;
        if (connection.toHandle) {
          // what fits was wired by onConnect; what does not is told why
          if (!connection.isValid && connection.toHandle.type !== connecting.from.side) actions.connect(droppedEnds(connecting.from, connection.toHandle));
          return;
        }
        const point = "changedTouches" in event ? event.changedTouches[0] : event;
        if (!point) return;
        const over = document.elementFromPoint(point.clientX, point.clientY);
        const card = nodeIdSchema.safeParse(over?.closest(".react-flow__node")?.getAttribute("data-id"));
        if (over && isEmptyPlace(over)) openPalette({ at: flow.screenToFlowPosition({ x: point.clientX, y: point.clientY }), from: connecting.from });
        else if (card.success) actions.connectToNode(connecting.from, card.data);
      },
    };
  }, [actions, graph, undo, store, flow]);
}

function droppedEnds({ side, node, port }: LooseWire, to: Handle): { source: Endpoint; target: Endpoint } {
  const [here, there] = [
    { node, port },
    { node: to.nodeId as NodeId, port: to.id ?? "" },
  ];
  return side === "source" ? { source: here, target: there } : { source: there, target: here };
}

function endsOf(connection: Connection | BoardEdge): { source: Endpoint; target: Endpoint } | undefined {
  const { source, sourceHandle, target, targetHandle } = connection;
  if (!sourceHandle || !targetHandle) return undefined;
  return { source: { node: source as NodeId, port: sourceHandle }, target: { node: target as NodeId, port: targetHandle } };
}
