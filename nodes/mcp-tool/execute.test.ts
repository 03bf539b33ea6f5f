import { expect, it } from "vitest";
import type { Json } from "#runtime/graph/json.ts";
import type { References } from "#runtime/node/references.ts";
import { type ToolResult, toolRegistry } from "../kit/mcp/service.ts";
import { createFakeContext } from "../kit/testing/fake-context.ts";
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
