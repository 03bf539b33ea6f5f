/** The k of reciprocal rank fusion, as its authors chose it. */
const K = 60;

export interface Ranked<Key> {
  key: Key;
  /** The sum of 1/(60 + rank) over the lists that hold it. */
  score: number;
  /** From 1, a list each; undefined where it is not in one. */
  ranks: (number | undefined)[];
}

/** Joins lists, each with the best first, by reciprocal rank (Cormack, Clarke and Büttcher, 2009): scores of different kinds need not be comparable. */
export function fuse<Key>(lists: readonly (readonly Key[])[]): Ranked<Key>[] {
  const found = new Map<Key, Ranked<Key>>();
  for (const [list, keys] of lists.entries()) {
    for (const [index, key] of keys.entries()) {
      const entry = found.get(key) ?? { key, score: 0, ranks: lists.map(() => undefined) };
      entry.score += 1 / (K + index + 1);
      entry.ranks[list] = index + 1;
      found.set(key, entry);
    }
  }
  return [...found.values()].sort((a, b) => b.score - a.score);
}
