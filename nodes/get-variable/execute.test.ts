import { describe, expect, it } from "vitest";
import type { Json } from "#runtime/graph/json.ts";
import { createFakeContext } from "../kit/testing/fake-context.ts";
import { createFakeVariables } from "../kit/testing/fake-variables.ts";
import { runExample } from "../kit/testing/run-example.ts";
import { variables } from "../kit/variables/service.ts";
import execute from "./execute.ts";

const held = createFakeVariables({ "run/a": null, "workspace/a": { deep: [1] } });
const run = (config: object, inputs: Record<string, Json> = {}) =>
  runExample(execute, { config, inputs }, createFakeContext({ provide: (registry) => registry.provide(variables, held) }));

describe("get-variable", () => {
  it("reads the variable of its scope, null being a value", async () => {
    expect(await run({ name: "a", default: 1 })).toEqual({ type: "done", outputs: { value: null, found: true } });
    expect(await run({ name: "{{ inputs.after }}", scope: "workspace" }, { after: "a" })).toEqual({
      type: "done",
      outputs: { value: { deep: [1] }, found: true },
    });
  });

  it("yields its default, or fails, where there is none", async () => {
    expect(await run({ name: "b" })).toEqual({ type: "done", outputs: { value: null, found: false } });
    expect(await run({ name: "b", default: { x: 1 } })).toEqual({ type: "done", outputs: { value: { x: 1 }, found: false } });
    expect(await run({ name: "b", whenAbsent: "fail" })).toMatchObject({
      type: "failed",
      failure: { code: "not-found", message: 'This run has no variable "b".' },
    });
    expect(await run({ name: "b c" })).toMatchObject({ failure: { code: "validation" } });
  });
});
