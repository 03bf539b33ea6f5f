import { type EdgeTypes, type NodeTypes, ReactFlow, SelectionMode, useReactFlow } from "@xyflow/react";
import { type MouseEvent, useEffect, useMemo, useState } from "react";
import { useEditor } from "../document/editor-context.ts";
import { useLayout } from "../layout/use-layout.ts";
import { ContainerPicker } from "../palette/container-picker.tsx";
import { PeerCursors } from "../presence/peer-cursors.tsx";
import { usePeerDrags } from "../presence/peers.ts";
import { useOwnPresence } from "../presence/use-own-presence.ts";
import "./board.css";
import "./board-editing.css";
import { AnnotationCard } from "./annotation-card.tsx";
import { useBoardActions } from "./board-actions.ts";
import { BoardControls } from "./board-controls.tsx";
import { BoardDots } from "./board-dots.tsx";
import { type BoardEdge, type BoardNode, useBoard, useBoardStore } from "./board-store.ts";
import { ConnectionReason } from "./connection-reason.tsx";
import { DistanceContext, useDistanceOfView } from "./far-zoom.ts";
import { FoldedCard } from "./folded-card.tsx";
import { FrameCard } from "./frame-card.tsx";
import { GroupCard } from "./group-card.tsx";
import { GuideLines } from "./guide-lines.tsx";
import { isEmptyPlace } from "./is-empty-place.ts";
import { NodeCard } from "./node-card.tsx";
import { sleeping } from "./painted/asleep.tsx";
import { BoardMap } from "./painted/board-map.tsx";
import { BoardPicture } from "./painted/board-picture.tsx";
import { useWaking } from "./painted/use-waking.ts";
import { SelectionToolbar } from "./selection-toolbar.tsx";
import { useBoardCommands } from "./use-board-commands.ts";
import { useClipboard } from "./use-clipboard.ts";
import { useConnecting } from "./use-connecting.ts";
import { useKeepInView } from "./use-keep-in-view.ts";
import { useMoves } from "./use-moves.ts";
import { usePortKeys } from "./use-port-keys.ts";
import { FIT } from "./view-commands.ts";
import { Wire } from "./wire.tsx";
import { useHoveredEdge, WireTools } from "./wire-tools.tsx";

const nodeTypes: NodeTypes = {
  card: sleeping(NodeCard),
  annotation: sleeping(AnnotationCard),
  frame: sleeping(FrameCard),
  group: sleeping(GroupCard),
  folded: sleeping(FoldedCard),
};
const edgeTypes: EdgeTypes = { wire: Wire };
/** Of a picture, which has them in it. */
const NO_EDGES: BoardEdge[] = [];
const SNAP: [number, number] = [8, 8];
/** The left button selects in a rectangle; the middle and the right one, Space with the left, and two fingers move the view. */
const PAN_BUTTONS = [1, 2];
/** How far from a port the end of its wire can be grabbed. */
const GRIP = 13;
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
  const hovering = useHoveredEdge();
  const distance = useDistanceOfView();
  const isPainted = distance === "painted";
  const wake = useWaking(isPainted);
  const portKeys = usePortKeys(actions);
  const layOut = useLayout();
  // a first node on an empty board stays where it was put: fitting would jump
  const [hadNodes] = useState(() => graph.current().nodes.length > 0);
  const isEditable = edits !== undefined;
  useBoardInStep();
  useKeepInView();
  useBoardCommands({ actions, portKeys, pasteWithWires: useClipboard(actions) });
  const { changeEdges, openPalette } = useMemo(() => store.getState(), [store]);

  const onDoubleClick = (event: MouseEvent) => {
    if (isEditable && event.target instanceof Element && isEmptyPlace(event.target))
      openPalette({ at: flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }) });
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the same palette opens by key and by button; keys are those of the ports inside
    <div
      data-distance={distance}
      className={isPainted ? "board is-painted h-full w-full" : "board h-full w-full"}
      onDoubleClick={onDoubleClick}
      onKeyDown={portKeys.onKeyDown}
      onBlur={portKeys.onBlur}
      onPointerLeave={() => presence.point(undefined)}
    >
      <DistanceContext value={distance}>
        <ReactFlow<BoardNode, BoardEdge>
          aria-label="Board"
          nodes={nodes}
          edges={isPainted ? NO_EDGES : edges}
          nodeTypes={nodeTypes}
          edgeTypes={edgeTypes}
          onEdgesChange={changeEdges}
          {...moves}
          {...connecting}
          {...hovering}
          onPointerMove={(event) => {
            presence.point(flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }));
            wake(event);
          }}
          deleteKeyCode={null}
          disableKeyboardA11y
          nodesDraggable={isEditable}
          nodesConnectable={isEditable}
          edgesReconnectable={isEditable && distance === "near"}
          reconnectRadius={GRIP}
          zoomOnDoubleClick={false}
          selectionOnDrag
          panOnDrag={PAN_BUTTONS}
          panOnScroll
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
          <BoardDots />
          {isPainted && <BoardPicture />}
          <GraphMap />
          <BoardControls />
          <GuideLines />
          <WireTools actions={actions} />
          <SelectionToolbar actions={actions} layOut={layOut} />
          <PeerCursors />
        </ReactFlow>
      </DistanceContext>
      <ConnectionReason actions={actions} />
      {isEditable && <ContainerPicker />}
    </div>
  );
}

/** The map in the corner, unless it is put away. */
function GraphMap() {
  const isShown = useBoard((state) => state.showsMap);
  if (!isShown) return null;
  return <BoardMap />;
}

/** The board follows the graph at once, not after the next drawing: what was just added can be selected. */
function useBoardInStep(): void {
  const { graph } = useEditor();
  const store = useBoardStore();
  useEffect(() => {
    const show = () => store.getState().showGraph(graph.current());
    show();
    return graph.subscribe(show);
  }, [graph, store]);
  usePeerDrags(store.getState().showDrags);
}
