import { expect, it } from "vitest";
import { parseTemplate } from "./parse-template.ts";

it("gives the same object for the same text", () => {
  const source = "Dear {{ inputs.name }}";
  expect(parseTemplate(source)).toBe(parseTemplate(source));
});

it("keeps text and sections apart", () => {
  const parsed = parseTemplate("a {{ inputs.x }} b \\{{ c }} {{ 1 }}");
  if (!parsed.ok) throw new Error(parsed.problem.message);
  expect(parsed.template.isWhole).toBe(false);
  expect(parsed.template.parts.map((part) => (typeof part === "string" ? part : part.at))).toEqual(["a ", 4, " b {{ c }} ", 30]);
});

it.each([
  ["x {{ 1 + }}", 9, "The expression ends too early: something is missing at the end."],
  ["x {{ 1 ) }}", 7, "This is not an expression: "],
  ["x {{", 2, 'The expression is not closed. Add "}}", or write "\\{{" for the plain characters.'],
  ["{{ 'a\n' }}", 5, "A text literal is not closed with its quote."],
  ["{{ rows.map(1, 2) }}", 12, "The first value here is a name for the item, for example rows.map(row, row.name)."],
  ["{{ inputs.rows.map(r) }}", 3, "map takes a name for the item and what to do with it: rows.map(row, …)."],
  ["{{ map(r, 1) }}", 3, "Write it behind its list, for example rows.map(row, …)."],
  ["{{ has(1) }}", 3, "has takes one field: has(inputs.title)."],
  ["{{ default(1) }}", 3, 'default takes two values: default(inputs.title, "none").'],
  ["{{ nodes[inputs.x].text }}", 3, 'Write "nodes.<id>.<port>"'],
])("%j is a problem at %i", (source, position, message) => {
  expect(parseTemplate(source)).toEqual({ ok: false, problem: { position, message: expect.stringContaining(message) } });
});
