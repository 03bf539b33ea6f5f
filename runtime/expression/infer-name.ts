import { closestName } from "./closest-name.ts";
import type { ValueType } from "./signature.ts";
import { ROOT_NAMES, type Syntax } from "./syntax.ts";

export interface TypeScope {
  inputs: ReadonlyMap<string, ValueType>;
  nodes: ReadonlyMap<string, ReadonlyMap<string, ValueType>>;
  /** Undefined where there is no loop. */
  item: ValueType | undefined;
  /** Types of the enclosing comprehensions' variables, by slot. */
  locals: readonly ValueType[];
  report(message: string, position: number): void;
}

type Named = Extract<Syntax, { kind: "root" | "local" | "unknown-name" }>;
type Field = Extract<Syntax, { kind: "field" }>;

/** The type of a name, or of a field right behind one; undefined for the field of anything else. Reports names that do not exist. */
export function inferName(syntax: Named, scope: TypeScope): ValueType;
export function inferName(syntax: Field, scope: TypeScope): ValueType | undefined;
export function inferName(syntax: Named | Field, scope: TypeScope): ValueType | undefined {
  switch (syntax.kind) {
    case "local":
      return scope.locals[syntax.slot] ?? "any";
    case "unknown-name":
      scope.report(unknownName(syntax.name, scope), syntax.at);
      return "any";
    case "root":
      if ((syntax.name === "item" || syntax.name === "index") && scope.item === undefined) {
        scope.report(`"${syntax.name}" exists only inside a loop.`, syntax.at);
        return "any";
      }
      if (syntax.name === "item") return scope.item ?? "any";
      return syntax.name === "index" ? "number" : "map";
    case "field":
      return inferRootField(syntax, scope);
  }
}

function inferRootField({ object, key, at }: Field, scope: TypeScope): ValueType | undefined {
  if (object.kind === "root") {
    switch (object.name) {
      case "inputs":
        return scope.inputs.get(key) ?? unknown(`There is no input called "${key}".`, { name: key, at, among: scope.inputs }, scope);
      case "run":
        return key === "id" ? "text" : unknown(`There is no "${key}" in run.`, { name: key, at, among: new Map([["id", "text"]]) }, scope);
      case "nodes":
        return scope.nodes.has(key) ? "map" : unknown(`There is no node "${key}" before this one.`, { name: key, at, among: scope.nodes }, scope);
      default:
        return undefined;
    }
  }
  if (object.kind !== "field" || object.object.kind !== "root" || object.object.name !== "nodes") return undefined;
  const ports = scope.nodes.get(object.key);
  if (ports === undefined) return unknown(`There is no node "${object.key}" before this one.`, { name: object.key, at: object.at, among: scope.nodes }, scope);
  return ports.get(key) ?? unknown(`The node "${object.key}" has no output called "${key}".`, { name: key, at, among: ports }, scope);
}

function unknown(message: string, { name, at, among }: { name: string; at: number; among: ReadonlyMap<string, unknown> }, scope: TypeScope): ValueType {
  scope.report(`${message}${suggestion(name, [...among.keys()])}`, at);
  return "any";
}

function suggestion(name: string, names: readonly string[]): string {
  const closest = closestName(name, names);
  if (closest !== undefined) return ` Did you mean "${closest}"?`;
  return names.length === 0 || names.length > 8 ? "" : ` There is ${names.map((known) => `"${known}"`).join(", ")}.`;
}

function unknownName(name: string, scope: TypeScope): string {
  if (scope.inputs.has(name)) return `There is no "${name}" here. Did you mean "inputs.${name}"?`;
  if (scope.nodes.has(name)) return `There is no "${name}" here. Did you mean "nodes.${name}"?`;
  const closest = closestName(name, ROOT_NAMES);
  return `There is no "${name}" here. ${closest === undefined ? 'Read values as "inputs.<port>" or "nodes.<id>.<port>".' : `Did you mean "${closest}"?`}`;
}
