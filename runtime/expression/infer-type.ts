import { countProblem, findFunction, unknownFunctionMessage } from "./call-function.ts";
import { inferName, type TypeScope } from "./infer-name.ts";
import { inferBinary } from "./infer-operator.ts";
import { itemOf, listOf, mayBe, typeText, type ValueType } from "./signature.ts";
import type { Syntax } from "./syntax.ts";

/** The type of an expression as far as it is certain, `any` otherwise; tells `scope.report` what cannot work. */
export function inferType(syntax: Syntax, scope: TypeScope): ValueType {
  switch (syntax.kind) {
    case "literal":
      return literalType(syntax.value);
    case "root":
    case "local":
    case "unknown-name":
      return inferName(syntax, scope);
    case "field":
      return inferName(syntax, scope) ?? inferField(syntax, scope);
    case "index":
      return inferIndex(syntax, scope);
    case "call":
      return inferCall(syntax, scope);
    case "has":
      inferType(syntax.value, scope);
      return "boolean";
    case "default":
      return same(inferType(syntax.value, scope), inferType(syntax.fallback, scope));
    case "comprehension":
      return inferComprehension(syntax, scope);
    case "list":
      return listOf(
        syntax.items
          .map((item) => inferType(item, scope))
          .reduce<ValueType | undefined>((all, type) => (all === undefined ? type : same(all, type)), undefined) ?? "any",
      );
    case "map":
      for (const { key, value } of syntax.entries) {
        expect(key, "text", scope);
        inferType(value, scope);
      }
      return "map";
    case "not":
      return expect(syntax.value, "boolean", scope);
    case "negate":
      return expect(syntax.value, "number", scope);
    case "and":
    case "or":
      expect(syntax.left, "boolean", scope);
      return expect(syntax.right, "boolean", scope);
    case "conditional":
      expect(syntax.condition, "boolean", scope);
      return same(inferType(syntax.met, scope), inferType(syntax.otherwise, scope));
    case "binary":
      return inferBinary(syntax, { left: inferType(syntax.left, scope), right: inferType(syntax.right, scope) }, scope.report);
  }
}

function literalType(value: string | number | boolean | null): ValueType {
  if (value === null) return "null";
  if (typeof value === "string") return "text";
  return typeof value === "number" ? "number" : "boolean";
}

function same(left: ValueType, right: ValueType): ValueType {
  return left === right ? left : "any";
}

function expect(syntax: Syntax, wanted: "text" | "number" | "boolean", scope: TypeScope): ValueType {
  const type = inferType(syntax, scope);
  if (!mayBe(type, wanted)) scope.report(`Here must stand ${typeText(wanted)}, not ${typeText(type)}.`, syntax.at);
  return wanted;
}

function inferField(syntax: Extract<Syntax, { kind: "field" }>, scope: TypeScope): ValueType {
  const type = inferType(syntax.object, scope);
  if (mayBe(type, "map")) return "any";
  const hint = itemOf(type) === undefined ? "" : ` Take an item first, for example [0].${syntax.key}.`;
  scope.report(`There is no "${syntax.key}" in ${typeText(type)}: only a map has named fields.${hint}`, syntax.at);
  return "any";
}

function inferIndex(syntax: Extract<Syntax, { kind: "index" }>, scope: TypeScope): ValueType {
  const [type, index] = [inferType(syntax.object, scope), inferType(syntax.index, scope)];
  const item = itemOf(type);
  if (item !== undefined && !mayBe(index, "number"))
    scope.report(`An item of a list has a whole number as its position, not ${typeText(index)}.`, syntax.index.at);
  if (item === undefined && !mayBe(type, "map")) scope.report(`There are no items in ${typeText(type)}: only a list or a map has them.`, syntax.at);
  return item ?? "any";
}

function inferCall(syntax: Extract<Syntax, { kind: "call" }>, scope: TypeScope): ValueType {
  const types = syntax.values.map((value) => inferType(value, scope));
  const found = findFunction(syntax.name);
  if (found === undefined) {
    scope.report(unknownFunctionMessage(syntax.name), syntax.at);
    return "any";
  }
  const problem = countProblem(found, syntax.values.length);
  if (problem !== undefined) scope.report(problem, syntax.at);
  for (const [index, parameter] of found.parameters.entries()) {
    const [value, type] = [syntax.values[index], types[index]];
    if (value === undefined || type === undefined || mayBe(type, parameter.type)) continue;
    scope.report(`${syntax.name} needs ${typeText(parameter.type)} as its ${parameter.name}, not ${typeText(type)}.`, value.at);
  }
  return found.returns;
}

function inferComprehension(syntax: Extract<Syntax, { kind: "comprehension" }>, scope: TypeScope): ValueType {
  const range = inferType(syntax.range, scope);
  const item = itemOf(range);
  if (item === undefined && !mayBe(range, "map")) scope.report(`${syntax.name} needs a list or a map, not ${typeText(range)}.`, syntax.at);
  const inner = { ...scope, locals: [...scope.locals, item ?? (range === "map" ? "text" : "any")] };
  if (syntax.predicate) expect(syntax.predicate, "boolean", inner);
  const result = syntax.transform && inferType(syntax.transform, inner);
  if (syntax.name === "map") return listOf(result ?? "any");
  return syntax.name === "filter" ? listOf(item ?? "any") : "boolean";
}
