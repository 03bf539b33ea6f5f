import { describe, expect, it } from "vitest";
import { createJsonCheck } from "./check-json.ts";
import { describeTool } from "./describe-tool.ts";

const item = { type: "object", properties: { count: { type: "integer", minimum: 1 } }, required: ["count"], additionalProperties: false };

describe("checking arguments", () => {
  it.each([
    [{ type: "object", properties: { list: { type: "array", items: item } } }, { list: [{ count: 1 }, { count: 0 }] }, "/list/1/count"],
    [{ type: "object", properties: { one: { $ref: "#/$defs/item" } }, $defs: { item } }, { one: {} }, "/one"],
    [{ type: "object", properties: { one: { anyOf: [{ type: "string" }, { type: "number" }] } } }, { one: true }, "/one"],
    [{ type: "object", properties: {}, additionalProperties: false }, { extra: 1 }, "/extra"],
    [{ $schema: "http://json-schema.org/draft-07/schema#", type: "object", properties: { pair: { items: [{ type: "string" }] } } }, { pair: [1] }, "/pair/0"],
    [{ type: "object", properties: { pattern: { type: "string" } } }, { pattern: 1 }, "/pattern"],
  ])("%j refuses %j at %s", (schema, value, path) => {
    expect(createJsonCheck(schema)(value)?.split(":")[0]).toBe(path);
  });

  it.each([
    [{ type: "object", properties: { $ref: { type: "string" } } }, { $ref: "x" }],
    [{ type: "object", patternProperties: { "^x-": {} }, additionalProperties: false }, { "x-a": 1 }],
    [{ type: "object", properties: { one: { $ref: "#/nowhere" } } }, { one: 1 }],
    [{ type: "object", properties: { one: { enum: [{ pattern: "a" }] } } }, { one: { pattern: "a" } }],
  ])("%j accepts %j", (schema, value) => {
    expect(createJsonCheck(schema)(value)).toBeUndefined();
  });

  it("leaves a server's regular expressions alone: they could block the process", () => {
    const check = createJsonCheck({ type: "object", properties: { text: { type: "string", pattern: "^(a+)+$" } } });
    const started = performance.now();
    expect(check({ text: `${"a".repeat(40)}!` })).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(500);
  });
});

describe("the hash of a tool", () => {
  const tool = { name: "a", description: "b", inputSchema: { type: "object", properties: { x: { type: "string" } }, required: ["x"] } };
  const hashOf = (changes: object) => describeTool({ ...tool, ...changes })?.hash;

  it("does not depend on the order of keys, nor on title and hints", () => {
    const { name, description, inputSchema } = tool;
    const turned = { inputSchema: { required: ["x"], properties: inputSchema.properties, type: "object" }, description, name };
    expect(describeTool(turned)?.hash).toBe(describeTool(tool)?.hash);
    expect(hashOf({ title: "T", annotations: { readOnlyHint: true } })).toBe(hashOf({}));
    // Pinned: approvals hold hashes, which must stay the same over versions.
    expect(hashOf({})).toBe("ad526a583f54532eba985b0e8ef2f6bbe7c8dcd19e78a45e13cda83fced1d952");
  });

  it.each([{ name: "A" }, { description: "c" }, { description: undefined }, { inputSchema: { type: "object" } }, { outputSchema: { type: "object" } }])(
    "changes with %j",
    (change) => {
      expect(hashOf(change)).toMatch(/^[0-9a-f]{64}$/);
      expect(hashOf(change)).not.toBe(hashOf({}));
    },
  );

  it.each([{ name: "" }, { name: 7 }, { inputSchema: undefined }, { inputSchema: { type: "string" } }])("is not given to what is no tool: %j", (change) => {
    expect(describeTool({ ...tool, ...change })).toBeUndefined();
  });
});
