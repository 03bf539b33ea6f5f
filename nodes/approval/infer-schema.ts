import type { Json } from "#runtime/graph/json.ts";
import type { JsonSchema } from "#runtime/node/define.ts";
import { HINT } from "#runtime/node/fields.ts";
import { fileValueSchema } from "#runtime/node/port-value.ts";

const MAX_DEPTH = 4;

/** A JSON Schema that a value fits and a form can be made of; deep down, and in lists of unlike things, anything goes. */
export function inferSchema(value: Json, depth = 0): JsonSchema {
  if (value === null || depth > MAX_DEPTH) return {};
  if (typeof value === "string") return value.length > 80 || value.includes("\n") ? { type: "string", [HINT]: { layout: "text" } } : { type: "string" };
  if (typeof value === "number" || typeof value === "boolean") return { type: typeof value };
  if (Array.isArray(value)) {
    const types = new Set(value.map((item) => (item !== null && ["string", "number", "boolean"].includes(typeof item) ? typeof item : "other")));
    const [only] = types;
    return { type: "array", ...(types.size === 1 && only !== undefined && only !== "other" && { items: { type: only } }) };
  }
  if (fileValueSchema.safeParse(value).success) return { type: "object", [HINT]: { file: {} } };
  return { type: "object", properties: Object.fromEntries(Object.entries(value).map(([name, member]) => [name, inferSchema(member, depth + 1)])) };
}
