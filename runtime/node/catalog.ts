import { z } from "zod";
import type { Json } from "../graph/json.ts";
import type { JsonSchema, NodeDefinition, RawConfig } from "./define.ts";
import { type FieldHint, HINT } from "./fields.ts";
import type { Ports } from "./ports.ts";
import type { References } from "./references.ts";

/** Every node type there is, by name. */
export interface Catalog {
  get(type: string): NodeDefinition | undefined;
  all(): readonly NodeDefinition[];
}

export function createCatalog(definitions: readonly NodeDefinition[]): Catalog {
  const byType = new Map(definitions.map((definition) => [definition.type, definition]));
  return { get: (type) => byType.get(type), all: () => definitions };
}

const schemas = new WeakMap<NodeDefinition, JsonSchema>();

/** The config's JSON Schema 2020-12, hints included; made once for each definition. */
export function configSchemaOf(definition: NodeDefinition): JsonSchema {
  const known = schemas.get(definition);
  if (known) return known;
  const schema = z.toJSONSchema(definition.config, { io: "input", unrepresentable: "any" }) as JsonSchema;
  schemas.set(definition, schema);
  return schema;
}

/** The JSON Schema of the form for one node: the definition's own, or what it makes of its config. */
export function formSchemaOf(definition: NodeDefinition, config: RawConfig, references: References): JsonSchema {
  const schema = configSchemaOf(definition);
  return definition.form ? definition.form(lenientConfig(definition, config), references, schema) : schema;
}

/** The hint of one top-level config field. */
export function fieldHint(definition: NodeDefinition, field: string): FieldHint {
  const properties = configSchemaOf(definition).properties as Record<string, JsonSchema> | undefined;
  return (properties?.[field]?.[HINT] ?? {}) as FieldHint;
}

/** The config a new node starts with: the schema's defaults and the definition's `initial`. */
export function initialConfig(definition: NodeDefinition): RawConfig {
  const config: RawConfig = {};
  const properties = (configSchemaOf(definition).properties ?? {}) as Record<string, JsonSchema>;
  for (const [field, schema] of Object.entries(properties)) {
    if (schema.default !== undefined) config[field] = structuredClone(schema.default) as Json;
  }
  return { ...config, ...(structuredClone(definition.initial ?? {}) as RawConfig) };
}

/** A config for `ports`, `effect` and `summary` while it is being edited: fields that do not fit fall back to their default or are absent. */
export function lenientConfig(definition: NodeDefinition, config: RawConfig): Record<string, unknown> {
  const whole = definition.config.safeParse(config);
  if (whole.success) return whole.data;
  const result: Record<string, unknown> = {};
  for (const [field, schema] of Object.entries(definition.config.shape)) {
    const own = z.safeParse(schema, config[field]);
    const value = own.success ? own : z.safeParse(schema, undefined);
    if (value.success && value.data !== undefined) result[field] = value.data;
  }
  return result;
}

const NO_PORTS: Ports = { inputs: {}, outputs: {} };

/** The ports of a node as it is configured; none when its config cannot tell yet. */
export function portsOf(definition: NodeDefinition, config: RawConfig, references: References): Ports {
  try {
    return definition.ports(lenientConfig(definition, config), references);
  } catch {
    return NO_PORTS;
  }
}
