import { findUnsafeJson, type Json } from "#runtime/graph/json.ts";

/** Characters of a value that a list shows. */
const SHOWN = 200;

export type ReadValue = { ok: true; value: Json } | { ok: false; message: string };

/** A value as somebody typed it: JSON. */
export function readValue(text: string): ReadValue {
  if (text.trim() === "") return { ok: false, message: 'Give it a value; "" is the empty text, null is nothing.' };
  try {
    const value: Json = JSON.parse(text);
    const unsafe = findUnsafeJson(value);
    return unsafe ? { ok: false, message: `The value at "${unsafe.path || "/"}" ${unsafe.reason}.` } : { ok: true, value };
  } catch (error) {
    return { ok: false, message: error instanceof SyntaxError ? `Not JSON yet: ${error.message}` : "Not JSON yet." };
  }
}

/** A value as it is edited. */
export function writeValue(value: Json): string {
  return JSON.stringify(value, null, 2);
}

/** A value in one line, as a list shows it. */
export function previewOf(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
