import type { Json } from "#runtime/graph/json.ts";
import { type FieldHint, HINT } from "#runtime/node/fields.ts";
import type { PortType } from "#runtime/node/ports.ts";

/** The port type that carries what a JSON Schema describes; `any` where it leaves that open. Lists nest three deep at most, deeper ones are `json`. */
export function portTypeOf(schema: Json | undefined): PortType {
  return typeAt(schema, 0);
}

function typeAt(schema: Json | undefined, depth: number): PortType {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) return "any";
  const { file } = (schema[HINT] ?? {}) as FieldHint;
  if (file) return file.accept === "image/*" ? "image" : "file";
  switch (singleType(schema)) {
    case "string":
      return "text";
    case "number":
    case "integer":
      return "number";
    case "boolean":
      return "boolean";
    case "object":
      return "json";
    case "array":
      return depth < 3 ? listOf(typeAt(schema.items, depth + 1)) : "json";
    default:
      return "any";
  }
}

function listOf(item: PortType): PortType {
  return item === "json" ? "json" : `list<${item}>`;
}

/** The one type besides null that values may have, if there is only one. */
function singleType(schema: { [key: string]: Json }): Json | undefined {
  const types = Array.isArray(schema.type) ? schema.type.filter((type) => type !== "null") : schema.type === undefined ? [] : [schema.type];
  if (types.length === 1) return types[0];
  const values = Array.isArray(schema.enum) ? schema.enum : [];
  return types.length === 0 && values.length > 0 && values.every((value) => typeof value === "string") ? "string" : undefined;
}
