import type * as Monaco from "monaco-editor/editor/editor.api";
import type { Awareness } from "y-protocols/awareness";
import { problemsOf } from "../expression-help.ts";
import { type ExpressionMode, type Knowledge, NO_KNOWLEDGE } from "../knowledge.ts";
import { tellCaret } from "../own-caret.ts";
import type { SharedText } from "../shared-text.ts";
import { bindModel, offsetsOf } from "./bind-model.ts";
import { rangeOf, setExpressions } from "./expressions.ts";
import { monaco } from "./monaco.ts";
import { showRemoteCarets } from "./remote-carets.ts";

export interface EditorBinding {
  shared: SharedText | undefined;
  awareness: Awareness | undefined;
  /** Without a shared text: the text was changed here. */
  change(text: string): void;
  knowledge(): { knowledge: (() => Knowledge) | undefined; mode: ExpressionMode };
}

/** Joins an editor to its text, to the others who are in it, and to what its expressions may read. Returns how to part them. */
export function bindEditor(editor: Monaco.editor.IStandaloneCodeEditor, { shared, awareness, change, knowledge }: EditorBinding): () => void {
  const model = editor.getModel();
  if (!model) return () => {};
  const parts: (() => void)[] = [];
  const given = knowledge();
  if (given.knowledge) {
    setExpressions(model, { knowledge: () => knowledge().knowledge?.() ?? NO_KNOWLEDGE, mode: given.mode });
    if (given.mode === "template") parts.push(markProblems(model, () => knowledge().knowledge?.() ?? NO_KNOWLEDGE));
  }
  if (shared) {
    parts.push(bindModel(editor, model, shared));
    const { undo } = shared;
    editor.addCommand(monaco.KeyMod.CtrlCmd | monaco.KeyCode.KeyZ, () => void undo?.undo());
    editor.addCommand(monaco.KeyMod.CtrlCmd | monaco.KeyMod.Shift | monaco.KeyCode.KeyZ, () => void undo?.redo());
    editor.addCommand(monaco.KeyMod.CtrlCmd | monaco.KeyCode.KeyY, () => void undo?.redo());
    if (awareness) {
      parts.push(showRemoteCarets(editor, shared, awareness));
      parts.push(tellOwnCaret(editor, shared, awareness));
    }
  } else {
    const content = model.onDidChangeContent(() => change(model.getValue()));
    parts.push(() => content.dispose());
  }
  return () => {
    for (const part of parts) part();
  };
}

function tellOwnCaret(editor: Monaco.editor.IStandaloneCodeEditor, shared: SharedText, awareness: Awareness): () => void {
  const tell = () => {
    const model = editor.getModel();
    if (!model || !editor.hasTextFocus()) return;
    const [anchor, head] = offsetsOf(editor, model);
    tellCaret(awareness, { node: shared.node, field: shared.field, anchor: shared.toPlace(anchor), head: shared.toPlace(head) });
  };
  const listeners = [editor.onDidChangeCursorSelection(tell), editor.onDidFocusEditorText(tell)];
  return () => {
    for (const listener of listeners) listener.dispose();
  };
}

/** Milliseconds without a change after which the expressions are checked. */
const PAUSE_MS = 250;

function markProblems(model: Monaco.editor.ITextModel, knowledge: () => Knowledge): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const mark = () => {
    const markers = problemsOf(model.getValue(), knowledge()).map(({ from, to, message }) => ({
      ...rangeOf(model, from, to),
      message,
      severity: monaco.MarkerSeverity.Error,
    }));
    monaco.editor.setModelMarkers(model, "expressions", markers);
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(mark, PAUSE_MS);
  };
  later();
  const content = model.onDidChangeContent(later);
  return () => {
    clearTimeout(timer);
    content.dispose();
  };
}
