import type * as Monaco from "monaco-editor/editor/editor.api";
import type { TextChange } from "#runtime/graph/edits.ts";
import type { SharedText, TextEvent } from "../shared-text.ts";
import { changesBetween, rebasedChanges, shiftedOffset } from "../text-changes.ts";
import { rangeOf } from "./expressions.ts";

/**
 * Keeps an editor and a shared text the same: every change made here is written as it is made, what others write leaves caret and
 * selection where they are in the text. While an input method composes, nothing is written to either side.
 */
export function bindModel(editor: Monaco.editor.IStandaloneCodeEditor, model: Monaco.editor.ITextModel, shared: SharedText): () => void {
  let isWriting = false;
  let isShowing = false;
  /** The shared text as the editor showed it when an input method began, and what others did since. */
  let composing: { agreed: string; held: TextChange[] } | undefined;

  const write = (changes: readonly TextChange[]) => {
    isWriting = true;
    const isDone = shared.change?.(changes);
    isWriting = false;
    // the field is gone, or may not be changed
    if (!isDone) show(changesBetween(model.getValue(), shared.current()));
  };
  const show = (changes: readonly TextChange[], caret?: number) => {
    const [anchor, head] = offsetsOf(editor, model);
    isShowing = true;
    for (const { at, remove, insert } of changes) model.applyEdits([{ range: rangeOf(model, at, at + remove), text: insert }]);
    isShowing = false;
    select(editor, model, caret === undefined ? [shiftedOffset(anchor, changes), shiftedOffset(head, changes)] : [caret, caret]);
  };
  const onContent = ({ changes }: Monaco.editor.IModelContentChangedEvent) => {
    if (isShowing || composing) return;
    // the places are those before all of them: from the last to the first each stays right
    const ordered = [...changes].sort((left, right) => right.rangeOffset - left.rangeOffset);
    write(ordered.map(({ rangeOffset, rangeLength, text }) => ({ at: rangeOffset, remove: rangeLength, insert: text })));
  };
  const onShared = ({ changes, by }: TextEvent) => {
    if (isWriting) return;
    if (composing) {
      composing.held.push(...changes);
      return;
    }
    const last = changes.at(-1);
    show(changes, by === "undo" && last && editor.hasTextFocus() ? last.at + last.insert.length : undefined);
    if (by === "undo") editor.revealPosition(editor.getPosition() ?? { lineNumber: 1, column: 1 });
  };
  const endComposition = () => {
    if (!composing) return;
    const { agreed, held } = composing;
    composing = undefined;
    const own = changesBetween(agreed, model.getValue(), offsetsOf(editor, model)[1]);
    if (own.length > 0) write(rebasedChanges(own, held));
    const rest = rebasedChanges(held, own);
    if (model.getValue() !== shared.current()) {
      const [, head] = offsetsOf(editor, model);
      show(changesBetween(model.getValue(), shared.current()), shiftedOffset(head, rest));
    }
  };
  model.setEOL(0);
  isShowing = true;
  model.setValue(shared.current());
  isShowing = false;
  const unsubscribe = shared.subscribe(onShared);
  const listeners = [
    model.onDidChangeContent(onContent),
    editor.onDidCompositionStart(() => {
      composing = { agreed: shared.current(), held: [] };
    }),
    editor.onDidCompositionEnd(endComposition),
  ];
  return () => {
    unsubscribe();
    for (const listener of listeners) listener.dispose();
  };
}

/** Anchor and head of the editor's selection. */
export function offsetsOf(editor: Monaco.editor.ICodeEditor, model: Monaco.editor.ITextModel): [number, number] {
  const selection = editor.getSelection();
  if (!selection) return [0, 0];
  const { selectionStartLineNumber, selectionStartColumn, positionLineNumber, positionColumn } = selection;
  const offset = (lineNumber: number, column: number) => model.getOffsetAt({ lineNumber, column });
  return [offset(selectionStartLineNumber, selectionStartColumn), offset(positionLineNumber, positionColumn)];
}

function select(editor: Monaco.editor.ICodeEditor, model: Monaco.editor.ITextModel, [anchor, head]: readonly [number, number]): void {
  const start = model.getPositionAt(anchor);
  const end = model.getPositionAt(head);
  editor.setSelection({
    selectionStartLineNumber: start.lineNumber,
    selectionStartColumn: start.column,
    positionLineNumber: end.lineNumber,
    positionColumn: end.column,
  });
}
