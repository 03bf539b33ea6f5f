import { closestName } from "./closest-name.ts";
import { ExpressionError } from "./expression-error.ts";
import type { FunctionEntry } from "./function-entry.ts";
import { forms, functions } from "./functions.ts";
import { listOf, mayBe, parseSignature, type Signature, typeText, type ValueType } from "./signature.ts";
import { kindOf } from "./values.ts";
import type { Work } from "./work.ts";

/** What a call costs beside its function's own work: measured 80 to 100 ns. */
const CALL_STEPS = 5;

export interface KnownFunction extends Signature {
  entry: FunctionEntry;
}

const known: ReadonlyMap<string, KnownFunction> = new Map(functions.map((entry) => [entry.name, { entry, ...parseSignature(entry.signature) }]));

export function findFunction(name: string): KnownFunction | undefined {
  return known.get(name);
}

export function unknownFunctionMessage(name: string): string {
  const closest = closestName(
    name,
    [...functions, ...forms].map((entry) => entry.name),
  );
  return `There is no function called "${name}".${closest === undefined ? "" : ` Did you mean "${closest}"?`}`;
}

/** What is wrong with the number of values, or undefined. */
export function countProblem({ entry, parameters }: KnownFunction, count: number): string | undefined {
  const required = parameters.filter((parameter) => !parameter.isOptional).length;
  const isRest = parameters.some((parameter) => parameter.isRest);
  if (count >= required && (isRest || count <= parameters.length)) return undefined;
  return `${entry.name} takes other values: ${entry.signature}. For example ${entry.example.source}.`;
}

/** The function as it is called: counts and kinds are checked against the signature. Throws `ExpressionError`. */
export function callFunction(name: string): (values: readonly unknown[], work: Work) => unknown {
  const found = known.get(name);
  if (found === undefined) {
    return () => {
      throw new ExpressionError("type", unknownFunctionMessage(name));
    };
  }
  return (values, work) => {
    work.charge(CALL_STEPS);
    const problem = countProblem(found, values.length);
    if (problem !== undefined) throw new ExpressionError("type", problem);
    for (const [index, parameter] of found.parameters.entries()) {
      const value = values[index];
      if (value === undefined || parameter.type === "any" || mayBe(valueType(value), parameter.type)) continue;
      throw new ExpressionError("type", `${name} needs ${typeText(parameter.type)} as its ${parameter.name}, not ${typeText(valueType(value))}.`);
    }
    return found.entry.apply(values, work);
  };
}

function valueType(value: unknown): ValueType {
  const kind = kindOf(value);
  return kind === "list" ? listOf("any") : kind;
}
