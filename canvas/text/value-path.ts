import type { Json } from "#runtime/graph/json.ts";

/** A step into a value: the name of a field, or the place in a list. */
export type PathStep = string | number;

/** A field of something, as it is written in an expression. */
export function memberSource(object: string, step: PathStep): string {
  if (typeof step === "number") return `${object}[${step}]`;
  return /^[A-Za-z_]\w*$/.test(step) ? `${object}.${step}` : `${object}[${JSON.stringify(step)}]`;
}

const STEP = /\.([A-Za-z_]\w*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/gy;

/** The steps of a path such as `inputs.rows[0]["a b"]`; undefined when it is none. */
export function stepsOf(source: string): PathStep[] | undefined {
  const [root] = /^[A-Za-z_]\w*/.exec(source) ?? [];
  if (root === undefined) return undefined;
  const steps: PathStep[] = [root];
  STEP.lastIndex = root.length;
  for (let at = root.length; at < source.length; at = STEP.lastIndex) {
    const match = STEP.exec(source);
    if (!match) return undefined;
    const [, name, index, literal] = match;
    steps.push(name ?? (index === undefined ? textOf(literal ?? '""') : Number(index)));
  }
  return steps;
}

function textOf(literal: string): string {
  try {
    return String(JSON.parse(literal));
  } catch {
    return literal.slice(1, -1);
  }
}

/** What is at a place inside a value; undefined when nothing is. */
export function valueAtPath(value: Json | undefined, path: readonly PathStep[]): Json | undefined {
  return path.reduce<Json | undefined>((current, step) => {
    if (typeof current !== "object" || current === null) return undefined;
    if (Array.isArray(current)) return typeof step === "number" ? current[step] : undefined;
    return Object.hasOwn(current, step) ? current[String(step)] : undefined;
  }, value);
}
