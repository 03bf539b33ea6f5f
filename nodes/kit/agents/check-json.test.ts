import { describe, expect, it } from "vitest";
import { createJsonCheck } from "./check-json.ts";

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
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
