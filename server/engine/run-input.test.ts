import { expect, test } from "vitest";
import type { JsonSchema } from "#runtime/node/define.ts";
import { checkRunInput } from "./run-input.ts";

const schema: JsonSchema = {
  type: "object",
  properties: { minimum: { type: "number" }, name: { type: "string" } },
  required: ["name"],
  additionalProperties: false,
};

test("each fault is told once, at its place", () => {
  expect(checkRunInput(schema, { minimum: 1, name: "x" })).toEqual([]);
  const faults = checkRunInput(schema, { minimum: "x", name: "y", zz: 1 });
  expect(faults.map(({ path }) => path)).toEqual(["/input/minimum", "/input/zz"]);
  expect(faults[1]?.message).toBe("This is not known here.");
  expect(checkRunInput(schema, {})).toEqual([{ path: "/input", message: expect.stringContaining("name") }]);
});
