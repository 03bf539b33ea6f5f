import { type Schema, Validator } from "@cfworker/json-schema";
import type { Json } from "#runtime/graph/json.ts";
import type { JsonSchema } from "#runtime/node/define.ts";

/** What does not fit, where (JSON pointer into the request's body); empty when all does. The validator interprets schemas, it compiles nothing. */
export function checkRunInput(schema: JsonSchema, input: Record<string, Json>): { path: string; message: string }[] {
  const { errors } = new Validator(schema as Schema, "2020-12", false).validate(input);
  // an error deep inside is reported once more by each keyword around it: the innermost says what is wrong
  const innermost = errors.filter((error) => !["properties", "allOf", "items"].includes(error.keyword));
  return innermost.map((error) => ({ path: `/input${error.instanceLocation.slice(1)}`, message: error.error }));
}
