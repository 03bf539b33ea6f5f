import { expect, test } from "vitest";
import { catalog } from "#nodes/catalog.data.ts";
import { formSchemaOf, initialConfig } from "#runtime/node/catalog.ts";
import { formParts } from "./form-parts.ts";

const fieldsOf = ({ schema }: { schema: { properties?: unknown } }) => Object.keys(schema.properties as object);

test("each field of an agent stands in exactly one part, the instructions first", () => {
  const agent = catalog.get("agent");
  if (!agent) throw new Error("There is no agent.");
  const schema = formSchemaOf(agent, initialConfig(agent), {});
  const parts = formParts(schema);
  expect(parts[0] && fieldsOf(parts[0])).toEqual(["instructions"]);
  expect(parts.flatMap(fieldsOf).sort()).toEqual(Object.keys(schema.properties as object).sort());
  const rest = parts.at(-1);
  expect(rest?.title).toBe("Message and answer");
  expect(rest && fieldsOf(rest)).toEqual(expect.arrayContaining(["message", "output"]));
});

test("a field that nobody has heard of is shown, too, and what is required stays so", () => {
  const parts = formParts({ type: "object", properties: { news: { type: "string" }, model: { type: "string" } }, required: ["model"] });
  expect(parts.map(({ title, schema }) => [title, fieldsOf({ schema }), schema.required])).toEqual([
    ["Model", ["model"], ["model"]],
    ["Message and answer", ["news"], []],
  ]);
  expect(formParts({ type: "object" })).toEqual([]);
});
