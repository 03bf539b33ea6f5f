import { expect, it } from "vitest";
import { insertionAt } from "./insertion.ts";

const at = (marked: string, more: { isJson?: boolean; mode?: "template" | "bare"; source?: string } = {}) => {
  const offset = marked.indexOf("|");
  const text = marked.replace("|", "");
  const insert = insertionAt(text, offset, { source: "inputs.a", mode: "template", ...more });
  return text.slice(0, offset) + insert + text.slice(offset);
};

it.each([
  ["Dear |", "Dear {{ inputs.a }}"],
  ["{{ | }}", "{{ inputs.a }}"],
])("%s becomes %s", (marked, expected) => {
  expect(at(marked)).toBe(expected);
});

it("keeps JSON what it is", () => {
  expect(JSON.parse(at('{ "a": | }', { isJson: true }))).toEqual({ a: "{{ inputs.a }}" });
  expect(JSON.parse(at('{ "a": "x |" }', { isJson: true }))).toEqual({ a: "x {{ inputs.a }}" });
  const source = 'inputs["a b"]';
  expect(JSON.parse(at('{ "a": "{{ | }}" }', { isJson: true, source }))).toEqual({ a: `{{ ${source} }}` });
});

it("puts no braces into an expression by itself", () => {
  expect(at("| > 5", { mode: "bare" })).toBe("inputs.a > 5");
});
