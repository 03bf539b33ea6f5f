import type { Findable } from "./findable.ts";
import { isMisspelt } from "./is-misspelt.ts";
import { stemsOf } from "./stems.ts";

/** Where a word stands, and what it is worth there. */
const WORTH = { title: 4, keywords: 2, description: 1 } as const;
/** Of a word that begins as one of the query. */
const PREFIX_WORTH = 0.6;
/** Of a word that is like one of the query which stands nowhere. */
const MISSPELT_WORTH = 0.4;
/** As in BM25: how soon more of the same adds little. */
const SATURATION = 1.2;

export interface WordIndex {
  /** Places in the list of things, the best first. */
  search(query: string): { index: number; score: number }[];
}

/** Compares words, by their stems: a rare one counts more, a title more than a description. Small enough to be made anew when things change. */
export function createWordIndex(things: readonly Pick<Findable, "title" | "keywords" | "description">[]): WordIndex {
  const found = new Map<string, Map<number, number>>();
  for (const [index, { title, keywords = [], description }] of things.entries()) {
    for (const [field, text] of Object.entries({ title, keywords: keywords.join(" "), description })) {
      for (const stem of stemsOf(text)) {
        const places = found.get(stem) ?? new Map<number, number>();
        places.set(index, (places.get(index) ?? 0) + WORTH[field as keyof typeof WORTH]);
        found.set(stem, places);
      }
    }
  }
  const stems = [...found.keys()];
  /** The stems that a word of a query may mean, each with what it is worth. */
  const meant = (asked: string): (readonly [stem: string, worth: number])[] => {
    const begins = mayBegin(asked) ? stems.filter((stem) => stem.startsWith(asked)) : found.has(asked) ? [asked] : [];
    if (begins.length > 0) return begins.map((stem) => [stem, stem === asked ? 1 : PREFIX_WORTH]);
    return stems.filter((stem) => isMisspelt(asked, stem)).map((stem) => [stem, MISSPELT_WORTH]);
  };
  return {
    search: (query) => {
      const scores = new Map<number, number>();
      for (const asked of new Set(stemsOf(query))) {
        const best = new Map<number, number>();
        for (const [stem, sameness] of meant(asked)) {
          const places = found.get(stem) ?? new Map<number, number>();
          const rarity = Math.log(1 + (things.length - places.size + 0.5) / (places.size + 0.5));
          for (const [index, worth] of places) {
            const score = (rarity * worth * sameness) / (worth + SATURATION);
            best.set(index, Math.max(best.get(index) ?? 0, score));
          }
        }
        for (const [index, score] of best) scores.set(index, (scores.get(index) ?? 0) + score);
      }
      return [...scores].map(([index, score]) => ({ index, score })).sort((a, b) => b.score - a.score || a.index - b.index);
    },
  };
}

/** One letter of an alphabet begins too much; one of a script of words does not. */
function mayBegin(asked: string): boolean {
  return asked.length >= 2 || /\p{Lo}/u.test(asked);
}
