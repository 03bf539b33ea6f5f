import { getDocumentProxy } from "unpdf";
import { type Block, pushBlock, READING_LIMITS, type ReadText, UnreadableError } from "./block.ts";
import { linesOf, type PdfLine } from "./pdf-lines.ts";
import { bodyOf, isApart, type PdfBody, partsOf } from "./pdf-titles.ts";

/** The text of a PDF, page by page. Runs in a process of its own, which is ended when it takes too long or too much. */
export async function readPdf(content: Uint8Array): Promise<ReadText> {
  const most = Math.min(READING_LIMITS.characters, Math.max(1_000_000, content.length * READING_LIMITS.ratio));
  const pdf = await getDocumentProxy(content, { maxImageSize: 1, disableFontFace: true, verbosity: 0 }).catch((error: unknown) => {
    throw whyNot(error);
  });
  const lines: PdfLine[] = [];
  let characters = 0;
  for (let number = 1; number <= pdf.numPages; number++) {
    const page = await pdf.getPage(number);
    const { items } = await page.getTextContent();
    const texts = items.flatMap((item) => ("str" in item ? [item] : []));
    characters += texts.reduce((sum, { str }) => sum + str.length, 0);
    if (characters > most)
      throw new UnreadableError("The PDF unpacks to far more text than a file of its size should hold. It is refused; print it to a new PDF if you trust it.");
    for (const line of linesOf(texts, number)) lines.push(line);
    page.cleanup();
  }
  const blocks = blocksOf(lines);
  if (blocks.length === 0)
    throw new UnreadableError("The PDF has no text: it may be made of scanned pictures. Run text recognition (OCR) over it and add the result.");
  const about = await pdf.getMetadata().catch(() => undefined);
  const info: unknown = about?.info;
  const title = typeof info === "object" && info !== null && "Title" in info && typeof info.Title === "string" ? info.Title.trim() : "";
  return { title: title || undefined, blocks, pages: pdf.numPages };
}

function blocksOf(lines: readonly PdfLine[]): Block[] {
  const blocks: Block[] = [];
  const body = bodyOf(lines);
  const path: { text: string; page: number | null; isUsed: boolean }[] = [];
  const headings = () => path.filter(Boolean).map(({ text }) => text);
  /** A title that nothing stood under is text: it would not be found otherwise. */
  const leave = (level: number) => {
    const unused = path.splice(level - 1).filter((title) => title && !title.isUsed);
    for (const { text, page } of unused) pushBlock(blocks, { text, headings: headings(), page });
  };
  for (const { level, lines: own } of partsOf(lines, body)) {
    const page = own[0]?.page ?? null;
    if (level !== null) {
      leave(level);
      for (const title of path) if (title) title.isUsed = true;
      path[level - 1] = { text: own.map(({ text }) => text).join(" "), page, isUsed: false };
      continue;
    }
    for (const title of path) if (title) title.isUsed = true;
    for (const text of paragraphsOf(own, body)) pushBlock(blocks, { text, headings: headings(), page });
  }
  leave(1);
  return blocks;
}

/**
 * Lines that were broken for the page only are joined. A wider gap ends a paragraph; so does a short last line, or one that ends a sentence before a
 * capital.
 */
function paragraphsOf(lines: readonly PdfLine[], body: PdfBody): string[] {
  const width = lines.reduce((most, { text }) => Math.max(most, text.length), 1);
  const paragraphs: string[] = [];
  let open = "";
  for (const line of lines) {
    const { text } = line;
    if (isApart(line, body)) {
      paragraphs.push(open);
      open = "";
    }
    open = open.endsWith("-") && /^\p{Ll}/u.test(text) ? open.slice(0, -1) + text : open === "" ? text : `${open} ${text}`;
    if (text.length < width * 0.6 && /[.!?:]["”’)]?$/.test(text)) {
      paragraphs.push(open);
      open = "";
    }
  }
  return [...paragraphs, open].filter((text) => text.trim() !== "");
}

function whyNot(error: unknown): UnreadableError {
  const name = error instanceof Error ? error.name : "";
  if (name === "PasswordException") return new UnreadableError("The PDF needs a password. Save it without one, and add that.");
  return new UnreadableError("The PDF is broken, or no PDF at all. Open it in a viewer and print it to a new PDF, or bring another copy.");
}
