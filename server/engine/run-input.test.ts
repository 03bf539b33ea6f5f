import { type Schema, Validator } from "@cfworker/json-schema";
import { expect, test } from "vitest";
import type { JsonSchema } from "#runtime/node/define.ts";
import { checkRunInput, wantedInput } from "./run-input.ts";

const schema: JsonSchema = {
  type: "object",
  properties: { minimum: { type: "number" }, name: { type: "string" } },
  required: ["name"],
  additionalProperties: false,
};

const validator = new Validator(schema as Schema, "2020-12", false);

test("each fault is told once, at its place", () => {
  expect(checkRunInput(validator, { minimum: 1, name: "x" })).toEqual([]);
  const faults = checkRunInput(validator, { minimum: "x", name: "y", zz: 1 });
  expect(faults.map(({ path }) => path)).toEqual(["/input/minimum", "/input/zz"]);
  expect(faults[1]?.message).toBe("This is not known here.");
  expect(checkRunInput(validator, {})).toEqual([{ path: "/input", message: expect.stringContaining("name") }]);
});

test("of what is offered, an entry takes what its schema names, or all of it where others are welcome", () => {
  const offered = { name: "Weave", message: "It broke." };
  expect(wantedInput(schema, offered)).toEqual({ name: "Weave" });
  expect(wantedInput({ ...schema, additionalProperties: true }, offered)).toEqual(offered);
  expect(wantedInput({}, offered)).toEqual(offered);
});
