import type { FieldHint } from "#runtime/node/fields.ts";
import type { ExpressionMode } from "../text/knowledge.ts";

/** How a text field holds expressions, if it does. */
export function expressionMode(language: FieldHint["language"], expression: boolean): ExpressionMode | undefined {
  if (expression) return "template";
  return language === "expression" ? "bare" : undefined;
}

/** Whether the text is written in a language of its own, with a font for it. */
export function isCode(language: FieldHint["language"]): boolean {
  return language !== undefined && language !== "plain" && language !== "markdown";
}
