import { NodeError } from "#runtime/node/node-error.ts";
import type { WorkflowInput } from "#runtime/node/workflow.ts";
import { integerOf } from "./exact-integer.ts";
import type { WorkflowValues } from "./fill-prompt.ts";

/** Prompts one run of a node may lead to. */
export const MOST_COMBINATIONS = 100;

/** What happens to seeds from one prompt of a node run to the next. */
export const SEED_CONTROLS = ["fixed", "increment", "random"] as const;
export type SeedControl = (typeof SEED_CONTROLS)[number];

export interface Combining {
  /** Lists of values by the names of inputs: every combination of them is made, the last list changing fastest. */
  sweep: Readonly<Record<string, readonly (string | number | boolean)[]>>;
  /** How often each combination is made. */
  repeat: number;
}

/** Throws `NodeError("limit")` beyond 100. */
export function combinations({ sweep, repeat }: Combining): WorkflowValues[] {
  const lists = Object.entries(sweep).filter(([, values]) => values.length > 0);
  const count = lists.reduce((product, [, values]) => product * values.length, repeat);
  if (count > MOST_COMBINATIONS) {
    throw new NodeError("limit", `These are ${count} combinations; at most ${MOST_COMBINATIONS} can be made at once. Take values or repetitions away.`, {
      happened: "no",
    });
  }
  const all = lists.reduce<WorkflowValues[]>((made, [name, values]) => made.flatMap((one) => values.map((value) => ({ ...one, [name]: value }))), [{}]);
  return all.flatMap((one) => Array.from({ length: repeat }, () => one));
}

export interface SeedGiven {
  input: WorkflowInput & { type: "seed" };
  /** What was set, if anything. */
  value: unknown;
  control: SeedControl;
  /** Which prompt of the node run, from 0. */
  index: number;
  /** 64 random bits. */
  random: () => bigint;
}

/** A seed as digits: the one that was set, so much more for a later prompt, or any that the input takes. Beyond its largest it begins again. */
export function seedFor({ input, value, control, index, random }: SeedGiven): string {
  const [min, max] = [BigInt(input.min), BigInt(input.max)];
  const size = max - min + 1n;
  if (size <= 1n) return String(min);
  if (control === "random") return String(min + (random() % size));
  const first = integerOf(value) ?? integerOf(input.default) ?? min;
  return control === "fixed" ? String(first) : String(min + ((((first - min + BigInt(index)) % size) + size) % size));
}
