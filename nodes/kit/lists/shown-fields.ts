import type { JsonSchema } from "#runtime/node/define.ts";

/** A form without the fields that have no say. */
export function withoutFields(schema: JsonSchema, hidden: readonly string[]): JsonSchema {
  const properties = Object.entries(schema.properties as JsonSchema).filter(([field]) => !hidden.includes(field));
  return { ...schema, properties: Object.fromEntries(properties) };
}
