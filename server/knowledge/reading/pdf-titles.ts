import type { PdfLine } from "./pdf-lines.ts";

/** Lines of a page that belong together: a title, or what stands between two. */
export interface PdfPart {
  /** From 1, the outermost; null: it is text. */
  level: number | null;
  lines: PdfLine[];
}

/** What most of a document is set in. */
export interface PdfBody {
  style: string;
  size: number;
  /** Between two lines of a paragraph, in points. */
  step: number;
}

const MOST_LETTERS = 200;
const MOST_LEVELS = 6;
/** How much larger than the text's a title's letters are, at least: 13 points over 12. */
const LARGER = 1.07;
/** How much more than a line's step parts paragraphs. */
const APART = 1.3;
/** Where more than this share of a document would be titles it is all set in large letters, as slides are: none are told apart then. */
const MOST_SHARE = 0.25;

export function bodyOf(lines: readonly PdfLine[]): PdfBody {
  const letters = new Map<string, number>();
  for (const { style, text } of lines) if (style !== null) letters.set(style, (letters.get(style) ?? 0) + text.length);
  const [style = ""] = [...letters].sort(([, a], [, b]) => b - a)[0] ?? [];
  const own = lines.filter((line) => line.style === style);
  const gaps = own.flatMap(({ gap }) => (gap ? [gap] : [])).sort((a, b) => a - b);
  const size = own[0]?.size ?? 0;
  return { style, size, step: gaps[Math.floor(gaps.length / 2)] ?? size * 1.2 };
}

/** Whether a line stands further below the one before than lines of a paragraph do. */
export function isApart({ gap }: PdfLine, { step }: PdfBody): boolean {
  return gap !== null && gap > step * APART;
}

/**
 * Tells titles from text: lines all in larger letters than the text's, or in another font (bold, mostly) and apart from what is above. What is one
 * on most pages stands at their head, and is text.
 */
export function partsOf(lines: readonly PdfLine[], body: PdfBody): PdfPart[] {
  const titles = titlesOf(lines, body);
  const sizes = [...new Set([...titles].map(({ size }) => size))].sort((a, b) => b - a);
  const parts: PdfPart[] = [];
  for (const line of lines) {
    const level = titles.has(line) ? Math.min(MOST_LEVELS, sizes.indexOf(line.size) + 1) : null;
    const open = parts.at(-1);
    const last = open?.lines.at(-1);
    const isSame = open && last && open.level === level && last.page === line.page && (level === null || goesOn(last, line));
    if (isSame) open.lines.push(line);
    else parts.push({ level, lines: [line] });
  }
  return parts;
}

/** A title may take several lines. */
function goesOn(last: PdfLine, line: PdfLine): boolean {
  return last.style === line.style && line.gap !== null && line.gap < line.size * 1.8;
}

function titlesOf(lines: readonly PdfLine[], body: PdfBody): ReadonlySet<PdfLine> {
  const looks = lines.filter((line, index) => looksLikeTitle(line, { body, next: lines[index + 1] }));
  const pages = new Set(lines.map(({ page }) => page)).size;
  const times = new Map<string, number>();
  for (const { text } of looks) times.set(text, (times.get(text) ?? 0) + 1);
  const titles = looks.filter(({ text }) => (times.get(text) ?? 0) < Math.max(3, pages / 2));
  const lettersOf = (some: readonly PdfLine[]) => some.reduce((sum, { text }) => sum + text.length, 0);
  return new Set(lettersOf(titles) > MOST_SHARE * lettersOf(lines) ? [] : titles);
}

function looksLikeTitle(line: PdfLine, { body, next }: { body: PdfBody; next: PdfLine | undefined }): boolean {
  const { style, size, text, gap } = line;
  if (style === null || style === body.style || text.length > MOST_LETTERS || !/\p{L}{2}|\d/u.test(text)) return false;
  if (size >= body.size * LARGER) return true;
  const isOwnLine = (gap === null || isApart(line, body)) && next !== undefined && next.style !== style;
  return isOwnLine && size >= body.size && !/[.,;]$/.test(text) && /^[\p{Lu}\d§]/u.test(text);
}
