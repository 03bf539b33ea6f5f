import { ExpressionError } from "./expression-error.ts";
import { asList, asMap, asText, type FunctionEntry } from "./function-entry.ts";
import { MAX_VALUE_DEPTH } from "./limits.ts";
import { textSize } from "./text-functions.ts";
import { accept, describe, inspect, isPlainMap, readField, toJson, toText } from "./values.ts";
import type { Work } from "./work.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_MAP = 0x7b;
const CLOSE_MAP = 0x7d;

export const valueFunctions: readonly FunctionEntry[] = [
  {
    name: "size",
    signature: "size(value: any): number",
    description: "How many characters a text, items a list or fields a map has.",
    example: { source: "[4, 5, 6].size()", result: 3 },
    apply: ([value], work) => size(value, work),
  },
  {
    name: "first",
    signature: "first(list: list<any>): any",
    description: "The first item, or null when the list is empty.",
    example: { source: "[4, 5, 6].first()", result: 4 },
    apply: ([list]) => accept(asList(list)[0] ?? null),
  },
  {
    name: "last",
    signature: "last(list: list<any>): any",
    description: "The last item, or null when the list is empty.",
    example: { source: "[4, 5, 6].last()", result: 6 },
    apply: ([list]) => accept(asList(list).at(-1) ?? null),
  },
  {
    name: "keys",
    signature: "keys(map: map): list<text>",
    description: "The names of the map's fields.",
    example: { source: 'keys({"a": 1, "b": 2})', result: ["a", "b"] },
    apply: ([map], work) => keysOf(map, work),
  },
  {
    name: "values",
    signature: "values(map: map): list<any>",
    description: "The values of the map's fields.",
    example: { source: 'values({"a": 1, "b": 2})', result: [1, 2] },
    apply: ([map], work) => keysOf(map, work).map((key) => readField(map, key) ?? null),
  },
  {
    name: "string",
    signature: "string(value: any): text",
    description: "The value as text, as it stands in a template: null is empty, lists and maps are JSON.",
    example: { source: '"n=" + string(4.5)', result: "n=4.5" },
    apply: ([value], work) => toText(value, work),
  },
  {
    name: "int",
    signature: "int(value: any): number",
    description: "A whole number: a text is read, decimals are cut off.",
    example: { source: 'int("42") + int(2.9)', result: 44 },
    apply: ([value]) => Math.trunc(toNumber(value, "int")),
  },
  {
    name: "double",
    signature: "double(value: any): number",
    description: "A number, read from text.",
    example: { source: 'double("2.5")', result: 2.5 },
    apply: ([value]) => toNumber(value, "double"),
  },
  {
    name: "json",
    signature: "json(value: any): text",
    description: "The value as JSON text.",
    example: { source: 'json({"a": [1, null]})', result: '{"a":[1,null]}' },
    apply: ([value], work) => toJson(value, work),
  },
  {
    name: "parseJson",
    signature: "parseJson(text: text): any",
    description: "The value of a JSON text.",
    example: { source: 'parseJson("[1, 2]")[1]', result: 2 },
    apply: ([text], work) => parseJson(asText(text), work),
  },
];

function size(value: unknown, work: Work): number {
  if (typeof value === "string") return textSize(value, work);
  if (Array.isArray(value)) return value.length;
  if (isPlainMap(value)) return keysOf(value, work).length;
  throw new ExpressionError("type", `size needs text, a list or a map, not ${describe(value)}.`);
}

function keysOf(map: unknown, work: Work): string[] {
  const keys = Object.keys(asMap(map));
  work.buildList(keys.length);
  work.charge(keys.length * 4);
  return keys;
}

function toNumber(value: unknown, name: string): number {
  if (typeof value === "number") return value;
  if (typeof value === "string" && value.length <= 64 && /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(value)) {
    const number = Number(value);
    if (Number.isFinite(number)) return number;
  }
  if (typeof value === "string") throw new ExpressionError("type", `${name} cannot read "${value.slice(0, 40)}" as a number.`);
  throw new ExpressionError("type", `${name} needs text or a number, not ${describe(value)}.`);
}

function parseJson(text: string, work: Work): unknown {
  work.charge(text.length >> 2);
  chargeContainers(text, work);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ExpressionError("type", `parseJson cannot read this text as JSON: it begins with ${JSON.stringify(text.slice(0, 40))}.`);
  }
  inspect(value, work);
  return value;
}

/** Lists and maps are what parsing costs most, 330,000 empty maps 45 ms; 500,000 nested lists took 85 ms before their depth could be seen. */
function chargeContainers(text: string, work: Work): void {
  let depth = 0;
  let isInText = false;
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (character === BACKSLASH) at++;
    if (character === QUOTE) isInText = !isInText;
    if (isInText) continue;
    if (character === CLOSE_LIST || character === CLOSE_MAP) depth--;
    if (character !== OPEN_LIST && character !== OPEN_MAP) continue;
    work.charge(2);
    depth++;
    if (depth > MAX_VALUE_DEPTH) throw new ExpressionError("limit", `The value is nested deeper than ${MAX_VALUE_DEPTH}.`);
  }
}
