import { describe, expect, it } from "vitest";
import type { IterationResult } from "#runtime/node/outcome.ts";
import { createFakeContext } from "../kit/testing/fake-context.ts";
import { runExample } from "../kit/testing/run-example.ts";
import execute from "./execute.ts";

const succeeded = (index: number, taken: Record<string, unknown>): IterationResult => ({ index, state: "succeeded", taken });
const failed = (index: number, message: string): IterationResult => ({
  index,
  state: "failed",
  taken: {},
  failure: { code: "tool", message, happened: "no" },
});
const items = ["a", "b", "c", "d"];
const run = (config: object, iterations?: readonly IterationResult[], list: readonly string[] = items) =>
  runExample(execute, { config, inputs: { items: [...list] } }, createFakeContext(iterations && { iterations }));

describe("for-each", () => {
  it("asks for an iteration for each item, with its place", async () => {
    const given = { item: items, index: [0, 1, 2, 3] };
    expect(await run({})).toEqual({ type: "iterate", request: { count: 4, given, concurrency: 4, onFailure: "stop" } });
    expect(await run({ concurrency: 9, onItemFailure: "skip" })).toMatchObject({ request: { concurrency: 9, onFailure: "go-on" } });
    expect(await run({ onItemFailure: "collect" })).toMatchObject({ request: { onFailure: "go-on" } });
  });

  it("asks for none when there is no item", async () => {
    expect(await run({}, undefined, [])).toEqual({ type: "done", outputs: { results: [] } });
    expect(await run({ onItemFailure: "collect" }, undefined, [])).toEqual({ type: "done", outputs: { results: [], failures: [] } });
  });

  it("hands the results on in order, without the items that gave none", async () => {
    const iterations = [succeeded(0, { result: 1 }), succeeded(1, {}), succeeded(2, { result: null }), succeeded(3, { result: [2] })];
    expect(await run({}, iterations)).toEqual({ type: "done", outputs: { results: [1, null, [2]] } });
  });

  it("fails as the first item that failed did", async () => {
    const iterations = [succeeded(0, { result: 1 }), failed(2, "No such file."), failed(3, "Too late.")];
    expect(await run({}, iterations)).toMatchObject({
      type: "failed",
      failure: { code: "tool", message: "No such file.", happened: "no", details: { index: 2 } },
    });
  });

  it("leaves failed items out, and says which when it is to collect them", async () => {
    const iterations = [failed(0, "First."), succeeded(1, { result: 1 }), failed(2, "Third."), succeeded(3, { result: 4 })];
    expect(await run({ onItemFailure: "skip" }, iterations)).toEqual({ type: "done", outputs: { results: [1, 4] } });
    expect(await run({ onItemFailure: "collect" }, iterations)).toEqual({
      type: "done",
      outputs: {
        results: [1, 4],
        failures: [
          { index: 0, code: "tool", message: "First." },
          { index: 2, code: "tool", message: "Third." },
        ],
      },
    });
  });
});
