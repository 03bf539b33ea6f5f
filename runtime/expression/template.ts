import type { Evaluate } from "./frame.ts";
import type { Syntax } from "./syntax.ts";

/** What is wrong with a template, and where: `position` is an offset into its text. */
export interface ExpressionProblem {
  message: string;
  position: number;
}

/** One `{{ … }}` of a template. */
export interface TemplateExpression {
  /** Offset of the first character after `{{`. */
  at: number;
  syntax: Syntax;
  evaluate: Evaluate;
  /** Steps that one evaluation costs apart from loops and data. */
  weight: number;
  /** The result is no larger than the data it comes from, so it need not be measured. */
  isShared: boolean;
}

/** A parsed template: immutable, safe to keep and to evaluate any number of times. */
export interface Template {
  /** Exactly one `{{ … }}`, perhaps with white space around it: evaluates to the value itself, not to text. */
  isWhole: boolean;
  parts: readonly (string | TemplateExpression)[];
}

export type ParsedTemplate = { ok: true; template: Template } | { ok: false; problem: ExpressionProblem };
