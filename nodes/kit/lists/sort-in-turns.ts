import type { Turns } from "./turns.ts";

/** Items sorted in one go: about a millisecond. */
const RUN_LENGTH = 1_000;
/** Comparisons between looks at the clock. */
const GLANCE = 256;

type Compare<Item> = (left: Item, right: Item) => number;

/** A stable merge sort that works in turns. The list itself stays as it is. */
export async function sortInTurns<Item>(items: readonly Item[], compare: Compare<Item>, turns: Turns): Promise<Item[]> {
  let runs: Item[][] = [];
  for (let from = 0; from < items.length; from += RUN_LENGTH) {
    runs.push(items.slice(from, from + RUN_LENGTH).sort(compare));
    if (turns.isOver) await turns.next();
  }
  while (runs.length > 1) {
    const merged: Item[][] = [];
    for (let at = 0; at < runs.length; at += 2) merged.push(await merge([runs[at] ?? [], runs[at + 1] ?? []], compare, turns));
    runs = merged;
  }
  return runs[0] ?? [];
}

async function merge<Item>([left, right]: readonly [Item[], Item[]], compare: Compare<Item>, turns: Turns): Promise<Item[]> {
  const merged: Item[] = [];
  let [atLeft, atRight] = [0, 0];
  while (atLeft < left.length && atRight < right.length) {
    // both are there: the indexes are below the lengths
    const [first, second] = [left[atLeft] as Item, right[atRight] as Item];
    if (compare(first, second) <= 0) {
      merged.push(first);
      atLeft++;
    } else {
      merged.push(second);
      atRight++;
    }
    if (merged.length % GLANCE === 0 && turns.isOver) await turns.next();
  }
  return merged.concat(left.slice(atLeft), right.slice(atRight));
}
