import { ExpressionError } from "./expression-error.ts";
import { MAX_LIST_LENGTH, MAX_STEPS, MAX_TEXT_LENGTH, MAX_VALUE_DEPTH } from "./limits.ts";

/**
 * Counts what one evaluation does, so that it stops at the same point on every machine (a clock would not replay).
 * Every method throws `ExpressionError("limit")` when the evaluation has done too much.
 */
export class Work {
  #steps = 0;
  #depth = 0;
  readonly #patterns = new Set<string>();

  get steps(): number {
    return this.#steps;
  }

  charge(steps: number): void {
    this.#steps += steps;
    if (this.#steps > MAX_STEPS) {
      throw new ExpressionError("limit", `This takes more than ${MAX_STEPS} steps. Work on fewer items, or use a code step.`);
    }
  }

  /** Reading a text from end to end. */
  readText(length: number): void {
    this.charge(length >> 4);
  }

  /** Building a text of this length, of which so many units are newly written. Call it before building. */
  buildText(length: number, written = length): void {
    if (length > MAX_TEXT_LENGTH) throw new ExpressionError("limit", `The text would be longer than ${MAX_TEXT_LENGTH} characters.`);
    this.charge(written >> 4);
  }

  /** Building a list of this length. Call it before building. */
  buildList(length: number): void {
    if (length > MAX_LIST_LENGTH) throw new ExpressionError("limit", `The list would have more than ${MAX_LIST_LENGTH} items.`);
    this.charge(length);
  }

  /** Compiling a pattern counts once in an evaluation, cached or not, so that the count does not depend on what ran before. */
  isNewPattern(pattern: string): boolean {
    if (this.#patterns.has(pattern)) return false;
    this.#patterns.add(pattern);
    return true;
  }

  /** One level further into a value. */
  nested<Result>(descend: () => Result): Result {
    if (this.#depth >= MAX_VALUE_DEPTH) throw new ExpressionError("limit", `The value is nested deeper than ${MAX_VALUE_DEPTH}.`);
    this.#depth++;
    try {
      return descend();
    } finally {
      this.#depth--;
    }
  }
}
