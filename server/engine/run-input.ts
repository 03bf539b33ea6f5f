import type { Validator } from "@cfworker/json-schema";
import type { Json } from "#runtime/graph/json.ts";

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
