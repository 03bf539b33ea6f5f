import { z } from "zod";

/** Any JSON value. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Keys that could reach a prototype; refused in every document, body and message. */
export const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/** Nesting accepted in a document or body (`quality.md`, collaboration limits: depth 16, plus the envelope). */
export const MAX_JSON_DEPTH = 32;

/** The path of the first forbidden key or too deep value, or undefined when the value is plain JSON. Linear in its size. */
export function findUnsafeJson(value: unknown, depth = 0): { path: string; reason: string } | undefined {
  if (value === null || typeof value === "string" || typeof value === "boolean") return undefined;
  if (typeof value === "number") return Number.isFinite(value) ? undefined : { path: "", reason: "is not a finite number" };
  if (typeof value !== "object") return { path: "", reason: "is not JSON" };
  if (depth >= MAX_JSON_DEPTH) return { path: "", reason: `is nested deeper than ${MAX_JSON_DEPTH}` };
  if (Object.getPrototypeOf(value) !== Object.prototype && Object.getPrototypeOf(value) !== null && !Array.isArray(value)) {
    return { path: "", reason: "is not a plain object" };
  }
  for (const key of Object.keys(value)) {
    if (FORBIDDEN_KEYS.has(key)) return { path: `/${key}`, reason: "uses a key that is not allowed" };
    const inner = findUnsafeJson((value as Record<string, unknown>)[key], depth + 1);
    if (inner) return { path: `/${key}${inner.path}`, reason: inner.reason };
  }
  return undefined;
}

/** Accepts JSON values free of forbidden keys and bounded in depth. */
export const jsonSchema: z.ZodType<Json> = z.custom<Json>((value) => findUnsafeJson(value) === undefined, {
  error: (issue) => {
    const found = findUnsafeJson(issue.input);
    return found ? `The value at "${found.path || "/"}" ${found.reason}.` : "This is not a JSON value.";
  },
});

/** Accepts any JSON data without limits on keys: what nodes yield and runs are given, which is stored and shown but never becomes part of a document. */
export const dataSchema: z.ZodType<Json> = z.json();

/** A zod path as a JSON pointer (RFC 6901). */
export function pointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
