import { ExpressionError } from "#runtime/expression/expression-error.ts";
import { Work } from "#runtime/expression/work.ts";
import type { ConfigProblem } from "#runtime/node/define.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { checkFieldPath, readPath, toFieldPath } from "../kit/lists/field-path.ts";
import type { Condition, FilterConfig } from "./config.ts";
import { TESTS, type Test } from "./operators.ts";

/** Steps of reading a field and comparing it. */
const CONDITION_STEPS = 5;

/** The conditions as one test of an item. Throws `NodeError("validation")`. */
export function compileConditions({ conditions, match, ignoreCase }: Pick<FilterConfig, "conditions" | "match" | "ignoreCase">): Test {
  const tests = conditions.map(({ field, operator, value }): Test => {
    const path = toFieldPath(field);
    const test = TESTS[operator]({ value, ignoreCase });
    return (item, work) => {
      work.charge(CONDITION_STEPS);
      return test(readPath(item, path), work);
    };
  });
  return match === "all" ? (item, work) => tests.every((test) => test(item, work)) : (item, work) => tests.some((test) => test(item, work));
}

/** What is wrong with the conditions of a draft. */
export function checkConditions(conditions: readonly Condition[]): ConfigProblem[] {
  if (conditions.length === 0) return [{ path: "/conditions", message: "Add a condition." }];
  return conditions.flatMap(({ field, operator, value }, index) => {
    const message = problemOfValue({ operator, value });
    return [...checkFieldPath(`/conditions/${index}/field`, field), ...(message === undefined ? [] : [{ path: `/conditions/${index}/value`, message }])];
  });
}

function problemOfValue({ operator, value }: Pick<Condition, "operator" | "value">): string | undefined {
  if (typeof value === "string" && value.includes("{{")) return undefined;
  if (value === null || (typeof value === "object" && !Array.isArray(value))) return "This is neither text, a number, true, false nor a list.";
  if (operator === "matches" && value === "") return "Write a regular expression.";
  try {
    // an empty text reads the pattern and costs nothing else
    TESTS[operator]({ value, ignoreCase: false })("", new Work());
  } catch (error) {
    if (error instanceof NodeError || error instanceof ExpressionError) return error.message;
    throw error;
  }
}
