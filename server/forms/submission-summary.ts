import type { Json } from "#runtime/graph/json.ts";

const MOST = 400;

/** The beginning of what somebody filled in, in one line and in the order of the fields, to find it by. */
export function submissionSummary(input: Record<string, Json>, fields: readonly string[]): string {
  const line = fields
    .map((name) => textOf(input[name] ?? null))
    .filter((text) => text !== "")
    .join(" · ");
  return line.length > MOST ? `${line.slice(0, MOST - 1)}…` : line;
}

function textOf(value: Json): string {
  if (value === null) return "";
  if (typeof value !== "object") return String(value).replaceAll(/\s+/g, " ").trim();
  if (!Array.isArray(value) && typeof value.$asset === "string") return String(value.name);
  return Array.isArray(value) ? value.map(textOf).join(", ") : JSON.stringify(value);
}
