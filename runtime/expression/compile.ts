import { callFunction } from "./call-function.ts";
import { ExpressionError } from "./expression-error.ts";
import { type Evaluate, type EvaluateBoolean, placed } from "./frame.ts";
import { compileLoop } from "./loops.ts";
import { OPERATIONS } from "./operators.ts";
import { pathText, type Syntax, weightOf } from "./syntax.ts";
import { describe, readField, readIndex, refuseKey } from "./values.ts";

/** Steps for recovering from a missing value: making an error costs that much. */
const RECOVERY_STEPS = 200;

/** Turns syntax into a closure once, so that an evaluation looks up no names and switches on no kinds. */
export function compile(syntax: Syntax): Evaluate {
  switch (syntax.kind) {
    case "literal":
      return () => syntax.value;
    case "unknown-name":
      return fail(new ExpressionError("missing", `There is no "${syntax.name}" here. Inputs are read as "inputs.${syntax.name}".`, syntax.at));
    case "root":
    case "local":
    case "field":
    case "index":
      return required(syntax);
    case "has": {
      const read = compileRead(syntax.value);
      return (frame) => (read(frame) ?? null) !== null;
    }
    case "default":
      return compileDefault(syntax);
    case "call":
      return compileCall(syntax);
    case "comprehension":
      return compileComprehension(syntax);
    case "list": {
      const items = syntax.items.map(compile);
      return (frame) => items.map((item) => item(frame));
    }
    case "map":
      return compileMap(syntax);
    case "not": {
      const value = compileBoolean(syntax.value);
      return (frame) => !value(frame);
    }
    case "negate":
      return compileNegate(syntax);
    case "and": {
      const [left, right] = [compileBoolean(syntax.left), compileBoolean(syntax.right)];
      return (frame) => left(frame) && right(frame);
    }
    case "or": {
      const [left, right] = [compileBoolean(syntax.left), compileBoolean(syntax.right)];
      return (frame) => left(frame) || right(frame);
    }
    case "conditional": {
      const [condition, then, otherwise] = [compileBoolean(syntax.condition), compile(syntax.met), compile(syntax.otherwise)];
      return (frame) => (condition(frame) ? then(frame) : otherwise(frame));
    }
    case "binary":
      return compileBinary(syntax);
  }
}

/** Like `compile`, but refuses what is not true or false. */
function compileBoolean(syntax: Syntax): EvaluateBoolean {
  const evaluate = compile(syntax);
  return (frame) => {
    const value = evaluate(frame);
    if (typeof value === "boolean") return value;
    throw new ExpressionError("type", `Here must stand true or false, not ${describe(value)}. Compare it, for example with != or has().`, syntax.at);
  };
}

/** Reads a path without an error for what is not there: undefined then. No exception is made, so it may run in a loop. */
function compileRead(syntax: Syntax): Evaluate {
  switch (syntax.kind) {
    case "root": {
      const name = syntax.name;
      return (frame) => frame.scope[name];
    }
    case "local":
      return (frame) => frame.locals[syntax.slot];
    case "field": {
      refuseKey(syntax.key);
      const object = compileRead(syntax.object);
      return placed(syntax.at, (frame) => readField(object(frame), syntax.key));
    }
    case "index": {
      const [object, index] = [compileRead(syntax.object), compile(syntax.index)];
      return placed(syntax.at, (frame) => readIndex(object(frame), index(frame)));
    }
    default:
      return compile(syntax);
  }
}

function required(syntax: Syntax): Evaluate {
  const read = compileRead(syntax);
  const path = pathText(syntax);
  return (frame) => {
    const value = read(frame);
    if (value !== undefined) return value;
    throw new ExpressionError("missing", `${path} has no value. Where it may be missing, write default(${path}, …).`, syntax.at);
  };
}

function compileDefault(syntax: Extract<Syntax, { kind: "default" }>): Evaluate {
  const [read, fallback] = [compileRead(syntax.value), compile(syntax.fallback)];
  return (frame) => {
    try {
      return read(frame) ?? fallback(frame);
    } catch (error) {
      if (!(error instanceof ExpressionError && error.code === "missing")) throw error;
      frame.work.charge(RECOVERY_STEPS);
      return fallback(frame);
    }
  };
}

function compileMap(syntax: Extract<Syntax, { kind: "map" }>): Evaluate {
  const entries = syntax.entries.map((entry) => ({ key: compile(entry.key), value: compile(entry.value), at: entry.key.at }));
  return placed(syntax.at, (frame) => {
    const map: Record<string, unknown> = {};
    for (const entry of entries) {
      const key = entry.key(frame);
      if (typeof key !== "string") throw new ExpressionError("type", `The name of a field must be text, not ${describe(key)}.`, entry.at);
      refuseKey(key);
      map[key] = entry.value(frame);
    }
    return map;
  });
}

function compileNegate(syntax: Extract<Syntax, { kind: "negate" }>): Evaluate {
  const value = compile(syntax.value);
  return (frame) => {
    const number = value(frame);
    if (typeof number === "number") return -number;
    throw new ExpressionError("type", `"-" needs a number, not ${describe(number)}.`, syntax.at);
  };
}

function compileCall(syntax: Extract<Syntax, { kind: "call" }>): Evaluate {
  const values = syntax.values.map(compile);
  const apply = callFunction(syntax.name);
  return placed(syntax.at, (frame) =>
    apply(
      values.map((value) => value(frame)),
      frame.work,
    ),
  );
}

function compileComprehension(syntax: Extract<Syntax, { kind: "comprehension" }>): Evaluate {
  const { name, at, slot, range, predicate, transform } = syntax;
  const weight = 1 + (predicate ? weightOf(predicate) : 0) + (transform ? weightOf(transform) : 0);
  return compileLoop({
    name,
    at,
    slot,
    weight,
    range: compile(range),
    predicate: predicate && compileBoolean(predicate),
    transform: transform && compile(transform),
  });
}

function compileBinary(syntax: Extract<Syntax, { kind: "binary" }>): Evaluate {
  const [left, right, operation] = [compile(syntax.left), compile(syntax.right), OPERATIONS[syntax.operator]];
  return placed(syntax.at, (frame) => operation(left(frame), right(frame), frame.work));
}

function fail(error: ExpressionError): Evaluate {
  return () => {
    throw new ExpressionError(error.code, error.message, error.position);
  };
}
