import { describe, expect, it } from "vitest";
import { createFakeContext } from "../kit/testing/fake-context.ts";
import { runExample } from "../kit/testing/run-example.ts";
import execute from "./execute.ts";
import { delay } from "./node.ts";

const config = { amount: 2, unit: "hours" };
const at = "2026-01-01T02:00:00.000Z";

describe("delay", () => {
  it("waits for an instant, not for a span, so that a restart does not begin anew", async () => {
    const result = await runExample(execute, { config, inputs: {} }, createFakeContext({ now: Date.UTC(2026, 0, 1) }));
    expect(result).toEqual({ type: "wait", request: { kind: "time", name: "delay", until: at } });
  });

  it("hands its value on when it is entered again", async () => {
    const context = createFakeContext({ answers: { delay: { kind: "time", at } } });
    expect(await runExample(execute, { config, inputs: { value: null } }, context)).toEqual({ type: "done", outputs: { value: null } });
    expect(await runExample(execute, { config, inputs: {} }, context)).toEqual({ type: "done", outputs: { value: at } });
  });

  it.each([-1, "soon", true])("fails when an expression yields %j for the time", async (amount) => {
    const given = { config: { amount: "{{ inputs.amount }}" }, inputs: { amount } };
    expect(await runExample(execute, given, createFakeContext())).toMatchObject({ type: "failed", failure: { code: "validation" } });
  });

  it("waits a year at most, whatever an expression yields, and says so where it can", async () => {
    const given = { config: { amount: "{{ inputs.amount }}", unit: "days" }, inputs: { amount: 1e9 } };
    expect(await runExample(execute, given, createFakeContext({ now: 0 }))).toMatchObject({ request: { until: "1971-01-01T00:00:00.000Z" } });
    expect(delay.check?.(delay.config.parse({ amount: 366, unit: "days" }), {})).toMatchObject([{ path: "/amount" }]);
  });
});
