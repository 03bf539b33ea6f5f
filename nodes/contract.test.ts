import { readdirSync } from "node:fs";
import * as fc from "fast-check";
import dynamicIconImports from "lucide-react/dynamicIconImports";
import { describe, expect, it, test } from "vitest";
import { endpointSchema } from "#runtime/graph/schema.ts";
import { configSchemaOf, formSchemaOf, initialConfig, lenientConfig, portsOf } from "#runtime/node/catalog.ts";
import type { JsonSchema, NodeDefinition, NodeExample, NodeImplementation } from "#runtime/node/define.ts";
import { effectSchema } from "#runtime/node/effect.ts";
import { HINT } from "#runtime/node/fields.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { FAILURE_PORT, portTypeSchema } from "#runtime/node/ports.ts";
import type { References } from "#runtime/node/references.ts";
import { catalog } from "./catalog.data.ts";
import { implementations } from "./catalog.execute.ts";
import { views } from "./catalog.view.ts";
import { arbitraryConfig, arbitraryReference } from "./kit/testing/arbitrary-config.ts";
import { provideExampleServices } from "./kit/testing/example-services.ts";
import { createFakeContext } from "./kit/testing/fake-context.ts";
import { examplePorts, runExample } from "./kit/testing/run-example.ts";

const folders = readdirSync(import.meta.dirname, { withFileTypes: true }).filter((entry) => entry.isDirectory() && entry.name !== "kit");

test("the catalogs hold every folder, and each type is called like its folder", () => {
  const names = folders.map(({ name }) => name).sort();
  expect(catalog.all().map(({ type }) => type)).toEqual(names);
  const behaving = catalog.all().filter(({ role }) => role !== "annotation");
  expect([...implementations.keys()]).toEqual(behaving.map(({ type }) => type));
  for (const type of views.keys()) expect(names).toContain(type);
});

describe.each(catalog.all().map((definition) => ({ definition, type: definition.type })))("$type", ({ definition, type }) => {
  it("says what it is", async () => {
    expect(type).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
    expect(definition.title).toMatch(/^\S.{0,38}\S$/);
    expect(definition.description).toMatch(/^[A-Z].{10,160}\.$/);
    expect(Object.keys(dynamicIconImports)).toContain(definition.icon);
    expect(definition.examples.length).toBeGreaterThanOrEqual(2);
    expect(definition.limits.timeoutMs).toBeGreaterThan(0);
    expect(definition.limits.attempts).toBeGreaterThanOrEqual(1);
    const implementation = await implementations.get(type)?.();
    if (implementation) expect(implementation.definition).toBe(definition);
  });

  it("has a migration from each older version", () => {
    const olds = Array.from({ length: definition.version - 1 }, (_, index) => index + 1);
    expect(Object.keys(definition.migrations ?? {}).map(Number)).toEqual(olds);
  });

  it("describes each config field, so that a form can be made of it", () => {
    const schema = configSchemaOf(definition);
    expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
    expect(schema.additionalProperties).toBe(false);
    for (const [field, inner] of Object.entries(schema.properties as Record<string, JsonSchema>)) {
      expect(inner.title, `${field} has no title`).toBeTypeOf("string");
      expect(findUnknown(inner, field)).toBeUndefined();
      // Expressions are evaluated before defaults are filled in: one in a default would stay text. It belongs into `initial`.
      expect(JSON.stringify(inner.default ?? null)).not.toContain("{{");
    }
  });

  it("starts with a config that fits, and a config without any field fits", () => {
    expect(definition.config.safeParse({}).error).toBeUndefined();
    expect(definition.config.safeParse(initialConfig(definition)).error).toBeUndefined();
    expectSound(definition, initialConfig(definition), {});
  });

  it("stands any config that is being edited", () => {
    fc.assert(
      fc.property(arbitraryConfig(definition), arbitraryReference, (config, reference) => {
        const keys = definition.references?.(lenientConfig(definition, config)) ?? [];
        expectSound(definition, config, Object.fromEntries(keys.map((key) => [key, reference])));
        expectSound(definition, config, {});
      }),
      { numRuns: 150 },
    );
  });

  describe.each(definition.examples.map((example) => ({ name: example.name, example })))("example: $name", ({ example }) => {
    it("has a config without problems and inputs that exist", () => {
      const parsed = definition.config.safeParse(example.config);
      expect(parsed.error).toBeUndefined();
      if (parsed.data) expect(definition.check?.(parsed.data, example.references ?? {}) ?? []).toEqual([]);
      const { inputs } = examplePorts(definition, example);
      const known = definition.role === "entry" ? ["input"] : Object.keys(inputs);
      for (const name of Object.keys(example.inputs)) expect(known).toContain(name);
      for (const [name, port] of Object.entries(inputs)) if (!port.optional) expect(Object.keys(example.inputs)).toContain(name);
    });

    if (!implementations.has(type)) return; // annotations never run

    it("ends as it says, and changes nothing that it was given", async () => {
      const implementation = await load(type);
      const { context, calls } = createExampleContext();
      const result = await runExample(implementation, deepFreeze(structuredClone(example)), context);
      expect(result).toMatchObject(endOf(example));
      if (result.type === "done") {
        expect(JSON.parse(JSON.stringify(result.outputs))).toEqual(result.outputs);
        expect(result.outputs).toEqual(example.outputs);
      }
      if (effectOf(definition, example) === "pure") expect(calls()).toBe(0);
    });

    it("is stopped by a signal that has fired, or ends all the same", async () => {
      const implementation = await load(type);
      const { context, calls } = createExampleContext(AbortSignal.abort(new NodeError("cancelled", "Stopped.", { happened: "no" })));
      const config = definition.config.parse(example.config);
      try {
        const outcome = await implementation.execute({
          config,
          inputs: example.inputs,
          references: example.references ?? {},
          tools: example.tools ?? [],
          handoffs: [],
          context,
        });
        expect(["done", "wait", "iterate", "call"]).toContain(outcome.type);
      } catch (error) {
        expect(error).toBeInstanceOf(NodeError);
      }
      expect(calls()).toBe(0);
    });
  });
});

/** Everything the definition works out from a config is there and well-formed. */
function expectSound(definition: NodeDefinition, raw: Parameters<typeof lenientConfig>[1], references: References): void {
  const config = lenientConfig(definition, raw);
  const declared = definition.ports(config, references);
  expect(portsOf(definition, raw, references)).toEqual(declared);
  const { gives = {}, takes = {} } = definition.body?.(config, references) ?? {};
  for (const [name, port] of [declared.inputs, declared.outputs, gives, takes].flatMap((ports) => Object.entries(ports))) {
    expect(endpointSchema.shape.port.safeParse(name).error).toBeUndefined();
    expect(["__proto__", "constructor", "prototype", FAILURE_PORT]).not.toContain(name);
    expect(portTypeSchema.safeParse(port.type).error).toBeUndefined();
  }
  expect(Object.keys(gives).filter((name) => Object.hasOwn(declared.outputs, name))).toEqual([]);
  expect(Object.keys(takes).filter((name) => Object.hasOwn(declared.inputs, name))).toEqual([]);
  expect(definition.body !== undefined).toBe(definition.role === "each" || definition.role === "loop");
  if (definition.role === "annotation" || definition.role === "entry") expect(declared.inputs).toEqual({});
  if (definition.role === "annotation") expect(declared.outputs).toEqual({});
  expect(effectSchema.options).toContain(typeof definition.effect === "function" ? definition.effect(config, references) : definition.effect);
  for (const { path, message } of definition.check?.(config, references) ?? []) expect(`${path} ${message}`).toMatch(/^\/\S+ \S/);
  for (const key of definition.references?.(config) ?? []) expect(key).toMatch(/^[a-z-]+:./);
  expect(["all", "first", undefined]).toContain(definition.join?.(config));
  expect(definition.summary?.(config, references) ?? "").toBeTypeOf("string");
  expect(formSchemaOf(definition, raw, references).type).toBe("object");
  const input = definition.input?.(config);
  if (definition.role === "entry") expect(input?.type).toBe("object");
  else expect(input).toBeUndefined();
}

/** The first place of a schema that says nothing of what it takes, nor by its hint how it is edited. */
function findUnknown(schema: JsonSchema, path: string): string | undefined {
  const hint = schema[HINT] as { language?: string } | undefined;
  if (hint?.language === "json") return undefined;
  const branches = (schema.anyOf ?? schema.oneOf ?? schema.allOf ?? []) as JsonSchema[];
  const inner = [
    ...branches.map((branch, index) => [`${path}|${index}`, branch] as const),
    ...Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>).map(([name, member]) => [`${path}/${name}`, member] as const),
    ...(schema.type === "array" ? [[`${path}[]`, (schema.items ?? {}) as JsonSchema] as const] : []),
  ];
  if (schema.type === undefined && schema.enum === undefined && schema.const === undefined && branches.length === 0) return path;
  return inner.map(([at, member]) => findUnknown(member, at)).find((found) => found !== undefined);
}

async function load(type: string): Promise<NodeImplementation> {
  const implementation = await implementations.get(type)?.();
  if (!implementation) throw new Error(`${type} has no behaviour.`);
  return implementation;
}

function createExampleContext(signal?: AbortSignal) {
  let calls = () => 0;
  const context = createFakeContext({
    provide: (registry) => {
      calls = provideExampleServices(registry).calls;
    },
    ...(signal && { signal }),
  });
  return { context, calls };
}

function endOf(example: NodeExample<unknown>): Record<string, unknown> {
  if (example.fails) return { type: "failed", failure: { code: example.fails } };
  if (example.iterates) return { type: "iterate" };
  if (example.calls) return { type: "call" };
  return { type: example.waits ? "wait" : "done" };
}

function effectOf(definition: NodeDefinition, example: NodeExample<unknown>): string {
  const config = lenientConfig(definition, example.config as Parameters<typeof lenientConfig>[1]);
  return typeof definition.effect === "function" ? definition.effect(config, example.references ?? {}) : definition.effect;
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) for (const member of Object.values(Object.freeze(value))) deepFreeze(member);
  return value;
}
