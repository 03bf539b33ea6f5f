import { useReactFlow } from "@xyflow/react";
import { useMemo } from "react";
import type { GraphNode } from "#runtime/graph/schema.ts";
import { useReferences } from "../document/analysis.tsx";
import { useEditor } from "../document/editor-context.ts";
import { nodePorts } from "../document/node-ports.ts";
import { type AddingActions, addingActions } from "./adding-actions.ts";
import { type ArrangingActions, arrangingActions } from "./arranging-actions.ts";
import { type BoardEdge, type BoardNode, useBoardStore } from "./board-store.ts";
import { type ContainerActions, containerActions } from "./container-actions.ts";
import { type GroupingActions, groupingActions } from "./grouping-actions.ts";
import { type InsertingActions, insertingActions } from "./inserting-actions.ts";
import { type SelectionActions, selectionActions } from "./selection-actions.ts";
import { type WiringActions, wiringActions } from "./wiring-actions.ts";

/** What a person can do on the board. Each is one step of undo. */
export interface BoardActions extends AddingActions, ArrangingActions, ContainerActions, GroupingActions, InsertingActions, SelectionActions, WiringActions {}

export function useBoardActions(): BoardActions {
  const editor = useEditor();
  const store = useBoardStore();
  const references = useReferences();
  const flow = useReactFlow<BoardNode, BoardEdge>();
  return useMemo(() => {
    const portsOf = (node: GraphNode) => nodePorts(node, references);
    const wiring = wiringActions(editor, portsOf);
    return {
      ...wiring,
      ...addingActions(editor, store, { ...wiring, portsOf }),
      ...insertingActions(editor, store, portsOf),
      ...arrangingActions(editor, store),
      ...groupingActions(editor, store),
      ...containerActions(editor, store),
      ...selectionActions(editor, store, { flow, portsOf }),
    };
  }, [editor, store, references, flow]);
}
