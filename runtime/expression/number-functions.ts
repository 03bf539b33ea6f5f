import { ExpressionError } from "./expression-error.ts";
import { asNumber, type FunctionEntry } from "./function-entry.ts";
import { accept } from "./values.ts";
import type { Work } from "./work.ts";

export const numberFunctions: readonly FunctionEntry[] = [
  {
    name: "round",
    signature: "round(number: number, decimals?: number): number",
    description: "The nearest number with that many decimals (0 when left out). A half goes up.",
    example: { source: "round(2.345, 2)", result: 2.35 },
    apply: ([number, decimals = 0], work) => round(asNumber(number), digits(decimals, 15), work),
  },
  {
    name: "floor",
    signature: "floor(number: number): number",
    description: "The next whole number below.",
    example: { source: "floor(2.7)", result: 2 },
    apply: ([number]) => Math.floor(asNumber(number)),
  },
  {
    name: "ceil",
    signature: "ceil(number: number): number",
    description: "The next whole number above.",
    example: { source: "ceil(2.1)", result: 3 },
    apply: ([number]) => Math.ceil(asNumber(number)),
  },
  {
    name: "abs",
    signature: "abs(number: number): number",
    description: "The number without its sign.",
    example: { source: "abs(-3)", result: 3 },
    apply: ([number]) => Math.abs(asNumber(number)),
  },
  {
    name: "min",
    signature: "min(...numbers: any): number",
    description: "The smallest of the numbers, or of a list of numbers.",
    example: { source: "min(3, 1, 2)", result: 1 },
    apply: (values, work) => numbersOf(values, work).reduce((least, number) => Math.min(least, number)),
  },
  {
    name: "max",
    signature: "max(...numbers: any): number",
    description: "The largest of the numbers, or of a list of numbers.",
    example: { source: "[3, 1, 2].max()", result: 3 },
    apply: (values, work) => numbersOf(values, work).reduce((most, number) => Math.max(most, number)),
  },
  {
    name: "sum",
    signature: "sum(list: list<number>): number",
    description: "All numbers of the list together; 0 for an empty one.",
    example: { source: "[1, 2, 3.5].sum()", result: 6.5 },
    apply: ([list], work) => (Array.isArray(list) && list.length === 0 ? 0 : sum(numbersOf([list], work))),
  },
  {
    name: "formatNumber",
    signature: "formatNumber(number: number, decimals: number): text",
    description: "The number as text with exactly that many decimals.",
    example: { source: "formatNumber(12.5, 2)", result: "12.50" },
    apply: ([number, decimals]) => asNumber(number).toFixed(digits(decimals, 20)),
  },
];

function digits(value: unknown, most: number): number {
  const count = asNumber(value);
  if (Number.isInteger(count) && count >= 0 && count <= most) return count;
  throw new ExpressionError("type", `The number of decimals is a whole number from 0 to ${most}.`);
}

/** Moves the decimal point in the written number: multiplying 1.005 by 100 gives 100.49999999999999. */
function round(number: number, decimals: number, work: Work): number {
  if (decimals === 0) return Math.round(number);
  work.charge(20);
  const [mantissa = "0", exponent = "0"] = String(number).split("e");
  const moved = Math.round(Number(`${mantissa}e${Number(exponent) + decimals}`));
  const result = Number(`${moved}e-${decimals}`);
  return Number.isFinite(result) ? result : number;
}

function numbersOf(values: readonly unknown[], work: Work): number[] {
  const [first] = values;
  const list: readonly unknown[] = values.length === 1 && Array.isArray(first) ? first : values;
  if (list.length === 0) throw new ExpressionError("missing", "There is no number in the list.");
  work.charge(list.length);
  return list.map((number) => asNumber(accept(number)));
}

function sum(numbers: readonly number[]): number {
  const total = numbers.reduce((result, number) => result + number, 0);
  if (!Number.isFinite(total)) throw new ExpressionError("type", "The sum is too large.");
  return total;
}
