import { MAX_TEXT_LENGTH } from "#runtime/expression/limits.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { equalityKey } from "../kit/lists/equality-key.ts";
import { numberOf } from "../kit/lists/number-of.ts";
import { readSeparator } from "../kit/lists/separator.ts";
import { toText } from "../kit/text/to-text.ts";
import type { Aggregation, Operation } from "./config.ts";

/** Takes the values of one group, in order. */
export interface Accumulator {
  /** `value` is there and not null. Throws `NodeError`. */
  add(value: unknown): void;
  result(): unknown;
}

const CREATE: Readonly<Record<Operation, (aggregation: Aggregation) => Accumulator>> = {
  count: () => folded(0, (count) => count + 1),
  "count-distinct": () => distinct((values) => values.length),
  sum: (aggregation) => summed(aggregation, ({ sum }) => sum),
  average: (aggregation) => summed(aggregation, ({ sum, count }) => (count === 0 ? null : sum / count)),
  minimum: (aggregation) => extreme(aggregation, -1),
  maximum: (aggregation) => extreme(aggregation, 1),
  first: () => folded<unknown>(null, (first, value) => first ?? value),
  last: () => folded<unknown>(null, (_, value) => value),
  collect: collected,
  distinct: () => distinct((values) => values),
  "join-text": joined,
};

export function createAccumulator(aggregation: Aggregation): Accumulator {
  return CREATE[aggregation.operation](aggregation);
}

function folded<Result>(initial: Result, next: (result: Result, value: unknown) => Result): Accumulator {
  let result = initial;
  return {
    add: (value) => {
      result = next(result, value);
    },
    result: () => result,
  };
}

function collected(): Accumulator {
  const values: unknown[] = [];
  return { add: (value) => void values.push(value), result: () => values };
}

function distinct(finish: (values: unknown[]) => unknown): Accumulator {
  const values = new Map<string, unknown>();
  return {
    add: (value) => {
      const key = equalityKey(value);
      if (!values.has(key)) values.set(key, value);
    },
    result: () => finish([...values.values()]),
  };
}

/** Neumaier's sum: what adding rounds off is kept, so that ten times 0.1 is 1. An empty text is no value. */
function summed(aggregation: Aggregation, finish: (summed: { sum: number; count: number }) => unknown): Accumulator {
  let [sum, lost, count] = [0, 0, 0];
  return {
    add: (value) => {
      if (value === "") return;
      const number = numberOf(value);
      if (number === undefined) throw misfit(aggregation, `${describe(value)} is no number`);
      const next = sum + number;
      lost += Math.abs(sum) >= Math.abs(number) ? sum - next + number : number - next + sum;
      sum = next;
      count++;
    },
    result: () => {
      const total = sum + lost;
      if (!Number.isFinite(total)) throw misfit(aggregation, "the sum is too large");
      return finish({ sum: total, count });
    },
  };
}

/** The smallest (-1) or largest (1): of numbers by value, of texts by their characters, so that ISO dates work. */
function extreme(aggregation: Aggregation, sign: 1 | -1): Accumulator {
  let best: { value: unknown; measure: number | string } | undefined;
  return {
    add: (value) => {
      if (value === "") return;
      const measure = numberOf(value) ?? value;
      if (typeof measure !== "number" && typeof measure !== "string") throw misfit(aggregation, `${describe(value)} is neither a number nor a text`);
      if (best && typeof best.measure !== typeof measure) throw misfit(aggregation, `${describe(best.value)} and ${describe(value)} cannot be compared`);
      if (!best || (sign === 1 ? measure > best.measure : measure < best.measure)) best = { value, measure };
    },
    result: () => best?.value ?? null,
  };
}

function joined({ separator, ...aggregation }: Aggregation): Accumulator {
  const parts: string[] = [];
  const between = readSeparator(separator);
  let length = 0;
  return {
    add: (value) => {
      const part = toText(value);
      length += part.length + between.length;
      if (length > MAX_TEXT_LENGTH) {
        throw new NodeError("limit", `${titleOf(aggregation)}: the text would be longer than ${MAX_TEXT_LENGTH} characters.`, { happened: "no" });
      }
      parts.push(part);
    },
    result: () => parts.join(between),
  };
}

function misfit(aggregation: Aggregation, reason: string): NodeError {
  return new NodeError("validation", `${titleOf(aggregation)}: ${reason}.`, { happened: "no" });
}

/** "The sum of total". */
function titleOf({ operation, field }: Pick<Aggregation, "operation" | "field">): string {
  return `The ${operation.replaceAll("-", " ")} of ${field || "the items"}`;
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "a map" : JSON.stringify(typeof value === "string" ? value.slice(0, 40) : value);
}
