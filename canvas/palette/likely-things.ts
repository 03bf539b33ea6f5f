import type { FoundThing } from "#server/contract/find.ts";
import { fuzzyScore } from "../commands/fuzzy-score.ts";

/** Cosine from which two short texts speak of the same, by the built-in embedder: measured on searches with and without a fitting thing. */
const ALIKE = 0.38;
/** Those with the most of the words stay whatever they mean. */
const BEST_BY_WORDS = 3;
const MOST = 24;

/**
 * Of what was found, in its order, what somebody may have meant or named: the search itself always finds something. What is only spelt alike needs the
 * letters in its title: "aproval" means "Approval", and "mail" not "Main".
 */
export function likelyThings(found: readonly FoundThing[], search: string): FoundThing[] {
  return found
    .filter(({ title, why: { text, vector } }) => {
      const isAlike = vector !== null && vector.similarity >= ALIKE;
      const isGuessed = text?.isGuessed === true;
      const hasWords = text !== null && !isGuessed && text.rank <= BEST_BY_WORDS;
      return isAlike || hasWords || fuzzyScore(search, [{ text: title, weight: 1, loose: isGuessed }]) > 0;
    })
    .slice(0, MOST);
}
