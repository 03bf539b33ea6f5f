import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ServerAnswer, ServerQuestion, ToolCall, ToolResult } from "#nodes/kit/mcp/service.ts";
import { silentLogger } from "../logger.ts";
import { createMcpPool, type McpPool } from "./client-pool.ts";
import type { McpConnection } from "./connection-settings.ts";
import { type Everything, type EverythingTransport, startEverything } from "./testing/everything.ts";
import { eventually, failureOf, toolCall } from "./testing/misbehaving.ts";

const textOf = ({ content }: ToolResult) => content.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("");
const reading = { connection: "a", timeoutMs: 20_000, signal: new AbortController().signal };

describe.each<EverythingTransport>(["stdio", "http", "sse"])("a real server over %s", (transport) => {
  let everything: Everything;
  let pool: McpPool;
  const connections = new Map<string, McpConnection>();
  beforeAll(async () => {
    everything = await startEverything(transport);
    connections.set("a", everything.connection());
    connections.set("asking", { ...everything.connection({ elicitation: "ask", sampling: "ask" }), id: "asking" });
    pool = createMcpPool({ loadConnection: async (id) => connections.get(id), logger: silentLogger, limits: { graceMs: 300 } });
  });
  afterAll(async () => {
    await pool.close();
    await everything.stop();
  });

  it("says what it offers, when it is tested and when it is asked", async () => {
    expect(await pool.test("a")).toMatchObject({ ok: true, server: { name: expect.stringContaining("everything") } });
    const names = (await pool.list("a")).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["echo", "get-sum", "get-structured-content", "trigger-long-running-operation"]));
    expect(pool.status("a").state).toBe("green");
  });

  it("answers calls, also many at once", async () => {
    const sums = await Promise.all([1, 2, 3, 4].map((a) => pool.call(toolCall("get-sum", { a, b: 10 }))));
    expect(sums.map(textOf)).toEqual([1, 2, 3, 4].map((a) => expect.stringContaining(String(a + 10))));
    expect((await pool.call(toolCall("get-structured-content", { location: "Chicago" }))).structuredContent).toMatchObject({ conditions: expect.any(String) });
    expect((await pool.call(toolCall("get-tiny-image"))).content).toContainEqual({ type: "image", data: expect.any(String), mimeType: "image/png" });
  });

  it("tells of progress, and ends a call that is called off", async () => {
    const seen: number[] = [];
    const call = toolCall("trigger-long-running-operation", { duration: 0.4, steps: 2 }, { onProgress: ({ progress }) => seen.push(progress) });
    await pool.call(call);
    // the SDK drops what comes together with the answer
    expect(seen[0]).toBe(1);
    const controller = new AbortController();
    const long = toolCall("trigger-long-running-operation", { duration: 30, steps: 3 }, { signal: controller.signal });
    const failing = failureOf(pool.call(long));
    setTimeout(() => controller.abort(), 150);
    expect(await failing).toMatchObject({ code: "cancelled", happened: "unknown" });
    expect(textOf(await pool.call(toolCall("echo", { message: "still here" })))).toContain("still here");
  });

  it("has resources and templates to read", async () => {
    const { resources, templates } = await pool.resources("a");
    expect(resources.length).toBeGreaterThan(0);
    expect(templates.map(({ uriTemplate }) => uriTemplate)).toContain("demo://resource/dynamic/text/{resourceId}");
    expect(await pool.readResource({ ...reading, uri: "demo://resource/dynamic/text/7" })).toMatchObject([
      { mimeType: "text/plain", text: expect.stringContaining("7") },
    ]);
    expect(await pool.readResource({ ...reading, uri: "demo://resource/dynamic/blob/7" })).toMatchObject([{ blob: expect.any(String) }]);
    expect((await failureOf(pool.readResource({ ...reading, uri: "demo://nowhere" }))).happened).toBe("no");
  });

  it("has prompts to fill in", async () => {
    const prompts = await pool.prompts("a");
    expect(prompts.find(({ name }) => name === "args-prompt")?.arguments.map(({ name }) => name)).toContain("city");
    const { messages } = await pool.getPrompt({ ...reading, prompt: "args-prompt", arguments: { city: "Oslo" } });
    expect(messages).toMatchObject([{ role: "user", content: { type: "text", text: expect.stringContaining("Oslo") } }]);
    expect(await failureOf(pool.getPrompt({ ...reading, prompt: "args-prompt", arguments: {} }))).toMatchObject({ code: "validation", happened: "no" });
  });

  it("offers what needs a person only where a person is asked", async () => {
    const names = async (id: string) => (await pool.list(id)).map(({ name }) => name);
    expect(await names("a")).not.toContain("trigger-elicitation-request");
    await expect.poll(() => names("asking"), { timeout: 10_000 }).toContain("trigger-elicitation-request");
  });

  it("keeps a call open that asks a person, and goes on with the answer", async () => {
    await expect.poll(async () => (await pool.list("asking")).length, { timeout: 10_000 }).toBeGreaterThan(10);
    const ask = (answers: ServerAnswer[] | undefined, more: Partial<ToolCall> = {}) =>
      pool.call(toolCall("trigger-elicitation-request", {}, { connection: "asking", ...(answers && { answers }), ...more }));
    const begin = async (idempotencyKey: string) => {
      const { asked } = await ask([], { idempotencyKey });
      expect(asked).toMatchObject({ type: "form", message: expect.stringContaining("provide inputs"), schema: { required: ["name"] } });
      return asked as ServerQuestion;
    };
    const goOn = async (idempotencyKey: string, answer: (question: ServerQuestion) => ServerAnswer) =>
      ask([answer(await begin(idempotencyKey))], { idempotencyKey, resumes: true });
    expect(textOf(await goOn("a", (question) => ({ question, decision: "accept", content: { name: "Ada", integer: 7 } })))).toContain("Name: Ada");
    expect(textOf(await goOn("b", (question) => ({ question, decision: "decline" })))).toContain("declined");
    expect(textOf(await ask(undefined))).toContain("declined");
    const wrong = failureOf(goOn("c", (question) => ({ question, decision: "accept", content: { integer: 7 } })));
    expect(await wrong).toMatchObject({ code: "validation", happened: "unknown", message: expect.stringContaining("name") });
  });

  it("lets a person answer for the model that a server asks for", async () => {
    await expect.poll(async () => (await pool.list("asking")).length, { timeout: 10_000 }).toBeGreaterThan(10);
    const ask = async (idempotencyKey: string, answer: (question: ServerQuestion) => ServerAnswer) => {
      const call = toolCall("trigger-sampling-request", { prompt: "Why?", maxTokens: 50 }, { connection: "asking", answers: [], idempotencyKey });
      const { asked } = await pool.call(call);
      expect(asked).toMatchObject({ type: "sampling", maxTokens: 50, messages: [{ role: "user" }] });
      return pool.call({ ...call, answers: [answer(asked as ServerQuestion)], resumes: true });
    };
    expect(textOf(await ask("d", (question) => ({ question, decision: "accept", content: { text: "Because." } })))).toContain("Because.");
    expect(await failureOf(ask("e", (question) => ({ question, decision: "decline" })))).toMatchObject({ code: "tool" });
  });

  it("lets a person visit a page, whether it is asked for by a request or by an error", async () => {
    await expect.poll(async () => (await pool.list("asking")).length, { timeout: 10_000 }).toBeGreaterThan(10);
    const visit = (answers: ServerAnswer[], errorPath: boolean, more: Partial<ToolCall> = {}) =>
      pool.call(toolCall("trigger-url-elicitation", { url: "https://example.org/consent", errorPath }, { connection: "asking", answers, ...more }));
    expect(await visit([], true)).toMatchObject({ isRefused: true, asked: { type: "url", url: expect.stringMatching(/^https:/) } });
    const { asked } = await visit([], false, { idempotencyKey: "f" });
    expect(asked).toMatchObject({ type: "url", url: "https://example.org/consent" });
    const answers: ServerAnswer[] = [{ question: asked as ServerQuestion, decision: "accept", content: {} }];
    const done = await visit(answers, false, { idempotencyKey: "f", resumes: true });
    expect(textOf(done)).toContain("accept");
  });

  it("keeps what the server logs", async () => {
    await pool.call(toolCall("toggle-simulated-logging"));
    await eventually(() => pool.log("a").length > 0);
    expect(pool.log("a")[0]).toMatchObject({ level: expect.any(String), text: expect.any(String), at: expect.any(Date) });
    await pool.call(toolCall("toggle-simulated-logging"));
  });
});
