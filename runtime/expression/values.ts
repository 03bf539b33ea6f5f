import { FORBIDDEN_KEYS } from "../graph/json.ts";
import { ExpressionError } from "./expression-error.ts";
import type { Work } from "./work.ts";

export type ValueKind = "null" | "text" | "number" | "boolean" | "list" | "map";
export type PlainMap = Readonly<Record<string, unknown>>;

export function isPlainMap(value: unknown): value is PlainMap {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Throws `type` for what is not JSON: functions, symbols, dates, class instances, NaN. */
export function kindOf(value: unknown): ValueKind {
  switch (typeof value) {
    case "string":
      return "text";
    case "number":
      if (Number.isFinite(value)) return "number";
      break;
    case "boolean":
      return "boolean";
    case "undefined":
      return "null";
    case "object":
      if (value === null) return "null";
      if (Array.isArray(value)) return "list";
      if (isPlainMap(value)) return "map";
  }
  throw new ExpressionError("type", "This is not plain data (text, number, boolean, list, map or null), so an expression cannot use it.");
}

const KIND_TEXT: Record<ValueKind, string> = { null: "null", text: "text", number: "a number", boolean: "true or false", list: "a list", map: "a map" };

export function describe(value: unknown): string {
  return KIND_TEXT[kindOf(value)];
}

/** Lets JSON in. A host's bigint becomes a number when that is exact. */
export function accept(value: unknown): unknown {
  if (typeof value === "bigint") {
    const number = Number(value);
    if (Number.isSafeInteger(number)) return number;
    throw new ExpressionError("type", "This whole number is too large to be exact. Pass it as text.");
  }
  if (value !== undefined) kindOf(value);
  return value;
}

export function refuseKey(key: string): void {
  if (FORBIDDEN_KEYS.has(key)) throw new ExpressionError("type", `The name "${key}" may not be used in an expression.`);
}

/** An own data property of a plain map, or undefined. Never runs a getter, never sees a prototype. `key` has passed `refuseKey`. */
export function readField(container: unknown, key: string): unknown {
  if (container === null || container === undefined) return undefined;
  if (!isPlainMap(container)) {
    throw new ExpressionError("type", `There is no "${key}" in ${describe(container)}: only a map has named fields.`);
  }
  const property = Object.getOwnPropertyDescriptor(container, key);
  return property === undefined ? undefined : accept(property.value);
}

/** An item by position, or a field by name; undefined when there is none. */
export function readIndex(container: unknown, index: unknown): unknown {
  if (container === null || container === undefined) return undefined;
  if (Array.isArray(container)) {
    if (typeof index !== "number" || !Number.isInteger(index))
      throw new ExpressionError("type", `An item of a list has a whole number as its position, not ${describe(index)}.`);
    return index >= 0 && index < container.length ? accept(container[index]) : undefined;
  }
  if (typeof index !== "string") throw new ExpressionError("type", `A field of a map has text as its name, not ${describe(index)}.`);
  refuseKey(index);
  return readField(container, index);
}

/** Deep equality of JSON. Values of different kinds are not equal. */
export function isEqual(left: unknown, right: unknown, work: Work): boolean {
  if (typeof left === "string" && typeof right === "string") {
    work.readText(Math.min(left.length, right.length));
    return left === right;
  }
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  return work.nested(() => hasEqualParts(left, right, work));
}

function hasEqualParts(left: object, right: object, work: Work): boolean {
  if (Array.isArray(left)) {
    if (!Array.isArray(right) || left.length !== right.length) return false;
    work.charge(left.length);
    return left.every((item, index) => isEqual(accept(item), accept(right[index]), work));
  }
  if (!isPlainMap(left) || !isPlainMap(right)) return false;
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  work.charge(keys.length * 8);
  return keys.every((key) => Object.hasOwn(right, key) && isEqual(readField(left, key), readField(right, key), work));
}

/** Walks a whole value: throws `type` when it is not JSON, `limit` when it is too deep or too large. */
export function inspect(value: unknown, work: Work): void {
  const kind = kindOf(value);
  if (typeof value === "string") work.readText(value.length);
  else if (kind === "list" || kind === "map") work.nested(() => inspectParts(value, work));
}

function inspectParts(value: unknown, work: Work): void {
  if (Array.isArray(value)) {
    work.charge(value.length);
    for (const item of value) inspect(item, work);
  } else if (isPlainMap(value)) {
    const keys = Object.keys(value);
    work.charge(keys.length * 4);
    for (const key of keys) {
      const property = Object.getOwnPropertyDescriptor(value, key);
      if (property?.get !== undefined || key === "__proto__") throw new ExpressionError("type", `The field "${key}" is not plain data.`);
      work.readText(key.length);
      inspect(property?.value, work);
    }
  }
}

/** A value as it stands in text: null is empty, lists and maps are JSON. */
export function toText(value: unknown, work: Work): string {
  switch (kindOf(value)) {
    case "null":
      return "";
    case "text":
    case "number":
    case "boolean":
      return String(value);
    case "list":
    case "map":
      return toJson(value, work);
  }
}

export function toJson(value: unknown, work: Work): string {
  inspect(value, work);
  const text = JSON.stringify(value ?? null);
  work.buildText(text.length);
  return text;
}
