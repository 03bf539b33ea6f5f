import { describe, expect, it } from "vitest";
import { checkTemplate } from "./check-template.ts";
import { evaluateTemplate } from "./evaluate-template.ts";
import { ExpressionError } from "./expression-error.ts";
import { forms, functions } from "./functions.ts";
import { parseTemplate } from "./parse-template.ts";
import { parseSignature } from "./signature.ts";

function parsed(expression: string) {
  const result = parseTemplate(`{{ ${expression} }}`);
  if (!result.ok) throw new Error(result.problem.message);
  return result.template;
}

const evaluate = (expression: string, inputs: Record<string, unknown> = {}) =>
  evaluateTemplate(parsed(expression), { inputs, nodes: {}, run: { id: "run_1" } });

describe("every function", () => {
  it.each([...functions, ...forms])("$name does what its example says", ({ name, signature, example }) => {
    expect(example.source).toContain(name);
    expect(evaluate(example.source)).toEqual(example.result);
    expect(checkTemplate(parsed(example.source), { inputs: {}, nodes: {} })).toEqual([]);
    expect(signature.startsWith(`${name}(`)).toBe(true);
    expect(parseSignature(signature).parameters.length).toBeGreaterThan(0);
  });

  it.each(functions)("$name refuses a call without values", ({ name }) => {
    expect(() => evaluate(`${name}()`)).toThrow(ExpressionError);
  });

  it("has a name of its own", () => {
    const names = [...functions, ...forms].map((entry) => entry.name);
    expect(new Set(names).size).toBe(names.length);
  });
});

it.each([
  ['size("a😀")', 2],
  ['substring("a😀b", 1, 2)', "😀"],
  ['substring("abc", -5, 99)', "abc"],
  ['substring("abc", 2, 1)', ""],
  ["round(1.005, 2)", 1.01],
  ["round(-2.5)", -2],
  ["round(1e21, 2)", 1e21],
  ["round(1.5e-7, 7)", 2e-7],
  ['"a$1b".replace("$1", "$&")', "a$&b"],
  ['["x", null, true, {"a": 1}].join(",")', 'x,,true,{"a":1}'],
  ['" 1.5e3 ".double()', 1500],
  ['int("-7")', -7],
  ["max([1, 5], 9 > 1 ? 2 : 3) ", ExpressionError],
  ["min([])", ExpressionError],
  ["first([])", null],
  ["sum([])", 0],
  ['double("0x10")', ExpressionError],
  ['double("Infinity")', ExpressionError],
  ['int("")', ExpressionError],
  ["size(4)", ExpressionError],
  ['"a".replace("", "b")', ExpressionError],
  ["formatNumber(1, 2.5)", ExpressionError],
  ['parseJson("{")', ExpressionError],
  ["upper(1)", ExpressionError],
  ['upper("a", "b")', ExpressionError],
] as const)("%s", (expression, expected) => {
  if (expected === ExpressionError) expect(() => evaluate(expression)).toThrow(ExpressionError);
  else expect(evaluate(expression)).toEqual(expected);
});

it("says what a function needs, and where", () => {
  const error = (() => {
    try {
      return evaluate('1 + size(upper(["a"]))');
    } catch (caught) {
      return caught;
    }
  })();
  expect(error).toMatchObject({ code: "type", message: "upper needs text as its text, not a list.", position: "{{ 1 + size(".length });
});
