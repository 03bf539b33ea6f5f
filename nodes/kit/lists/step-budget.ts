import { ExpressionError } from "#runtime/expression/expression-error.ts";
import { Work } from "#runtime/expression/work.ts";
import { NodeError } from "#runtime/node/node-error.ts";

/** Steps of all items together; a step costs at most about 30 ns, so this is 3 s at worst. */
const MAX_TOTAL_STEPS = 100_000_000;
/** Steps after which the next item begins a new `Work`. */
const SHARED_STEPS = 250_000;

/** Patterns that count as compiled once for the whole list: few enough to stay in the engine's cache. */
const MAX_SHARED_PATTERNS = 50;

/** One of the measures that a list takes in turn. */
class ListWork extends Work {
  readonly #patterns: Set<string>;

  constructor(patterns: Set<string>) {
    super();
    this.#patterns = patterns;
  }

  override isNewPattern(pattern: string): boolean {
    if (this.#patterns.has(pattern)) return false;
    if (this.#patterns.size >= MAX_SHARED_PATTERNS) return super.isNewPattern(pattern);
    this.#patterns.add(pattern);
    return true;
  }
}

/**
 * What may be done for all the items of a list together. Each item has a whole `Work` to itself if it needs one, wherever in the list
 * it stands; counted in steps, so that it ends at the same item on every machine.
 */
export class StepBudget {
  readonly #most: number;
  readonly #patterns = new Set<string>();
  #work: Work = new ListWork(this.#patterns);
  #spent = 0;

  constructor(most = MAX_TOTAL_STEPS) {
    this.#most = most;
  }

  /** `evaluate` may be called twice. Throws what it throws, and `NodeError("limit")` when all is spent. */
  run<Result>(evaluate: (work: Work) => Result): Result {
    if (this.#work.steps >= SHARED_STEPS) this.#renew();
    const result = this.#evaluate(evaluate);
    if (this.#spent + this.#work.steps <= this.#most) return result;
    throw new NodeError("limit", `Going through the list takes more than ${this.#most} steps. Work on fewer items, or ask less of each.`, { happened: "no" });
  }

  #evaluate<Result>(evaluate: (work: Work) => Result): Result {
    const isShared = this.#work.steps > 0;
    try {
      return evaluate(this.#work);
    } catch (error) {
      if (!(isShared && error instanceof ExpressionError && error.code === "limit")) throw error;
      this.#renew();
      return evaluate(this.#work);
    }
  }

  #renew(): void {
    this.#spent += this.#work.steps;
    this.#work = new ListWork(this.#patterns);
  }
}
