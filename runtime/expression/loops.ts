import { ExpressionError } from "./expression-error.ts";
import type { Evaluate, EvaluateBoolean, Frame } from "./frame.ts";
import type { ComprehensionName } from "./syntax.ts";
import { accept, describe, isPlainMap } from "./values.ts";

export interface Loop {
  name: ComprehensionName;
  at: number;
  range: Evaluate;
  /** Where the item of each round is kept. */
  slot: number;
  /** Steps of one round: the parts of its body. Nested loops multiply, because they run inside the body. */
  weight: number;
  predicate: EvaluateBoolean | undefined;
  transform: Evaluate | undefined;
}

/** Loops over a list, or over the field names of a map. */
export function compileLoop(loop: Loop): Evaluate {
  const { predicate = () => true, transform } = loop;
  switch (loop.name) {
    case "all":
      return (frame) => !visit(loop, frame, () => !predicate(frame));
    case "exists":
      return (frame) => visit(loop, frame, () => predicate(frame));
    case "exists_one":
      return (frame) => {
        let count = 0;
        visit(loop, frame, () => predicate(frame) && ++count > 1);
        return count === 1;
      };
    case "filter":
    case "map":
      return (frame) => {
        const result: unknown[] = [];
        visit(loop, frame, (item) => {
          if (predicate(frame)) result.push(transform ? transform(frame) : item);
          return false;
        });
        return result;
      };
  }
}

/** Visits items until `stop` answers true; tells whether it did. Every visit is counted before it happens. */
function visit(loop: Loop, frame: Frame, stop: (item: unknown) => boolean): boolean {
  for (const raw of itemsOf(loop, frame)) {
    frame.work.charge(loop.weight);
    const item = raw === undefined ? null : accept(raw);
    frame.locals[loop.slot] = item;
    if (stop(item)) return true;
  }
  return false;
}

function itemsOf(loop: Loop, frame: Frame): readonly unknown[] {
  const range = loop.range(frame);
  if (Array.isArray(range)) return range;
  if (isPlainMap(range)) {
    const keys = Object.keys(range);
    frame.work.charge(keys.length);
    return keys;
  }
  throw new ExpressionError("type", `${loop.name} needs a list or a map, not ${describe(range)}.`, loop.at);
}
