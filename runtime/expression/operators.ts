import { ExpressionError } from "./expression-error.ts";
import type { BinaryOperator } from "./syntax.ts";
import { accept, describe, isEqual, isPlainMap } from "./values.ts";
import type { Work } from "./work.ts";

type Operation = (left: unknown, right: unknown, work: Work) => unknown;

/** Numbers are JSON's numbers: `7 / 2` is 3.5, and 1 and 1.0 are the same. Throws `ExpressionError`. */
export const OPERATIONS: Readonly<Record<BinaryOperator, Operation>> = {
  "+": add,
  "-": arithmetic("-", (left, right) => left - right),
  "*": arithmetic("*", (left, right) => left * right),
  "/": arithmetic("/", (left, right) => left / right),
  "%": arithmetic("%", (left, right) => left % right),
  "==": (left, right, work) => isEqual(left, right, work),
  "!=": (left, right, work) => !isEqual(left, right, work),
  "<": comparison("<", (left, right) => left < right),
  "<=": comparison("<=", (left, right) => left <= right),
  ">": comparison(">", (left, right) => left > right),
  ">=": comparison(">=", (left, right) => left >= right),
  in: isIn,
};

function add(left: unknown, right: unknown, work: Work): unknown {
  if (typeof left === "number" && typeof right === "number") return finite("+", left + right);
  if (typeof left === "string" && typeof right === "string") {
    work.buildText(left.length + right.length);
    return left + right;
  }
  if (Array.isArray(left) && Array.isArray(right)) {
    work.buildList(left.length + right.length);
    return [...left, ...right];
  }
  const hint = typeof left === "string" || typeof right === "string" ? " Turn the other value into text with string(…)." : "";
  throw new ExpressionError("type", `"+" joins two numbers, two texts or two lists, not ${describe(left)} and ${describe(right)}.${hint}`);
}

function arithmetic(operator: string, operate: (left: number, right: number) => number): Operation {
  return (left, right) => {
    if (typeof left === "number" && typeof right === "number") return finite(operator, operate(left, right));
    throw new ExpressionError("type", `"${operator}" needs two numbers, not ${describe(left)} and ${describe(right)}.`);
  };
}

/** JSON has no infinity and no "not a number". */
function finite(operator: string, result: number): number {
  if (Number.isFinite(result)) return result;
  const reason = operator === "/" || operator === "%" ? "is it a division by zero?" : "it is too large.";
  throw new ExpressionError("type", `The result of "${operator}" is not a number: ${reason}`);
}

function comparison(operator: string, compare: (left: number | string, right: number | string) => boolean): Operation {
  return (left, right, work) => {
    if (typeof left === "number" && typeof right === "number") return compare(left, right);
    if (typeof left === "string" && typeof right === "string") {
      work.readText(Math.min(left.length, right.length));
      return compare(left, right);
    }
    throw new ExpressionError("type", `"${operator}" compares two numbers or two texts, not ${describe(left)} and ${describe(right)}.`);
  };
}

function isIn(value: unknown, container: unknown, work: Work): boolean {
  if (Array.isArray(container)) {
    work.charge(container.length);
    return container.some((item) => isEqual(value, accept(item), work));
  }
  if (isPlainMap(container)) return typeof value === "string" && Object.hasOwn(container, value);
  throw new ExpressionError("type", `"in" looks into a list or a map, not ${describe(container)}. For text write text.contains(…).`);
}
