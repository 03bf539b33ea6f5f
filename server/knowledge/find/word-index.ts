import type { Findable } from "./findable.ts";
import { isMisspelt } from "./is-misspelt.ts";
import { stemsOf } from "./stems.ts";

/** Where a word stands, and what it is worth there. */
const WORTH = { title: 4, keywords: 2, description: 1 } as const;
/** Of a word that begins as one of the query. */
const PREFIX_WORTH = 0.6;
/** Of a word that is like one of the query which stands nowhere. */
const MISSPELT_WORTH = 0.4;
/** Words of one query that are looked for by their spelling: each is compared with all there are. */
const MOST_GUESSED = 8;
/** As in BM25: how soon more of the same adds little. */
const SATURATION = 1.2;

export interface WordHit {
  /** Place in the list of things. */
  index: number;
  score: number;
  /** None of its words is one of the query, nor begins as one: they are only like them. */
  isGuessed: boolean;
}

export interface WordIndex {
  /** The best first. */
  search(query: string): WordHit[];
}

/** A stem that a word of a query may mean, with what it is worth. */
type Meant = readonly [stem: string, worth: number];

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
  const spelt = (asked: string): Meant[] => {
    const begins = mayBegin(asked) ? stems.filter((stem) => stem.startsWith(asked)) : found.has(asked) ? [asked] : [];
    return begins.map((stem) => [stem, stem === asked ? 1 : PREFIX_WORTH]);
  };
  const guessed = (asked: string): Meant[] => stems.filter((stem) => isMisspelt(asked, stem)).map((stem) => [stem, MISSPELT_WORTH]);
  return {
    search: (query) => {
      const hits = new Map<number, WordHit>();
      let guesses = 0;
      for (const asked of new Set(stemsOf(query))) {
        const best = new Map<number, number>();
        const exact = spelt(asked);
        const isGuessed = exact.length === 0;
        const meant = isGuessed && guesses++ < MOST_GUESSED ? guessed(asked) : exact;
        for (const [stem, sameness] of meant) {
          const places = found.get(stem) ?? new Map<number, number>();
          const rarity = Math.log(1 + (things.length - places.size + 0.5) / (places.size + 0.5));
          for (const [index, worth] of places) {
            const score = (rarity * worth * sameness) / (worth + SATURATION);
            best.set(index, Math.max(best.get(index) ?? 0, score));
          }
        }
        for (const [index, score] of best) {
          const before = hits.get(index);
          hits.set(index, { index, score: (before?.score ?? 0) + score, isGuessed: isGuessed && (before?.isGuessed ?? true) });
        }
      }
      return [...hits.values()].sort((a, b) => b.score - a.score || a.index - b.index);
    },
  };
}

/** One letter of an alphabet begins too much; one of a script of words does not. */
function mayBegin(asked: string): boolean {
  return asked.length >= 2 || /\p{Lo}/u.test(asked);
}
