import { describe, expect, it } from "vitest";
import type { Json } from "#runtime/graph/json.ts";
import type { WaitAnswer } from "#runtime/node/outcome.ts";
import type { References } from "#runtime/node/references.ts";
import { type ServerAnswer, type ToolResult, toolRegistry } from "../kit/mcp/service.ts";
import { createFakeContext, type FakeContext } from "../kit/testing/fake-context.ts";
import { createFakeToolRegistry } from "../kit/testing/fake-tool-registry.ts";
import { runExample } from "../kit/testing/run-example.ts";
import execute from "./execute.ts";

const references: References = {
  "tool:conn_a/send": {
    kind: "tool",
    connection: "conn_a",
    name: "send",
    inputSchema: { type: "object", properties: { to: { type: "string" }, text: { type: "string" } } },
    readOnly: false,
    hash: "0".repeat(64),
  },
};

async function run(given: { arguments?: { [name: string]: Json }; inputs?: Record<string, Json>; timeoutMs?: number; answer?: ToolResult }) {
  const registry = createFakeToolRegistry({
    send: (_arguments, { onProgress }) => {
      onProgress?.({ progress: 1, total: 2, message: "half" });
      return given.answer ?? { content: [] };
    },
  });
  const context = createFakeContext({ provide: (services) => services.provide(toolRegistry, registry), timeoutMs: given.timeoutMs ?? 900_000 });
  const config = { connection: "conn_a", tool: "send", arguments: given.arguments ?? {} };
  const result = await runExample(execute, { config, inputs: given.inputs ?? {}, references }, context);
  return { result, call: registry.calls[0], context };
}

it("prefers wired arguments, and sends no input that is none of them", async () => {
  const { call } = await run({ arguments: { to: "ada", text: "Hi {{ inputs.who }}" }, inputs: { to: "bob", who: "Bob" } });
  expect(call?.arguments).toEqual({ to: "bob", text: "Hi Bob" });
});

it("allows a minute of silence and all of the attempt's time", async () => {
  expect((await run({})).call).toMatchObject({ timeoutMs: 60_000, maxTimeoutMs: 900_000, idempotencyKey: "0".repeat(64) });
  expect((await run({ timeoutMs: 5_000 })).call).toMatchObject({ timeoutMs: 5_000, maxTimeoutMs: 5_000 });
});

it("shows progress", async () => {
  expect((await run({})).context.emissions).toEqual([{ type: "progress", value: 1, total: 2, message: "half" }]);
});

it("joins the texts, and prefers the structured answer", async () => {
  const content = [
    { type: "text", text: "a" },
    { type: "image", data: "AA==", mimeType: "image/png" },
    { type: "text", text: "b" },
  ] satisfies ToolResult["content"];
  expect((await run({ answer: { content } })).result).toEqual({ type: "done", outputs: { text: "a\nb", result: content } });
  expect((await run({ answer: { content, structuredContent: { ok: true } } })).result).toEqual({
    type: "done",
    outputs: { text: "a\nb", result: { ok: true } },
  });
});

describe("a server that asks", () => {
  const question = { type: "form" as const, message: "Which table?", schema: { type: "object", properties: { table: { type: "string", default: "orders" } } } };
  const said = (decision: string, edited?: Json): WaitAnswer => ({
    kind: "person",
    at: "2026-01-01T00:00:00.000Z",
    decision,
    note: "",
    by: "ada",
    ...(edited !== undefined && { edited }),
  });

  async function enter(given: { answers?: Record<string, WaitAnswer>; recorded?: FakeContext["recorded"] }) {
    const registry = createFakeToolRegistry({
      send: (_arguments, { answers }) => (answers?.length === 0 ? { content: [], asked: question } : { content: [{ type: "text", text: "sent" }] }),
    });
    const context = createFakeContext({ provide: (services) => services.provide(toolRegistry, registry), ...given });
    const result = await runExample(execute, { config: { connection: "conn_a", tool: "send" }, inputs: {}, references }, context);
    return { result, context, answers: registry.calls[0]?.answers, key: registry.calls[0]?.idempotencyKey };
  }

  it("makes the node wait for a person, with the form and its defaults", async () => {
    const { result } = await enter({});
    expect(result).toMatchObject({
      type: "wait",
      request: {
        kind: "person",
        gate: "elicitation",
        name: "question-0",
        title: "send: Which table?",
        decisions: ["answer", "decline"],
        details: { tool: "send", message: "Which table?" },
        edit: { schema: question.schema, value: { table: "orders" } },
      },
    });
  });

  it.each<[string, WaitAnswer, ServerAnswer]>([
    ["what was entered", said("answer", { table: "bills" }), { question, decision: "accept", content: { table: "bills" } }],
    ["its defaults", said("answer"), { question, decision: "accept", content: { table: "orders" } }],
    ["that it was declined", said("decline", { table: "bills" }), { question, decision: "decline" }],
  ])("is told %s when the call is repeated, under another key", async (_, answer, told) => {
    const { recorded } = (await enter({})).context;
    const { result, answers, key } = await enter({ answers: { "question-0": answer }, recorded });
    expect(answers).toEqual([told]);
    expect(key).toBe(`${"0".repeat(64)}-1`);
    expect(result).toMatchObject({ type: "done", outputs: { text: "sent" } });
  });
});
