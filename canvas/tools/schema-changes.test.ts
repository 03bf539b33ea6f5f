import { expect, it } from "vitest";
import { schemaChanges } from "./schema-changes.ts";

const text = { type: "string" };

it("tells which properties came, went and changed, and in what", () => {
  const before = { type: "object", properties: { path: text, mode: { type: "string", enum: ["a"] }, old: text }, required: ["path"] };
  const after = {
    type: "object",
    properties: { path: { ...text, description: "Where" }, mode: { type: "string", enum: ["a", "b"] }, to: text },
    required: ["to"],
  };
  expect(schemaChanges(before, after)).toEqual([
    {
      type: "changed",
      path: "path",
      members: [
        { name: "required", before: true, after: false },
        { name: "description", before: undefined, after: "Where" },
      ],
    },
    { type: "changed", path: "mode", members: [{ name: "enum", before: ["a"], after: ["a", "b"] }] },
    { type: "removed", path: "old", schema: text, isRequired: false },
    { type: "added", path: "to", schema: text, isRequired: true },
  ]);
});

it("looks into objects and lists of objects, and tells each change once", () => {
  const schema = (inner: object, more: object = {}) => ({
    type: "object",
    properties: { who: { type: "object", properties: inner, ...more }, all: { type: "array", items: { type: "object", properties: inner } } },
  });
  expect(schemaChanges(schema({ name: text }) as never, schema({ name: text, age: text }, { description: "Whom" }) as never)).toEqual([
    { type: "changed", path: "who", members: [{ name: "description", before: undefined, after: "Whom" }] },
    { type: "added", path: "who.age", schema: text, isRequired: false },
    { type: "added", path: "all[].age", schema: text, isRequired: false },
  ]);
});

it("tells what the schema says of the whole, and nothing where nothing differs", () => {
  const open = { type: "object", properties: { a: text } };
  expect(schemaChanges(open, { ...open, additionalProperties: false })).toEqual([
    { type: "changed", path: "", members: [{ name: "additionalProperties", before: undefined, after: false }] },
  ]);
  expect(schemaChanges(open, structuredClone(open))).toEqual([]);
});
