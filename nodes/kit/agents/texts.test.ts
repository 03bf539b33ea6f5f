import { describe, expect, it } from "vitest";
import { createJsonCheck } from "./check-json.ts";
import { Conversation, lasting, readMessages, transcript, userMessage } from "./conversation.ts";
import { resultContent } from "./result-content.ts";
import { readStructured } from "./structured.ts";

const shown = { maxCharacters: 1_000, seesImages: true };
const textOfResult = (output: Parameters<typeof resultContent>[0]) => resultContent(output, shown)[0];

describe("what a tool yielded, for a model", () => {
  it("is the text where there is one, and what no other port holds", () => {
    expect(textOfResult({ text: "Hi.", messages: [{ a: 1 }] })).toEqual({ type: "text", text: "Hi." });
    const body = { id: 7, name: "shuttle" };
    expect(textOfResult({ response: { status: 200, body }, body })).toEqual({ type: "text", text: JSON.stringify({ status: 200, body }) });
    expect(textOfResult({ a: 1, b: 2 })).toEqual({ type: "text", text: '{"a":1,"b":2}' });
    expect(textOfResult({})).toMatchObject({ text: expect.stringContaining("nothing to tell") });
  });

  it("has its pictures beside it, once", () => {
    const stored = { $asset: "a".repeat(64), name: "a.png", mediaType: "image/png", bytes: 3 };
    expect(resultContent({ image: stored }, shown)).toEqual([
      { type: "text", text: "[picture 1]" },
      { type: "image", image: stored },
    ]);
    expect(resultContent({ image: stored }, { ...shown, seesImages: false })).toHaveLength(1);
  });
});

describe("a structured answer", () => {
  const schema = { type: "object", properties: { a: { type: "integer" } }, required: ["a"] };
  it.each([
    ['{"a":1}', true],
    ['Here it is:\n```json\n{"a":1}\n```\nDone.', true],
    ['Sure. {"a":1}', true],
    ['{"a":"1"}', false],
    ["[1]", false],
    ["", false],
  ])("%s fits: %s", (text, fits) => {
    expect(readStructured(text, schema).fits).toBe(fits);
  });
});

it("a schema's own patterns are never run, and one that makes no sense accepts all", () => {
  expect(createJsonCheck({ type: "string", pattern: "^(a+)+$" })(`${"a".repeat(60)}!`)).toBeUndefined();
  expect(createJsonCheck({ $ref: "#/nowhere" })(1)).toBeUndefined();
  expect(createJsonCheck({ type: "object", required: ["a"] })({})).toContain("a");
});

describe("a conversation", () => {
  it("reads messages of others", () => {
    const read = readMessages([
      { role: "system", content: "Be kind." },
      { role: "user", content: [{ type: "text", text: "Hi" }] },
      { role: "assistant", content: "Hello", extra: 1 },
    ]);
    expect(read).toEqual({ system: "Be kind.", messages: [userMessage("Hi"), { role: "assistant", content: [{ type: "text", text: "Hello" }] }] });
    expect(() => readMessages([{ text: "x" }])).toThrow("role");
  });

  it("keeps what lasts, and can be told in lines", () => {
    const call = { type: "tool-call" as const, id: "1", name: "look", arguments: { a: 1 } };
    const message = { role: "assistant" as const, content: [{ type: "reasoning" as const, text: "Hm." }, { type: "text" as const, text: "I look." }, call] };
    expect(lasting(message)?.content).toHaveLength(2);
    expect(lasting({ role: "assistant", content: [{ type: "reasoning", text: "Hm." }] })).toBeUndefined();
    expect(transcript([message])).toBe('assistant: I look. (calls look with {"a":1})');
  });

  it("has another fingerprint for each other course", () => {
    const [one, two] = [new Conversation(), new Conversation()];
    one.add(userMessage("a"), userMessage("b"));
    two.add(userMessage("a"), userMessage("c"));
    expect(one.digest).not.toBe(two.digest);
    expect(one.tokens).toBeGreaterThan(0);
  });
});
