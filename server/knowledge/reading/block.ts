/** A paragraph, or what is like one. */
export interface Block {
  text: string;
  /** Titles it stands under, the outermost first. */
  headings: readonly string[];
  /** From 1; null where there are no pages. */
  page: number | null;
}

/** A document as text. */
export interface ReadText {
  /** What the document calls itself; undefined when it does not. */
  title?: string | undefined;
  blocks: Block[];
  pages: number | null;
}

/** A document cannot be read; the message says why and what to do. */
export class UnreadableError extends Error {
  override readonly name = "UnreadableError";
}

export const READING_LIMITS = {
  /** Bytes of a file. */
  fileBytes: 100 * 1024 * 1024,
  /** Bytes of a page that is fetched. */
  pageBytes: 20 * 1024 * 1024,
  /** Characters of text a document yields: some 30,000 chunks. */
  characters: 16_000_000,
  /** Text it yields for each byte of the file: more is a bomb. */
  ratio: 100,
  /** Milliseconds of parsing. */
  parseMs: 60_000,
  /** Memory the parsing process takes at most, in bytes. */
  memoryBytes: 700 * 1024 * 1024,
  /** Characters of one block; longer ones are broken at a space. */
  blockCharacters: 8_000,
} as const;

/** Breaks what is longer than a block may be. */
export function pushBlock(blocks: Block[], block: Block): void {
  let rest = block.text.trim();
  while (rest.length > READING_LIMITS.blockCharacters) {
    const space = rest.lastIndexOf(" ", READING_LIMITS.blockCharacters);
    const at = space > READING_LIMITS.blockCharacters / 2 ? space : READING_LIMITS.blockCharacters;
    blocks.push({ ...block, text: rest.slice(0, at).trim() });
    rest = rest.slice(at).trim();
  }
  if (rest !== "") blocks.push({ ...block, text: rest });
}

/** What is said of a document with more text than it may have. */
export const TOO_LONG = `The document has more than ${READING_LIMITS.characters / 1e6} million characters of text. Split it into several.`;
