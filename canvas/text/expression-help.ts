import { checkTemplate } from "#runtime/expression/check-template.ts";
import type { FunctionDocument } from "#runtime/expression/function-entry.ts";
import { forms, functions } from "#runtime/expression/functions.ts";
import { parseTemplate } from "#runtime/expression/parse-template.ts";
import { sectionAt } from "./expression-section.ts";
import { type ExpressionMode, type Found, findPath, type Knowledge } from "./knowledge.ts";
import { stepsOf } from "./value-path.ts";

/** What is wrong in a template, and where. */
export interface TextProblem {
  from: number;
  to: number;
  message: string;
}

/** The problems of a text's expressions, as the compiler sees them, with their places. */
export function problemsOf(text: string, { scope }: Knowledge): TextProblem[] {
  if (!text.includes("{{")) return [];
  const parsed = parseTemplate(text);
  const problems = parsed.ok ? checkTemplate(parsed.template, scope) : [parsed.problem];
  return problems.map(({ message, position }) => ({ from: position, to: endOfWord(text, position), message }));
}

function endOfWord(text: string, from: number): number {
  const [word = ""] = /^[.\w]+/.exec(text.slice(from, from + 200)) ?? [];
  return Math.min(text.length, from + Math.max(1, word.length));
}

/** What stands at a place of an expression: a value with its last run, or a function. */
export type Help = { from: number; to: number } & (
  | { type: "value"; source: string; found: Extract<Found, { type: "value" }> }
  | { type: "function"; entry: FunctionDocument }
);

const WORDS = /[A-Za-z_]\w*(?:\.[A-Za-z_]\w*|\[\d+\]|\["(?:[^"\\]|\\.)*"\])*/g;

export function helpAt(text: string, offset: number, { knowledge, mode }: { knowledge: Knowledge; mode: ExpressionMode }): Help | undefined {
  const section = sectionAt(text, offset, mode);
  if (!section) return undefined;
  const source = text.slice(section.from, section.to);
  const at = offset - section.from;
  const match = [...source.matchAll(WORDS)].find(({ index, 0: word }) => index <= at && at <= index + word.length);
  if (!match) return undefined;
  const from = section.from + match.index;
  // up to the end of the part that is pointed at
  const cut = cutAt(match[0], at - match.index);
  const steps = stepsOf(cut);
  const found = steps && findPath(knowledge, steps);
  if (found?.type === "value") return { type: "value", source: cut, found, from, to: from + cut.length };
  const name = cut.slice(cut.lastIndexOf(".") + 1);
  const entry = [...functions, ...forms].find((known) => known.name === name);
  return entry && source[match.index + cut.length] === "("
    ? { type: "function", entry, from: from + cut.length - name.length, to: from + cut.length }
    : undefined;
}

function cutAt(path: string, at: number): string {
  const ends = [...path.matchAll(/[A-Za-z_]\w*|\[\d+\]|\["(?:[^"\\]|\\.)*"\]/g)].map(({ index, 0: part }) => index + part.length);
  return path.slice(0, ends.find((end) => at <= end) ?? path.length);
}

/** The function whose brackets a place is in, and which of its values stands there. */
export function callAt(text: string, offset: number, mode: ExpressionMode): { entry: FunctionDocument; active: number } | undefined {
  const section = sectionAt(text, offset, mode);
  if (!section) return undefined;
  const source = text.slice(section.from, offset);
  let depth = 0;
  let commas = 0;
  for (let at = source.length - 1; at >= 0; at--) {
    const character = source[at] ?? "";
    if (")]}".includes(character)) depth++;
    else if (character === "," && depth === 0) commas++;
    else if ("([{".includes(character)) {
      if (depth > 0) depth--;
      else if (character !== "(") return undefined;
      else {
        const [, dot, name] = /(\.?)([A-Za-z_]\w*)$/.exec(source.slice(0, at)) ?? [];
        const entry = [...functions, ...forms].find((known) => known.name === name);
        return entry && { entry, active: commas + (dot ? 1 : 0) };
      }
    }
  }
  return undefined;
}
