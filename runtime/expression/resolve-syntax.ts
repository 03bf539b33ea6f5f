import type { ASTNode } from "@marcbachmann/cel-js";
import { FORBIDDEN_KEYS } from "../graph/json.ts";
import { ExpressionError } from "./expression-error.ts";
import { MAX_SYNTAX_DEPTH } from "./limits.ts";
import { type ComprehensionName, ROOT_NAMES, type RootName, type Syntax } from "./syntax.ts";

const NODE_ID = /^node_[A-Za-z0-9_]+$/;
const NODES_HINT = 'Write "nodes.<id>.<port>", for example nodes.node_a1b2.text: which step is read must be known before a run.';
/** How many values each loop takes after its range. */
const COMPREHENSIONS: Readonly<Record<ComprehensionName, readonly number[]>> = { all: [2], exists: [2], exists_one: [2], filter: [2], map: [2, 3] };

interface Context {
  offset: number;
  /** Names of the enclosing loops' variables; the index is the slot. */
  locals: readonly string[];
  depth: number;
}

/** Turns the parser's tree into `Syntax`: names resolved, loops recognised, dynamic node references refused. Throws `ExpressionError`. */
export function resolveSyntax(ast: ASTNode, offset: number): Syntax {
  return resolve(ast, { offset, locals: [], depth: 0 });
}

function resolve(ast: ASTNode, outer: Context): Syntax {
  const at = outer.offset + ast.pos;
  if (outer.depth >= MAX_SYNTAX_DEPTH) throw new ExpressionError("limit", `The expression is nested deeper than ${MAX_SYNTAX_DEPTH}.`, at);
  const context = { ...outer, depth: outer.depth + 1 };
  switch (ast.op) {
    case "value":
      return { kind: "literal", at, value: literalValue(ast.args, at) };
    case "id":
      return resolveName(ast.args, at, context);
    case ".":
      return resolveField(ast.args[0], { key: ast.args[1], at }, context);
    case "[]":
      return resolveIndex(ast.args[0], { index: ast.args[1], at }, context);
    case "call":
      return resolveCall(ast.args[0], { ast: ast.args[1], at }, context);
    case "rcall":
      return resolveMethod(ast.args[0], { receiver: ast.args[1], ast: ast.args[2], at }, context);
    case "list":
      return { kind: "list", at, items: ast.args.map((item) => resolve(item, context)) };
    case "map":
      return { kind: "map", at, entries: ast.args.map(([key, value]) => ({ key: resolve(key, context), value: resolve(value, context) })) };
    case "!_":
      return { kind: "not", at, value: resolve(ast.args, context) };
    case "-_":
      return { kind: "negate", at, value: resolve(ast.args, context) };
    case "&&":
    case "||":
      return { kind: ast.op === "&&" ? "and" : "or", at, left: resolve(ast.args[0], context), right: resolve(ast.args[1], context) };
    case "?:":
      return {
        kind: "conditional",
        at,
        condition: resolve(ast.args[0], context),
        met: resolve(ast.args[1], context),
        otherwise: resolve(ast.args[2], context),
      };
    case ".?":
    case "[?]":
      throw new ExpressionError("syntax", 'Write "default(value, fallback)" for a value that may be missing.', at);
    default:
      return { kind: "binary", at, operator: ast.op, left: resolve(ast.args[0], context), right: resolve(ast.args[1], context) };
  }
}

/** Whole numbers and decimals are one kind, as in JSON. */
function literalValue(value: unknown, at: number): string | number | boolean | null {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "object" && value instanceof Uint8Array) throw new ExpressionError("syntax", 'Bytes are not supported: write the text without "b".', at);
  const number = Number(value);
  if (typeof value !== "number" && !Number.isSafeInteger(number))
    throw new ExpressionError("syntax", "This whole number is too large to be exact. Write it as text.", at);
  return number;
}

function resolveName(name: string, at: number, context: Context): Syntax {
  const slot = context.locals.lastIndexOf(name);
  if (slot !== -1) return { kind: "local", at, name, slot };
  if (name === "nodes") throw new ExpressionError("syntax", NODES_HINT, at);
  return isRootName(name) ? { kind: "root", at, name } : { kind: "unknown-name", at, name };
}

function isRootName(name: string): name is RootName {
  return ROOT_NAMES.some((root) => root === name);
}

function resolveField(object: ASTNode, { key, at }: { key: string; at: number }, context: Context): Syntax {
  if (FORBIDDEN_KEYS.has(key)) throw new ExpressionError("syntax", `The name "${key}" may not be used in an expression.`, at);
  if (object.op !== "id" || object.args !== "nodes") return { kind: "field", at, object: resolve(object, context), key };
  if (!NODE_ID.test(key)) throw new ExpressionError("syntax", `"${key}" is not the id of a node. ${NODES_HINT}`, at);
  return { kind: "field", at, object: { kind: "root", at: context.offset + object.pos, name: "nodes" }, key };
}

function resolveIndex(object: ASTNode, { index, at }: { index: ASTNode; at: number }, context: Context): Syntax {
  if (index.op === "value" && typeof index.args === "string") return resolveField(object, { key: index.args, at }, context);
  return { kind: "index", at, object: resolve(object, context), index: resolve(index, context) };
}

function resolveCall(name: string, call: { ast: ASTNode[]; at: number }, context: Context): Syntax {
  if (Object.hasOwn(COMPREHENSIONS, name)) {
    throw new ExpressionError("syntax", `Write it behind its list, for example rows.${name}(row, …).`, call.at);
  }
  return form(
    name,
    call.at,
    call.ast.map((value) => resolve(value, context)),
  );
}

function resolveMethod(name: string, call: { receiver: ASTNode; ast: ASTNode[]; at: number }, context: Context): Syntax {
  const comprehension = asComprehension(name);
  if (comprehension) return resolveComprehension(comprehension, call, context);
  return form(
    name,
    call.at,
    [call.receiver, ...call.ast].map((value) => resolve(value, context)),
  );
}

function asComprehension(name: string): ComprehensionName | undefined {
  switch (name) {
    case "all":
    case "exists":
    case "exists_one":
    case "filter":
    case "map":
      return name;
  }
}

/** `has` and `default` look at whether a value is there, so they are not ordinary functions. */
function form(name: string, at: number, values: Syntax[]): Syntax {
  const [value, fallback] = values;
  if (name === "default") {
    if (value === undefined || fallback === undefined || values.length !== 2)
      throw new ExpressionError("syntax", 'default takes two values: default(inputs.title, "none").', at);
    return { kind: "default", at, value, fallback };
  }
  if (name === "has") {
    if (value === undefined || values.length !== 1 || (value.kind !== "field" && value.kind !== "index"))
      throw new ExpressionError("syntax", "has takes one field: has(inputs.title).", at);
    return { kind: "has", at, value };
  }
  return { kind: "call", at, name, values };
}

function resolveComprehension(name: ComprehensionName, call: { receiver: ASTNode; ast: ASTNode[]; at: number }, context: Context): Syntax {
  const [variable, first, second] = call.ast;
  if (variable?.op !== "id" || first === undefined || !COMPREHENSIONS[name].includes(call.ast.length)) {
    throw new ExpressionError("syntax", `${name} takes a name for the item and what to do with it: rows.${name}(row, …).`, call.at);
  }
  const local = variable.args;
  if (local === "inputs" || local === "nodes" || local === "run") {
    throw new ExpressionError("syntax", `"${local}" has a meaning already: choose another name for the item.`, context.offset + variable.pos);
  }
  const inner = { ...context, locals: [...context.locals, local] };
  const body = second === undefined ? [resolve(first, inner)] : [resolve(first, inner), resolve(second, inner)];
  const predicate = name === "map" && body.length === 1 ? undefined : body[0];
  const transform = name === "map" ? body.at(-1) : undefined;
  return { kind: "comprehension", at: call.at, name, range: resolve(call.receiver, context), slot: context.locals.length, predicate, transform };
}
