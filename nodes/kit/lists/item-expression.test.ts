import { describe, expect, it } from "vitest";
import { ExpressionError } from "#runtime/expression/expression-error.ts";
import { port } from "#runtime/node/ports.ts";
import { itemExpression, itemExpressionProblem } from "./item-expression.ts";
import { StepBudget } from "./step-budget.ts";

const scope = { inputs: { least: 2 }, run: { id: "run_test" } };

describe("an expression for each item", () => {
  it.each<[string, unknown]>([
    ["item.n + index", 8],
    ["{{ item.n > inputs.least }}", true],
    [' "}}" + item.name // a comment', "}}Ada"],
    ['{"n": item.n}.n', 7],
    ["run.id", "run_test"],
  ])("evaluates %s", (source, value) => {
    expect(itemExpression(source, scope)({ n: 7, name: "Ada" }, 1)).toEqual(value);
  });

  it("says which item it fails for", () => {
    const evaluate = itemExpression("item.n > 1", scope);
    expect(() => evaluate({}, 4)).toThrow(
      expect.objectContaining({ code: "expression", details: { index: 4 }, message: expect.stringMatching(/^Item 5: item\.n has no value/) }),
    );
  });

  it("stops an item that takes too much, and says so", () => {
    const evaluate = itemExpression("item.all(a, item.all(b, a == b))", scope);
    expect(() => evaluate(new Array(2_000).fill(1), 0)).toThrow(expect.objectContaining({ code: "limit" }));
  });

  it.each(["", "item.n +", "item.n }} and {{ item.n", "text {{ item.n }}", "items.n", "nodes.node_a.out", "item.n.nope(1)", "inputs.other"])(
    "finds fault with %j",
    (source) => {
      expect(itemExpressionProblem(source, { least: port.number() })).toBeTypeOf("string");
    },
  );

  it.each(["item.n > inputs.least", "{{ index < 10 }}", "has(item.a) && item.a.matches('^x')"])("finds none with %j", (source) => {
    expect(itemExpressionProblem(source, { least: port.number() })).toBeUndefined();
  });
});

describe("the budget of a list", () => {
  it("gives each item a whole measure, wherever it stands", () => {
    const budget = new StepBudget();
    for (let item = 0; item < 10; item++) budget.run((work) => work.charge(400_000));
    expect(() => budget.run((work) => work.charge(600_000))).toThrow(ExpressionError);
  });

  it("ends when all together take too much", () => {
    const budget = new StepBudget(1_000_000);
    const evaluate = () => budget.run((work) => work.charge(100_000));
    for (let item = 0; item < 10; item++) evaluate();
    expect(evaluate).toThrow(expect.objectContaining({ code: "limit", happened: "no" }));
  });

  it("counts the compiling of a pattern once for all items", () => {
    const pattern = `(?i)${"ä?".repeat(95)}`;
    const evaluate = itemExpression(`item.matches("${pattern}")`, scope);
    for (let item = 0; item < 1_000; item++) expect(evaluate("x", item)).toBe(true);
  });

  it("hands on what is thrown for another reason, without a second try", () => {
    const budget = new StepBudget();
    let tries = 0;
    budget.run((work) => work.charge(1));
    const failing = () =>
      budget.run(() => {
        tries++;
        throw new ExpressionError("missing", "no");
      });
    expect(failing).toThrow("no");
    expect(tries).toBe(1);
  });
});
