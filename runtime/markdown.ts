/** A piece of a line. */
export type Inline =
  /** `mention`: the name of somebody, with the sign before it. */
  | { type: "text" | "code" | "mention"; text: string }
  | { type: "strong" | "emphasis" | "deleted"; parts: Inline[] }
  /** `address` begins with http://, https:// or mailto:. */
  | { type: "link"; address: string; parts: Inline[] };

/** A part of a Markdown text. Raw HTML is text here. */
export type Block =
  | { type: "heading"; level: number; parts: Inline[] }
  | { type: "paragraph" | "quote"; parts: Inline[] }
  | { type: "code"; text: string }
  | { type: "list"; isOrdered: boolean; items: Inline[][] }
  | { type: "table"; head: Inline[][]; rows: Inline[][][] }
  | { type: "rule" };

const ITEM = /^\s*(?:[-*+]|(\d+)[.)])\s+(.*)$/;
const MAX_DEPTH = 6;

/**
 * The blocks of a Markdown text: headings, paragraphs, quotes, code, lists (flat), tables and rules. All else is text as it stands; nothing is ever
 * HTML. `names`: of people, who stand out where they are written as @name. Linear in the length of the text.
 */
export function markdownBlocks(text: string, names: readonly string[] = []): Block[] {
  const lines = text.replaceAll(/\r\n?/g, "\n").split("\n");
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; ) {
    const [block, next] = blockAt(lines, at);
    if (block) blocks.push(block);
    at = next;
  }
  return names.length === 0 ? blocks : blocks.map((block) => withMentions(block, names));
}

/** What a Markdown text says, in one line without signs. */
export function plainMarkdown(text: string): string {
  return markdownBlocks(text).flatMap(linesOf).join(" ");
}

function linesOf(block: Block): string[] {
  switch (block.type) {
    case "code":
      return [block.text];
    case "list":
      return block.items.map(textOf);
    case "table":
      return [block.head, ...block.rows].flatMap((row) => row.map(textOf));
    case "rule":
      return [];
    default:
      return [textOf(block.parts)];
  }
}

function textOf(parts: readonly Inline[]): string {
  return parts.map((part) => ("text" in part ? part.text.replaceAll("\n", " ") : textOf(part.parts))).join("");
}

function withMentions(block: Block, names: readonly string[]): Block {
  const mark = (parts: readonly Inline[]): Inline[] =>
    parts.flatMap((part): Inline[] => {
      if (part.type === "text") return mentionsIn(part.text, names);
      return "parts" in part ? [{ ...part, parts: mark(part.parts) }] : [part];
    });
  switch (block.type) {
    case "code":
    case "rule":
      return block;
    case "list":
      return { ...block, items: block.items.map(mark) };
    case "table":
      return { ...block, head: block.head.map(mark), rows: block.rows.map((row) => row.map(mark)) };
    default:
      return { ...block, parts: mark(block.parts) };
  }
}

/** Of two names that begin alike the longer one is meant. */
function mentionsIn(text: string, names: readonly string[]): Inline[] {
  const longestFirst = names.toSorted((one, other) => other.length - one.length);
  const found: Inline[] = [];
  let last = 0;
  for (let at = text.indexOf("@"); at !== -1; at = text.indexOf("@", at + 1)) {
    const name = longestFirst.find((each) => text.startsWith(each, at + 1));
    if (name === undefined || at < last) continue;
    if (at > last) found.push({ type: "text", text: text.slice(last, at) });
    last = at + 1 + name.length;
    found.push({ type: "mention", text: text.slice(at, last) });
  }
  if (last < text.length) found.push({ type: "text", text: text.slice(last) });
  return found;
}

function blockAt(lines: readonly string[], at: number): [Block | undefined, number] {
  const line = lines[at] ?? "";
  if (line.trim() === "") return [undefined, at + 1];
  const fence = /^\s*(```+|~~~+)/.exec(line)?.[1];
  if (fence) return codeAt(lines, at, fence);
  const [, marks, title] = /^(#{1,6})\s+(.*)$/.exec(line) ?? [];
  if (marks !== undefined) return [{ type: "heading", level: marks.length, parts: inlines(withoutClosing(title ?? "")) }, at + 1];
  if (/^\s*(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,})$/.test(line)) return [{ type: "rule" }, at + 1];
  if (line.includes("|") && isTableRule(lines[at + 1])) return tableAt(lines, at);
  if (ITEM.test(line)) return listAt(lines, at);
  const isQuote = /^\s*>/.test(line);
  let end = at + 1;
  while (end < lines.length && isRest(lines[end] ?? "", isQuote)) end++;
  const body = lines.slice(at, end).map((each) => (isQuote ? each.replace(/^\s*>\s?/, "") : each));
  return [{ type: isQuote ? "quote" : "paragraph", parts: inlines(body.join("\n")) }, end];
}

/** A title without the marks that may close it. */
function withoutClosing(title: string): string {
  let end = title.length;
  while (title[end - 1] === "#") end--;
  return title.slice(0, end).trimEnd();
}

/** Whether a line goes on with the paragraph or quote before it. */
function isRest(line: string, isQuote: boolean): boolean {
  if (line.trim() === "" || /^(#{1,6}\s|\s*```|\s*~~~)/.test(line)) return false;
  return isQuote ? /^\s*>/.test(line) : !/^\s*>/.test(line) && !ITEM.test(line);
}

function codeAt(lines: readonly string[], at: number, fence: string): [Block, number] {
  let end = at + 1;
  while (end < lines.length && !(lines[end] ?? "").trim().startsWith(fence)) end++;
  return [{ type: "code", text: lines.slice(at + 1, end).join("\n") }, end + 1];
}

function listAt(lines: readonly string[], at: number): [Block, number] {
  const isOrdered = isNumbered(lines[at]);
  const items: string[] = [];
  let end = at;
  for (; end < lines.length; end++) {
    const line = lines[end] ?? "";
    const item = isNumbered(line) === isOrdered ? ITEM.exec(line) : undefined;
    if (item) items.push(item[2] ?? "");
    else if (/^\s+\S/.test(line) && !ITEM.test(line)) items[items.length - 1] += `\n${line.trim()}`;
    // one empty line between two points does not part them
    else if (line.trim() !== "" || isNumbered(lines[end + 1]) !== isOrdered) break;
  }
  return [{ type: "list", isOrdered: isOrdered === true, items: items.map((item) => inlines(item)) }, end];
}

/** Whether a line is a point with a number; undefined: it is no point. */
function isNumbered(line: string | undefined): boolean | undefined {
  const item = line === undefined ? null : ITEM.exec(line);
  return item ? item[1] !== undefined : undefined;
}

function isTableRule(line: string | undefined): boolean {
  return line?.includes("-") === true && /^[\s:|-]+$/.test(line);
}

function tableAt(lines: readonly string[], at: number): [Block, number] {
  let end = at + 2;
  while (end < lines.length && (lines[end] ?? "").includes("|")) end++;
  const rows = lines.slice(at + 2, end).map((line) => cellsOf(line));
  return [{ type: "table", head: cellsOf(lines[at] ?? ""), rows }, end];
}

function cellsOf(line: string): Inline[][] {
  return line
    .trim()
    .replace(/^\|/, "")
    .replace(/\|$/, "")
    .split("|")
    .map((cell) => inlines(cell.trim()));
}

/** What may stand in a line. What is looked through for a closing mark is bounded, or ends at the next mark of its kind: linear in the length of the text. */
const INLINE =
  /(?<!`)(`{1,8})([^`]{1,2000})\1(?!`)|\*\*(\S(?:[^*\n]{0,2000}[^*\s])?)\*\*|__(\S(?:[^_\n]{0,2000}[^_\s])?)__|~~([^~\n]{1,2000})~~|(?<![\w*])\*([^*\s](?:[^*\n]{0,2000}[^*\s])?)\*(?![\w*])|\b_([^_\s](?:[^_\n]{0,2000}[^_\s])?)_\b|!?\[([^\][\n]{0,1000})\]\(([^()\s]{0,2000})(?:\s[^()\n]{0,500})?\)|\b(https?:\/\/[^\s<>()]{1,2000}(?<![.,;:!?"'*_~`]))/g;

function inlines(text: string, depth = 0): Inline[] {
  if (depth > MAX_DEPTH) return [{ type: "text", text }];
  const parts: Inline[] = [];
  let last = 0;
  for (const match of text.matchAll(INLINE)) {
    if (match.index > last) parts.push({ type: "text", text: text.slice(last, match.index) });
    parts.push(inlineOf(match, depth + 1));
    last = match.index + match[0].length;
  }
  if (last < text.length) parts.push({ type: "text", text: text.slice(last) });
  return parts;
}

function inlineOf([whole, , code, strong, strongToo, deleted, emphasis, emphasisToo, label, address, bare]: RegExpMatchArray, depth: number): Inline {
  if (code !== undefined) return { type: "code", text: code };
  const bold = strong ?? strongToo;
  if (bold !== undefined) return { type: "strong", parts: inlines(bold, depth) };
  if (deleted !== undefined) return { type: "deleted", parts: inlines(deleted, depth) };
  const slanted = emphasis ?? emphasisToo;
  if (slanted !== undefined) return { type: "emphasis", parts: inlines(slanted, depth) };
  if (bare !== undefined) return isSafe(bare) ? { type: "link", address: bare, parts: [{ type: "text", text: bare }] } : { type: "text", text: bare };
  const parts = withoutLinks(inlines(label ?? "", depth));
  return isSafe(address ?? "") ? { type: "link", address: address ?? "", parts } : { type: "text", text: whole };
}

/** A link inside a link is its text. */
function withoutLinks(parts: readonly Inline[]): Inline[] {
  return parts.flatMap((part) => (part.type === "link" ? withoutLinks(part.parts) : [part]));
}

/** Links lead to the web or to a mailbox, and nowhere else. */
function isSafe(address: string): boolean {
  return /^(?:https?:\/\/|mailto:)/i.test(address) && URL.canParse(address);
}
