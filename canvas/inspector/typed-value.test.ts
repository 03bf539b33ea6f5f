import { describe, expect, it } from "vitest";
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
