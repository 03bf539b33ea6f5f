const STOP = new Set("a an and as at by for from how i in into is it its my of on or that the this to with".split(" "));

/** Scripts that put no space between words. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]+/gu;

/** The words of a text as they are compared: without case, accents and English endings. */
export function stemsOf(text: string): string[] {
  const words = wordsOf(text.toLowerCase());
  return words.filter((word) => !STOP.has(word)).map(stemOf);
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
