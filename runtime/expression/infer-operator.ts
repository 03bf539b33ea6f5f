import { itemOf, mayBe, typeText, type ValueType } from "./signature.ts";
import type { Syntax } from "./syntax.ts";

type Binary = Extract<Syntax, { kind: "binary" }>;
interface Sides {
  left: ValueType;
  right: ValueType;
}

/** The type of an operator's result; reports sides that it can never join. */
export function inferBinary(syntax: Binary, sides: Sides, report: (message: string, position: number) => void): ValueType {
  const { operator, at } = syntax;
  switch (operator) {
    case "==":
    case "!=":
      if (sides.left !== "null" && sides.right !== "null" && !mayBe(sides.left, sides.right)) {
        report(`${typeText(sides.left)} is never equal to ${typeText(sides.right)}. Turn one of them into the other, for example with string(…).`, at);
      }
      return "boolean";
    case "in":
      if (!mayBe(sides.right, "map") && itemOf(sides.right) === undefined) {
        report(`"in" looks into a list or a map, not ${typeText(sides.right)}. For text write text.contains(…).`, at);
      }
      return "boolean";
    case "+":
      return inferSum(sides, (message) => report(message, at));
    case "<":
    case "<=":
    case ">":
    case ">=":
      if (!bothMayBe(sides, "number") && !bothMayBe(sides, "text")) {
        report(`"${operator}" compares two numbers or two texts, not ${typeText(sides.left)} and ${typeText(sides.right)}.`, at);
      }
      return "boolean";
    default:
      if (!bothMayBe(sides, "number")) report(`"${operator}" needs two numbers, not ${typeText(sides.left)} and ${typeText(sides.right)}.`, at);
      return "number";
  }
}

function inferSum(sides: Sides, report: (message: string) => void): ValueType {
  const known = sides.left === "any" ? sides.right : sides.left;
  const isList = (type: ValueType) => type === "any" || itemOf(type) !== undefined;
  if (isList(sides.left) && isList(sides.right)) return sides.left === sides.right ? sides.left : "any";
  if (bothMayBe(sides, "number") || bothMayBe(sides, "text")) return known;
  const hint = sides.left === "text" || sides.right === "text" ? " Turn the other value into text with string(…)." : "";
  report(`"+" joins two numbers, two texts or two lists, not ${typeText(sides.left)} and ${typeText(sides.right)}.${hint}`);
  return "any";
}

function bothMayBe(sides: Sides, type: ValueType): boolean {
  return mayBe(sides.left, type) && mayBe(sides.right, type);
}
