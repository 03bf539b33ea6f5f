import { callFunction } from "#runtime/expression/call-function.ts";
import type { Work } from "#runtime/expression/work.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { equalityKey } from "../kit/lists/equality-key.ts";
import { instantOf } from "../kit/lists/instant-of.ts";
import { numberOf } from "../kit/lists/number-of.ts";
import { toText } from "../kit/text/to-text.ts";
import type { Operator } from "./config.ts";

/** Whether what an item holds passes; undefined when the field is not there. Throws `ExpressionError` ("limit"). */
export type Test = (found: unknown, work: Work) => boolean;

interface Wanted {
  value: unknown;
  ignoreCase: boolean;
}

const searchFor = { contains: callFunction("contains"), startsWith: callFunction("startsWith"), endsWith: callFunction("endsWith") };
const matches = callFunction("matches");

/** The test of one condition. What the value alone decides is worked out once. Throws `NodeError("validation")` for a value that fits no item. */
export const TESTS: Readonly<Record<Operator, (wanted: Wanted) => Test>> = {
  equals,
  "does-not-equal": (wanted) => not(equals(wanted)),
  contains,
  "does-not-contain": (wanted) => not(contains(wanted)),
  "starts-with": (wanted) => search("startsWith", wanted),
  "ends-with": (wanted) => search("endsWith", wanted),
  matches: ({ value, ignoreCase }) => {
    const pattern = ignoreCase ? `(?i)${toText(value)}` : toText(value);
    return (found, work) => isScalar(found) && matches([String(found), pattern], work) === true;
  },
  "greater-than": ({ value }) => order(value, (difference) => difference > 0),
  "at-least": ({ value }) => order(value, (difference) => difference >= 0),
  "less-than": ({ value }) => order(value, (difference) => difference < 0),
  "at-most": ({ value }) => order(value, (difference) => difference <= 0),
  after: ({ value }) => date(value, (found, wanted) => found > wanted),
  before: ({ value }) => date(value, (found, wanted) => found < wanted),
  "is-one-of": oneOf,
  "is-none-of": (wanted) => not(oneOf(wanted)),
  "is-empty": () => isEmpty,
  "is-not-empty": () => not(isEmpty),
  "is-true": () => (found) => isScalar(found) && String(found).toLowerCase() === "true",
  "is-false": () => (found) => isScalar(found) && String(found).toLowerCase() === "false",
  exists: () => exists,
  "does-not-exist": () => not(exists),
};

function not(test: Test): Test {
  return (found, work) => !test(found, work);
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

function exists(found: unknown): boolean {
  return found !== undefined && found !== null;
}

function isEmpty(found: unknown): boolean {
  if (!exists(found) || found === "") return true;
  return typeof found === "object" && found !== null && (Array.isArray(found) ? found.length : Object.keys(found).length) === 0;
}

/** Counts the reading of both, and does not write lists and maps down where a scalar is wanted. */
function equals({ value, ignoreCase }: Wanted): Test {
  const key = keyOf(value, ignoreCase);
  const isObject = typeof value === "object" && value !== null;
  return (found, work) => {
    if (!isObject && typeof found === "object" && found !== null) return false;
    const foundKey = keyOf(found, ignoreCase);
    work.readText(foundKey.length);
    return foundKey === key;
  };
}

function keyOf(value: unknown, ignoreCase: boolean): string {
  const key = equalityKey(value);
  return ignoreCase ? key.toLowerCase() : key;
}

/** A text has a part in it, a list an item. */
function contains(wanted: Wanted): Test {
  const [isPart, isItem] = [search("contains", wanted), equals(wanted)];
  return (found, work) => {
    if (!Array.isArray(found)) return isPart(found, work);
    work.charge(found.length * 4);
    return found.some((item) => isItem(item, work));
  };
}

function search(name: keyof typeof searchFor, { value, ignoreCase }: Wanted): Test {
  const call = searchFor[name];
  const part = ignoreCase ? toText(value).toLowerCase() : toText(value);
  return (found, work) => {
    if (!isScalar(found)) return false;
    const text = String(found);
    if (!ignoreCase) return call([text, part], work) === true;
    work.buildText(text.length);
    return call([text.toLowerCase(), part], work) === true;
  };
}

/** Numbers, and texts that are written like one, by their value; dates by their instant; other texts by their characters. What cannot be compared does not pass. */
function order(value: unknown, holds: (difference: number) => boolean): Test {
  const [number, instant] = [numberOf(value), typeof value === "string" ? instantOf(value) : undefined];
  return (found, work) => {
    if (number !== undefined) return isLike(numberOf(found), number, holds);
    if (typeof found !== "string" || typeof value !== "string") return false;
    if (instant !== undefined) return isLike(instantOf(found), instant, holds);
    work.readText(Math.min(found.length, value.length));
    return holds(found < value ? -1 : found > value ? 1 : 0);
  };
}

function isLike(found: number | undefined, wanted: number, holds: (difference: number) => boolean): boolean {
  return found !== undefined && holds(found - wanted);
}

function date(value: unknown, holds: (found: number, wanted: number) => boolean): Test {
  const wanted = instantOf(value);
  if (wanted === undefined) throw new NodeError("validation", `"${toText(value)}" is no date. ${DATE_HINT}`, { happened: "no" });
  return (found) => {
    const instant = instantOf(found);
    return instant !== undefined && holds(instant, wanted);
  };
}

const DATE_HINT = "Write it like 2026-01-31 or 2026-01-31T09:30:00Z.";

function oneOf({ value, ignoreCase }: Wanted): Test {
  const values: readonly unknown[] = Array.isArray(value)
    ? value
    : toText(value)
        .split(",")
        .map((part) => part.trim());
  const keys = new Set(values.map((entry) => keyOf(entry, ignoreCase)));
  return (found, work) => {
    const key = keyOf(found, ignoreCase);
    work.readText(key.length);
    return keys.has(key);
  };
}
