import { type Schema, type SchemaDraft, Validator } from "@cfworker/json-schema";

/** Where and why a value does not fit, as a phrase; undefined when it fits. */
export type JsonCheck = (value: unknown) => string | undefined;

/**
 * Checks values by a JSON Schema that others wrote, without compiling it to code. `pattern` and `patternProperties` are left out: their regular
 * expressions could block the process. A schema that makes no sense accepts everything: whoever takes the value has the last word anyway.
 */
export function createJsonCheck(schema: Record<string, unknown>): JsonCheck {
  let validator: Validator | undefined;
  return (value) => {
    try {
      validator ??= new Validator(withoutPatterns(schema) as Schema, draftOf(schema), true);
      const errors = validator.validate(value).errors;
      // Outer schemas report first; the longest path is the most exact.
      const [first, ...others] = errors;
      if (!first) return undefined;
      const { instanceLocation, error } = others.reduce((best, next) => (next.instanceLocation.length >= best.instanceLocation.length ? next : best), first);
      return `${instanceLocation.replace(/^#\/?/, "/")}: ${error}`;
    } catch {
      return undefined;
    }
  };
}

function draftOf(schema: Record<string, unknown>): SchemaDraft {
  const named = /draft-0?(4|7)|(2019-09)/.exec(typeof schema.$schema === "string" ? schema.$schema : "");
  if (named?.[1] === "4") return "4";
  if (named?.[1] === "7") return "7";
  return named?.[2] ? "2019-09" : "2020-12";
}

/** Keywords whose members are named by the author: `pattern` among them is a property, not a keyword. */
const namedSchemas = new Set(["properties", "$defs", "definitions", "dependentSchemas"]);
const values = new Set(["const", "enum", "default", "examples"]);
const dropped = new Set(["pattern", "patternProperties"]);
/** They count on knowing what `patternProperties` took. */
const droppedWithPatterns = new Set(["additionalProperties", "unevaluatedProperties"]);

function withoutPatterns(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutPatterns);
  if (typeof schema !== "object" || schema === null) return schema;
  const hasPatterns = Object.hasOwn(schema, "patternProperties");
  const kept = Object.entries(schema).filter(([keyword]) => !dropped.has(keyword) && !(hasPatterns && droppedWithPatterns.has(keyword)));
  return Object.fromEntries(
    kept.map(([keyword, value]) => {
      if (values.has(keyword)) return [keyword, value];
      if (namedSchemas.has(keyword) && typeof value === "object" && value !== null) {
        return [keyword, Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withoutPatterns(inner)]))];
      }
      return [keyword, withoutPatterns(value)];
    }),
  );
}
