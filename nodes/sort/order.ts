import { type FieldPath, readPath, toFieldPath } from "../kit/lists/field-path.ts";
import { instantOf } from "../kit/lists/instant-of.ts";
import { numberOf } from "../kit/lists/number-of.ts";
import type { SortKey } from "./node.ts";

/** What an item is sorted by under one key; of two kinds the smaller one comes first. */
interface Place {
  kind: number;
  value: number | string;
}

/** Undefined: there is nothing to sort by, so that the item comes last. */
export interface Entry {
  item: unknown;
  places: readonly (Place | undefined)[];
}

/** Works out once what an item is sorted by, so that comparing is quick. Throws `NodeError("validation")` for a path that is none. */
export function createEntries(keys: readonly SortKey[]): (item: unknown) => Entry {
  const readers = keys.map((key) => ({ path: toFieldPath(key.field), key }));
  return (item) => ({ item, places: readers.map((reader) => placeOf(item, reader)) });
}

function placeOf(item: unknown, { path, key }: { path: FieldPath; key: SortKey }): Place | undefined {
  const value = readPath(item, path);
  switch (key.as) {
    case "automatic":
      return automatic(value, key);
    case "number":
      return numeric(numberOf(value));
    case "date":
      return numeric(instantOf(value));
    case "text":
      return isScalar(value) ? { kind: 0, value: plain(String(value), key) } : undefined;
    case "natural-text":
      return isScalar(value) ? { kind: 0, value: natural(plain(String(value), key)) } : undefined;
  }
}

/** Numbers, then true and false, then texts. */
function automatic(value: unknown, key: SortKey): Place | undefined {
  const number = numberOf(value);
  if (number !== undefined) return { kind: 0, value: number };
  if (typeof value === "boolean") return { kind: 1, value: value ? 1 : 0 };
  return typeof value === "string" ? { kind: 2, value: plain(value, key) } : undefined;
}

function numeric(value: number | undefined): Place | undefined {
  return value === undefined ? undefined : { kind: 0, value };
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

/** The same on every machine: no locale has a say. */
function plain(text: string, { exact }: SortKey): string {
  if (exact) return text;
  const isAscii = !/\P{ASCII}/u.test(text);
  return (isAscii ? text : text.normalize("NFKD").replaceAll(/\p{M}/gu, "")).toLowerCase();
}

/** A text whose characters are in the order of its numbers: each is written as 0, how many digits it has, and the digits. */
function natural(text: string): string {
  return text.replaceAll(/0*(\d+)/g, (_, digits: string) => `0${String.fromCharCode(Math.min(digits.length, 0xffff))}${digits}`);
}

export function compareEntries(keys: readonly SortKey[]): (left: Entry, right: Entry) => number {
  const signs = keys.map(({ order }) => (order === "ascending" ? 1 : -1));
  return (left, right) => {
    for (let at = 0; at < signs.length; at++) {
      const difference = comparePlaces(left.places[at], right.places[at], signs[at] ?? 1);
      if (difference !== 0) return difference;
    }
    return 0;
  };
}

/** What is missing comes last either way. */
function comparePlaces(left: Place | undefined, right: Place | undefined, sign: number): number {
  if (left === undefined || right === undefined) return left === right ? 0 : left === undefined ? 1 : -1;
  if (left.kind !== right.kind) return sign * (left.kind - right.kind);
  return left.value === right.value ? 0 : left.value < right.value ? -sign : sign;
}
