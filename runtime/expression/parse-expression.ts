import { type ASTNode, Environment, ParseError } from "@marcbachmann/cel-js";
import { ExpressionError } from "./expression-error.ts";
import { MAX_BRACKET_DEPTH, MAX_EXPRESSION_LENGTH, MAX_SYNTAX_DEPTH } from "./limits.ts";
import { resolveSyntax } from "./resolve-syntax.ts";
import type { Syntax } from "./syntax.ts";

/**
 * Only CEL's grammar comes from the library. Its evaluator has no bound on work, runs patterns with backtracking and keeps whole
 * numbers apart from JSON's numbers, so the tree is evaluated by `compile.ts`.
 */
const grammar = new Environment({
  unlistedVariablesAreDyn: true,
  limits: { maxAstNodes: MAX_EXPRESSION_LENGTH, maxDepth: MAX_BRACKET_DEPTH, maxListElements: 1000, maxMapEntries: 500, maxCallArguments: 32 },
});

/** The syntax of one expression whose text begins at `offset` of its template. Throws `ExpressionError` ("syntax" or "limit"). */
export function parseExpression(source: string, offset: number): Syntax {
  if (source.length > MAX_EXPRESSION_LENGTH) throw new ExpressionError("limit", `An expression may have at most ${MAX_EXPRESSION_LENGTH} characters.`, offset);
  if (source.trim() === "") throw new ExpressionError("syntax", 'The expression is empty. Write what to insert, for example "{{ inputs.title }}".', offset);
  const ast = parseGrammar(source, offset);
  return resolveSyntax(ast, offset);
}

function parseGrammar(source: string, offset: number): ASTNode {
  try {
    return grammar.parse(source).ast;
  } catch (error) {
    // A tower of unary operators is the one nesting that the parser does not count.
    if (error instanceof RangeError) throw new ExpressionError("limit", `The expression is nested deeper than ${MAX_SYNTAX_DEPTH}.`, offset);
    if (!(error instanceof ParseError)) throw error;
    const position = offset + Math.min(error.range?.start ?? 0, source.length);
    if (error.code === "limit_exceeded") throw new ExpressionError("limit", "The expression is nested too deeply or has too many parts.", position);
    throw new ExpressionError("syntax", explain(error), position);
  }
}

function explain(error: ParseError): string {
  if (error.summary.endsWith("EOF")) return "The expression ends too early: something is missing at the end.";
  if (error.code === "invalid_macro_argument") return "The first value here is a name for the item, for example rows.map(row, row.name).";
  if (error.code === "unterminated_string" || error.code === "newline_in_string") return "A text literal is not closed with its quote.";
  return `This is not an expression: ${error.summary.charAt(0).toLowerCase()}${error.summary.slice(1)}.`;
}
