import { useReactFlow } from "@xyflow/react";
import type { DragEvent } from "react";
import { type EdgeId, edgeIdSchema } from "#runtime/graph/ids.ts";
import type { Position } from "#runtime/graph/schema.ts";
import { useBoardActions } from "../board/board-actions.ts";
import { useBoardStore } from "../board/board-store.ts";
import { frameAt, frameBoxes } from "../board/frames.ts";
import { KnownReferences } from "../document/analysis.tsx";
import { useEditor } from "../document/editor-context.ts";
import type { AddEntry } from "../palette/add-entry.ts";
import { focusNewNode } from "../palette/focus-new-node.ts";
import { recentNodes } from "../palette/recent-nodes.ts";
import { useDraggedEntry } from "./dragged-entry.ts";

/** Covers the board while something is dragged out of the side panel, and takes it where it is dropped. */
export function DropTarget() {
  const { dragged } = useDraggedEntry();
  if (!dragged) return null;
  return (
    <KnownReferences known={dragged.references}>
      <Cover entry={dragged.entry} />
    </KnownReferences>
  );
}

function Cover({ entry: { id, definition } }: { entry: AddEntry }) {
  const { graph } = useEditor();
  const { drag } = useDraggedEntry();
  const store = useBoardStore();
  const actions = useBoardActions();
  const flow = useReactFlow();
  const show = (edge: EdgeId | undefined, at: Position | undefined) => {
    const { setDropEdge, setDropFrame } = store.getState();
    setDropEdge(edge);
    setDropFrame(edge === undefined && at ? frameAt(frameBoxes(graph.current()), at)?.id : undefined);
  };
  const wireAt = (event: DragEvent) => {
    const edge = edgeAt(event);
    return edge !== undefined && actions.fitsWire(definition, edge) ? edge : undefined;
  };
  const onDragOver = (event: DragEvent) => {
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    show(wireAt(event), flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }));
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    const at = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
    const edge = wireAt(event);
    show(undefined, undefined);
    drag(undefined);
    recentNodes.add(id);
    if (edge !== undefined) actions.insertOnEdge(definition, edge, at);
    else actions.addNode(definition, at);
    focusNewNode(store);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Enter in the panel adds without a pointer
    <div
      className="absolute inset-0 z-10 outline-2 outline-accent/60 -outline-offset-2"
      onDragOver={onDragOver}
      onDragLeave={() => show(undefined, undefined)}
      onDrop={onDrop}
    />
  );
}

/** The wire under the pointer, below the cover. */
function edgeAt({ clientX, clientY }: DragEvent): EdgeId | undefined {
  for (const element of document.elementsFromPoint(clientX, clientY)) {
    const edge = element.closest(".react-flow__edge")?.getAttribute("data-id");
    if (edge !== undefined && edge !== null) return edgeIdSchema.safeParse(edge).data;
    if (element.closest(".react-flow__node") !== null) return undefined;
  }
  return undefined;
}
