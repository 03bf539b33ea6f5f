import { getEventListeners } from "node:events";
import { afterAll, describe, expect, it } from "vitest";
import type { ToolResult } from "#nodes/kit/mcp/service.ts";
import { silentLogger } from "../logger.ts";
import { createMcpPool } from "./client-pool.ts";
import { failureOf, misbehaving, toolCall } from "./testing/misbehaving.ts";

const settings = misbehaving("normal", { environment: { GREETING: "hi" } });
const pool = createMcpPool({
  loadConnection: async (id) => (id === "a" ? { id, revision: 1, name: "Sample", settings } : undefined),
  logger: silentLogger,
  limits: { graceMs: 300 },
});
afterAll(() => pool.close());

const textOf = ({ content }: ToolResult) => content.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("");

describe("a call", () => {
  it("gives text and structured content", async () => {
    expect(await pool.call(toolCall("echo", { text: "hello" }))).toEqual({ content: [{ type: "text", text: "hello" }] });
    expect(await pool.call(toolCall("structured", { answer: 42 }))).toEqual({ content: [], structuredContent: { answer: 42 } });
  });

  it("sends the idempotency key", async () => {
    const meta = JSON.parse(textOf(await pool.call(toolCall("meta", {}, { idempotencyKey: "key-1" }))));
    expect(meta).toMatchObject({ idempotencyKey: "key-1" });
  });

  it("reaches a server that sees nothing of our environment but what is listed", async () => {
    const { environment, folder } = JSON.parse(textOf(await pool.call(toolCall("surroundings"))));
    expect(environment).toEqual({ GREETING: "hi" });
    expect(folder).not.toBe(process.cwd());
  });

  it.each([
    [{}, '/: Instance does not have required property "text".'],
    [{ text: 7 }, '/text: Instance type "number" is invalid. Expected "string".'],
  ])("with arguments that do not fit is not sent: %j", async (given, problem) => {
    const failure = await failureOf(pool.call(toolCall("echo", given)));
    expect(failure).toMatchObject({ code: "validation", happened: "no", details: { problem } });
    expect(failure.message).toContain(problem);
  });

  it.each([
    ["of an unknown tool", toolCall("nothing")],
    ["of an unknown connection", toolCall("echo", { text: "x" }, { connection: "b" })],
  ])("%s is not found", async (_, call) => {
    expect(await failureOf(pool.call(call))).toMatchObject({ code: "not-found", happened: "no" });
  });

  it.each([
    ["fail", {}, { code: "tool", happened: "unknown", message: "the disk is full" }],
    // The code the SDK uses for its own time-outs, here given by the server.
    ["refuse", {}, { code: "tool", happened: "unknown", message: "not today" }],
    ["odd", {}, { code: "tool", happened: "unknown" }],
    ["structured", { answer: "many" }, { code: "validation", happened: "unknown" }],
    ["huge", { mib: 17 }, { code: "limit", happened: "unknown" }],
  ])("of %s fails as data", async (tool, given, failure) => {
    expect(await failureOf(pool.call(toolCall(tool, given)))).toMatchObject(failure);
  });

  it("takes a large answer", async () => {
    expect(textOf(await pool.call(toolCall("huge", { mib: 15 })))).toHaveLength(15 * 1024 * 1024);
  });

  it("survives noise on the server's output", async () => {
    expect(textOf(await pool.call(toolCall("noise")))).toBe("still here");
  });
});

describe("the time of a call", () => {
  const cancelledCalls = async () => JSON.parse(textOf(await pool.call(toolCall("cancelled")))).length;

  it("ends with silence, and the server is told", async () => {
    const before = await cancelledCalls();
    const failure = await failureOf(pool.call(toolCall("silent", {}, { timeoutMs: 150 })));
    expect(failure).toMatchObject({ code: "timeout", happened: "unknown", message: '"silent" gave no answer and no sign of progress for 0.15 s.' });
    expect(await cancelledCalls()).toBe(before + 1);
  });

  it("goes on while there is progress", async () => {
    const seen: unknown[] = [];
    const call = toolCall("slow", { steps: 4, everyMs: 150 }, { timeoutMs: 400, onProgress: (progress) => seen.push(progress) });
    expect(textOf(await pool.call(call))).toBe("done");
    expect(seen).toHaveLength(4);
    expect(seen[0]).toEqual({ progress: 1, total: 4, message: "step 1" });
  });

  it("ends in all, also between two signs of progress", async () => {
    const started = Date.now();
    const failure = await failureOf(pool.call(toolCall("slow", { steps: 3, everyMs: 1_000 }, { timeoutMs: 5_000, maxTimeoutMs: 1_100 })));
    expect(failure).toMatchObject({ code: "timeout", happened: "unknown", message: '"slow" took longer than 1.1 s in all.' });
    expect(Date.now() - started).toBeLessThan(1_900);
  });

  it("ends with its caller, and the server is told", async () => {
    const before = await cancelledCalls();
    const controller = new AbortController();
    const failing = failureOf(pool.call(toolCall("silent", {}, { signal: controller.signal })));
    setTimeout(() => controller.abort(), 100);
    expect(await failing).toMatchObject({ code: "cancelled", happened: "unknown" });
    expect(await cancelledCalls()).toBe(before + 1);
  });

  it("never begins for a caller who is gone", async () => {
    expect(await failureOf(pool.call(toolCall("echo", { text: "x" }, { signal: AbortSignal.abort() })))).toMatchObject({ code: "cancelled", happened: "no" });
  });

  it("includes the start of the server: nothing was sent then", async () => {
    const mute = misbehaving("mute");
    const slow = createMcpPool({
      loadConnection: async (id) => ({ id, revision: 1, name: "Mute", settings: mute }),
      logger: silentLogger,
      limits: { graceMs: 300 },
    });
    const failure = await failureOf(slow.call(toolCall("echo", {}, { maxTimeoutMs: 200 })));
    expect(failure).toMatchObject({ code: "timeout", happened: "no" });
    expect(slow.status("a").state).toBe("yellow");
    await slow.close();
  });

  it("leaves no listener on the caller's signal, so that a later abort sends nothing", async () => {
    const { signal } = new AbortController();
    await pool.call(toolCall("echo", { text: "x" }, { signal }));
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });
});
