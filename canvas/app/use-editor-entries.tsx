import { useReactFlow } from "@xyflow/react";
import { useCallback } from "react";
import { catalog } from "#nodes/catalog.data.ts";
import { useBoardActions } from "../board/board-actions.ts";
import { useBoardStore } from "../board/board-store.ts";
import { newPlace } from "../board/new-place.ts";
import { type Entry, useProvideEntries } from "../commands/entry-store.ts";
import { useEditor } from "../document/editor-context.ts";
import { GroupTile } from "../ui/group-tile.tsx";

/** What the open graph adds to the command palette: its nodes to go to, and the node types to add. */
export function useEditorEntries(): void {
  const editor = useEditor();
  const actions = useBoardActions();
  const store = useBoardStore();
  const flow = useReactFlow();
  useProvideEntries(
    useCallback(() => {
      const nodes = editor.graph.current().nodes.map((node): Entry => {
        const definition = catalog.get(node.type);
        return {
          id: `node:${node.id}`,
          group: "Nodes",
          title: node.label === "" ? (definition?.title ?? node.type) : node.label,
          detail: definition?.title ?? node.type,
          icon: <GroupTile icon={definition?.icon ?? "box"} group={definition?.group ?? "unknown"} size={22} />,
          keywords: ["go to", node.type],
          run: () => actions.focusNode(node.id),
        };
      });
      if (!editor.edits) return nodes;
      const types = catalog.all().map(
        (definition): Entry => ({
          id: `add:${definition.type}`,
          group: "Add a node",
          title: definition.title,
          detail: definition.description,
          icon: <GroupTile icon={definition.icon} group={definition.group} size={22} />,
          keywords: ["add", ...(definition.keywords ?? [])],
          run: () => actions.addNode(definition, newPlace(editor, store, flow.screenToFlowPosition)),
        }),
      );
      return [...nodes, ...types];
    }, [editor, actions, store, flow]),
  );
}
