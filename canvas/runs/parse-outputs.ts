import type { Json } from "#runtime/graph/json.ts";

type Parsed<Value> = { ok: true; value: Value } | { ok: false; message: string };

/** JSON as somebody typed it; what is wrong when it is none. */
export function parseJsonText(text: string): Parsed<Json> {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    return { ok: false, message: `Not JSON yet: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** Values by port as somebody typed them; what is wrong when they are none. `what`: which ports these are. */
export function parseOutputs(text: string, ports: readonly string[], what: "output" | "input" = "output"): Parsed<Record<string, Json>> {
  const parsed = parseJsonText(text);
  if (!parsed.ok) return parsed;
  const { value } = parsed;
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return { ok: false, message: 'Write an object with a member for each port: { "port": … }.' };
  const unknown = Object.keys(value).filter((name) => !ports.includes(name));
  if (unknown.length > 0) return { ok: false, message: `The node has no ${what} "${unknown[0]}". It has: ${ports.join(", ")}.` };
  return { ok: true, value };
}
