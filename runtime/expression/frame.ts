import { ExpressionError } from "./expression-error.ts";
import type { EvaluationScope } from "./scope.ts";
import type { Work } from "./work.ts";

/** What one evaluation works with. `locals` holds the variables of the loops under way, by slot. */
export interface Frame {
  scope: EvaluationScope;
  locals: unknown[];
  work: Work;
}

/** Throws `ExpressionError`. */
export type Evaluate = (frame: Frame) => unknown;
export type EvaluateBoolean = (frame: Frame) => boolean;

/** Gives errors of the functions that know nothing of the template their place in it. */
export function placed(at: number, evaluate: Evaluate): Evaluate {
  return (frame) => {
    try {
      return evaluate(frame);
    } catch (error) {
      throw error instanceof ExpressionError ? error.at(at) : error;
    }
  };
}
