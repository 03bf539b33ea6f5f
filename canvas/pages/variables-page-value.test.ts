import { describe, expect, it } from "vitest";
import { previewOf, readValue, writeValue } from "./variables-page-value.ts";

describe("the value of a variable", () => {
  it.each([null, "", "12", 12, true, [1, { a: null }], { text: "\u0000 {{ inputs.a }}" }])("%j is read as it was written", (value) => {
    expect(readValue(writeValue(value))).toEqual({ ok: true, value });
  });

  it.each([
    ["", /Give it a value/],
    ["hello", /Not JSON yet/],
    ['{"a": ', /Not JSON yet/],
    ['{"constructor": 1}', /\/constructor.*not allowed/],
    ["[".repeat(40) + "]".repeat(40), /nested deeper/],
  ])("%s is none", (text, message) => {
    expect(readValue(text)).toMatchObject({ ok: false, message: expect.stringMatching(message) });
  });

  it("is cut for a list", () => {
    expect(previewOf({ a: [1, "b"] })).toBe('{"a":[1,"b"]}');
    expect(previewOf("x".repeat(500))).toHaveLength(201);
  });
});
