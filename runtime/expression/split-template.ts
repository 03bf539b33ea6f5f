import { ExpressionError } from "./expression-error.ts";
import { MAX_EXPRESSION_LENGTH, MAX_EXPRESSIONS, MAX_TEMPLATE_LENGTH } from "./limits.ts";

/** A piece of a template: plain text, or the source of an expression and where it begins. */
export type TemplatePiece = { kind: "text"; text: string } | { kind: "expression"; source: string; at: number };

/**
 * Cuts a template into text and `{{ … }}` sections. `\{{` is a literal `{{`, and `\\{{` a backslash before a section.
 * A `}}` inside a text literal, or closing a map, does not end a section. Throws `ExpressionError` ("syntax" or "limit").
 */
export function splitTemplate(source: string): TemplatePiece[] {
  if (source.length > MAX_TEMPLATE_LENGTH)
    throw new ExpressionError("limit", `The text is longer than ${MAX_TEMPLATE_LENGTH} characters.`, MAX_TEMPLATE_LENGTH);
  const pieces: TemplatePiece[] = [];
  let text = "";
  let count = 0;
  let from = 0;
  for (let open = source.indexOf("{{"); open !== -1; open = source.indexOf("{{", from)) {
    const backslashes = countBackslashes(source, from, open);
    text += source.slice(from, open - backslashes) + "\\".repeat(backslashes >> 1);
    if (backslashes % 2 === 1) {
      text += "{{";
      from = open + 2;
      continue;
    }
    if (++count > MAX_EXPRESSIONS) throw new ExpressionError("limit", `The text has more than ${MAX_EXPRESSIONS} expressions.`, open);
    const close = findClose(source, open);
    if (text !== "") pieces.push({ kind: "text", text });
    text = "";
    pieces.push({ kind: "expression", source: source.slice(open + 2, close), at: open + 2 });
    from = close + 2;
  }
  text += source.slice(from);
  if (text !== "") pieces.push({ kind: "text", text });
  return pieces;
}

function countBackslashes(source: string, from: number, open: number): number {
  let start = open;
  while (start > from && source[start - 1] === "\\") start--;
  return open - start;
}

/** The offset of the `}}` that ends the section opened at `open`. */
function findClose(source: string, open: number): number {
  const start = open + 2;
  const limit = Math.min(source.length, start + MAX_EXPRESSION_LENGTH + 2);
  let braces = 0;
  for (let at = start; at < limit; ) {
    const character = source[at];
    if (character === '"' || character === "'") {
      at = skipLiteral(source, at, limit);
    } else if (character === "/" && source[at + 1] === "/") {
      at = skipComment(source, at, limit);
    } else if (character === "}" && braces === 0 && source[at + 1] === "}") {
      return at;
    } else {
      if (character === "{") braces++;
      if (character === "}" && braces > 0) braces--;
      at++;
    }
  }
  if (limit < source.length) throw new ExpressionError("limit", `An expression may have at most ${MAX_EXPRESSION_LENGTH} characters. Is a "}}" missing?`, open);
  throw new ExpressionError("syntax", 'The expression is not closed. Add "}}", or write "\\{{" for the plain characters.', open);
}

function skipLiteral(source: string, quoteAt: number, limit: number): number {
  const quote = source[quoteAt] ?? "";
  const end = source.startsWith(quote.repeat(3), quoteAt) ? quote.repeat(3) : quote;
  for (let at = quoteAt + end.length; at < limit; at++) {
    if (source[at] === "\\") at++;
    else if (source.startsWith(end, at)) return at + end.length;
  }
  return limit;
}

/** A comment runs to the end of its line, or to the end of the section. */
function skipComment(source: string, start: number, limit: number): number {
  let at = start;
  while (at < limit && source[at] !== "\n" && !source.startsWith("}}", at)) at++;
  return at;
}
