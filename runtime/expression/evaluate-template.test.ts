import { expect, it } from "vitest";
import { evaluateTemplate, evaluateWith } from "./evaluate-template.ts";
import { parseTemplate } from "./parse-template.ts";
import type { EvaluationScope } from "./scope.ts";
import { Work } from "./work.ts";

const rows = [
  { name: "Ada", age: 36, tags: ["x"] },
  { name: "Bob", age: 17, tags: [] },
];
const scope: EvaluationScope = {
  inputs: { title: "Report", count: 3, rows, "my-port": true, nothing: null },
  nodes: { node_a: { text: "from a", data: { list: [1, 2] } }, node_b: null },
  run: { id: "run_7" },
};

function evaluate(source: string, over: Partial<EvaluationScope> = {}): unknown {
  const parsed = parseTemplate(source);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  return evaluateTemplate(parsed.template, { ...scope, ...over });
}

it.each([
  ["plain", "plain"],
  ["", ""],
  ["{{ inputs.count }}", 3],
  [" \n {{ inputs.count }}\t", 3],
  ["{{ inputs.count }}.", "3."],
  ["{{ inputs.count }}{{ inputs.count }}", "33"],
  ["a{{ inputs.nothing }}b{{ true }}", "abtrue"],
  ["{{ inputs.title }}: {{ nodes.node_a.data }}", 'Report: {"list":[1,2]}'],
  ["{{ nodes.node_a.data.list[1] }}", 2],
  ['{{ nodes["node_a"].text }}', "from a"],
  ['{{ inputs["my-port"] }}', true],
  ['{{ inputs["ti" + "tle"] }}', "Report"],
  ["{{ run.id }}", "run_7"],
  ['{{ inputs.rows.filter(r, r.age >= 18).map(r, r.name).join(", ") }}', "Ada"],
  ["{{ inputs.rows.map(r, r.age > 18, r.name) }}", ["Ada"]],
  [
    "{{ inputs.rows.map(r, inputs.rows.map(r, r.age)) }}",
    [
      [36, 17],
      [36, 17],
    ],
  ],
  ["{{ inputs.rows.exists_one(r, r.age > 18) && !inputs.rows.all(r, r.age > 18) }}", true],
  ['{{ {"b": 1, "a": 2}.map(key, key) }}', ["b", "a"]],
  ['{{ 3 in [1, 2, 3] && "title" in inputs && {"a": [1]} in [{"a": [1.0]}] }}', true],
  ['{{ "b" > "a" && [1, {"x": null}] == [1, {"x": null}] && [1] != [1, 2] && "1" != 1 }}', true],
  ["{{ has(inputs.nothing) || has(nodes.node_b.text) || has(inputs.rows[5].name) }}", false],
  ['{{ default(inputs.nothing, "x") + default(inputs.gone.deep, "y") + default(first([]).z, "z") }}', "xyz"],
  ["{{ false && inputs.gone }}", false],
  ["{{ true || inputs.gone }}", true],
  ["{{ inputs.count > 2 ? -inputs.count : inputs.gone }}", -3],
  ["{{ [1] + [2, 3] }}", [1, 2, 3]],
])("%s", (source, expected) => {
  expect(evaluate(source)).toEqual(expected);
});

it("reads item and index inside a loop only, and lets a loop variable hide them", () => {
  expect(evaluate("{{ item.name + string(index) }}", { item: rows[0], index: 4 })).toBe("Ada4");
  expect(evaluate("{{ inputs.rows.map(item, item.age) }}")).toEqual([36, 17]);
  expect(() => evaluate("{{ item }}")).toThrow(expect.objectContaining({ code: "missing" }));
});

it("passes values through without copying them, and changes none", () => {
  expect(evaluate("{{ inputs.rows }}")).toBe(rows);
  const before = structuredClone(rows);
  evaluate('{{ inputs.rows.map(r, {"r": r}) + inputs.rows.filter(r, true) }}');
  expect(rows).toEqual(before);
});

it.each([
  ["{{ inputs.gone }}", "missing", 10, "inputs.gone has no value. Where it may be missing, write default(inputs.gone, …)."],
  ["Hello {{ nodes.node_b.text }}", "missing", 22, "nodes.node_b.text has no value. Where it may be missing, write default(nodes.node_b.text, …)."],
  ['ab {{ "a" + 1 }}', "type", 6, '"+" joins two numbers, two texts or two lists, not text and a number. Turn the other value into text with string(…).'],
  ["{{ inputs.titel.upper() }}", "missing", 10, "inputs.titel has no value. Where it may be missing, write default(inputs.titel, …)."],
  ["{{ uper(inputs.title) }}", "type", 3, 'There is no function called "uper". Did you mean "upper"?'],
  ["{{ title }}", "missing", 3, 'There is no "title" here. Inputs are read as "inputs.title".'],
  ["{{ inputs.title ? 1 : 2 }}", "type", 10, "Here must stand true or false, not text. Compare it, for example with != or has()."],
  ["{{ inputs.count.map(x, x) }}", "type", 3, "map needs a list or a map, not a number."],
])("%s is the error %s at %i", (source, code, ...[position, message]) => {
  expect(() => evaluate(source)).toThrow(expect.objectContaining({ name: "ExpressionError", code, position, message }));
});

it("shares one budget between templates when asked to", () => {
  const parsed = parseTemplate("{{ inputs.rows.map(r, r.name) }}");
  if (!parsed.ok) throw new Error(parsed.problem.message);
  const work = new Work();
  evaluateWith(parsed.template, scope, work);
  const once = work.steps;
  evaluateWith(parsed.template, scope, work);
  expect(once).toBeGreaterThan(0);
  expect(work.steps).toBe(2 * once);
});

it("evaluates a parsed template far faster than it is parsed", () => {
  const parsed = parseTemplate("{{ inputs.count + 1 > 2 && inputs.title.startsWith('R') }}");
  if (!parsed.ok) throw new Error(parsed.problem.message);
  const started = performance.now();
  for (let round = 0; round < 20_000; round++) evaluateTemplate(parsed.template, scope);
  expect(performance.now() - started).toBeLessThan(1000);
});
