import { JobError } from "../../jobs/job-kind.ts";
import { type Block, pushBlock, READING_LIMITS, type ReadText, TOO_LONG } from "./block.ts";

/** Decodes text as it comes: UTF-8, UTF-16 with its mark, else Windows-1252. Throws `JobError` for what is too long or no text; it reads no further then. */
export async function decodeText(content: AsyncIterable<Uint8Array>): Promise<string> {
  let decoder: TextDecoder | undefined;
  let text = "";
  const pieces: Uint8Array[] = [];
  for await (const piece of content) {
    decoder ??= new TextDecoder(encodingOf(piece));
    text += decoder.decode(piece, { stream: true });
    if (text.length > READING_LIMITS.characters) throw new JobError(TOO_LONG);
    if (text.includes("\0")) throw new JobError("This is no text. Text, Markdown, HTML and PDF can be read.");
    pieces.push(piece);
  }
  text += decoder?.decode() ?? "";
  if (decoder?.encoding !== "utf-8" || !text.includes("\ufffd")) return text;
  const again = new TextDecoder("windows-1252").decode(Buffer.concat(pieces));
  // a replacement character that was written as such is valid UTF-8
  return isUtf8(pieces) ? text : again;
}

function encodingOf(head: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" {
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  return "utf-8";
}

function isUtf8(pieces: readonly Uint8Array[]): boolean {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    for (const piece of pieces) decoder.decode(piece, { stream: true });
    decoder.decode();
    return true;
  } catch {
    return false;
  }
}

/** Paragraphs are what blank lines separate. */
export function readPlain(text: string): ReadText {
  const blocks: Block[] = [];
  for (const paragraph of text.split(/\r?\n[ \t]*\r?\n/)) pushBlock(blocks, { text: paragraph, headings: [], page: null });
  return { blocks, pages: null };
}

const HEADING = /^ {0,3}(#{1,6})(?=[ \t]|$)/;
const TITLE = "title:";
const MOST_TITLE = 200;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;

/** Markdown by lines (CommonMark 0.31: ATX and setext headings, fenced code), its marks left in the text. */
export function readMarkdown(source: string): ReadText {
  const { body, title } = withoutFrontMatter(source.replaceAll("\r\n", "\n"));
  const blocks: Block[] = [];
  const path: string[] = [];
  let paragraph: string[] = [];
  let fence: string | undefined;
  const flush = () => {
    pushBlock(blocks, { text: paragraph.join("\n"), headings: path.filter(Boolean), page: null });
    paragraph = [];
  };
  const head = (level: number, text: string) => {
    flush();
    path.length = level - 1;
    path.fill("", path.length);
    path[level - 1] = text.replaceAll(/[*_`]/g, "").trim().slice(0, MOST_TITLE);
  };
  for (const line of body.split("\n")) {
    const mark = FENCE.exec(line)?.[1];
    if (fence !== undefined) {
      paragraph.push(line);
      if (mark?.startsWith(fence)) fence = undefined;
      continue;
    }
    const heading = headingOf(line);
    const underline = paragraph.length === 1 && /^ {0,3}(=+|-+)[ \t]*$/.exec(line);
    if (mark !== undefined) {
      fence = mark;
      paragraph.push(line);
    } else if (heading) head(heading.level, heading.text);
    else if (underline) head(underline[1]?.startsWith("=") ? 1 : 2, paragraph.splice(0).join(" "));
    else if (line.trim() === "") flush();
    else paragraph.push(line);
  }
  flush();
  const first = blocks.find(({ headings }) => headings.length > 0)?.headings[0];
  return { title: title ?? first, blocks, pages: null };
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
  const found = /^---\n([\s\S]{0,20000}?)\n---(?:\n|$)/.exec(text);
  if (!found) return { body: text };
  const line = found[1]?.split("\n").find((each) => each.startsWith(TITLE));
  const title = line?.slice(TITLE.length).trim().replace(/^["']/, "").replace(/["']$/, "").trim().slice(0, MOST_TITLE);
  return { body: text.slice(found[0].length), ...(title && { title }) };
}
