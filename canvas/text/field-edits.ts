/** A plain field of a page. */
export type PlainField = HTMLTextAreaElement | HTMLInputElement;

export function isPlainField(element: unknown): element is PlainField {
  return element instanceof HTMLTextAreaElement || (element instanceof HTMLInputElement && element.type === "text");
}

/** Puts text in place of a part of a field as if it were typed, and the caret `back` characters before its end. */
export function typeInto(field: PlainField, part: { from: number; to: number }, { insert, back = 0 }: { insert: string; back?: number }): void {
  field.setRangeText(insert, part.from, part.to, "end");
  const caret = part.from + insert.length - back;
  field.setSelectionRange(caret, caret);
  field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText" }));
  field.setSelectionRange(caret, caret);
}
