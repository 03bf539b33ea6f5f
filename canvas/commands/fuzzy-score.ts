/** A text that is searched, and how much a hit in it counts. */
export interface Searched {
  text: string;
  weight: number;
  /** Letters with others between them count too: for names, not for sentences. */
  loose?: boolean;
}

/** Points for where a word of the search is found; the whole text beats all. */
const WHOLE = 12;
const FIRST = 9;
const WORD = 8;
const INSIDE = 5;
const SCATTERED = 2;

/**
 * How well texts answer a search: 0 to leave them out. Every word has to be in one of them, as the beginning of a word, inside one, or in
 * a loose text (from three letters on) with letters between: "htrq" finds "HTTP request".
 */
export function fuzzyScore(search: string, texts: readonly Searched[]): number {
  const words = wordsOf(search);
  if (words.length === 0) return 1;
  const lower = texts.map((searched) => ({ ...searched, text: searched.text.toLowerCase() }));
  let score = 0;
  for (const word of words) {
    const own = Math.max(0, ...lower.map(({ text, weight, loose }) => (placeScore(text, word) || (loose ? looseScore(text, word) : 0)) * weight));
    if (own === 0) return 0;
    score += own;
  }
  return score;
}

/** The search in small letters, word by word. */
export function wordsOf(search: string): string[] {
  return search.toLowerCase().split(/\s+/).filter(Boolean);
}

function placeScore(text: string, word: string): number {
  if (text === word) return WHOLE;
  const at = text.indexOf(word);
  if (at === 0) return FIRST;
  if (at > 0) return text.split(/[^\p{L}\p{N}]+/u).some((part) => part.startsWith(word)) ? WORD : INSIDE;
  return 0;
}

function looseScore(text: string, word: string): number {
  return word.length >= 3 && isScattered(text, word) ? SCATTERED : 0;
}

/** The letters in their order, the first one at the beginning of a word, and none far from the one before. */
function isScattered(text: string, word: string): boolean {
  for (const start of starts(text)) {
    let at = start;
    let isFound = text[at] === word[0];
    for (let letter = 1; isFound && letter < word.length; letter++) {
      const next = text.indexOf(word[letter] ?? "", at + 1);
      isFound = next > 0 && next - at <= MAX_GAP;
      at = next;
    }
    if (isFound) return true;
  }
  return false;
}

const MAX_GAP = 8;

function* starts(text: string): Iterable<number> {
  for (let at = 0; at < text.length; at++) if (at === 0 || /[\s/_-]/.test(text[at - 1] ?? "")) yield at;
}
