import { z } from "zod";
import { type Json, jsonSchema } from "#runtime/graph/json.ts";
import { INLINE_LIMIT_BYTES, type StoredValues } from "#runtime/graph/stored-value.ts";

/** What of a pin can be changed by hand, by port: large values are only named. */
export function editablePin(pin: StoredValues): Record<string, Json> {
  return Object.fromEntries(Object.entries(pin).flatMap(([port, value]) => (value.type === "inline" ? [[port, value.value]] : [])));
}

export type ReadPin = { ok: true; pin: StoredValues } | { ok: false; message: string };

/** A pin of what was typed; large values stay as they were, unless another one is typed for their port. */
export function pinnedFrom(text: string, before: StoredValues): ReadPin {
  const values = readValues(text);
  if (typeof values === "string") return { ok: false, message: values };
  const large = Object.entries(before).filter(([port, value]) => value.type === "blob" && !Object.hasOwn(values, port));
  const pin: StoredValues = Object.fromEntries([...large, ...Object.entries(values).map(([port, value]) => [port, { type: "inline" as const, value }])]);
  const tooLarge = Object.entries(values).find(([, value]) => new TextEncoder().encode(JSON.stringify(value)).length > INLINE_LIMIT_BYTES);
  if (tooLarge)
    return { ok: false, message: `“${tooLarge[0]}” has more than ${INLINE_LIMIT_BYTES / 1024} KB. Pin less, or run the node and pin what it gives.` };
  if (Object.keys(pin).length === 0) return { ok: false, message: "Give a value for one port at least, or unpin the node." };
  return { ok: true, pin };
}

function readValues(text: string): Record<string, Json> | string {
  try {
    const read = z.record(z.string(), jsonSchema).safeParse(JSON.parse(text));
    return read.success ? read.data : `This cannot be pinned: ${read.error.issues[0]?.message ?? "it is no object"} Write { "port": value }.`;
  } catch (error) {
    return `This is not JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
}
