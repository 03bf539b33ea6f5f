import type { Json } from "#runtime/graph/json.ts";

/** Whether a value is text that holds an expression. */
export function isExpression(value: Json | undefined): value is string {
  return typeof value === "string" && value.includes("{{");
}

/** A value as it stands in a one-line control. */
export function toTyped(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** What was typed into a control for numbers: the number, the expression, or (so that it is not lost while typing) the text itself. */
export function readNumber(typed: string): Json | undefined {
  if (typed.trim() === "") return undefined;
  if (isExpression(typed)) return typed;
  const number = Number(typed);
  return Number.isFinite(number) && !/[.eE+-]$/.test(typed) ? number : typed;
}

/** What was typed into a control for scalars: `true`, `false` and numbers are those, the rest is text. */
export function readScalar(typed: string): Json {
  if (typed === "true" || typed === "false") return typed === "true";
  return /^-?(0|[1-9]\d*)(\.\d+)?$/.test(typed) && String(Number(typed)) === typed ? Number(typed) : typed;
}
