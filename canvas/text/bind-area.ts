import type { TextChange } from "#runtime/graph/edits.ts";
import type { SharedText, TextEvent } from "./shared-text.ts";
import { changesBetween, rebasedChanges, shiftedOffset } from "./text-changes.ts";

/** What is used of a textarea or a one-line input. */
export type TextBox = Pick<
  HTMLTextAreaElement,
  "value" | "scrollTop" | "setSelectionRange" | "selectionDirection" | "addEventListener" | "removeEventListener"
> & {
  selectionStart: number | null;
  selectionEnd: number | null;
};

/**
 * Keeps a plain field and a shared text the same: what is typed goes where it is typed, what others write leaves caret and
 * selection where they are in the text. While an input method composes, nothing is written to either side.
 */
export function bindArea(box: TextBox, shared: SharedText, onText: (text: string) => void = () => {}): () => void {
  let agreed = shared.current();
  let isWriting = false;
  let isComposing = false;
  /** What others did while an input method composed. */
  let held: TextChange[] = [];

  const show = (text: string, [start, end]: readonly [number, number]) => {
    const { scrollTop, selectionDirection } = box;
    box.value = text;
    agreed = text;
    // where own and other changes met, a place can come out behind the end
    box.setSelectionRange(Math.min(start, text.length), Math.min(end, text.length), selectionDirection ?? "none");
    box.scrollTop = scrollTop;
    onText(text);
  };
  const selection = (): [number, number] => [box.selectionStart ?? box.value.length, box.selectionEnd ?? box.value.length];

  const write = () => {
    const [start, end] = selection();
    const own = changesBetween(agreed, box.value, end);
    const others = held;
    held = [];
    let isDone = true;
    if (own.length > 0) {
      isWriting = true;
      isDone = shared.change?.(rebasedChanges(own, others)) === true;
      isWriting = false;
    }
    const text = shared.current();
    if (!isDone) {
      // the text as it was, the caret behind what was to be replaced
      const at = own.reduce((_, change) => shiftedOffset(change.at + change.remove, others), text.length);
      show(text, [at, at]);
      return;
    }
    agreed = text;
    onText(text);
    if (text === box.value) return;
    // others wrote meanwhile, or nothing may be changed: what they did, as it stands behind what was typed here
    const behind = rebasedChanges(others, own);
    show(text, [shiftedOffset(start, behind), shiftedOffset(end, behind)]);
  };

  const onShared = ({ changes, by }: TextEvent) => {
    if (isWriting) return;
    if (isComposing) {
      held.push(...changes);
      return;
    }
    const last = changes.at(-1);
    const [start, end] = selection();
    if (by === "undo" && last) show(shared.current(), [last.at + last.insert.length, last.at + last.insert.length]);
    else show(shared.current(), [shiftedOffset(start, changes), shiftedOffset(end, changes)]);
  };
  const onInput = () => {
    if (!isComposing) write();
  };
  const onCompositionStart = () => {
    isComposing = true;
  };
  const onCompositionEnd = () => {
    isComposing = false;
    write();
  };

  box.value = agreed;
  onText(agreed);
  const unsubscribe = shared.subscribe(onShared);
  box.addEventListener("input", onInput);
  box.addEventListener("compositionstart", onCompositionStart);
  box.addEventListener("compositionend", onCompositionEnd);
  return () => {
    unsubscribe();
    box.removeEventListener("input", onInput);
    box.removeEventListener("compositionstart", onCompositionStart);
    box.removeEventListener("compositionend", onCompositionEnd);
  };
}
