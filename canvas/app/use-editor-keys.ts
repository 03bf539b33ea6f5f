import { useReactFlow } from "@xyflow/react";
import { useEffect } from "react";
import { useBoardActions } from "../board/board-actions.ts";
import { useBoardStore } from "../board/board-store.ts";
import { isTyping } from "../board/is-typing.ts";
import { newPlace } from "../board/new-place.ts";
import { nodesById, useEditor } from "../document/editor-context.ts";
import { useEditorView } from "./editor-view.ts";
import type { RunControl } from "./use-run.ts";

/** The keys of the editor, by what is pressed; those for texts (copy, paste) are in `use-clipboard.ts`. */
export function useEditorKeys(run: RunControl): void {
  const editor = useEditor();
  const store = useBoardStore();
  const actions = useBoardActions();
  const flow = useReactFlow();
  const { toggleProblems, toggleHistory } = useEditorView();
  useEffect(() => {
    const { edits, undo, graph } = editor;
    const openPalette = () => store.getState().openPalette({ at: newPlace(editor, store, flow.screenToFlowPosition) });
    const toggleDisabled = () => {
      const selected = store.getState().selectedNodes;
      const byId = nodesById(graph.current());
      actions.setDisabled(!selected.every((id) => byId.get(id)?.disabled));
    };
    const withControl: Readonly<Record<string, (() => void) | undefined>> = {
      z: () => undo?.undo(),
      "shift+z": () => undo?.redo(),
      y: () => undo?.redo(),
      d: actions.duplicate,
      a: actions.selectAll,
    };
    const plain: Readonly<Record<string, (() => void) | undefined>> = {
      n: edits && openPalette,
      d: edits && toggleDisabled,
      p: toggleProblems,
      h: toggleHistory,
      "1": () => void flow.fitView({ duration: 250, padding: 0.1, maxZoom: 1 }),
      escape: () => store.getState().select({}),
    };
    const onKeyDown = (event: KeyboardEvent) => {
      const hasControl = event.ctrlKey || event.metaKey;
      if (event.defaultPrevented || event.altKey) return;
      if (hasControl && event.key === "Enter") {
        event.preventDefault();
        if (!document.querySelector("[role=dialog]")) run.begin();
        return;
      }
      if (isTyping(event.target)) return;
      const key = `${event.shiftKey ? "shift+" : ""}${event.key.toLowerCase()}`;
      const act = hasControl ? withControl[key] : plain[key];
      if (!act) return;
      event.preventDefault();
      act();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [actions, editor, store, flow, run, toggleProblems, toggleHistory]);
}
