import { canonicalJson } from "#runtime/graph/canonical-json.ts";
import { NodeError } from "#runtime/node/node-error.ts";

/**
 * A text that is the same for values that count as equal: texts, numbers and booleans by how they are written (a form cannot tell
 * 3 from "3"), lists and maps by their JSON, null and what is missing together. Throws `NodeError("limit")` for what is nested too deeply.
 */
export function equalityKey(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value !== "object") return `=${String(value)}`;
  try {
    return canonicalJson(value);
  } catch (error) {
    if (error instanceof RangeError) throw new NodeError("limit", "A value is nested too deeply to be compared.", { happened: "no", cause: error });
    throw error;
  }
}

/** One key for several values, in their order. */
export function combinedKey(values: readonly unknown[]): string {
  return values.length === 1 ? equalityKey(values[0]) : JSON.stringify(values.map(equalityKey));
}
