import { describe, expect, it } from "vitest";
import type { ModelMessage } from "#nodes/kit/models/message.ts";
import type { ModelRequest, ModelTool } from "#nodes/kit/models/service.ts";
import type { Json } from "#runtime/graph/json.ts";
import { exampleOf } from "./example-of.ts";
import { generateScripted } from "./scripted.ts";
import { shippedScripts } from "./scripts.ts";

const tool = (name: string, properties: Record<string, Json>): ModelTool => ({
  name,
  description: "",
  input: { type: "object", properties, required: Object.keys(properties), additionalProperties: false },
});
const user = (text: string): ModelMessage => ({ role: "user", content: [{ type: "text", text }] });
const ask = (model: string, messages: ModelMessage[], more: Partial<ModelRequest> = {}) =>
  generateScripted({ connection: "conn_a", messages, signal: new AbortController().signal, timeoutMs: 10_000, ...more }, model);
const answered = (call: { id: string; name: string }, text: string): ModelMessage => ({
  role: "tool",
  content: [{ type: "tool-result", id: call.id, name: call.name, content: [{ type: "text", text }] }],
});

describe("a scripted model", () => {
  it.each([...shippedScripts().keys()])("%s answers whatever it is told, with and without tools", async (name) => {
    for (const tools of [[], [tool("label", { label: { type: "string" } })]]) {
      const first = await ask(name, [user("The page crashes.")], { tools });
      expect(first.content.length).toBeGreaterThan(0);
      const call = first.content.find((part) => part.type === "tool-call");
      if (!call) continue;
      expect(first.stopReason).toBe("tool-calls");
      const second = await ask(name, [user("The page crashes."), { role: "assistant", content: first.content }, answered(call, "done")], { tools });
      expect(second.stopReason).toBe("end");
    }
  });

  it("says its answer word by word, and that no model was asked", async () => {
    const words: string[] = [];
    const { content, usage } = await ask("helper", [user("Sum this up.")], { onText: (text) => void words.push(text) });
    const text = content.map((part) => (part.type === "text" ? part.text : "")).join("");
    expect(words.join("")).toBe(text);
    expect(words.length).toBeGreaterThan(5);
    expect(text).toContain("no model was asked");
    expect(text).toContain("Sum this up.");
    expect(usage).toMatchObject({ isGuess: true });
  });

  it("calls the first tool with arguments that fit, once, and tells its result", async () => {
    const tools = [tool("read", { path: { type: "string" }, lines: { type: "integer", minimum: 5 } }), tool("other", {})];
    const first = await ask("tool-user", [user("Read docs/plan.md, please")], { tools });
    const [call] = first.content.filter((part) => part.type === "tool-call");
    expect(call).toMatchObject({ name: "read", arguments: { path: "docs/plan.md", lines: 5 } });
    const told = { role: "assistant" as const, content: first.content };
    const second = await ask("tool-user", [user("Read it"), told, answered({ id: call?.id ?? "", name: "" }, "# Plan")], { tools });
    expect(second.content).toEqual([{ type: "text", text: "read answered: # Plan" }]);
    expect(await ask("tool-user", [user("Read it")], { tools, toolChoice: "none" })).toMatchObject({ stopReason: "end" });
  });

  it.each([
    ["The page crashes", "bug"],
    ["Where is my invoice?", "billing"],
    ["How are you?", "question"],
  ])("labels “%s” as %s", async (text, label) => {
    const withTool = await ask("triage", [user(text)], { tools: [tool("label", { label: { type: "string" }, issue: { type: "string" } })] });
    expect(withTool.content.at(-1)).toMatchObject({ name: "label", arguments: { label, issue: text } });
    expect((await ask("triage", [user(text)])).content).toEqual([{ type: "text", text: label }]);
  });

  it("answers by a schema", async () => {
    const output = { type: "object", properties: { label: { enum: ["a", "b"] }, summary: { type: "string" } }, required: ["label", "summary"] };
    const [part] = (await ask("reviewer", [user("Look")], { output })).content.filter(({ type }) => type === "text");
    expect(JSON.parse(part?.type === "text" ? part.text : "")).toEqual({ label: "a", summary: expect.stringContaining("Please change") });
  });

  it("asks for one change, and approves then", async () => {
    const first = await ask("reviewer", [user("A draft")]);
    const second = await ask("reviewer", [user("A draft"), { role: "assistant", content: first.content }, user("Another")]);
    expect([first, second].map(({ content }) => JSON.stringify(content))).toEqual([expect.stringContaining("change"), expect.stringContaining("Approved")]);
  });

  it("is not there under another name, and stops when it is stopped", async () => {
    await expect(ask("nobody", [user("Hello")])).rejects.toMatchObject({ code: "not-found", message: expect.stringContaining("helper") });
    const stop = new AbortController();
    const stopped = ask("helper", [user("Hello")], { signal: stop.signal, onText: () => stop.abort(new Error("stopped")) });
    await expect(stopped).rejects.toThrow("stopped");
  });
});

describe("an example of a schema", () => {
  it.each<[string, Json, Json]>([
    ["a constant", { const: 3 }, 3],
    ["a default", { type: "string", default: "x" }, "x"],
    ["an example", { type: "string", examples: ["y"] }, "y"],
    ["the first branch", { anyOf: [{ type: "null" }, { type: "string" }] }, null],
    ["a list", { type: "array", minItems: 2, items: { type: "boolean" } }, [true, true]],
    ["a reference", { $defs: { a: { type: "number", minimum: 2 } }, $ref: "#/$defs/a" }, 2],
    ["a date", { type: "string", format: "date" }, "2026-01-01"],
    ["a text that is short", { type: "string", maxLength: 3 }, "see"],
    ["a text that is long", { type: "string", minLength: 12 }, "see http...."],
    ["nothing at all", {}, "see http"],
    ["what holds itself", { $defs: { a: { type: "object", properties: { a: { $ref: "#/$defs/a" } } } }, $ref: "#/$defs/a" }, expect.anything()],
  ])("is %s", (_what, schema, value) => {
    expect(exampleOf(schema, "see http")).toEqual(value);
  });

  it("takes paths and addresses out of what was said", () => {
    const schema = { type: "object", properties: { url: { type: "string" }, file: { type: "string" }, email: { type: "string" } } };
    expect(exampleOf(schema, "get https://a.example/x and b/c.txt for me@a.example")).toEqual({
      url: "https://a.example/x",
      file: expect.any(String),
      email: "me@a.example",
    });
    expect(exampleOf(schema, "nothing here")).toEqual({ url: "https://example.com/", file: "notes.md", email: "someone@example.com" });
  });
});
