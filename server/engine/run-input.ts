import type { Validator } from "@cfworker/json-schema";
import type { Json } from "#runtime/graph/json.ts";
import type { JsonSchema } from "#runtime/node/define.ts";

/** Of what is offered, the values that a schema names; all of them where it takes others, too. */
export function wantedInput(schema: JsonSchema, offered: Record<string, Json>): Record<string, Json> {
  const { properties, additionalProperties } = schema;
  if (additionalProperties !== false || typeof properties !== "object" || properties === null) return offered;
  return Object.fromEntries(Object.entries(offered).filter(([name]) => Object.hasOwn(properties, name)));
}

/** What does not fit, where (JSON pointer into the request's body); empty when all does. The validator interprets schemas, it compiles nothing. */
export function checkRunInput(validator: Validator, input: Record<string, Json>): { path: string; message: string }[] {
  const { errors } = validator.validate(input);
  // an error deep inside is reported once more by each keyword around it: the first at a place says what is wrong there
  const faults = new Map<string, string>();
  for (const { keyword, instanceLocation, error } of errors) {
    if (["properties", "additionalProperties", "allOf", "items"].includes(keyword)) continue;
    const path = `/input${instanceLocation.slice(1)}`;
    if (!faults.has(path)) faults.set(path, keyword === "false" ? "This is not known here." : error);
  }
  return [...faults].map(([path, message]) => ({ path, message }));
}
