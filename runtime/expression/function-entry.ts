import { ExpressionError } from "./expression-error.ts";
import { describe, isPlainMap, type PlainMap } from "./values.ts";
import type { Work } from "./work.ts";

/** What the editor's completion and the docs show of a function. */
export interface FunctionDocument {
  name: string;
  /** `name(first: type, second?: type): type`; types: any text number boolean map list<…>. */
  signature: string;
  description: string;
  /** Runs without inputs; a test compares the result. */
  example: { source: string; result: unknown };
}

/** A function as data. Values have been checked against the signature; `apply` charges `work` by the size of what it touches. */
export interface FunctionEntry extends FunctionDocument {
  apply(values: readonly unknown[], work: Work): unknown;
}

export function asText(value: unknown): string {
  if (typeof value === "string") return value;
  throw mismatch("text", value);
}

export function asNumber(value: unknown): number {
  if (typeof value === "number") return value;
  throw mismatch("a number", value);
}

export function asList(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw mismatch("a list", value);
}

export function asMap(value: unknown): PlainMap {
  if (isPlainMap(value)) return value;
  throw mismatch("a map", value);
}

function mismatch(wanted: string, value: unknown): ExpressionError {
  return new ExpressionError("type", `This needs ${wanted}, not ${describe(value)}.`);
}
