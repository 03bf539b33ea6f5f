import { stripTypeScriptTypes } from "node:module";

/** The name QuickJS knows the code by; only its stack frames are the person's own. */
export const codeFile = "code.js";

// The code starts on a line of its own, so that columns are right and every line is one too high.
const opening = '((given) => { "use strict"; const inputs = given; return async function () {';
const linesBefore = 1;

export interface Position {
  line: number;
  column?: number;
}

export class TypeScriptSyntaxError extends Error {
  readonly position: Position | undefined;
  constructor(message: string, position: Position | undefined) {
    super(message);
    this.position = position;
  }
}

/** The program whose value is the factory `inputs => () => Promise`. Throws `TypeScriptSyntaxError`. */
export function wrapSource(source: string, language: "javascript" | "typescript"): string {
  const wrapped = `${opening}\n${source}\n}; })`;
  if (language === "javascript") return wrapped;
  try {
    return stripTypeScriptTypes(wrapped, { mode: "strip" });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new TypeScriptSyntaxError(message, error instanceof Error ? positionOfStrip(error.stack ?? "", source) : undefined);
  }
}

/** Node puts `file:line`, the lines concerned and a row of carets before the error's own stack. */
function positionOfStrip(stack: string, source: string): Position | undefined {
  const line = /^[^\n]*?:(\d+)\n/.exec(stack)?.[1];
  if (line === undefined) return undefined;
  const column = /\n(\s*)\^/.exec(stack)?.[1]?.length;
  const position = toOwnLine(Number(line), source);
  return column === undefined ? position : { ...position, column: column + 1 };
}

function toOwnLine(line: number, source: string): Position {
  return { line: Math.min(Math.max(line - linesBefore, 1), source.split("\n").length) };
}

/** The frames of a QuickJS stack that are the person's own, with their own line numbers. */
export function readStack(stack: string, source: string): { position?: Position; stack: string[] } {
  const frames = [...stack.matchAll(/^\s+at (?:(.*?) \()?code\.js:(\d+)(?::(\d+))?\)?$/gm)].slice(0, 10).map((match) => {
    const position: Position = { ...toOwnLine(Number(match[2]), source), ...(match[3] === undefined ? {} : { column: Number(match[3]) }) };
    return { name: match[1] ?? "", position };
  });
  const lines = frames.map(({ name, position }) => {
    const place = position.column === undefined ? `line ${position.line}` : `line ${position.line}:${position.column}`;
    return name === "" || name.startsWith("<") ? place : `${name} (${place})`;
  });
  const first = frames[0]?.position;
  return first === undefined ? { stack: lines } : { position: first, stack: lines };
}
