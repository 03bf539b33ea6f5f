import { z } from "zod";
import { catalog } from "#nodes/catalog.data.ts";
import type { Json } from "#runtime/graph/json.ts";
import { jsonSchema } from "#runtime/graph/json.ts";
import type { Graph } from "#runtime/graph/schema.ts";
import { lenientConfig } from "#runtime/node/catalog.ts";
import type { JsonSchema } from "#runtime/node/define.ts";

/** What a run of the graph is asked for: the JSON Schema of the first entry that asks for anything. */
export function runInputSchemaOf(graph: Graph): JsonSchema | undefined {
  for (const node of graph.nodes) {
    const definition = catalog.get(node.type);
    if (definition?.role !== "entry" || node.disabled) continue;
    const schema = definition.input?.(lenientConfig(definition, node.config));
    if (schema && Object.keys((schema.properties ?? {}) as JsonSchema).length > 0) return schema;
  }
  return undefined;
}

/** Of a run that is asked for nothing: it is shown what it may cost. */
export const NO_INPUT: JsonSchema = { type: "object", properties: {} };

/** What is missing from an input, by JSON pointer. The server checks the rest. */
export function missingInput(schema: JsonSchema, values: Readonly<Record<string, Json>>): { path: string; message: string }[] {
  const required = Array.isArray(schema.required) ? schema.required.filter((name) => typeof name === "string") : [];
  return required.filter((name) => values[name] === undefined || values[name] === "").map((name) => ({ path: `/${name}`, message: "A run needs this." }));
}

/** The defaults of a schema, with what is remembered of the fields it still has. */
export function startingInput(schema: JsonSchema, remembered: Readonly<Record<string, Json>>): Record<string, Json> {
  const values: Record<string, Json> = {};
  for (const [name, property] of Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>)) {
    const value = Object.hasOwn(remembered, name) ? remembered[name] : property.default;
    if (value !== undefined) values[name] = value;
  }
  return values;
}

const storedSchema = z.record(z.string(), jsonSchema);
const keyOf = (graph: string) => `heddle.input.${graph}`;

/** The input of the last run started here. */
export function rememberedInput(graph: string): Record<string, Json> {
  try {
    return storedSchema.parse(JSON.parse(localStorage.getItem(keyOf(graph)) ?? "{}"));
  } catch {
    return {};
  }
}

export function rememberInput(graph: string, values: Readonly<Record<string, Json>>): void {
  try {
    localStorage.setItem(keyOf(graph), JSON.stringify(values));
  } catch {
    // storage may be full or switched off: then the form begins with its defaults
  }
}
