import { expect, test } from "vitest";
import type { JsonSchema } from "#runtime/node/define.ts";
import { answerOf, askedOf, inputOf } from "./asked.ts";

const text = { type: "string" };
const image = { type: "object", properties: { $asset: { type: "string" } } };
const asks = (properties: JsonSchema, required: string[] = []) => askedOf({ type: "object", properties, required });

test("a message goes to the field that is made for it, else to the first that takes text", () => {
  expect(asks({ tone: text, message: text })).toEqual({ message: "message" });
  expect(asks({ topic: text })).toEqual({ message: "topic" });
  expect(asks({ thread: text, question: text })).toEqual({ message: "question", thread: "thread" });
  expect(asks({ prompt: text, photo: image })).toEqual({ message: "prompt", files: { name: "photo", many: false } });
  expect(asks({ prompt: text, photos: { type: "array", items: image } })).toMatchObject({ files: { name: "photos", many: true } });
});

test("a graph that asks for no text, or for more than that, says so", () => {
  expect(asks({})).toContain("asks for no text");
  expect(asks({ kind: { type: "string", enum: ["a"] } })).toContain("asks for no text");
  expect(asks({ message: text, count: { type: "number" } }, ["message", "count"])).toContain("count");
  expect(asks({ message: text, count: { type: "number", default: 3 } }, ["message", "count"])).toEqual({ message: "message" });
});

test("the input names the conversation and has the files where there is a place for them", () => {
  const file = { $asset: "0" };
  const given = { text: "Hi", chat: "chat_1", files: [file, file] };
  expect(inputOf({ message: "m", thread: "thread" }, given)).toEqual({ m: "Hi", thread: "chat_1" });
  expect(inputOf({ message: "m", files: { name: "f", many: false } }, given)).toEqual({ m: "Hi", f: file });
  expect(inputOf({ message: "m", files: { name: "f", many: true } }, given)).toEqual({ m: "Hi", f: [file, file] });
  expect(inputOf({ message: "m", files: { name: "f", many: true } }, { ...given, files: [] })).toEqual({ m: "Hi" });
});

test("the answer is the text that was put out, or all of it", () => {
  expect(answerOf({ answer: "Hello" })).toBe("Hello");
  expect(answerOf({ usage: { tokens: 1 }, answer: "Hello" })).toBe("Hello");
  expect(answerOf({ count: 3 })).toBe("3");
  expect(answerOf({})).toBeNull();
});
