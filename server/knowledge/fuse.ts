/** The k of reciprocal rank fusion, as its authors chose it. */
const K = 60;

export interface Ranked<Key> {
  key: Key;
  /** The sum of weight/(60 + rank) over the lists that hold it. */
  score: number;
  /** From 1, a list each; undefined where it is not in one. */
  ranks: (number | undefined)[];
}

export interface Entry<Key> {
  key: Key;
  /** How much its place in the list says, from 0 to 1; absent: 1. */
  weight?: number;
}

/** Joins lists, each with the best first, by reciprocal rank (Cormack, Clarke and Büttcher, 2009): scores of different kinds need not be comparable. */
export function fuse<Key>(lists: readonly (readonly Entry<Key>[])[]): Ranked<Key>[] {
  const found = new Map<Key, Ranked<Key>>();
  for (const [list, entries] of lists.entries()) {
    for (const [index, { key, weight = 1 }] of entries.entries()) {
      const entry = found.get(key) ?? { key, score: 0, ranks: lists.map(() => undefined) };
      entry.score += weight / (K + index + 1);
      entry.ranks[list] = index + 1;
      found.set(key, entry);
    }
  }
  return [...found.values()].sort((a, b) => b.score - a.score);
}
