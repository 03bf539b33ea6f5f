import type { Json } from "#runtime/graph/json.ts";
import { type ExactJson, parseExactJson } from "../exact-json.ts";

/** An integer that a JavaScript number would round, as it is stored and sent to browsers: seeds of ComfyUI reach 2^64 - 1. */
export interface ExactInteger {
  $integer: string;
}

/** Reads JSON without rounding integers; NaN and the infinities are read as null. Throws `SyntaxError` where the text is no JSON. */
export function parseWorkflowText(text: string): Json {
  return storable(parseExactJson(text));
}

/** With every bigint as `{ $integer }`. */
export function storable(value: ExactJson): Json {
  if (typeof value === "bigint") return { $integer: String(value) } satisfies ExactInteger as unknown as Json;
  if (Array.isArray(value)) return value.map(storable);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, storable(member)]));
}

/** With every `{ $integer }` as bigint, for the wire. */
export function exact(value: Json): ExactJson {
  if (isExactInteger(value)) return BigInt(value.$integer);
  if (Array.isArray(value)) return value.map(exact);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, exact(member)]));
}

export function isExactInteger(value: unknown): value is ExactInteger {
  return typeof value === "object" && value !== null && "$integer" in value && typeof value.$integer === "string" && /^-?\d{1,40}$/.test(value.$integer);
}

/** The integer a value stands for, be it a number, one kept exactly, or digits; undefined for everything else. */
export function integerOf(value: unknown): bigint | undefined {
  if (typeof value === "bigint") return value;
  if (isExactInteger(value)) return BigInt(value.$integer);
  if (typeof value === "number") return Number.isInteger(value) ? BigInt(value) : undefined;
  return typeof value === "string" && /^\s*-?\d{1,40}\s*$/.test(value) ? BigInt(value.trim()) : undefined;
}
