import { checkTemplate } from "#runtime/expression/check-template.ts";
import { evaluateWith } from "#runtime/expression/evaluate-template.ts";
import { ExpressionError } from "#runtime/expression/expression-error.ts";
import { parseTemplate } from "#runtime/expression/parse-template.ts";
import { referencesOf } from "#runtime/expression/references.ts";
import type { EvaluationScope } from "#runtime/expression/scope.ts";
import type { ParsedTemplate } from "#runtime/expression/template.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import type { Port } from "#runtime/node/ports.ts";
import { StepBudget } from "./step-budget.ts";

/**
 * The text of an expression that is evaluated for each item of a list, with `item`, `index` and the node's inputs in scope, as a
 * template: `item.price > 10`, or the same in {{ }}. Its field must not have the hint `expression`: the engine would evaluate it.
 */
export function itemTemplate(source: string): string {
  const text = source.trim();
  return text.startsWith("{{") ? text : `{{ ${text} }}`;
}

/** What is wrong with such an expression in the draft, or undefined. */
export function itemExpressionProblem(source: string, inputs: Readonly<Record<string, Port>>): string | undefined {
  const parsed = parse(source);
  if (!parsed.ok) return parsed.problem.message;
  if (referencesOf(parsed.template).nodes.length > 0) return "Other steps cannot be read here. Wire the value to this node and read it as inputs.<name>.";
  const types = Object.fromEntries(Object.entries(inputs).map(([name, { type }]) => [name, type]));
  return checkTemplate(parsed.template, { inputs: types, nodes: {}, item: "any" })[0]?.message;
}

/** A function that evaluates the expression for one item. It and this throw `NodeError` ("expression" or "limit"). */
export function itemExpression(source: string, scope: Pick<EvaluationScope, "inputs" | "run">): (item: unknown, index: number) => unknown {
  const parsed = parse(source);
  if (!parsed.ok) throw new NodeError("expression", parsed.problem.message, { happened: "no" });
  const budget = new StepBudget();
  return (item, index) => {
    try {
      return budget.run((work) => evaluateWith(parsed.template, { ...scope, nodes: {}, item, index }, work));
    } catch (error) {
      throw atItem(error, index);
    }
  };
}

/** An error of the expression engine as the node's failure, with the place of the item; anything else as it is. */
export function atItem(error: unknown, index: number): unknown {
  if (!(error instanceof ExpressionError)) return error;
  const code = error.code === "limit" ? "limit" : "expression";
  return new NodeError(code, `Item ${index + 1}: ${error.message}`, { happened: "no", details: { index }, cause: error });
}

function parse(source: string): ParsedTemplate {
  const parsed = parseTemplate(itemTemplate(source));
  if (!parsed.ok || (parsed.template.isWhole && parsed.template.parts.length === 1)) return parsed;
  return { ok: false, problem: { message: "Write one expression, item.price > 10 for example, and no text around it.", position: 0 } };
}
