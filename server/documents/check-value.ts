import { FORBIDDEN_KEYS } from "#runtime/graph/json.ts";
import { DOCUMENT_LIMITS } from "./limits.ts";
import { malformed, overLimit } from "./verdict.ts";

/** Refuses what is not plain JSON, forbidden keys, too deep nesting and too long texts. Bounded in depth, linear in size. */
export function checkValue(value: unknown, depth = 0): void {
  if (value === null || typeof value === "boolean") return;
  if (typeof value === "string") checkLength(value.length);
  else if (typeof value === "number") checkNumber(value);
  else if (typeof value === "object") checkMembers(value, depth);
  else throw malformed(`A value is of the type ${typeof value}, which JSON does not have.`);
}

function checkMembers(value: object, depth: number): void {
  if (depth >= DOCUMENT_LIMITS.depth) throw overLimit(`A value is nested deeper than ${DOCUMENT_LIMITS.depth} levels.`);
  if (!Array.isArray(value) && Object.getPrototypeOf(value) !== Object.prototype) throw malformed("A value is not a plain object.");
  for (const [key, member] of Object.entries(value)) {
    checkKey(key);
    checkValue(member, depth + 1);
  }
}

function checkNumber(value: number): void {
  if (!Number.isFinite(value)) throw malformed("A number is not finite.");
}

export function checkKey(key: string): void {
  if (FORBIDDEN_KEYS.has(key)) throw malformed(`The key "${key}" is not allowed.`);
}

export function checkLength(length: number): void {
  if (length > DOCUMENT_LIMITS.text) throw overLimit(`A text is longer than ${DOCUMENT_LIMITS.text / 1024} Ki characters.`);
}
