import { Background, BackgroundVariant, type EdgeTypes, MiniMap, type NodeTypes, ReactFlow, SelectionMode, useReactFlow } from "@xyflow/react";
import { type MouseEvent, useEffect, useMemo, useState } from "react";
import { catalog } from "#nodes/catalog.data.ts";
import { useEditor } from "../document/editor-context.ts";
import { ContainerPicker } from "../palette/container-picker.tsx";
import { PeerCursors } from "../presence/peer-cursors.tsx";
import { usePeerDrags } from "../presence/peers.ts";
import { useOwnPresence } from "../presence/use-own-presence.ts";
import "./board.css";
import { AnnotationCard } from "./annotation-card.tsx";
import { useBoardActions } from "./board-actions.ts";
import { BoardControls } from "./board-controls.tsx";
import { type BoardEdge, type BoardNode, useBoard, useBoardStore } from "./board-store.ts";
import { FrameCard } from "./frame-card.tsx";
import { isEmptyPlace } from "./is-empty-place.ts";
import { NodeCard } from "./node-card.tsx";
import { useClipboard } from "./use-clipboard.ts";
import { useConnecting } from "./use-connecting.ts";
import { useContainerKeys } from "./use-container-keys.ts";
import { useKeepInView } from "./use-keep-in-view.ts";
import { useMoves } from "./use-moves.ts";
import { Wire } from "./wire.tsx";

const nodeTypes: NodeTypes = { card: NodeCard, annotation: AnnotationCard, frame: FrameCard };
const edgeTypes: EdgeTypes = { wire: Wire };
const SNAP: [number, number] = [8, 8];
const DELETE_KEYS = ["Delete", "Backspace"];
const FIT = { padding: 0.1, maxZoom: 1 };
/** It would stand above the graph; the README names the library. */
const NO_ATTRIBUTION = { hideAttribution: true };

/** The graph as people see and wire it. */
export function Board() {
  const { edits, graph } = useEditor();
  const store = useBoardStore();
  const nodes = useBoard((state) => state.nodes);
  const edges = useBoard((state) => state.edges);
  const flow = useReactFlow<BoardNode, BoardEdge>();
  const actions = useBoardActions();
  const presence = useOwnPresence();
  const connecting = useConnecting(actions);
  const moves = useMoves(presence, actions);
  // a first node on an empty board stays where it was put: fitting would jump
  const [hadNodes] = useState(() => graph.current().nodes.length > 0);
  const isEditable = edits !== undefined;
  useBoardInStep();
  useKeepInView();
  useClipboard(actions);
  useContainerKeys();
  const { changeEdges, openPalette } = useMemo(() => store.getState(), [store]);

  // the library would take what is inside a container along
  const removeSelected = async () => {
    actions.removeSelected();
    return false;
  };
  const onDoubleClick = (event: MouseEvent) => {
    if (isEditable && event.target instanceof Element && isEmptyPlace(event.target))
      openPalette({ at: flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }) });
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the same palette opens by key and by button
    <div className="board h-full w-full" onDoubleClick={onDoubleClick} onPointerLeave={() => presence.point(undefined)}>
      <ReactFlow<BoardNode, BoardEdge>
        aria-label="Board"
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        onEdgesChange={changeEdges}
        {...moves}
        {...connecting}
        onPointerMove={(event) => presence.point(flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }))}
        onBeforeDelete={removeSelected}
        deleteKeyCode={isEditable ? DELETE_KEYS : null}
        nodesDraggable={isEditable}
        nodesConnectable={isEditable}
        zoomOnDoubleClick={false}
        selectionMode={SelectionMode.Partial}
        panActivationKeyCode="Space"
        multiSelectionKeyCode={["Shift", "Control", "Meta"]}
        snapToGrid
        snapGrid={SNAP}
        minZoom={0.08}
        maxZoom={2}
        fitView={hadNodes}
        fitViewOptions={FIT}
        connectionRadius={28}
        elevateNodesOnSelect={false}
        proOptions={NO_ATTRIBUTION}
        onlyRenderVisibleElements
      >
        <Background variant={BackgroundVariant.Dots} gap={24} size={2} />
        <MiniMap<BoardNode>
          pannable
          zoomable
          position="bottom-right"
          nodeColor={minimapColour}
          nodeBorderRadius={6}
          ariaLabel="Map of the graph"
          style={{ width: 168, height: 108 }}
        />
        <BoardControls />
        <PeerCursors />
      </ReactFlow>
      {isEditable && <ContainerPicker />}
    </div>
  );
}

/** Frames are faint, so that what is in them is seen. */
function minimapColour({ type, data }: BoardNode): string {
  const group = catalog.get(data.node.type)?.group;
  return group ? `color-mix(in srgb, var(--group-${group}) ${type === "frame" ? 14 : 55}%, var(--raised))` : "var(--line-strong)";
}

/** The board follows the graph at once, not after the next drawing: what was just added can be selected. */
function useBoardInStep(): void {
  const { graph } = useEditor();
  const store = useBoardStore();
  const drags = usePeerDrags();
  useEffect(() => {
    const show = () => store.getState().showGraph(graph.current());
    show();
    return graph.subscribe(show);
  }, [graph, store]);
  useEffect(() => store.getState().showDrags(drags), [store, drags]);
}
