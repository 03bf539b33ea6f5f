import { findUnsafeJson, type Json } from "#runtime/graph/json.ts";
import { isExpression } from "./typed-value.ts";

export type ParsedText = { ok: true; value: Json | undefined } | { ok: false; message: string };

/** A value as it is edited: JSON, or an expression as it stands. */
export function jsonText(value: Json | undefined): string {
  if (value === undefined) return "";
  return isExpression(value) ? value : JSON.stringify(value, null, 2);
}

/** What an edited text means; an empty one means no value. */
export function parseJson(text: string, expression: boolean): ParsedText {
  if (text.trim() === "") return { ok: true, value: undefined };
  try {
    const value: Json = JSON.parse(text);
    const unsafe = findUnsafeJson(value);
    return unsafe ? { ok: false, message: `The value at "${unsafe.path || "/"}" ${unsafe.reason}.` } : { ok: true, value };
  } catch (error) {
    if (expression && text.trimStart().startsWith("{{")) return { ok: true, value: text };
    return { ok: false, message: error instanceof SyntaxError ? `Not JSON yet: ${error.message}` : "Not JSON yet." };
  }
}
