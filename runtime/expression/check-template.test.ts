import { expect, it } from "vitest";
import { type CheckScope, checkTemplate } from "./check-template.ts";
import { parseTemplate } from "./parse-template.ts";

const scope: CheckScope = {
  inputs: { title: "text", count: "number", done: "boolean", data: "json", names: "list<text>", grid: "list<list<number>>", picture: "image" },
  nodes: { node_a: { text: "text", response: "json" }, node_b: { value: "number" } },
};

function problems(source: string, over: Partial<CheckScope> = {}): string[] {
  const parsed = parseTemplate(source);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  return checkTemplate(parsed.template, { ...scope, ...over }).map((problem) => problem.message);
}

it.each([
  "{{ inputs.title + string(inputs.count) }}",
  "{{ inputs.data.anything.at[0].all + 1 }}",
  "{{ inputs.data + 1 > 2 && inputs.data.x.startsWith('a') }}",
  "{{ inputs.names.map(name, name.upper()).join(', ') }}",
  "{{ inputs.grid.map(row, row.map(n, n + 1).sum()) }}",
  "{{ inputs.grid[0][1] * 2.5 }}",
  "{{ inputs.picture.name }}",
  "{{ nodes.node_a.response.x == nodes.node_b.value }}",
  "{{ nodes.node_a == null ? 'skipped' : nodes.node_a.text }}",
  "{{ inputs.title == null || has(inputs.title) }}",
  "{{ default(inputs.title, 3) + 1 }}",
  "{{ run.id.size() + max(1, inputs.count) }}",
  '{{ [1, "a"] + inputs.names }}',
])("%s has no problem", (source) => {
  expect(problems(source)).toEqual([]);
});

it.each([
  ["{{ inputs.titel }}", 'There is no input called "titel". Did you mean "title"?'],
  ["{{ inputs.zzzzzzz }}", 'There is no input called "zzzzzzz". There is "title", "count", "done", "data", "names", "grid", "picture".'],
  ["{{ nodes.node_x.text }}", 'There is no node "node_x" before this one. Did you mean "node_a"?'],
  ["{{ nodes.node_a.txt }}", 'The node "node_a" has no output called "txt". Did you mean "text"?'],
  ["{{ run.name }}", 'There is no "name" in run. There is "id".'],
  ["{{ title }}", 'There is no "title" here. Did you mean "inputs.title"?'],
  ["{{ input.title }}", 'There is no "input" here. Did you mean "inputs"?'],
  ["{{ item.x }}", '"item" exists only inside a loop.'],
  ["{{ inputs.title.uper() }}", 'There is no function called "uper". Did you mean "upper"?'],
  ["{{ inputs.title.split() }}", 'split takes other values: split(text: text, separator: text): list<text>. For example "a,b,c".split(",").'],
  ["{{ inputs.title + inputs.count }}", '"+" joins two numbers, two texts or two lists, not text and a number. Turn the other value into text with string(…).'],
  ["{{ inputs.title - 1 }}", '"-" needs two numbers, not text and a number.'],
  ["{{ inputs.title > 3 }}", '">" compares two numbers or two texts, not text and a number.'],
  ["{{ inputs.title == 3 }}", "text is never equal to a number. Turn one of them into the other, for example with string(…)."],
  ["{{ inputs.count ? 1 : 2 }}", "Here must stand true or false, not a number."],
  ["{{ inputs.done && inputs.title }}", "Here must stand true or false, not text."],
  ["{{ inputs.count.upper() }}", "upper needs text as its text, not a number."],
  ["{{ inputs.names.sum() }}", "sum needs a list of number as its list, not a list of text."],
  ["{{ inputs.names.name }}", 'There is no "name" in a list of text: only a map has named fields. Take an item first, for example [0].name.'],
  ["{{ inputs.names.map(n, n.x) }}", 'There is no "x" in text: only a map has named fields.'],
  ["{{ inputs.names['a'] }}", 'There is no "a" in a list of text: only a map has named fields. Take an item first, for example [0].a.'],
  ["{{ inputs.names[inputs.title] }}", "An item of a list has a whole number as its position, not text."],
  ["{{ inputs.count.map(n, n) }}", "map needs a list or a map, not a number."],
  ["{{ 'a' in inputs.title }}", '"in" looks into a list or a map, not text. For text write text.contains(…).'],
  ["{{ {inputs.count: 1} }}", "Here must stand text, not a number."],
])("%s", (source, message) => {
  expect(problems(source)).toEqual([message]);
});

it("knows item and index inside a loop", () => {
  expect(problems("{{ item.upper() + string(index + 1) }}", { item: "text" })).toEqual([]);
  expect(problems("{{ item + 1 }}", { item: "list<text>" })).toHaveLength(1);
});

it("reports every section, each at its place", () => {
  const parsed = parseTemplate("{{ inputs.a1 }} and {{ inputs.b2 }}");
  if (!parsed.ok) throw new Error(parsed.problem.message);
  expect(checkTemplate(parsed.template, scope).map((problem) => problem.position)).toEqual([10, 30]);
});

it("does not take inherited names for inputs", () => {
  expect(problems("{{ inputs.toString }}")).toHaveLength(1);
});
