import * as fc from "fast-check";
import { graphIdSchema, workflowIdSchema } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import { configSchemaOf } from "#runtime/node/catalog.ts";
import type { JsonSchema, NodeDefinition, RawConfig } from "#runtime/node/define.ts";
import type { Reference } from "#runtime/node/references.ts";

const text = fc.oneof(
  fc.string(),
  fc.constantFrom(
    "",
    "name",
    "failure",
    "__proto__",
    "constructor",
    "{{ inputs.a }}",
    "{{ default(inputs.b, 1) + inputs.b }}",
    "{{ broken",
    "conn_a",
    "https://x.test/{{inputs.c}}",
  ),
);
const anything = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>;

/** A config as it may look in the middle of editing: mostly of the right shape, with anything at all in between. */
export function arbitraryConfig(definition: NodeDefinition): fc.Arbitrary<RawConfig> {
  return members(configSchemaOf(definition)) as fc.Arbitrary<RawConfig>;
}

function members(schema: JsonSchema): fc.Arbitrary<Json> {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>);
  return fc.record(Object.fromEntries(properties.map(([name, inner]) => [name, fitting(inner)])), { requiredKeys: [] }) as fc.Arbitrary<Json>;
}

function fitting(schema: JsonSchema): fc.Arbitrary<Json> {
  return fc.oneof({ weight: 6, arbitrary: ofShape(schema) }, { weight: 1, arbitrary: anything });
}

function ofShape(schema: JsonSchema): fc.Arbitrary<Json> {
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  if (Array.isArray(schema.anyOf)) return fc.oneof(...schema.anyOf.map((branch) => fitting(branch as JsonSchema)));
  switch (schema.type) {
    case "string":
      return text;
    case "number":
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case "boolean":
      return fc.boolean();
    case "array":
      return fc.array(fitting((schema.items ?? {}) as JsonSchema), { maxLength: 4 }) as fc.Arbitrary<Json>;
    case "object":
      return schema.properties ? members(schema) : fc.dictionary(text, anything);
    default:
      return anything;
  }
}

/** What a key may refer to, the schemas of strange tools and graphs included. */
export const arbitraryReference: fc.Arbitrary<Reference> = fc.oneof(
  fc.record({
    kind: fc.constant("tool" as const),
    connection: fc.constant("conn_a"),
    name: text,
    inputSchema: fc.oneof(
      fc.dictionary(text, anything),
      fc.record({ type: fc.constant("object"), properties: fc.dictionary(text, anything), required: fc.array(fc.oneof(text, anything)) }),
    ),
    readOnly: fc.boolean(),
    hash: fc.constant("0".repeat(64)),
  }),
  fc.record({
    kind: fc.constant("graph" as const),
    graph: fc.constant(graphIdSchema.parse("graph_a")),
    revision: fc.nat().map((number) => number + 1),
    name: text,
    input: fc.oneof(
      fc.dictionary(text, anything),
      fc.record({ type: fc.constant("object"), properties: fc.dictionary(text, anything), required: fc.array(fc.oneof(text, anything)) }),
    ),
    outputs: fc.dictionary(text, fc.constantFrom("any" as const, "text" as const)),
    hash: fc.constant("0".repeat(64)),
  }),
  fc.record({
    kind: fc.constant("workflow" as const),
    workflow: fc.constant(workflowIdSchema.parse("workflow_a")),
    version: fc.nat().map((number) => number + 1),
    name: text,
    input: fc.oneof(fc.dictionary(text, anything), fc.record({ type: fc.constant("object"), properties: fc.dictionary(text, anything) })),
    outputs: fc.dictionary(text, fc.constantFrom("image" as const, "text" as const)),
    hash: fc.constant("0".repeat(64)),
  }),
  fc.record({ kind: fc.constant("missing" as const), reason: fc.string() }),
);
