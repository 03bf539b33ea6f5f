import type { Json } from "#runtime/graph/json.ts";

const MAX_TAKEN = 1_000;

/** A fixed value as the expression that yields it; one that is long, or not there, as an empty one. */
export function asExpression(value: Json | undefined): string {
  const text = value === undefined || value === null || value === "" ? "" : JSON.stringify(value);
  return text === "" || text.length > MAX_TAKEN ? "{{ }}" : `{{ ${text} }}`;
}

/** The value of an expression that is a plain one, else what the field has by itself. */
export function asFixed(expression: string, fallback: Json | undefined): Json | undefined {
  const [, source = ""] = /^\s*\{\{([\s\S]*)\}\}\s*$/.exec(expression) ?? [];
  try {
    return JSON.parse(source) as Json;
  } catch {
    return fallback;
  }
}
