import { expect, it } from "vitest";
import type { CodeRequest, Sandbox } from "../kit/code/service.ts";
import { sandbox } from "../kit/code/service.ts";
import { createFakeContext } from "../kit/testing/fake-context.ts";
import { fakeSandbox } from "../kit/testing/fake-sandbox.ts";
import { runExample } from "../kit/testing/run-example.ts";
import execute from "./execute.ts";

function run(given: { source: string; outputs: { name: string; type?: string }[]; language?: string; timeoutMs?: number }, service: Sandbox = fakeSandbox) {
  const context = createFakeContext({ provide: (registry) => registry.provide(sandbox, service), timeoutMs: given.timeoutMs ?? 5_000 });
  const config = { source: given.source, outputs: given.outputs.map((output, index) => ({ id: `o${index}`, ...output })) };
  return { context, result: runExample(execute, { config, inputs: {} }, context) };
}

const pair = [{ name: "a" }, { name: "b" }];

it("hands what the code prints to the log", async () => {
  const { context, result } = run({ source: "console.log('one'); console.log(2); return 1;", outputs: [{ name: "result" }] });
  expect(await result).toEqual({ type: "done", outputs: { result: 1 } });
  expect(context.logs).toEqual([
    { level: "info", message: "one" },
    { level: "info", message: "2" },
  ]);
});

it("makes one output of any name a member, like several", async () => {
  expect(await run({ source: "return { total: 3 };", outputs: [{ name: "total" }] }).result).toEqual({ type: "done", outputs: { total: 3 } });
});

it("skips what the code leaves out, and keeps null", async () => {
  expect(await run({ source: "return { a: null };", outputs: pair }).result).toEqual({ type: "done", outputs: { a: null } });
});

it.each(["return 5;", "return [1];", "return null;", "return { a: 1, c: 2 };"])("refuses a result that is not its outputs: %s", async (source) => {
  expect(await run({ source, outputs: pair }).result).toMatchObject({ type: "failed", failure: { code: "validation", happened: "no" } });
});

it("refuses a value of the wrong type, and names the output", async () => {
  const { failure } = (await run({ source: "return 'three';", outputs: [{ name: "result", type: "number" }] }).result) as { failure: { message: string } };
  expect(failure.message).toContain('"result" is number');
});

it("gives the sandbox the time that the attempt has", async () => {
  const requests: CodeRequest[] = [];
  const spy: Sandbox = {
    ...fakeSandbox,
    runCode: async (request) => {
      requests.push(request);
      return 0;
    },
  };
  await run({ source: "return 0;", outputs: [{ name: "result" }], timeoutMs: 1_234 }, spy).result;
  expect(requests[0]?.limits.timeoutMs).toBe(1_234);
});
