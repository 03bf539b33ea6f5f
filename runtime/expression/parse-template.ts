import { BoundedCache } from "./bounded-cache.ts";
import { compile } from "./compile.ts";
import { ExpressionError } from "./expression-error.ts";
import { isShared } from "./is-shared.ts";
import { parseExpression } from "./parse-expression.ts";
import { splitTemplate, type TemplatePiece } from "./split-template.ts";
import { weightOf } from "./syntax.ts";
import type { ParsedTemplate, Template, TemplateExpression } from "./template.ts";

/** Templates are parsed once however often they are read; 500 of them, or 4 million characters, are kept. */
const cache = new BoundedCache<ParsedTemplate>(500, 4_000_000);

/** Never throws. The same text gives the same object as long as it is cached. */
export function parseTemplate(source: string): ParsedTemplate {
  return cache.get(source, parse);
}

function parse(source: string): ParsedTemplate {
  try {
    return { ok: true, template: toTemplate(splitTemplate(source)) };
  } catch (error) {
    if (error instanceof ExpressionError) return { ok: false, problem: { message: error.message, position: error.position ?? 0 } };
    return { ok: false, problem: { message: "This text cannot be read as a template.", position: 0 } };
  }
}

function toTemplate(pieces: TemplatePiece[]): Template {
  const solid = pieces.filter((piece) => piece.kind === "expression" || piece.text.trim() !== "");
  const isWhole = solid.length === 1 && solid[0]?.kind === "expression";
  return { isWhole, parts: (isWhole ? solid : pieces).map((piece) => (piece.kind === "text" ? piece.text : toExpression(piece))) };
}

function toExpression(piece: { source: string; at: number }): TemplateExpression {
  const syntax = parseExpression(piece.source, piece.at);
  return { at: piece.at, syntax, evaluate: compile(syntax), weight: weightOf(syntax), isShared: isShared(syntax) };
}
