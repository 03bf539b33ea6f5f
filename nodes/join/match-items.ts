import { NodeError } from "#runtime/node/node-error.ts";
import { combinedKey } from "../kit/lists/equality-key.ts";
import { type FieldPath, readPath, toFieldPath } from "../kit/lists/field-path.ts";
import { forEachInTurns, type Turns } from "../kit/lists/turns.ts";
import type { JoinConfig } from "./config.ts";

/** Rows that may come of one join: items that share a key multiply. */
export const MAX_ROWS = 1_000_000;

export interface Matched {
  left: readonly unknown[];
  right: readonly unknown[];
  /** The places in the right list that match, by the place in the left list; none is an empty list. */
  matches: readonly (readonly number[])[];
  /** Whether the right item matches anything, by its place. */
  isMatched: readonly boolean[];
}

const NONE: readonly number[] = [];

/** Finds what matches, in time linear in both lists. Throws `NodeError("limit")` before there are too many rows. */
export async function matchItems(keys: JoinConfig["keys"], lists: Pick<Matched, "left" | "right">, turns: Turns): Promise<Matched> {
  const { left, right } = lists;
  const places = new Map<string, number[]>();
  const keyOfRight = keyReader(keys.map((key) => toFieldPath(key.right)));
  await forEachInTurns(right, turns, (item, index) => {
    const key = keyOfRight(item);
    if (key === undefined) return;
    const same = places.get(key);
    if (same) same.push(index);
    else places.set(key, [index]);
  });
  const keyOfLeft = keyReader(keys.map((key) => toFieldPath(key.left)));
  const matches: (readonly number[])[] = [];
  const found = new Set<readonly number[]>();
  let rows = 0;
  await forEachInTurns(left, turns, (item) => {
    const key = keyOfLeft(item);
    const same = (key === undefined ? undefined : places.get(key)) ?? NONE;
    rows += same.length;
    if (rows > MAX_ROWS)
      throw new NodeError("limit", `More than ${MAX_ROWS} pairs match. Match on more fields, or remove duplicates first.`, { happened: "no" });
    matches.push(same);
    found.add(same);
  });
  const isMatched: boolean[] = new Array(right.length).fill(false);
  for (const same of found) for (const place of same) isMatched[place] = true;
  return { left, right, matches, isMatched };
}

/** Undefined for an item that lacks a part of the key: it matches nothing. */
function keyReader(paths: readonly FieldPath[]): (item: unknown) => string | undefined {
  return (item) => {
    const values = paths.map((path) => readPath(item, path));
    return values.length === 0 || values.some((value) => value === undefined || value === null) ? undefined : combinedKey(values);
  };
}
