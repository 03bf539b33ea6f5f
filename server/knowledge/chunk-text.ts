import type { Chunking } from "../contract/knowledge-settings.ts";
import { breathe } from "../engine/breathe.ts";
import type { Block } from "./reading/block.ts";

/** A piece of a document, cut to be found by itself. */
export interface CutChunk {
  text: string;
  tokens: number;
  position: number;
  page: number | null;
  headings: string[];
  /** Characters of the document's text before it, and before its end. */
  start: number;
  end: number;
}

/** Between two blocks in the document's text. */
const BETWEEN = "\n\n";
const WORDS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[\p{L}\p{N}\p{M}]+|[^\s\p{L}\p{N}\p{M}]/gu;
/** Letters of a word that one token covers, about: English has 1.3 tokens a word. */
const LETTERS = 7;

/** About how many tokens a model would read: a word is one for every seven letters, a sign or an ideograph one each. */
export function countTokens(text: string): number {
  let tokens = 0;
  for (const [word] of text.matchAll(WORDS)) tokens += Math.ceil(word.length / LETTERS);
  return tokens;
}

interface Unit {
  text: string;
  start: number;
  tokens: number;
  block: Block;
  /** It ends its block. */
  isLast: boolean;
}

const sentences = new Intl.Segmenter(undefined, { granularity: "sentence" });

/**
 * Cuts blocks into chunks of at most `size` tokens: whole paragraphs where they fit, else whole sentences, else words. Each begins with the last
 * sentences of the one before, up to `overlap` tokens, except under another title. The document's text is its blocks with a blank line between.
 */
export async function chunkText(blocks: readonly Block[], chunking: Chunking): Promise<CutChunk[]> {
  const cutter = createCutter(chunking);
  let start = 0;
  for (const block of blocks) {
    cutter.take(unitsOf(block, { start, size: chunking.size }));
    start += block.text.length + BETWEEN.length;
    await breathe();
  }
  return cutter.end();
}

function createCutter({ by, size, overlap }: Chunking) {
  const chunks: CutChunk[] = [];
  let open: Unit[] = [];
  /** Of `open`, those that the chunk before ends with. */
  let repeated = 0;
  /** Of `open`: counted along, since it may hold as many units as a document has characters. */
  let held = 0;
  const flush = (keep: boolean) => {
    const [first] = open;
    const last = open.at(-1);
    if (!first || !last || open.length === repeated) {
      if (!keep) [open, repeated, held] = [[], 0, 0];
      return;
    }
    const own = open[repeated] ?? first;
    const text = join(open);
    chunks.push({
      ...{ text, tokens: held, position: chunks.length, page: own.block.page, headings: [...own.block.headings] },
      ...{ start: first.start, end: last.start + last.text.length },
    });
    let from = open.length;
    held = 0;
    for (; keep && from > 1; from--) {
      const tokens = open[from - 1]?.tokens ?? 0;
      if (held + tokens > overlap) break;
      held += tokens;
    }
    open = open.slice(from);
    repeated = open.length;
  };
  const isElsewhere = (unit: Unit) => by === "headings" && open.length > 0 && open.at(-1)?.block.headings.join("\n") !== unit.block.headings.join("\n");
  return {
    take: (units: readonly Unit[]) => {
      const [first] = units;
      if (!first) return;
      if (isElsewhere(first)) flush(false);
      // a paragraph that fits a chunk is kept whole, unless that leaves the open one nearly empty
      const whole = units.reduce((sum, { tokens }) => sum + tokens, 0);
      if (whole <= size && held + whole > size && held > size / 2) flush(true);
      for (const unit of units) {
        if (held + unit.tokens > size) flush(true);
        // what is repeated gives way to what is new
        let gone = 0;
        for (; gone < repeated && held + unit.tokens > size; gone++) held -= open[gone]?.tokens ?? 0;
        if (gone > 0) open = open.slice(gone);
        repeated -= gone;
        open.push(unit);
        held += unit.tokens;
      }
    },
    end: () => {
      flush(false);
      return chunks;
    },
  };
}

/** As it stands in the document. */
function join(units: readonly Unit[]): string {
  return units.map(({ text, isLast }, index) => (index === units.length - 1 ? text : isLast ? text + BETWEEN : text)).join("");
}

function unitsOf(block: Block, { start, size }: { start: number; size: number }): Unit[] {
  const tokens = countTokens(block.text);
  if (tokens <= size / 4) return [{ text: block.text, start, tokens, block, isLast: true }];
  const units: Unit[] = [];
  for (const { segment, index } of sentences.segment(block.text)) {
    for (const { text, offset } of pieces(segment, size)) units.push({ text, start: start + index + offset, tokens: countTokens(text), block, isLast: false });
  }
  const last = units.at(-1);
  if (last) last.isLast = true;
  return units;
}

/** A sentence that is longer than a chunk is cut between words, or within one that is longer still. */
function pieces(sentence: string, size: number): { text: string; offset: number }[] {
  if (countTokens(sentence) <= size) return [{ text: sentence, offset: 0 }];
  const found: { text: string; offset: number }[] = [];
  let from = 0;
  let tokens = 0;
  for (const match of sentence.matchAll(WORDS)) {
    const length = Math.ceil(match[0].length / LETTERS);
    if (length > size) {
      // one endless word
      const most = size * LETTERS;
      for (let at = match.index; at < match.index + match[0].length; at += most) {
        if (at > from) found.push({ text: sentence.slice(from, at), offset: from });
        from = at;
      }
      tokens = Math.ceil((match.index + match[0].length - from) / LETTERS);
      continue;
    }
    if (tokens + length > size) {
      found.push({ text: sentence.slice(from, match.index), offset: from });
      from = match.index;
      tokens = 0;
    }
    tokens += length;
  }
  found.push({ text: sentence.slice(from), offset: from });
  return found.filter(({ text }) => text !== "");
}
