import { z } from "zod";
import { FORBIDDEN_KEYS } from "#runtime/graph/json.ts";
import type { ConfigProblem } from "#runtime/node/define.ts";
import { hint } from "#runtime/node/fields.ts";
import { NodeError } from "#runtime/node/node-error.ts";

/** Names of fields and places in lists, from the outside in. The empty path is the value itself. */
export type FieldPath = readonly (string | number)[];

type ParsedPath = { ok: true; path: FieldPath } | { ok: false; message: string };

/** A path people type, such as `customer.name`, `lines[0].price` or `["unit.price"]`; empty is the item itself. `checkFieldPath` says what is wrong with it. */
export function fieldPath(about: { title: string; description?: string }) {
  return hint(z.string().max(500).default(""), { placeholder: "customer.name" }, about);
}

const NAME = /[^.[\]]+/y;
const DOT_NAME = /\.([^.[\]]+)/y;
const PLACE = /\[(-?\d{1,9})\]/y;
const QUOTED = /\[("(?:[^"\\]|\\.)*")\]/y;

/** Never throws. */
export function parseFieldPath(text: string): ParsedPath {
  const source = text.trim();
  if (source.includes("{{")) return { ok: false, message: "Write the path of a field alone, customer.name for example, without {{ }}." };
  const path: (string | number)[] = [];
  for (let at = 0; at < source.length; ) {
    const found = partAt(source, at);
    if (!found) return { ok: false, message: `"${source}" is no path of a field. Write it like customer.name, lines[0].price or ["unit.price"].` };
    if (typeof found.part === "string" && FORBIDDEN_KEYS.has(found.part)) return { ok: false, message: `The field "${found.part}" may not be read.` };
    path.push(found.part);
    at = found.end;
  }
  return { ok: true, path };
}

function partAt(source: string, at: number): { part: string | number; end: number } | undefined {
  const name = at === 0 ? match(NAME, source, at) : match(DOT_NAME, source, at);
  if (name) return { part: name[1] ?? name[0], end: at + name[0].length };
  const place = match(PLACE, source, at);
  if (place) return { part: Number(place[1]), end: at + place[0].length };
  const quoted = match(QUOTED, source, at);
  const part = quoted && textOf(quoted[1] ?? "");
  return part === undefined ? undefined : { part, end: at + (quoted?.[0].length ?? 0) };
}

function match(pattern: RegExp, source: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source) ?? undefined;
}

function textOf(literal: string): string | undefined {
  try {
    return String(JSON.parse(literal));
  } catch {
    return undefined;
  }
}

/** The path of a config that has been checked. Throws `NodeError("validation")`. */
export function toFieldPath(text: string): FieldPath {
  const parsed = parseFieldPath(text);
  if (parsed.ok) return parsed.path;
  throw new NodeError("validation", parsed.message, { happened: "no" });
}

/** What is wrong with a path in the draft; `path` is the JSON pointer of its field. */
export function checkFieldPath(path: string, text: string): ConfigProblem[] {
  const parsed = parseFieldPath(text);
  return parsed.ok ? [] : [{ path, message: parsed.message }];
}

/** What stands at the path: own fields of maps and items of lists only; undefined when there is nothing. A place below 0 counts from the end. */
export function readPath(value: unknown, path: FieldPath): unknown {
  let current = value;
  for (const part of path) {
    if (typeof current !== "object" || current === null) return undefined;
    if (Array.isArray(current)) current = current.at(placeOf(part));
    else if (Object.hasOwn(current, part)) current = (current as Record<string, unknown>)[part];
    else return undefined;
  }
  return current;
}

/** `rows.0` is `rows[0]`. */
function placeOf(part: string | number): number {
  if (typeof part === "number") return part;
  return /^\d{1,9}$/.test(part) ? Number(part) : Number.POSITIVE_INFINITY;
}

/** The last name of a path, or the text itself: what a result is called after it. */
export function lastNameOf(text: string): string {
  const parsed = parseFieldPath(text);
  const name = parsed.ok ? parsed.path.findLast((part) => typeof part === "string") : undefined;
  return name === undefined ? "" : String(name);
}
