import { getDocumentProxy } from "unpdf";
import { type Block, pushBlock, READING_LIMITS, type ReadText } from "./block.ts";

/** A PDF cannot be read; the message says why and what to do. */
export class PdfError extends Error {
  override readonly name = "PdfError";
}

/** The text of a PDF, page by page. Runs in a process of its own, which is ended when it takes too long or too much. */
export async function readPdf(content: Uint8Array): Promise<ReadText> {
  const most = Math.min(READING_LIMITS.characters, Math.max(1_000_000, content.length * READING_LIMITS.ratio));
  const pdf = await getDocumentProxy(content, { maxImageSize: 1, disableFontFace: true, verbosity: 0 }).catch((error: unknown) => {
    throw whyNot(error);
  });
  const blocks: Block[] = [];
  let characters = 0;
  for (let number = 1; number <= pdf.numPages; number++) {
    const page = await pdf.getPage(number);
    const { items } = await page.getTextContent();
    const text = items.map((item) => ("str" in item ? item.str + (item.hasEOL ? "\n" : "") : "")).join("");
    characters += text.length;
    if (characters > most)
      throw new PdfError("The PDF unpacks to far more text than a file of its size should hold. It is refused; print it to a new PDF if you trust it.");
    for (const paragraph of paragraphsOf(text)) pushBlock(blocks, { text: paragraph, headings: [], page: number });
    page.cleanup();
  }
  if (blocks.length === 0)
    throw new PdfError("The PDF has no text: it may be made of scanned pictures. Run text recognition (OCR) over it and add the result.");
  const about = await pdf.getMetadata().catch(() => undefined);
  const info: unknown = about?.info;
  const title = typeof info === "object" && info !== null && "Title" in info && typeof info.Title === "string" ? info.Title.trim() : "";
  return { title: title || undefined, blocks, pages: pdf.numPages };
}

/** Lines that were broken for the page only are joined; a short last line, or one that ends a sentence before a capital, ends a paragraph. */
function paragraphsOf(page: string): string[] {
  const lines = page.split("\n").map((line) => line.trimEnd());
  const width = Math.max(...lines.map(({ length }) => length), 1);
  const paragraphs: string[] = [];
  let open = "";
  for (const line of lines) {
    if (line.trim() === "") {
      paragraphs.push(open);
      open = "";
      continue;
    }
    open = open.endsWith("-") && /^\p{Ll}/u.test(line) ? open.slice(0, -1) + line : open === "" ? line : `${open} ${line}`;
    if (line.length < width * 0.6 && /[.!?:]["”’)]?$/.test(line)) {
      paragraphs.push(open);
      open = "";
    }
  }
  return [...paragraphs, open].filter((text) => text.trim() !== "");
}

function whyNot(error: unknown): PdfError {
  const name = error instanceof Error ? error.name : "";
  if (name === "PasswordException") return new PdfError("The PDF needs a password. Save it without one, and add that.");
  return new PdfError("The PDF is broken, or no PDF at all. Open it in a viewer and print it to a new PDF, or bring another copy.");
}
