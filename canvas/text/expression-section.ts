import type { ExpressionMode } from "./knowledge.ts";

/** An expression of a text: from behind its `{{` to before its `}}` (or the end of the text while it is open). */
export interface Section {
  from: number;
  to: number;
  isClosed: boolean;
}

/** The expression that a place is in. What is open ends with its line. */
export function sectionAt(text: string, offset: number, mode: ExpressionMode): Section | undefined {
  if (mode === "bare") return { from: 0, to: text.length, isClosed: true };
  for (const section of sectionsOf(text)) {
    if (section.from > offset) return undefined;
    if (offset <= section.to) return section;
  }
  return undefined;
}

/** Every expression of a text, as the parser cuts it, but bearing with what is not finished. */
export function sectionsOf(text: string): Section[] {
  const found: Section[] = [];
  for (let open = text.indexOf("{{"); open !== -1; ) {
    if (backslashesBefore(text, open) % 2 === 1) {
      open = text.indexOf("{{", open + 2);
      continue;
    }
    const section = sectionFrom(text, open + 2);
    found.push(section);
    open = text.indexOf("{{", section.to);
  }
  return found;
}

function backslashesBefore(text: string, at: number): number {
  let count = 0;
  while (text[at - 1 - count] === "\\") count++;
  return count;
}

function sectionFrom(text: string, from: number): Section {
  let braces = 0;
  let quote: string | undefined;
  for (let at = from; at < text.length; at++) {
    const character = text[at];
    if (quote !== undefined) {
      if (character === "\\") at++;
      else if (character === quote || character === "\n") quote = undefined;
    } else if (character === '"' || character === "'") quote = character;
    else if (character === "}" && braces === 0 && text[at + 1] === "}") return { from, to: at, isClosed: true };
    else if (character === "{" && text[at + 1] === "{") return { from, to: endOfLine(text, from), isClosed: false };
    else if (character === "{") braces++;
    else if (character === "}" && braces > 0) braces--;
  }
  return { from, to: endOfLine(text, from), isClosed: false };
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end === -1 ? text.length : end;
}

/** Whether the end of an expression's beginning is inside of a text literal. */
export function isInLiteral(source: string): boolean {
  let quote: string | undefined;
  for (let at = 0; at < source.length; at++) {
    const character = source[at];
    if (quote !== undefined && character === "\\") at++;
    else if (quote !== undefined) quote = character === quote ? undefined : quote;
    else if (character === '"' || character === "'") quote = character;
  }
  return quote !== undefined;
}
