import { ExpressionError } from "./expression-error.ts";
import type { Frame } from "./frame.ts";
import type { EvaluationScope } from "./scope.ts";
import type { Template, TemplateExpression } from "./template.ts";
import { inspect, kindOf, toText } from "./values.ts";
import { Work } from "./work.ts";

/**
 * The value of a template: of its expression when it is one `{{ … }}` alone, otherwise text. Deterministic, and bounded by
 * `MAX_STEPS` for all its expressions together. The result may share parts with the scope: treat both as read-only.
 * Throws `ExpressionError`.
 */
export function evaluateTemplate(template: Template, scope: EvaluationScope): unknown {
  return evaluateWith(template, scope, new Work());
}

/** The same, on a budget that the caller can read, or share between the templates of one node. Throws `ExpressionError`. */
export function evaluateWith(template: Template, scope: EvaluationScope, work: Work): unknown {
  const frame: Frame = { scope, locals: [], work };
  const [whole] = template.isWhole ? template.parts : [];
  if (typeof whole === "object") return within(whole, () => evaluateExpression(whole, frame));
  let text = "";
  for (const part of template.parts) {
    const piece = typeof part === "string" ? part : within(part, () => toText(evaluateExpression(part, frame), work));
    work.buildText(text.length + piece.length, piece.length);
    text += piece;
  }
  return text;
}

function evaluateExpression(expression: TemplateExpression, frame: Frame): unknown {
  frame.work.charge(expression.weight);
  const value = expression.evaluate(frame);
  if (typeof value !== "object" || value === null) return value;
  kindOf(value);
  if (!expression.isShared) inspect(value, frame.work);
  return value;
}

/** Errors of an expression without a place get the place where it begins. */
function within<Result>(expression: TemplateExpression, evaluate: () => Result): Result {
  try {
    return evaluate();
  } catch (error) {
    if (error instanceof ExpressionError) throw error.at(expression.at);
    if (error instanceof RangeError) throw new ExpressionError("limit", "The expression or its data is too large or too deeply nested.", expression.at);
    throw error;
  }
}
