import { breathe } from "../../engine/breathe.ts";
import { JobError } from "../../jobs/job-kind.ts";
import { type Block, pushBlock, READING_LIMITS, type ReadText, TOO_LONG } from "./block.ts";

/**
 * Decodes text as it comes: UTF-8, UTF-16 with its mark, else Windows-1252. Throws `JobError` for what is too long or no text; it reads no further then.
 * As the readers below, it lets the process do other things in between: a text may have 16 million characters.
 */
export async function decodeText(content: AsyncIterable<Uint8Array>): Promise<string> {
  let decoder: TextDecoder | undefined;
  let text = "";
  let isDoubtful = false;
  const pieces: Uint8Array[] = [];
  const take = (decoded: string) => {
    text += decoded;
    if (text.length > READING_LIMITS.characters) throw new JobError(TOO_LONG);
    if (decoded.includes("\0")) throw new JobError("This is no text. Text, Markdown, HTML and PDF can be read.");
    isDoubtful ||= decoded.includes("\ufffd");
  };
  for await (const piece of content) {
    decoder ??= new TextDecoder(encodingOf(piece));
    take(decoder.decode(piece, { stream: true }));
    pieces.push(piece);
    await breathe();
  }
  take(decoder?.decode() ?? "");
  // a replacement character that was written as such is valid UTF-8
  if (decoder?.encoding !== "utf-8" || !isDoubtful || (await isUtf8(pieces))) return text;
  const single = new TextDecoder("windows-1252");
  text = "";
  for (const piece of pieces) {
    text += single.decode(piece, { stream: true });
    await breathe();
  }
  return text;
}

function encodingOf(head: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" {
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  return "utf-8";
}

async function isUtf8(pieces: readonly Uint8Array[]): Promise<boolean> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    for (const piece of pieces) {
      decoder.decode(piece, { stream: true });
      await breathe();
    }
    decoder.decode();
    return true;
  } catch {
    return false;
  }
}

/** Lines between two looks at the clock. */
const LINES_AT_ONCE = 64;

async function* linesOf(text: string): AsyncGenerator<string[]> {
  let lines: string[] = [];
  for (let at = 0; at <= text.length; ) {
    const end = text.indexOf("\n", at);
    const line = text.slice(at, end === -1 ? text.length : end);
    lines.push(line.endsWith("\r") ? line.slice(0, -1) : line);
    at = end === -1 ? text.length + 1 : end + 1;
    if (lines.length < LINES_AT_ONCE) continue;
    yield lines;
    lines = [];
    await breathe();
  }
  yield lines;
}

/** Lines that become a block together. One that would be broken anyway ends where it is as long as a block may be. */
function createParagraph(push: (text: string) => void) {
  let lines: string[] = [];
  let characters = 0;
  const flush = () => {
    if (lines.length > 0) push(lines.join("\n"));
    lines = [];
    characters = 0;
  };
  return {
    flush,
    add: (line: string) => {
      if (characters + line.length > READING_LIMITS.blockCharacters) flush();
      lines.push(line);
      characters += line.length + 1;
    },
    /** Its only line. */
    single: () => (lines.length === 1 ? lines[0] : undefined),
    clear: () => {
      lines = [];
      characters = 0;
    },
  };
}

/** Paragraphs are what blank lines separate. */
export async function readPlain(text: string): Promise<ReadText> {
  const blocks: Block[] = [];
  const paragraph = createParagraph((each) => pushBlock(blocks, { text: each, headings: [], page: null }));
  for await (const lines of linesOf(text)) {
    for (const line of lines) {
      if (/\S/.test(line)) paragraph.add(line);
      else paragraph.flush();
    }
  }
  paragraph.flush();
  return { blocks, pages: null };
}

const HEADING = /^ {0,3}(#{1,6})(?=[ \t]|$)/;
const TITLE = "title:";
const MOST_TITLE = 200;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;

/** Markdown by lines (CommonMark 0.31: ATX and setext headings, fenced code), its marks left in the text. */
export async function readMarkdown(source: string): Promise<ReadText> {
  const { body, title } = withoutFrontMatter(source);
  const markdown = createMarkdown();
  for await (const lines of linesOf(body)) for (const line of lines) markdown.take(line);
  const { blocks, first } = markdown.end();
  return { title: title ?? first, blocks, pages: null };
}

function createMarkdown() {
  const blocks: Block[] = [];
  const path: string[] = [];
  let headings: readonly string[] = [];
  let first: string | undefined;
  let fence: string | undefined;
  const paragraph = createParagraph((text) => {
    const before = blocks.length;
    pushBlock(blocks, { text, headings, page: null });
    if (blocks.length > before) first ??= headings[0];
  });
  const head = (level: number, text: string) => {
    paragraph.flush();
    path.length = level - 1;
    path[level - 1] = text
      .slice(0, 2 * MOST_TITLE)
      .replaceAll(/[*_`]/g, "")
      .trim()
      .slice(0, MOST_TITLE);
    headings = path.filter(Boolean);
  };
  const take = (line: string) => {
    const mark = FENCE.exec(line)?.[1];
    if (fence !== undefined) {
      paragraph.add(line);
      if (mark?.startsWith(fence)) fence = undefined;
      return;
    }
    const heading = headingOf(line);
    const above = paragraph.single();
    const underline = above !== undefined && /^ {0,3}(=+|-+)[ \t]*$/.exec(line);
    if (mark !== undefined) {
      fence = mark;
      paragraph.add(line);
    } else if (heading) head(heading.level, heading.text);
    else if (underline) {
      paragraph.clear();
      head(underline[1]?.startsWith("=") ? 1 : 2, above);
    } else if (line.trim() === "") paragraph.flush();
    else paragraph.add(line);
  };
  return {
    take,
    end: () => {
      paragraph.flush();
      return { blocks, first };
    },
  };
}

/** By hand: an expression that lets blanks and closing marks match in two places takes the square of a line's length, or more. */
function headingOf(line: string): { level: number; text: string } | undefined {
  const opening = HEADING.exec(line);
  if (!opening) return undefined;
  const text = line.slice(opening[0].length).trim();
  let end = text.length;
  while (text[end - 1] === "#") end -= 1;
  const isClosed = end === 0 || text[end - 1] === " " || text[end - 1] === "\t";
  return { level: opening[1]?.length ?? 1, text: isClosed ? text.slice(0, end) : text };
}

function withoutFrontMatter(text: string): { body: string; title?: string } {
  const found = /^---\r?\n([\s\S]{0,20000}?)\r?\n---(?:\r?\n|$)/.exec(text);
  if (!found) return { body: text };
  const line = found[1]?.split(/\r?\n/).find((each) => each.startsWith(TITLE));
  const title = line?.slice(TITLE.length).trim().replace(/^["']/, "").replace(/["']$/, "").trim().slice(0, MOST_TITLE);
  return { body: text.slice(found[0].length), ...(title && { title }) };
}
