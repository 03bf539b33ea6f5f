import { describe, expect, it } from "vitest";
import type { Json } from "#runtime/graph/json.ts";
import { createFakeContext } from "../kit/testing/fake-context.ts";
import { createFakeVariables } from "../kit/testing/fake-variables.ts";
import { runExample } from "../kit/testing/run-example.ts";
import { variables } from "../kit/variables/service.ts";
import execute from "./execute.ts";
import { setVariable } from "./node.ts";

function open(held: Record<string, Json> = {}) {
  const fake = createFakeVariables(held);
  const context = createFakeContext({ provide: (registry) => registry.provide(variables, fake) });
  return { fake, run: (config: object, inputs: Record<string, Json> = {}) => runExample(execute, { config, inputs }, context) };
}

describe("set-variable", () => {
  it("keeps a value in the scope it is told", async () => {
    const { fake, run } = open({ "workspace/a": 1 });
    expect(await run({ name: "a", value: { b: "{{ inputs.value }}" } }, { value: 2 })).toEqual({ type: "done", outputs: { value: { b: 2 } } });
    expect([...fake.values]).toEqual([
      ["workspace/a", 1],
      ["run/a", { b: 2 }],
    ]);
  });

  it("changes once for one key, however often it is entered", async () => {
    const { fake, run } = open({ "run/n": 1 });
    const config = { name: "n", operation: "increment", value: 2 };
    expect(await run(config)).toEqual({ type: "done", outputs: { value: 3 } });
    expect(await run(config)).toEqual({ type: "done", outputs: { value: 3 } });
    expect(fake.values.get("run/n")).toBe(3);
  });

  it.each([
    [{ name: "{{ inputs.value }}" }, "a b"],
    [{ name: "{{ inputs.value }}" }, "constructor"],
    [{ name: "text", operation: "append" }, "x"],
    [{ name: "text", operation: "increment" }, 1],
    [{ name: "none", operation: "increment" }, "1"],
  ])("refuses %j with %j", async (config, value) => {
    const { run } = open({ "run/text": "t" });
    const result = await run({ value: "{{ inputs.value }}", ...config }, { value });
    expect(result).toMatchObject({ type: "failed", failure: { code: "validation", happened: "no" } });
  });

  it("refuses a value of more than 64 KiB, in bytes", async () => {
    const { run } = open();
    const large = "é".repeat(32 * 1024);
    expect(await run({ name: "a", value: "{{ inputs.value }}" }, { value: large })).toMatchObject({ failure: { code: "limit" } });
    expect(await run({ name: "a", value: "{{ inputs.value }}" }, { value: large.slice(1) })).toMatchObject({ type: "done" });
  });

  it("asks for a name and a value in the draft", () => {
    const check = (config: object) => (setVariable.check?.(setVariable.config.parse(config), {}) ?? []).map(({ path }) => path);
    expect(check({})).toEqual(["/name", "/value"]);
    expect(check({ name: "1a", operation: "remove" })).toEqual(["/name"]);
    expect(check({ name: "count_{{ inputs.day }}", value: null })).toEqual([]);
  });
});
