/** A piece of a line. Links lead to http, https and mailto addresses only. */
export type Inline =
  | { type: "text"; text: string }
  | { type: "code"; text: string }
  | { type: "strong" | "emphasis"; content: Inline[] }
  | { type: "link"; href: string; text: string };

export type Block =
  | { type: "heading"; level: 1 | 2 | 3; content: Inline[] }
  | { type: "paragraph"; lines: Inline[][] }
  | { type: "list"; ordered: boolean; items: Inline[][] }
  | { type: "code"; text: string };

/**
 * The few marks of Markdown that notes are written with: headings, lists, code, bold, italic, links. All else is text as it
 * stands; nothing is ever HTML. Linear in the length of the text.
 */
export function parseMarkdown(source: string): Block[] {
  const blocks: Block[] = [];
  const lines = source.split(/\r?\n/);
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? "";
    if (line.startsWith("```")) {
      const end = endOfCode(lines, at);
      blocks.push({ type: "code", text: lines.slice(at + 1, end).join("\n") });
      at = end;
    } else if (line.trim() !== "") {
      addLine(blocks, line, at > 0 && (lines[at - 1] ?? "").trim() === "");
    }
  }
  return blocks;
}

function endOfCode(lines: readonly string[], start: number): number {
  let at = start + 1;
  while (at < lines.length && !lines[at]?.startsWith("```")) at++;
  return at;
}

function addLine(blocks: Block[], line: string, isAfterGap: boolean): void {
  const last = blocks.at(-1);
  const heading = /^(#{1,3})\s+(.*)$/.exec(line);
  const item = /^\s*(?:([-*+])|\d{1,9}[.)])\s+(.*)$/.exec(line);
  if (heading) {
    blocks.push({ type: "heading", level: heading[1]?.length === 1 ? 1 : heading[1]?.length === 2 ? 2 : 3, content: parseInline(heading[2] ?? "") });
  } else if (item) {
    const ordered = item[1] === undefined;
    const content = parseInline(item[2] ?? "");
    if (last?.type === "list" && last.ordered === ordered) last.items.push(content);
    else blocks.push({ type: "list", ordered, items: [content] });
  } else if (last?.type === "paragraph" && !isAfterGap) {
    last.lines.push(parseInline(line));
  } else {
    blocks.push({ type: "paragraph", lines: [parseInline(line)] });
  }
}

/** Each alternative is bounded in length, so that no text makes the pattern search far for a closing mark. */
const MARK =
  /`([^`]{1,500})`|\*\*([^*]{1,500})\*\*|\*([^*\s][^*]{0,499})\*|\[([^[\]]{1,500})\]\(([^()\s]{1,2000})\)|(https?:\/\/[^\s<>()]{1,2000}(?<![.,;:!?]))/g;

export function parseInline(text: string): Inline[] {
  const parts: Inline[] = [];
  let from = 0;
  for (const match of text.matchAll(MARK)) {
    if (match.index > from) parts.push({ type: "text", text: text.slice(from, match.index) });
    parts.push(toInline(match));
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push({ type: "text", text: text.slice(from) });
  return parts;
}

function toInline([whole, code, strong, emphasis, label, target, address]: RegExpExecArray): Inline {
  if (code !== undefined) return { type: "code", text: code };
  if (strong !== undefined) return { type: "strong", content: parseInline(strong) };
  if (emphasis !== undefined) return { type: "emphasis", content: parseInline(emphasis) };
  const href = safeAddress(address ?? target ?? "");
  return href === undefined ? { type: "text", text: whole } : { type: "link", href, text: label ?? address ?? href };
}

function safeAddress(target: string): string | undefined {
  const parsed = URL.parse(target);
  return parsed && ["http:", "https:", "mailto:"].includes(parsed.protocol) ? parsed.href : undefined;
}
