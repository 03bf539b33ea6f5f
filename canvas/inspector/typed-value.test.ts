import { describe, expect, it } from "vitest";
import { shiftedCaret } from "./shifted-caret.ts";
import { readNumber, readScalar } from "./typed-value.ts";

describe("readNumber", () => {
  it.each([
    ["", undefined],
    ["3", 3],
    ["-1.5", -1.5],
    ["1e3", 1000],
    ["1.", "1."],
    ["{{ inputs.n }}", "{{ inputs.n }}"],
    ["abc", "abc"],
  ])("%j means %j", (typed, value) => {
    expect(readNumber(typed)).toBe(value);
  });
});

describe("readScalar", () => {
  it.each([
    ["true", true],
    ["3", 3],
    ["03", "03"],
    ["12345678901234567890", "12345678901234567890"],
    ["1.50", "1.50"],
    ["text", "text"],
    ["", ""],
  ])("%j means %j", (typed, value) => {
    expect(readScalar(typed)).toBe(value);
  });
});

describe("shiftedCaret", () => {
  it.each([
    { change: "before the caret", after: "oh hello world", expected: 8 },
    { change: "behind the caret", after: "hello world!", expected: 5 },
    { change: "around the caret", after: "hi", expected: 2 },
  ])("follows a change $change", ({ after, expected }) => {
    expect(shiftedCaret("hello world", after, 5)).toBe(expected);
  });
});
