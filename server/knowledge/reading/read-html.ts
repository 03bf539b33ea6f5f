import { Readability } from "@mozilla/readability";
import { parseHTML } from "linkedom";
import { type Block, pushBlock, type ReadText, UnreadableError } from "./block.ts";

const SKIPPED = new Set(["SCRIPT", "STYLE", "NOSCRIPT", "TEMPLATE", "NAV", "IFRAME", "SVG", "BUTTON", "SELECT", "FORM"]);
const BLOCKS = new Set([
  ...["P", "LI", "PRE", "BLOCKQUOTE", "TD", "TH", "TR", "DT", "DD", "FIGCAPTION", "CAPTION", "DIV", "SECTION", "ARTICLE", "UL", "OL", "TABLE", "DL"],
  ...["MAIN", "HEADER", "FOOTER", "ASIDE", "BODY", "BR"],
]);
const MOST_ELEMENTS = 200_000;
/** Characters: a page that asks for a password and has fewer is there to log in. */
const LEAST_BESIDE_LOGIN = 1_500;

/**
 * The readable part of a page: what Readability takes for its article; where it finds none, and for files, the whole body. Runs in a process of
 * its own: pages can be made to take long. Throws `UnreadableError` for a page to log in at.
 */
export function readHtml(html: string, { isPage }: { isPage: boolean }): ReadText {
  const { document } = parseHTML(html.includes("<") && /<(html|body|head)/i.test(html) ? html : `<!doctype html><html><body>${html}</body></html>`);
  const title = document.title.trim() || undefined;
  const article = isPage ? new Readability(document.cloneNode(true) as Document, { maxElemsToParse: MOST_ELEMENTS }).parse() : null;
  const blocks: Block[] = [];
  if (article?.content) walk(parseHTML(`<!doctype html><html><body>${article.content}</body></html>`).document.body, blocks);
  if (blocks.length === 0) walk(document.body, blocks);
  if (isPage && document.querySelector("input[type=password]") && blocks.reduce((sum, { text }) => sum + text.length, 0) < LEAST_BESIDE_LOGIN)
    throw new UnreadableError("The address leads to a login page. What needs a login cannot be read: save the page in your browser and add the file.");
  return { title: article?.title?.trim() || title, blocks, pages: null };
}

interface Around {
  blocks: Block[];
  path: string[];
  text: string;
}

function walk(body: Element, blocks: Block[]): void {
  const around: Around = { blocks, path: [], text: "" };
  // not by recursion: depth is the page's to choose
  const stack: (Node | { closes: string; level?: number })[] = [body];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if ("closes" in node) {
      if (node.level === undefined) flush(around);
      else head(around, node.level);
      continue;
    }
    if (node.nodeType === 3) around.text += (node.textContent ?? "").replaceAll(/\s+/g, " ");
    if (node.nodeType !== 1) continue;
    const name = node.nodeName.toUpperCase();
    if (SKIPPED.has(name)) continue;
    const level = /^H([1-6])$/.exec(name)?.[1];
    if (level !== undefined || BLOCKS.has(name)) {
      flush(around);
      stack.push(level === undefined ? { closes: name } : { closes: name, level: Number(level) });
    }
    const children = [...node.childNodes];
    for (const child of children.reverse()) stack.push(child);
  }
  flush(around);
}

function flush(around: Around): void {
  pushBlock(around.blocks, { text: around.text.replaceAll(/ {2,}/g, " "), headings: around.path.filter(Boolean), page: null });
  around.text = "";
}

function head(around: Around, level: number): void {
  const { path, text } = around;
  path.length = level - 1;
  for (let index = 0; index < level - 1; index++) path[index] ??= "";
  path[level - 1] = text.trim().slice(0, 200);
  around.text = "";
}
