import { ExpressionError } from "./expression-error.ts";
import { asList, asNumber, asText, type FunctionEntry } from "./function-entry.ts";
import { matchesPattern } from "./matches-pattern.ts";
import { toText } from "./values.ts";
import type { Work } from "./work.ts";

export const textFunctions: readonly FunctionEntry[] = [
  {
    name: "contains",
    signature: "contains(text: text, part: text): boolean",
    description: "Whether the text has the part in it.",
    example: { source: '"notebook".contains("book")', result: true },
    apply: ([text, part], work) => find(asText(text), asText(part), work) !== -1,
  },
  {
    name: "startsWith",
    signature: "startsWith(text: text, part: text): boolean",
    description: "Whether the text begins with the part.",
    example: { source: '"notebook".startsWith("note")', result: true },
    apply: ([text, part], work) => asText(text).startsWith(read(part, work)),
  },
  {
    name: "endsWith",
    signature: "endsWith(text: text, part: text): boolean",
    description: "Whether the text ends with the part.",
    example: { source: '"notebook".endsWith("book")', result: true },
    apply: ([text, part], work) => asText(text).endsWith(read(part, work)),
  },
  {
    name: "matches",
    signature: "matches(text: text, pattern: text): boolean",
    description: "Whether the regular expression (RE2 syntax: no look-around, no back references) is found in the text. Use ^ and $ to match all of it.",
    example: { source: '"order 4711".matches("[0-9]+$")', result: true },
    apply: ([text, pattern], work) => matchesPattern(asText(text), asText(pattern), work),
  },
  {
    name: "lower",
    signature: "lower(text: text): text",
    description: "The text in lower case.",
    example: { source: '"Hello".lower()', result: "hello" },
    apply: ([text], work) => build(text, work).toLowerCase(),
  },
  {
    name: "upper",
    signature: "upper(text: text): text",
    description: "The text in upper case.",
    example: { source: '"Hello".upper()', result: "HELLO" },
    apply: ([text], work) => build(text, work).toUpperCase(),
  },
  {
    name: "trim",
    signature: "trim(text: text): text",
    description: "The text without white space at both ends.",
    example: { source: '"  hi ".trim()', result: "hi" },
    apply: ([text], work) => build(text, work).trim(),
  },
  {
    name: "split",
    signature: "split(text: text, separator: text): list<text>",
    description: "The parts of the text between separators; an empty separator gives the characters.",
    example: { source: '"a,b,c".split(",")', result: ["a", "b", "c"] },
    apply: ([text, separator], work) => split(build(text, work), asText(separator), work),
  },
  {
    name: "join",
    signature: "join(list: list<any>, separator?: text): text",
    description: "One text of all items, with the separator between them. Items that are not text are written as in a template.",
    example: { source: '["a", "b", 3].join(", ")', result: "a, b, 3" },
    apply: ([list, separator = ""], work) => join(asList(list), asText(separator), work),
  },
  {
    name: "replace",
    signature: "replace(text: text, part: text, replacement: text): text",
    description: "The text with every occurrence of the part replaced.",
    example: { source: '"a-b-c".replace("-", "+")', result: "a+b+c" },
    apply: ([text, part, replacement], work) => replace(build(text, work), [asText(part), asText(replacement)], work),
  },
  {
    name: "substring",
    signature: "substring(text: text, start: number, end?: number): text",
    description: "The characters from start (the first is 0) up to, not including, end. Places outside of the text mean its ends.",
    example: { source: '"notebook".substring(0, 4)', result: "note" },
    apply: ([text, start, end], work) => substring(build(text, work), [asNumber(start), end === undefined ? Number.POSITIVE_INFINITY : asNumber(end)], work),
  },
];

function read(value: unknown, work: Work): string {
  const text = asText(value);
  work.readText(text.length);
  return text;
}

function build(value: unknown, work: Work): string {
  const text = asText(value);
  work.buildText(text.length);
  work.charge(text.length >> 3);
  return text;
}

/** A character outside of the basic plane is two units in JavaScript and one for people. */
const SURROGATE = /[\ud800-\udfff]/;

/** Characters (code points), not UTF-16 units. */
export function textSize(text: string, work: Work): number {
  work.readText(text.length);
  if (!SURROGATE.test(text)) return text.length;
  work.charge(text.length);
  let size = 0;
  for (const _ of text) size++;
  return size;
}

function substring(text: string, [start, end]: readonly [number, number], work: Work): string {
  const [from, to] = [Math.max(0, Math.trunc(start)), Math.max(0, Math.trunc(end))];
  if (!SURROGATE.test(text)) return text.slice(from, to);
  work.charge(text.length);
  return [...text].slice(from, to).join("");
}

/**
 * Where the part is. The engine's search may compare every place with the whole part: 1 MB of "a" and a part of 4,000 took
 * 490 ms, so the product of both lengths is charged.
 */
function find(text: string, part: string, work: Work): number {
  work.readText(text.length);
  work.charge(Math.ceil((text.length / 256) * Math.min(part.length, text.length)));
  return text.indexOf(part);
}

/** How often the part occurs; each time costs about four steps in what is built of them. */
function count(text: string, part: string, work: Work): number {
  let hits = 0;
  for (let at = find(text, part, work); at !== -1; at = text.indexOf(part, at + part.length)) {
    work.charge(4);
    hits++;
  }
  return hits;
}

function split(text: string, separator: string, work: Work): string[] {
  work.buildList(separator === "" ? text.length : count(text, separator, work) + 1);
  return separator === "" ? [...text] : text.split(separator);
}

function join(list: readonly unknown[], separator: string, work: Work): string {
  work.buildList(list.length);
  const parts = list.map((item) => toText(item, work));
  work.buildText(parts.reduce((length, part) => length + part.length, separator.length * parts.length));
  return parts.join(separator);
}

function replace(text: string, [part, replacement]: readonly [string, string], work: Work): string {
  if (part === "") throw new ExpressionError("type", "The part to replace is empty.");
  work.buildText(text.length + count(text, part, work) * (replacement.length - part.length));
  return text.split(part).join(replacement);
}
