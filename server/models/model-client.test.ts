import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ModelMessage, ToolCallPart } from "#nodes/kit/models/message.ts";
import type { ModelTool } from "#nodes/kit/models/service.ts";
import type { ModelSettings } from "../contract/model-settings.ts";
import { type FakeProvider, startFakeProvider } from "./testing/fake-provider.ts";
import { type OpenClients, openClients } from "./testing/open-clients.ts";

const KEY = "sk-test-canary-4711";
const read: ModelTool = {
  name: "read_text_file",
  description: "Reads a file.",
  input: { type: "object", properties: { path: { type: "string" } }, required: ["path"], additionalProperties: false },
};
const user = (text: string): ModelMessage => ({ role: "user", content: [{ type: "text", text }] });

let fake: FakeProvider;
let open: OpenClients[];
beforeEach(async () => {
  fake = await startFakeProvider({ key: KEY });
  open = [];
});
afterEach(async () => {
  await Promise.all(open.map((each) => each.close()));
  await fake.close();
});

const opened = (given: Parameters<typeof openClients>[0]) => {
  const clients = openClients(given);
  open.push(clients);
  return clients;
};
const settingsOf = (provider: ModelSettings["provider"]): ModelSettings => ({
  provider,
  baseUrl: provider === "anthropic" ? fake.anthropicUrl : fake.chatUrl,
  apiKey: KEY,
  defaultModel: "answers",
});
const openAs = (provider: ModelSettings["provider"], changed: Partial<ModelSettings> = {}) =>
  opened({ settings: { ...settingsOf(provider), ...changed }, allowed: [fake.port] });
const lastBody = () => fake.requests.at(-1)?.body ?? {};

describe.each(["anthropic", "openai", "compatible"] as const)("a model of the provider %s", (provider) => {
  it("answers as it comes, and is counted", async () => {
    const [texts, thoughts]: string[][] = [[], []];
    const { generate, concealed } = openAs(provider);
    const reply = await generate({
      text: "Hello there",
      system: "Be brief.",
      onText: (text) => void texts?.push(text),
      onReasoning: (text) => void thoughts?.push(text),
    });
    expect(reply).toMatchObject({ stopReason: "end", usage: { inputTokens: 100, outputTokens: 20 }, model: "answers", requestId: "req_fake" });
    expect(reply.content).toMatchObject([
      { type: "reasoning", text: "I was told something." },
      { type: "text", text: "You said: Hello there" },
    ]);
    expect(texts?.join("")).toBe("You said: Hello there");
    expect(texts?.length).toBeGreaterThan(2);
    expect(thoughts?.join("")).toBe("I was told something.");
    expect(JSON.stringify(lastBody())).toContain("Be brief.");
    expect(concealed).toEqual([KEY]);
    expect(structuredClone(reply)).toEqual(JSON.parse(JSON.stringify(reply)));
  });

  it("sends the key to its host and nothing of the machine", async () => {
    await openAs(provider).generate({});
    const { headers } = fake.requests[0] ?? {};
    expect(headers?.authorization).toBe(`Bearer ${KEY}`);
    expect(headers?.["user-agent"]).toBe("Heddle");
    expect(Object.keys(headers ?? {}).filter((name) => name.startsWith("x-"))).toEqual([]);
  });

  it("calls tools, and gets their results", async () => {
    const { generate } = openAs(provider);
    const told: ToolCallPart[] = [];
    const first = await generate({ model: "calls-tools", text: "What is in notes.md?", tools: [read], onToolCall: (call) => void told.push(call) });
    expect(first.stopReason).toBe("tool-calls");
    const call = first.content.find((part) => part.type === "tool-call");
    expect(call).toMatchObject({ name: "read_text_file", arguments: { path: "notes.md" } });
    expect(told).toEqual([call]);
    const result = { type: "tool-result" as const, id: call?.id ?? "", name: "read_text_file", content: [{ type: "text" as const, text: "# Notes" }] };
    const messages = [user("What is in notes.md?"), { role: "assistant" as const, content: first.content }, { role: "tool" as const, content: [result] }];
    const second = await generate({ model: "calls-tools", messages, tools: [read] });
    expect(second).toMatchObject({ stopReason: "end", content: [{ type: "text", text: "The tool read_text_file answered # Notes." }] });
  });

  it("calls several tools in one turn, and tells which", async () => {
    const reply = await openAs(provider).generate({ model: "calls-tools", text: "twice, please", tools: [read] });
    const calls = reply.content.filter((part) => part.type === "tool-call");
    expect(calls.map((call) => call.arguments.path)).toEqual(["notes.md", "second.md"]);
    expect(new Set(calls.map(({ id }) => id)).size).toBe(2);
  });

  it("answers by a schema", async () => {
    const output = {
      type: "object",
      properties: { label: { type: "string", enum: ["bug", "question"] }, sure: { type: "boolean" } },
      required: ["label", "sure"],
      additionalProperties: false,
    };
    const reply = await openAs(provider).generate({ output });
    const text = reply.content.map((part) => (part.type === "text" ? part.text : "")).join("");
    expect(JSON.parse(text)).toEqual({ label: "bug", sure: true });
    expect(lastBody()).toMatchObject(
      provider === "anthropic"
        ? { output_config: { format: { type: "json_schema", schema: { required: ["label", "sure"] } } } }
        : { response_format: { type: "json_schema", json_schema: { strict: true, schema: output } } },
    );
  });

  it("is shown pictures, stored ones and ones that a tool gave", async () => {
    const picture = new Uint8Array([137, 80, 78, 71]);
    const stored = { $asset: createHash("sha256").update(picture).digest("hex"), name: "a.png", mediaType: "image/png", bytes: 4 };
    const { generate } = opened({ settings: settingsOf(provider), allowed: [fake.port], files: [picture] });
    const call = { type: "tool-call" as const, id: "call_1", name: "see", arguments: {} };
    const result = {
      type: "tool-result" as const,
      id: "call_1",
      name: "see",
      content: [{ type: "image" as const, image: { mediaType: "image/gif", data: "R0lG" } }],
    };
    const messages: ModelMessage[] = [
      {
        role: "user",
        content: [
          { type: "text", text: "What is this?" },
          { type: "image", image: stored },
        ],
      },
      { role: "assistant", content: [call] },
      { role: "tool", content: [result] },
    ];
    await generate({ messages });
    const sent = JSON.stringify(lastBody());
    expect(sent).toContain(provider === "anthropic" ? '"data":"iVBORw=="' : "data:image/png;base64,iVBORw==");
    expect(sent).toContain(provider === "anthropic" ? '"data":"R0lG"' : "data:image/gif;base64,R0lG");
    await expect(generate({ messages: [{ role: "user", content: [{ type: "image", image: { ...stored, $asset: "0".repeat(64) } }] }] })).rejects.toMatchObject({
      code: "not-found",
    });
  });

  it("that writes arguments that are no JSON is told apart, not failed", async () => {
    const { generate } = openAs(provider);
    const broken = await generate({ model: "breaks", text: "broken arguments", tools: [read] });
    expect(broken).toMatchObject({ stopReason: "tool-calls", content: [{ type: "tool-call", arguments: {}, invalid: '{"path": "notes.md' }] });
    const list = await generate({ model: "breaks", text: "no object", tools: [read] });
    expect(list.content).toMatchObject([{ arguments: {}, invalid: "[1, 2]" }]);
  });

  it("may refuse or run out of room, which is no failure", async () => {
    const { generate } = openAs(provider);
    expect(await generate({ model: "breaks", text: "refuse" })).toMatchObject({
      stopReason: "refusal",
      content: [{ type: "text", text: "I will not do this." }],
    });
    expect(await generate({ model: "breaks", text: "too much" })).toMatchObject({ stopReason: "max-tokens" });
  });

  it("tells what came from its cache", async () => {
    const { usage } = await openAs(provider).generate({ model: "breaks", text: "cached" });
    expect(usage).toEqual({ inputTokens: 130, outputTokens: 5, cachedInputTokens: 90, cacheWriteTokens: 30 });
  });

  it.each([
    ["rate limit", { code: "http-status", happened: "no", retryAfterMs: 7_000, details: { status: 429 } }],
    ["server error", { code: "http-status", happened: "unknown", details: { status: 500 } }],
    ["overloaded", { code: "http-status", details: { status: 529 } }],
    ["inside", { code: "http-status", details: { status: 529 } }],
    ["no money", { code: "budget", happened: "no" }],
    ["forbidden", { code: "auth", happened: "no" }],
    ["too long", { code: "limit", happened: "no" }],
    ["bad request", { code: "validation", happened: "no" }],
    ["redirect", { code: "http-status", details: { status: 307 } }],
    ["cut", { code: "network" }],
  ])("fails by %s as nodes know it, once", async (text, failure) => {
    const refused = openAs(provider).generate({ model: "breaks", text });
    await expect(refused).rejects.toMatchObject({ name: "NodeError", ...failure });
    await expect(refused).rejects.not.toMatchObject({ message: expect.stringContaining("canary") });
    expect(fake.turns()).toBe(1);
  });

  it.each(["silent", "headers only", "stall"])("that falls silent (%s) is given up", async (text) => {
    const refused = openAs(provider).generate({ model: "breaks", text, silenceMs: 300 });
    await expect(refused).rejects.toMatchObject({ code: "timeout", message: expect.stringContaining("silent") });
  });

  it("has only so much time in all", async () => {
    await expect(openAs(provider).generate({ model: "breaks", text: "stall", timeoutMs: 300 })).rejects.toMatchObject({
      code: "timeout",
      message: expect.stringContaining("complete"),
    });
  });

  it("is left when the node is stopped", async () => {
    const stop = new AbortController();
    const { generate } = openAs(provider);
    await expect(generate({ model: "breaks", text: "stall", signal: stop.signal, onText: () => stop.abort() })).rejects.toMatchObject({ code: "cancelled" });
    await expect(generate({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "cancelled" });
    expect(fake.turns()).toBe(1);
  });

  it("says what it has, or that its key is wrong", async () => {
    const limits = { signal: new AbortController().signal, timeoutMs: 10_000 };
    const { models } = await openAs(provider).clients.list("conn_a", limits);
    expect(models.map(({ model }) => model)).toEqual(["answers", "calls-tools"]);
    const wrong = openAs(provider, { apiKey: "sk-another" });
    await expect(wrong.clients.list("conn_a", limits)).rejects.toMatchObject({ code: "auth" });
    await expect(wrong.generate({})).rejects.toMatchObject({ code: "auth", message: expect.stringContaining("connections page") });
    await expect(openAs(provider).generate({ model: "unknown" })).rejects.toMatchObject({ code: "not-found", message: expect.stringContaining("unknown") });
  });

  it("is reached only where an owner allowed it", async () => {
    const { generate } = opened({ settings: settingsOf(provider), allowed: [] });
    await expect(generate({})).rejects.toMatchObject({ code: "policy", happened: "no", message: expect.stringContaining("An owner can allow") });
    expect(fake.requests).toEqual([]);
  });
});

describe("what is particular", () => {
  it("thinking goes back signed to the model it came from, and to no other", async () => {
    const { generate } = openAs("anthropic");
    const { content } = await generate({});
    const messages = [user("Hello"), { role: "assistant" as const, content }, user("And?")];
    await generate({ messages });
    expect(lastBody()).toMatchObject({
      messages: [{}, { content: [{ type: "thinking", thinking: "I was told something.", signature: "c2lnbmVk" }, { type: "text" }] }, {}],
    });
    await generate({ model: "calls-tools", messages });
    expect(JSON.stringify(lastBody())).not.toContain("c2lnbmVk");
    await openAs("compatible").generate({ messages });
    expect(JSON.stringify(lastBody())).not.toContain("c2lnbmVk");
  });

  it("compatible servers see their own thinking again, in the field they used", async () => {
    const { generate } = openAs("compatible");
    const { content } = await generate({});
    await generate({ messages: [user("Hello"), { role: "assistant", content }, user("And?")] });
    expect(lastBody()).toMatchObject({ messages: [{}, { reasoning_content: "I was told something." }, {}] });
  });

  it("the Messages API takes no temperature; a model that does not gets none either", async () => {
    await openAs("anthropic").generate({ temperature: 0.2 });
    expect(lastBody()).not.toHaveProperty("temperature");
    await openAs("openai").generate({ temperature: 0.2 });
    expect(lastBody()).toMatchObject({ temperature: 0.2 });
    const facts = {
      title: "A",
      contextTokens: null,
      maxOutputTokens: 500,
      prices: null,
      abilities: { images: false, tools: true, structured: true, temperature: false },
    };
    await opened({ settings: settingsOf("openai"), allowed: [fake.port], facts }).generate({ temperature: 0.2 });
    expect(lastBody()).not.toHaveProperty("temperature");
    expect(lastBody()).toMatchObject({ max_completion_tokens: 500 });
    await openAs("compatible").generate({ maxOutputTokens: 77 });
    expect(lastBody()).toMatchObject({ max_tokens: 77 });
  });

  it("a tool is forced by the API, or in words where the model thinks", async () => {
    await openAs("anthropic").generate({ tools: [read], toolChoice: { name: "read_text_file" } });
    expect(lastBody()).toMatchObject({ tool_choice: { type: "tool", name: "read_text_file" } });
    const { generate } = openAs("anthropic");
    await expect(generate({ model: "claude-sonnet-5-5", tools: [read], toolChoice: "required" })).rejects.toMatchObject({ code: "not-found" });
    expect(lastBody()).toMatchObject({
      tool_choice: { type: "auto" },
      thinking: { type: "adaptive" },
      system: expect.stringContaining("calling one of the tools"),
    });
    await openAs("openai").generate({ tools: [read], toolChoice: "required" });
    expect(lastBody()).toMatchObject({ tool_choice: "required" });
  });

  it("pictures of an answer come once each, are asked for where the model makes them, and are shown to it again after its turn", async () => {
    const facts = {
      ...{ title: "A", contextTokens: null, maxOutputTokens: null, prices: null },
      abilities: { images: true, tools: true, structured: true, temperature: true, makesImages: true },
    };
    const { generate } = opened({ settings: settingsOf("compatible"), allowed: [fake.port], facts });
    const { content } = await generate({ model: "draws" });
    expect(lastBody()).toMatchObject({ modalities: ["image", "text"] });
    const picture = { type: "image", image: { mediaType: "image/png", data: expect.stringMatching(/^iVBOR/) } };
    expect(content).toEqual([{ type: "text", text: "Two pictures." }, picture, picture]);
    const { content: only } = await openAs("openai").generate({ model: "draws", text: "The picture only" });
    expect(only).toEqual([picture]);
    expect(lastBody()).not.toHaveProperty("modalities");
    const messages: ModelMessage[] = [user("Draw."), { role: "assistant", content }, user("Again.")];
    await generate({ messages });
    expect(lastBody().messages).toMatchObject([
      {},
      { role: "assistant", content: "Two pictures." },
      { role: "user", content: [{}, { type: "image_url" }, { type: "image_url" }] },
      {},
    ]);
    await openAs("anthropic").generate({ messages });
    expect(lastBody().messages).toMatchObject([
      {},
      { role: "assistant", content: [{ text: "Two pictures." }] },
      { role: "user", content: [{}, { type: "image" }, { type: "image" }] },
      {},
    ]);
    const call: ToolCallPart = { type: "tool-call", id: "1", name: "read_text_file", arguments: {} };
    const result = { type: "tool-result" as const, id: "1", name: "read_text_file", content: [{ type: "text" as const, text: "It." }] };
    await generate({ messages: [user("Draw."), { role: "assistant", content: [...content, call] }, { role: "tool", content: [result] }] });
    expect((lastBody().messages as { role: string }[]).map(({ role }) => role)).toEqual(["user", "assistant", "tool", "user"]);
  });

  it("a server that counts nothing leaves a guess", async () => {
    const { usage } = await openAs("compatible").generate({ model: "breaks", text: "uncounted" });
    expect(usage).toMatchObject({ isGuess: true });
    expect(usage.inputTokens).toBeGreaterThan(10);
    expect(usage.outputTokens).toBeGreaterThan(4);
  });

  it("no key, no header", async () => {
    const open_ = await startFakeProvider();
    try {
      const { generate } = opened({ settings: { provider: "compatible", baseUrl: open_.chatUrl }, allowed: [open_.port] });
      await generate({});
      expect(open_.requests[0]?.headers.authorization).toBeUndefined();
      await expect(generate({ model: "" })).rejects.toMatchObject({ code: "validation", message: expect.stringContaining("Choose a model") });
    } finally {
      await open_.close();
    }
  });

  it("runs reach connections of their own workspace only", async () => {
    const { clients } = openAs("compatible");
    const other = clients.clientFor({ workspace: "workspace_b", conceal: () => undefined });
    await expect(other.describe({ connection: "conn_a" })).rejects.toMatchObject({ code: "not-found", happened: "no" });
  });

  it("a model is described with its prices, or as unknown", async () => {
    const { client } = openAs("anthropic");
    expect(await client.describe({ connection: "conn_a", model: "claude-haiku-5-5" })).toMatchObject({
      ...{ provider: "anthropic", connection: "Models", title: "Claude Haiku 5.5", contextTokens: 1_000_000, known: true, isDemo: false },
      prices: { input: "0.1", output: "0.5", longPrompt: { above: 100_000, input: "0.5" } },
    });
    const unknown = await client.describe({ connection: "conn_a" });
    expect(unknown).toMatchObject({ model: "answers", title: "answers", known: false, abilities: { tools: true, temperature: false } });
    expect(unknown).not.toHaveProperty("prices");
  });
});
