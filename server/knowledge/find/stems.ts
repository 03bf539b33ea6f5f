const STOP = new Set("a an and as at by for from how i in into is it its my of on or that the this to with".split(" "));

/**
 * Letters of scripts that put no space between words. By extensions: the long-vowel mark "ー" belongs to two scripts, so that it is of none alone;
 * and letters only, since marks that end a sentence are shared, too.
 */
const UNSPACED = /[[\p{L}\p{N}]&&[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]]+/gv;

/** Letters of a word that are compared: what is longer is a key or a hash, and each of them costs memory in an index. */
const MOST_LETTERS = 64;

/** The words of a text as they are compared: without case, accents and English endings. */
export function stemsOf(text: string): string[] {
  const words = wordsOf(text.toLowerCase());
  return words.filter((word) => !STOP.has(word)).map((word) => stemOf(word.slice(0, MOST_LETTERS)));
}

function wordsOf(text: string): string[] {
  // most of what is there to find, and quicker
  if (/^\p{ASCII}*$/u.test(text)) return text.match(/[a-z0-9]+/g) ?? [];
  const folded = text.normalize("NFKD").replaceAll(/\p{M}/gu, "");
  const spaced = folded.replaceAll(UNSPACED, (run) => ` ${pairsOf(run).join(" ")} `);
  return spaced.match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** Letters that stand side by side, and the last one: what is looked for may begin anywhere among them. */
function pairsOf(run: string): string[] {
  const letters = [...run];
  return letters.map((letter, index) => `${letter}${letters[index + 1] ?? ""}`);
}

/** English endings only, cut and never rewritten: what is wrong for a word is wrong alike in both places. */
function stemOf(word: string): string {
  if (word.length > 5 && word.endsWith("ing")) return word.slice(0, -3);
  if (word.length > 4 && (word.endsWith("ies") || word.endsWith("ers"))) return word.slice(0, -3);
  if (word.length > 4 && (word.endsWith("es") || word.endsWith("ed") || word.endsWith("er"))) return word.slice(0, -2);
  if (word.length > 3 && (word.endsWith("s") || word.endsWith("e"))) return word.slice(0, -1);
  return word;
}
