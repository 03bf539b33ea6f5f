import type { Json } from "#runtime/graph/json.ts";

/** Outputs by port as somebody typed them; what is wrong when they are none. */
export function parseOutputs(text: string, ports: readonly string[]): { ok: true; value: Record<string, Json> } | { ok: false; message: string } {
  let value: Json;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { ok: false, message: `Not JSON yet: ${error instanceof Error ? error.message : String(error)}` };
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return { ok: false, message: 'Write an object with a member for each port: { "port": … }.' };
  const unknown = Object.keys(value).filter((name) => !ports.includes(name));
  if (unknown.length > 0) return { ok: false, message: `The node has no output "${unknown[0]}". It has: ${ports.join(", ")}.` };
  return { ok: true, value };
}
