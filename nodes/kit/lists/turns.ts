import type { ExecutionContext } from "#runtime/node/context.ts";

/** Milliseconds of work after which others get their turn. */
const TURN_MS = 10;

/** Divides long work into turns, so that it never holds up what else the process does for long, and ends when the run is stopped. */
export class Turns {
  readonly #signal: AbortSignal;
  #began = performance.now();

  constructor({ signal }: Pick<ExecutionContext, "signal">) {
    this.#signal = signal;
  }

  /** Whether others have waited long enough: then await `next()`. */
  get isOver(): boolean {
    return performance.now() - this.#began >= TURN_MS;
  }

  /** Lets others go first. Throws the signal's reason when the node has been stopped. */
  async next(): Promise<void> {
    await new Promise<void>((resolve) => setTimeout(resolve, 0));
    this.#signal.throwIfAborted();
    this.#began = performance.now();
  }
}

/** Visits each item in order, in turns. */
export async function forEachInTurns<Item>(items: readonly Item[], turns: Turns, visit: (item: Item, index: number) => void): Promise<void> {
  for (const [index, item] of items.entries()) {
    visit(item, index);
    if (turns.isOver) await turns.next();
  }
}

/** What is made of each item, in turns. */
export async function mapInTurns<Item, Result>(items: readonly Item[], turns: Turns, make: (item: Item, index: number) => Result): Promise<Result[]> {
  const results: Result[] = [];
  await forEachInTurns(items, turns, (item, index) => results.push(make(item, index)));
  return results;
}
