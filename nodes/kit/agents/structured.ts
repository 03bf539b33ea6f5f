import type { Json } from "#runtime/graph/json.ts";
import { createJsonCheck } from "./check-json.ts";

type Read = { fits: true; value: Json } | { fits: false; problem: string };

/** The JSON that a model wrote, bare or in a code fence, if it fits the schema; else what is wrong with it, for the model to read. */
export function readStructured(text: string, schema: Record<string, Json>): Read {
  const value = parse(text);
  if (value === undefined) return { fits: false, problem: "It is no JSON." };
  const problem = createJsonCheck(schema)(value);
  return problem === undefined ? { fits: true, value } : { fits: false, problem };
}

function parse(text: string): Json | undefined {
  const fenced = /```(?:json)?\s*\n([\s\S]*?)```/.exec(text)?.[1];
  const braced = text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1);
  for (const candidate of [text, fenced, braced]) {
    if (candidate === undefined || candidate.trim() === "") continue;
    try {
      return JSON.parse(candidate) as Json;
    } catch {
      // the next one may be
    }
  }
  return undefined;
}

/** What a model is told that has no way of its own to keep to a schema. */
export function structuredInstruction(schema: Record<string, Json>): string {
  return `Answer with JSON alone, without any other words. It has to fit this JSON Schema:\n${JSON.stringify(schema)}`;
}
