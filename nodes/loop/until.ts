import { checkTemplate } from "#runtime/expression/check-template.ts";
import { evaluateTemplate } from "#runtime/expression/evaluate-template.ts";
import { ExpressionError } from "#runtime/expression/expression-error.ts";
import { parseTemplate } from "#runtime/expression/parse-template.ts";
import { childrenOf, type Syntax } from "#runtime/expression/syntax.ts";
import type { Template } from "#runtime/expression/template.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { toText } from "../kit/text/to-text.ts";

type Parsed = { ok: true; template: Template } | { ok: false; message: string };

/** What came back from a round. */
export interface Round {
  /** By the name of the carried value. */
  next: Record<string, unknown>;
  /** From 1. */
  round: number;
}

/** What is wrong with a condition in the draft, or undefined. `names` are those of the carried values. */
export function untilProblem(source: string, names: readonly string[]): string | undefined {
  const parsed = parse(source);
  if (!parsed.ok) return parsed.message;
  const problem = checkTemplate(parsed.template, { inputs: {}, nodes: {}, item: "any" })[0]?.message;
  if (problem !== undefined) return problem;
  const unknown = parsed.template.parts.flatMap((part) => (typeof part === "object" ? fieldsOfNext(part.syntax) : [])).find((name) => !names.includes(name));
  return unknown === undefined ? undefined : `No carried value is called "${unknown}".`;
}

/** Whether the condition holds. Throws `NodeError` ("expression", "limit" or "validation"). */
export function untilHolds(source: string, { next, round }: Round): boolean {
  const parsed = parse(source);
  if (!parsed.ok) throw new NodeError("expression", parsed.message, { happened: "no" });
  const result = unwrap(evaluate(parsed.template, { next, round }));
  if (typeof result === "boolean") return result;
  const found = toText(result).slice(0, 40) || "nothing";
  throw new NodeError("validation", `The condition of round ${round} must yield true or false, and yielded ${found}.`, { happened: "no", details: { round } });
}

function evaluate(template: Template, round: Round): unknown {
  try {
    return evaluateTemplate(template, { inputs: {}, nodes: {}, run: { id: "" }, item: round });
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const code = error.code === "limit" ? "limit" : "expression";
    throw new NodeError(code, `The condition of round ${round.round} failed: ${error.message}`, {
      happened: "no",
      details: { round: round.round },
      cause: error,
    });
  }
}

/**
 * The language knows no names but its own, and those that a comprehension brings: so `next` and `round` are brought by two around the
 * condition. What is one expression by itself stays one in brackets (on lines of their own, for it may end with a comment).
 */
function parse(source: string): Parsed {
  const text = source.trim().replace(/^\{\{([\s\S]*)\}\}$/, "$1");
  const own = parseTemplate(`{{ ${text} }}`);
  if (!own.ok) return { ok: false, message: own.problem.message };
  const [part] = own.template.parts;
  if (!own.template.isWhole || typeof part !== "object") return { ok: false, message: "Write one expression: next.score >= 0.8, for example." };
  if (readsOther(part.syntax)) return { ok: false, message: "Only what came back can be read here: next.<name>, and round." };
  const whole = parseTemplate(`{{ [item.next].map(next, [item.round].map(round, (\n${text}\n))) }}`);
  return whole.ok ? whole : { ok: false, message: whole.problem.message };
}

function readsOther(syntax: Syntax): boolean {
  return syntax.kind === "root" || childrenOf(syntax).some(readsOther);
}

/** The list of one with the list of one that the comprehensions yield. */
function unwrap(result: unknown): unknown {
  const [inner] = Array.isArray(result) ? result : [];
  return Array.isArray(inner) ? inner[0] : undefined;
}

function fieldsOfNext(syntax: Syntax): string[] {
  if (syntax.kind === "field" && syntax.object.kind === "local" && syntax.object.slot === 0) return [syntax.key];
  return childrenOf(syntax).flatMap(fieldsOfNext);
}
