import { encodeInAddress, refuseDots } from "./address-part.ts";
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
  return join(template, frame, (value) => value);
}

/**
 * The same for a web address: what expressions yield is percent-encoded as a part of it, unless the address begins with it. Throws `ExpressionError`,
 * also for a value that would lead to another path.
 */
export function evaluateAddress(template: Template, scope: EvaluationScope, work: Work): unknown {
  if (template.isWhole) return evaluateWith(template, scope, work);
  let harmless = "";
  const address = join(template, { scope, locals: [], work }, (value, before, isExpression) => {
    const piece = isExpression ? encodeInAddress(value, before) : value;
    harmless += isExpression && before !== "" ? "x" : piece;
    return piece;
  });
  refuseDots(address, harmless);
  return address;
}

function join(template: Template, frame: Frame, shape: (value: string, before: string, isExpression: boolean) => string): string {
  const { work } = frame;
  let text = "";
  for (const part of template.parts) {
    const value = typeof part === "string" ? part : within(part, () => toText(evaluateExpression(part, frame), work));
    const piece = shape(value, text, typeof part !== "string");
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
