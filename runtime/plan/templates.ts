import type { Json } from "../graph/json.ts";
import type { JsonSchema, RawConfig } from "../node/define.ts";
import { HINT } from "../node/fields.ts";

/** A string of a config that may hold `{{ … }}`, and where it stands (JSON pointer). */
export interface ConfigText {
  path: string;
  source: string;
  /** It is a web address: values are percent-encoded where they stand in it. */
  isAddress: boolean;
}

/**
 * A config with every expression string replaced by what `evaluate` makes of it. Which strings those are is told by the schema:
 * all strings at or below a place with the hint `expression` that contain `{{`. The config itself is not changed.
 */
export function mapTemplates(schema: JsonSchema, config: RawConfig, evaluate: (text: ConfigText) => unknown): Record<string, unknown> {
  return walk(config, { schema, path: "", marked: false }, evaluate) as Record<string, unknown>;
}

/** Every expression string of a config. */
export function findTemplates(schema: JsonSchema, config: RawConfig): ConfigText[] {
  const found: ConfigText[] = [];
  mapTemplates(schema, config, (text) => found.push(text));
  return found;
}

interface Place {
  schema: Json | undefined;
  path: string;
  marked: boolean;
}

function walk(value: Json, place: Place, evaluate: (text: ConfigText) => unknown): unknown {
  const schemas = alternatives(place.schema);
  const marked = place.marked || schemas.some((schema) => hasHint(schema, "expression"));
  if (typeof value === "string") {
    if (!marked || !value.includes("{{")) return value;
    return evaluate({ path: place.path, source: value, isAddress: schemas.some((schema) => hasHint(schema, "address")) });
  }
  if (value === null || typeof value !== "object") return value;
  if (!marked && schemas.length === 0) return value;
  if (Array.isArray(value)) {
    const items = schemas.flatMap((schema) => schema.items ?? []);
    return value.map((item, index) => walk(item, { schema: { anyOf: items }, path: `${place.path}/${index}`, marked }, evaluate));
  }
  const result: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    const inner = schemas.flatMap((schema) => memberSchemas(schema, key));
    result[key] = walk(member, { schema: { anyOf: inner }, path: `${place.path}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`, marked }, evaluate);
  }
  return result;
}

function memberSchemas(schema: JsonSchema, key: string): Json[] {
  const properties = schema.properties as JsonSchema | undefined;
  const own = properties && Object.hasOwn(properties, key) ? properties[key] : schema.additionalProperties;
  return own === undefined ? [] : [own];
}

function hasHint(schema: JsonSchema, name: "expression" | "address"): boolean {
  const hint = schema[HINT];
  return typeof hint === "object" && hint !== null && !Array.isArray(hint) && hint[name] === true;
}

/** A schema and, where it is a union, its branches. */
function alternatives(schema: Json | undefined): JsonSchema[] {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) return [];
  const branches = [schema.anyOf, schema.oneOf, schema.allOf].flatMap((list) => (Array.isArray(list) ? list : []));
  return [schema, ...branches.flatMap(alternatives)];
}
