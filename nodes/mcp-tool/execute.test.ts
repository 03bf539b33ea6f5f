import { describe, expect, it } from "vitest";
import type { Json } from "#runtime/graph/json.ts";
import type { WaitAnswer } from "#runtime/node/outcome.ts";
import type { References } from "#runtime/node/references.ts";
import type { ServiceRegistry } from "#runtime/node/service.ts";
import { assetStore } from "../kit/assets/service.ts";
import { deciders } from "../kit/gates/deciders.ts";
import { type SamplingModel, type ServerAnswer, type ToolResult, toolRegistry } from "../kit/mcp/service.ts";
import { modelClient } from "../kit/models/service.ts";
import { createFakeAssetStore } from "../kit/testing/fake-asset-store.ts";
import { createFakeContext, type FakeContext } from "../kit/testing/fake-context.ts";
import { createFakeModelClient } from "../kit/testing/fake-model-client.ts";
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
  const provide = (services: ServiceRegistry) => {
    services.provide(toolRegistry, registry);
    services.provide(assetStore, createFakeAssetStore());
  };
  const context = createFakeContext({ provide, timeoutMs: given.timeoutMs ?? 900_000 });
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

it("joins the texts, prefers the structured answer, and keeps pictures as files", async () => {
  const text = { type: "text" as const, text: "a" };
  expect((await run({ answer: { content: [text] } })).result).toEqual({ type: "done", outputs: { text: "a", result: [text] } });
  const content = [text, { type: "image", data: "AA==", mimeType: "image/png" }, { type: "text", text: "b" }] satisfies ToolResult["content"];
  const image = { $asset: expect.stringMatching(/^[0-9a-f]{64}$/), name: "image-2.png", mediaType: "image/png", bytes: 1 };
  expect((await run({ answer: { content } })).result).toEqual({
    type: "done",
    outputs: { text: "a\nb", result: [text, { type: "image", file: image }, content[2]], image, files: [image] },
  });
  expect((await run({ answer: { content, structuredContent: { ok: true } } })).result).toMatchObject({
    outputs: { text: "a\nb", result: { ok: true }, image },
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

  async function enter(given: {
    answers?: Record<string, WaitAnswer>;
    recorded?: FakeContext["recorded"];
    idempotencyKey?: string;
    gone?: string;
    revision?: string;
  }) {
    const registry = createFakeToolRegistry({
      send: (_arguments, { answers }) => (answers?.length === 0 ? { content: [], asked: question } : { content: [{ type: "text", text: "sent" }] }),
    });
    if (given.revision !== undefined) registry.standing.binding.connection = given.revision;
    const context = createFakeContext({
      provide: (services) => {
        services.provide(toolRegistry, registry);
        services.provide(deciders, { mayStillDecide: async (by) => by !== given.gone });
      },
      ...given,
    });
    const { idempotencyKey = context.idempotencyKey } = given;
    const result = await runExample(execute, { config: { connection: "conn_a", tool: "send" }, inputs: {}, references }, { ...context, idempotencyKey });
    return { result, context, calls: registry.calls };
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
  ])("is told %s, and the call that it asked in goes on", async (_, answer, told) => {
    const { recorded } = (await enter({})).context;
    const { result, calls } = await enter({ answers: { "question-0": answer }, recorded });
    expect(calls).toMatchObject([{ answers: [told], resumes: true, idempotencyKey: "0".repeat(64) }]);
    expect(result).toMatchObject({ type: "done", outputs: { text: "sent" } });
  });

  it("is called anew with what was answered once a person has it run again, but not where it is another server by then", async () => {
    const { recorded } = (await enter({})).context;
    const answers = { "question-0": said("answer", { table: "bills" }) };
    const again = await enter({ answers, recorded: new Map(recorded), idempotencyKey: "1".repeat(64) });
    expect(again.calls).toMatchObject([{ answers: [{ decision: "accept", content: { table: "bills" } }], resumes: false }]);
    const moved = await enter({ answers, recorded, idempotencyKey: "1".repeat(64), revision: "2" });
    expect(moved.calls).toMatchObject([{ answers: [], resumes: false }]);
    expect(moved.result).toMatchObject({
      type: "wait",
      request: { name: "question-1", details: { problem: expect.stringContaining("settings of its connection have changed") } },
    });
  });

  it("is not told what somebody said who may not decide any more", async () => {
    const { recorded } = (await enter({})).context;
    const answers = { "question-0": said("answer", { table: "bills" }) };
    const { result, calls } = await enter({ answers, recorded, gone: "ada" });
    expect(result).toMatchObject({ type: "wait", request: { name: "question-0-2", details: { problem: "Whoever answered this may not decide any more." } } });
    expect(calls).toEqual([]);
  });
});

describe("a server that asks a model", () => {
  async function think(
    by: Partial<SamplingModel>,
    given: { asks?: number; priced?: boolean; hasBudget?: boolean; recorded?: FakeContext["recorded"]; idempotencyKey?: string; topic?: string } = {},
  ) {
    const asked = (index: number) => ({
      type: "sampling" as const,
      messages: [{ role: "user" as const, content: { type: "text", text: `Why ${given.topic ?? index}?` } }],
      maxTokens: 500,
      by: { connection: "conn_models", maxTokens: 1_000, ...by },
    });
    const registry = createFakeToolRegistry({
      send: (_arguments, { answers = [] }) =>
        answers.length < (given.asks ?? 1)
          ? { content: [], asked: asked(answers.length) }
          : { content: [{ type: "text", text: answers.map((one) => (one.decision === "accept" ? one.content.text : "declined")).join(", ") }] },
    });
    const model = createFakeModelClient(["So.", "Thus."]);
    const { describe: described } = model;
    model.describe = async (reference) => {
      const { prices, ...known } = await described(reference);
      return given.priced === false || !prices ? known : { ...known, prices };
    };
    const context = createFakeContext({
      provide: (services) => {
        services.provide(toolRegistry, registry);
        services.provide(modelClient, model);
      },
      ...(given.recorded && { recorded: given.recorded }),
    });
    const { idempotencyKey = context.idempotencyKey } = given;
    const budgeted = { ...context, idempotencyKey, run: { ...context.run, hasBudget: given.hasBudget ?? false } };
    const result = await runExample(execute, { config: { connection: "conn_a", tool: "send" }, inputs: {}, references }, budgeted);
    return { text: result.type === "done" ? result.outputs.text : result, context, requests: model.requests, calls: registry.calls };
  }

  it("is answered by the model of its connection, within its tokens, at the cost of the run", async () => {
    const { text, context, requests, calls } = await think({ model: "small", maxTokens: 300 });
    expect(text).toBe("So.");
    expect(requests).toMatchObject([{ connection: "conn_models", model: "small", maxOutputTokens: 300 }]);
    expect(context.charges).toMatchObject([{ name: "sampling-0", amount: expect.any(Number) }]);
    expect(context.charges[0]?.amount).toBeGreaterThan(0);
    expect(calls.map(({ resumes }) => resumes)).toEqual([false, true]);
  });

  it("is answered anew when the node runs again, in the call that is made then", async () => {
    const { recorded } = (await think({})).context;
    const { calls, requests, text } = await think({}, { recorded, idempotencyKey: "1".repeat(64), topic: "now" });
    expect(calls.map(({ resumes }) => resumes)).toEqual([false, true]);
    expect(requests).toMatchObject([{ messages: [{ content: [{ text: "Why now?" }] }] }]);
    expect(text).toBe("So.");
  });

  it("gets no answer beyond the tokens of one call, nor where a budget could not be kept", async () => {
    expect(await think({ maxTokens: 1 }, { asks: 2 })).toMatchObject({ text: "So., declined" });
    const unpriced = await think({}, { priced: false, hasBudget: true });
    expect(unpriced).toMatchObject({ text: "declined", requests: [] });
  });
});
