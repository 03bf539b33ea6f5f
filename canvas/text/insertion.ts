import { create } from "zustand";
import { isInLiteral, sectionAt } from "./expression-section.ts";
import { type PlainField, typeInto } from "./field-edits.ts";
import type { ExpressionMode } from "./knowledge.ts";

/** The field that a value is put into: the one that had the focus last. */
export interface InsertionTarget {
  /** Tells fields apart. */
  key: string;
  title: string;
  /** Puts an expression's source (`inputs.text`) where the caret is, in braces where it needs them. */
  put(source: string): void;
}

interface Insertion {
  target: InsertionTarget | undefined;
  aim(target: InsertionTarget): void;
  /** The field is gone. */
  forget(key: string): void;
}

export const useInsertion = create<Insertion>()((set, get) => ({
  target: undefined,
  aim: (target) => set({ target }),
  forget: (key) => {
    if (get().target?.key === key) set({ target: undefined });
  },
}));

/** The drag data of an expression's source. */
export const SOURCE_TYPE = "application/x-heddle-source";

/** How a text takes expressions: in JSON they stand in quotes. */
export interface InsertionPlace {
  mode: ExpressionMode;
  isJson?: boolean;
}

/** What is put at a place of a text for an expression: in braces, unless the place is in an expression already. */
export function insertionAt(text: string, offset: number, { source, mode, isJson = false }: InsertionPlace & { source: string }): string {
  if (sectionAt(text, offset, mode)) return isJson ? JSON.stringify(source).slice(1, -1) : source;
  if (!isJson) return `{{ ${source} }}`;
  const quoted = JSON.stringify(`{{ ${source} }}`);
  return isInLiteral(text.slice(0, offset)) ? quoted.slice(1, -1) : quoted;
}

export function insertSource(field: PlainField, source: string, place: InsertionPlace): void {
  const from = field.selectionStart ?? field.value.length;
  typeInto(field, { from, to: field.selectionEnd ?? from }, { insert: insertionAt(field.value, from, { source, ...place }) });
}
