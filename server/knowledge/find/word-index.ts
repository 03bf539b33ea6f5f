import type { Findable } from "./findable.ts";

/** Where a word stands, and what it is worth there. */
const WORTH = { title: 4, keywords: 2, description: 1 } as const;
/** Of a word that begins as one of the query. */
const PREFIX_WORTH = 0.6;
/** As in BM25: how soon more of the same adds little. */
const SATURATION = 1.2;

export interface WordIndex {
  /** Places in the list of things, the best first. */
  search(query: string): { index: number; score: number }[];
}

const STOP = new Set([
  "a",
  "an",
  "and",
  "as",
  "at",
  "by",
  "for",
  "from",
  "how",
  "i",
  "in",
  "into",
  "is",
  "it",
  "its",
  "my",
  "of",
  "on",
  "or",
  "that",
  "the",
  "this",
  "to",
  "with",
]);

/** Compares words, by their stems: a rare one counts more, a title more than a description. Small enough to be made anew when things change. */
export function createWordIndex(things: readonly Findable[]): WordIndex {
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
  return {
    search: (query) => {
      const scores = new Map<number, number>();
      for (const asked of new Set(stemsOf(query))) {
        const best = new Map<number, number>();
        for (const stem of stems) {
          const isSame = stem === asked;
          if (!isSame && !(asked.length >= 2 && stem.startsWith(asked))) continue;
          const places = found.get(stem) ?? new Map<number, number>();
          const rarity = Math.log(1 + (things.length - places.size + 0.5) / (places.size + 0.5));
          for (const [index, worth] of places) {
            const score = (rarity * worth * (isSame ? 1 : PREFIX_WORTH)) / (worth + SATURATION);
            best.set(index, Math.max(best.get(index) ?? 0, score));
          }
        }
        for (const [index, score] of best) scores.set(index, (scores.get(index) ?? 0) + score);
      }
      return [...scores].map(([index, score]) => ({ index, score })).sort((a, b) => b.score - a.score || a.index - b.index);
    },
  };
}

function stemsOf(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.filter((word) => !STOP.has(word)).map(stemOf);
}

/** English endings only, cut and never rewritten: what is wrong for a word is wrong alike in both places. */
function stemOf(word: string): string {
  if (word.length > 5 && word.endsWith("ing")) return word.slice(0, -3);
  if (word.length > 4 && (word.endsWith("ies") || word.endsWith("ers"))) return word.slice(0, -3);
  if (word.length > 4 && (word.endsWith("es") || word.endsWith("ed") || word.endsWith("er"))) return word.slice(0, -2);
  if (word.length > 3 && (word.endsWith("s") || word.endsWith("e"))) return word.slice(0, -1);
  return word;
}
