import { describe, expect, it } from "vitest";
import type { Json } from "#runtime/graph/json.ts";
import { createFakeContext } from "../kit/testing/fake-context.ts";
import { runExample } from "../kit/testing/run-example.ts";
import execute from "./execute.ts";
import { switchNode } from "./node.ts";

async function taken(value: Json, cases: { id: string; equals: Json }[]) {
  const result = await runExample(execute, { config: { value: "{{ inputs.value }}", cases }, inputs: { value } }, createFakeContext());
  return result.type === "done" ? Object.keys(result.outputs) : result;
}

describe("switch", () => {
  it("takes the first of two that match", async () => {
    expect(
      await taken("a", [
        { id: "one", equals: "a" },
        { id: "two", equals: "a" },
      ]),
    ).toEqual(["case_one"]);
  });

  it.each<[Json, Json]>([
    [3, "3"],
    ["3", 3],
    [true, "true"],
    ["", ""],
  ])("takes %j and %j for equal", async (value, equals) => {
    expect(await taken(value, [{ id: "x", equals }])).toEqual(["case_x"]);
  });

  it.each<[Json, Json]>([
    [null, ""],
    [null, "null"],
    [["a"], "a"],
    [{}, "[object Object]"],
    ["A", "a"],
  ])("takes %j and %j for different", async (value, equals) => {
    expect(await taken(value, [{ id: "x", equals }])).toEqual(["otherwise"]);
  });

  it("keeps a case's port when its title, value and place change", () => {
    const ports = (cases: { id: string; equals: string; title?: string }[]) => switchNode.ports(switchNode.config.parse({ cases }), {}).outputs;
    expect(ports([{ id: "x", equals: "a" }])).toMatchObject({ case_x: { title: "a" } });
    expect(
      ports([
        { id: "y", equals: "b" },
        { id: "x", equals: "c", title: "Third" },
      ]),
    ).toMatchObject({ case_x: { title: "Third" } });
  });

  it("compares with values that came in", async () => {
    const config = { value: "{{ inputs.value }}", cases: [{ id: "x", equals: "{{ inputs.wanted }}" }] };
    const result = await runExample(execute, { config, inputs: { value: 4, wanted: 4 } }, createFakeContext());
    expect(result).toEqual({ type: "done", outputs: { case_x: 4 } });
  });
});
