import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { JsonSchema } from "#runtime/node/define.ts";
import { connectionField, credentialField, expression, fileField, hint, jsonTemplate, longText, records } from "#runtime/node/fields.ts";
import { fileValueSchema } from "#runtime/node/port-value.ts";
import { type FormField, formFields, humanized } from "./form-model.ts";

const fieldsOf = (shape: z.ZodRawShape) => formFields(z.toJSONSchema(z.object(shape), { io: "input", unrepresentable: "any" }) as JsonSchema);
const only = (schema: z.ZodType): FormField => {
  const [field] = fieldsOf({ field: schema });
  if (!field) throw new Error("There is no field.");
  return field;
};

describe("formFields", () => {
  it.each([
    ["text", z.string(), { type: "text", multiline: false }],
    ["co-edited text", longText({ language: "markdown" }), { type: "text", multiline: true, language: "markdown" }],
    ["a number", z.number().min(1).max(5), { type: "number", integer: false, minimum: 1, maximum: 5 }],
    ["an integer", z.int().min(0).max(9), { type: "number", integer: true, minimum: 0, maximum: 9 }],
    ["true or false", z.boolean(), { type: "boolean" }],
    ["a choice", z.enum(["a", "b"]), { type: "choice", options: ["a", "b"] }],
    ["a list of texts", z.array(z.string()), { type: "list", item: { type: "text" } }],
    ["texts by name", z.record(z.string(), z.string()), { type: "map" }],
    ["an object", z.object({ inner: z.boolean() }), { type: "object", fields: [{ name: "inner" }] }],
    ["any JSON", z.unknown(), { type: "json" }],
    ["a list of numbers", z.array(z.number()), { type: "list", item: { type: "number" } }],
    ["a list of lists", z.array(z.array(z.number())), { type: "json" }],
    ["a union of objects", z.union([z.object({ a: z.string() }), z.object({ b: z.string() })]), { type: "json" }],
    ["a connection", connectionField("mcp"), { type: "connection", kind: "mcp" }],
    ["a credential", credentialField(), { type: "credential" }],
    ["a file", fileField(), { type: "file", accept: undefined }],
    ["a file, or an expression", expression(fileValueSchema, { file: { accept: "image/*" } }), { type: "file", accept: "image/*" }],
    ["a tool", hint(z.string(), { toolOf: "server" }), { type: "tool", connectionField: "server" }],
    ["what may be null", z.number().nullable(), { type: "number" }],
  ])("makes a control for %s", (_name, schema, control) => {
    expect(only(schema).control).toMatchObject(control);
  });

  it.each([
    ["a number", expression(z.number()), "number"],
    ["a choice", expression(z.enum(["a"])), "choice"],
    ["one of several scalars", expression(z.union([z.string(), z.number()])), "scalar"],
    ["JSON", jsonTemplate(), "json"],
  ])("keeps the control of %s that takes expressions too", (_name, schema, type) => {
    expect(only(schema)).toMatchObject({ expression: true, control: { type } });
  });

  it("lists the fields of a record without its id", () => {
    expect(only(records({ name: z.string().meta({ title: "Name" }), on: z.boolean().default(true) })).control).toMatchObject({
      type: "records",
      fields: [
        { name: "name", title: "Name", required: true },
        { name: "on", default: true, required: false },
      ],
    });
  });

  it("takes expressions in everything inside an object that takes them", () => {
    const [field] = formFields({
      type: "object",
      properties: { arguments: { type: "object", "x-heddle": { expression: true }, properties: { path: { type: "string" } } } },
    });
    expect(field?.control).toMatchObject({ type: "object", fields: [{ name: "path", expression: true }] });
  });

  it("follows references, and takes those that lead nowhere for any JSON", () => {
    const schema: JsonSchema = {
      type: "object",
      properties: { good: { $ref: "#/$defs/unit" }, bad: { $ref: "#/$defs/gone" }, circle: { $ref: "#/$defs/loop" } },
      $defs: { unit: { enum: ["m", "km"] }, loop: { $ref: "#/$defs/loop" } },
    };
    expect(formFields(schema).map(({ control }) => control.type)).toEqual(["choice", "json", "json"]);
  });

  it("edits what is nested too deep as JSON", () => {
    const nested = (depth: number): JsonSchema => (depth === 0 ? { type: "string" } : { type: "object", properties: { in: nested(depth - 1) } });
    const depthOf = (fields: readonly FormField[]): number => {
      const [field] = fields;
      return field?.control.type === "object" ? 1 + depthOf(field.control.fields) : 0;
    };
    expect(depthOf(formFields(nested(9)))).toBeLessThan(4);
  });

  it("takes what is no schema without harm", () => {
    expect(formFields({ properties: { a: true, b: null, c: { type: "array", items: true } } }).map(({ control }) => control.type)).toEqual([
      "json",
      "json",
      "json",
    ]);
  });
});

describe("humanized", () => {
  it.each([
    ["maxTokens", "Max tokens"],
    ["max_tokens", "Max tokens"],
    ["URL", "Url"],
    ["_", "_"],
  ])("%s reads %s", (name, title) => {
    expect(humanized(name)).toBe(title);
  });
});
