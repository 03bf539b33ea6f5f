import { useReactFlow } from "@xyflow/react";
import { useMemo } from "react";
import { catalog } from "#nodes/catalog.data.ts";
import { compile } from "#runtime/plan/compile.ts";
import { useBoardStore } from "../board/board-store.ts";
import { newPlace } from "../board/new-place.ts";
import type { Command } from "../commands/command.ts";
import { useProvideCommands } from "../commands/command-store.ts";
import { useReferences } from "../document/analysis.tsx";
import { type Editor, useEditor } from "../document/editor-context.ts";
import { useWhyNotByRole } from "../session/use-may.ts";
import { useEditorView } from "./editor-view.ts";
import type { RunControl } from "./use-run.ts";
import { useTabOnBoard } from "./use-tab-on-board.ts";

/** What can be done in the editor as a whole. What the board can do it says itself. */
export function useEditorCommands(run: RunControl): void {
  const editor = useEditor();
  const store = useBoardStore();
  const flow = useReactFlow();
  const isTabOnBoard = useTabOnBoard();
  const whyNot = useWhyNotByRole("graph.edit");
  const { toggleProblems, toggleHistory } = useEditorView();
  const notAllowed = useWhyNotByRole("graph.run");
  const references = useReferences();
  const readOnly = useReadOnly(editor, whyNot);
  useProvideCommands(
    useMemo(() => {
      const isSound = () =>
        editor.document !== undefined && compile(editor.graph.current(), catalog, references).problems.every(({ severity }) => severity !== "error");
      const openPalette = () => store.getState().openPalette({ at: newPlace(editor, store, flow.screenToFlowPosition) });
      return [
        {
          id: "add-node",
          title: "Add a node",
          group: "Add",
          keys: ["N"],
          keywords: ["new", "insert", "create", "step", "tool"],
          blocked: readOnly,
          run: openPalette,
        },
        {
          id: "add-node-by-tab",
          title: "Add a node, after a click on the empty board",
          group: "Add",
          keys: ["Tab"],
          hidden: true,
          when: (event) => editor.edits !== undefined && isTabOnBoard(event) && store.getState().selectedNodes.length === 0,
          run: openPalette,
        },
        ...undoCommands(editor, readOnly),
        { id: "problems", title: "Show or hide the problems", group: "View", keys: ["Shift+P"], keywords: ["errors", "warnings"], run: toggleProblems },
        { id: "runs-panel", title: "Show or hide the runs", group: "View", keys: ["H"], keywords: ["history", "past"], run: toggleHistory },
        {
          id: "run-graph",
          title: "Run the graph",
          group: "Run",
          keys: ["Ctrl+Enter"],
          keywords: ["start", "execute", "play"],
          whileTyping: true,
          // what was found last may be older than the last key
          blocked: () => (run.blocked === undefined || isSound() ? notAllowed : run.blocked),
          run: run.begin,
        },
        {
          id: "stop-run",
          title: "Stop the run",
          group: "Run",
          keywords: ["cancel", "abort"],
          blocked: () => (run.isLive ? undefined : "No run goes on."),
          run: () => void run.stop(),
        },
      ] satisfies Command[];
    }, [editor, store, flow, isTabOnBoard, readOnly, run, notAllowed, references, toggleProblems, toggleHistory]),
  );
}

/** Taking back and restoring what was edited here. */
export function undoCommands({ undo }: Editor, readOnly: Command["blocked"] & object): Command[] {
  return [
    {
      id: "undo",
      title: "Undo",
      group: "Edit",
      keys: ["Ctrl+Z"],
      keywords: ["back", "revert"],
      repeats: true,
      blocked: () => readOnly() ?? (undo?.undoStack.length === 0 ? "There is nothing of yours to undo." : undefined),
      run: () => void undo?.undo(),
    },
    {
      id: "redo",
      title: "Redo",
      group: "Edit",
      keys: ["Ctrl+Shift+Z", "Ctrl+Y"],
      keywords: ["again", "forward"],
      repeats: true,
      blocked: () => readOnly() ?? (undo?.redoStack.length === 0 ? "There is nothing to redo." : undefined),
      run: () => void undo?.redo(),
    },
  ];
}

/** Why nothing can be changed here; undefined when it can. */
function useReadOnly({ edits, document }: Editor, whyNot: string | undefined): () => string | undefined {
  return useMemo(() => {
    const reason = edits
      ? undefined
      : (whyNot ?? (document ? "This graph cannot be changed now." : "This is the graph as a run saw it. Go back to the draft to change it."));
    return () => reason;
  }, [edits, document, whyNot]);
}
