import { useReactFlow } from "@xyflow/react";
import { useMemo } from "react";
import type { NodeId } from "#runtime/graph/ids.ts";
import { useProvideCommands } from "../commands/command-store.ts";
import { useEditor } from "../document/editor-context.ts";
import { useLayout } from "../layout/use-layout.ts";
import { arrangeCommands } from "./arrange-commands.ts";
import type { BoardActions } from "./board-actions.ts";
import { type BoardEdge, type BoardNode, useBoardStore } from "./board-store.ts";
import { clipboardCommands } from "./clipboard-commands.ts";
import { drawnBoxes } from "./drawn-boxes.ts";
import { editCommands } from "./edit-commands.ts";
import { focusWhenDrawn } from "./focus-when-drawn.ts";
import { newPlace } from "./new-place.ts";
import { selectionCommands } from "./selection-commands.ts";
import type { PortKeys } from "./use-port-keys.ts";
import { viewCommands } from "./view-commands.ts";

/** Everything that can be done on the board, by key and by name. */
export function useBoardCommands(given: { actions: BoardActions; portKeys: PortKeys; pasteWithWires(): void }): void {
  const { actions, portKeys, pasteWithWires } = given;
  const editor = useEditor();
  const store = useBoardStore();
  const flow = useReactFlow<BoardNode, BoardEdge>();
  const layOut = useLayout();
  useProvideCommands(
    useMemo(() => {
      const focusOn = (node: NodeId) => {
        const box = drawnBoxes(store, editor.graph.current()).get(node);
        if (!box) return;
        const centre = () => flow.setCenter(box.x + box.width / 2, box.y + box.height / 2, { zoom: flow.getZoom() });
        focusWhenDrawn(`.react-flow__node[data-id="${node}"]`, centre);
      };
      const focusSelected = () => {
        const node = store.getState().selectedNodes.at(-1);
        if (node) focusOn(node);
      };
      const place = () => newPlace(editor, store, flow.screenToFlowPosition);
      return [
        ...editCommands({ editor, store, actions, portKeys, place, pasteWithWires }),
        ...clipboardCommands({ editor, store, actions, place }),
        ...selectionCommands({ editor, store, focusOn }),
        ...arrangeCommands({ editor, store, actions, layOut, focusSelected }),
        ...viewCommands(flow, store),
      ];
    }, [editor, store, actions, portKeys, pasteWithWires, layOut, flow]),
  );
}
