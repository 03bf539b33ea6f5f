import type { FoundThing } from "#server/contract/find.ts";

/** Cosine from which two short texts speak of the same, by the built-in embedder: measured on searches with and without a fitting thing. */
const ALIKE = 0.38;
/** Those with the most of the words stay whatever they mean. */
const BEST_BY_WORDS = 3;
const MOST = 12;

/** Of what was found, in its order, what somebody may have meant: the search itself always finds something. */
export function likelyThings(found: readonly FoundThing[]): FoundThing[] {
  return found
    .filter(({ why: { text, vector } }) => (text !== null && text.rank <= BEST_BY_WORDS) || (vector !== null && vector.similarity >= ALIKE))
    .slice(0, MOST);
}
