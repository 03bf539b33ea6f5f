import type { Match } from "./find-in-graph.ts";

const BEFORE = 24;
const AFTER = 60;

/** A match with some of the text around it, on one line. */
export function snippetOf({ found: { text }, span: { start, end } }: Match): { before: string; hit: string; after: string } {
  const from = Math.max(text.lastIndexOf("\n", start - 1) + 1, start - BEFORE);
  const lineEnd = text.indexOf("\n", end);
  const to = Math.min(lineEnd < 0 ? text.length : lineEnd, end + AFTER);
  const isCut = from > 0 && text[from - 1] !== "\n";
  return { before: `${isCut ? "…" : ""}${text.slice(from, start).trimStart()}`, hit: oneLine(text.slice(start, end)), after: text.slice(end, to) };
}

const MOST_HIT = 200;

function oneLine(text: string): string {
  const line = text.replaceAll("\n", "↵");
  return line.length > MOST_HIT ? `${line.slice(0, MOST_HIT)}…` : line;
}
