import { createHash } from "node:crypto";
import type { Json } from "#runtime/graph/json.ts";
import { INLINE_LIMIT_BYTES, type StoredValue, type StoredValues } from "#runtime/graph/stored-value.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import type { BlobStore } from "../assets/blob-store.ts";

/** Bytes of JSON one value may have (a result of 1 GB is a failure, not an outage). */
const MAX_VALUE_BYTES = 64 * 1024 * 1024;
/** Characters of the beginning of a stored value that are told. */
export const PREVIEW_CHARACTERS = 500;

/** Puts values away for an event: small ones inline, large ones in the blob store. Throws `NodeError` for what is not JSON or too large. */
export async function storeValues(values: Record<string, unknown>, blobs: BlobStore): Promise<StoredValues> {
  const stored: StoredValues = {};
  for (const [name, value] of Object.entries(values)) if (value !== undefined) stored[name] = await storeValue(value, { name, blobs });
  return stored;
}

export async function storeValue(value: unknown, given: { name: string; blobs: BlobStore }): Promise<StoredValue> {
  const text = toJsonText(value, given.name);
  const bytes = Buffer.byteLength(text);
  if (bytes <= INLINE_LIMIT_BYTES) return { type: "inline", value: JSON.parse(text) as Json };
  if (bytes > MAX_VALUE_BYTES)
    throw new NodeError(
      "limit",
      `The output "${given.name}" has ${Math.round(bytes / 1024 / 1024)} MiB; at most ${MAX_VALUE_BYTES / 1024 / 1024} MiB are kept. Yield less, or a file.`,
      { happened: "unknown" },
    );
  // the native one: values have megabytes
  const hash = createHash("sha256").update(text).digest("hex");
  await given.blobs.put(hash, Buffer.from(text));
  return { type: "blob", hash, bytes, preview: text.slice(0, PREVIEW_CHARACTERS) };
}

function toJsonText(value: unknown, name: string): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (cause) {
    // longer than any text may be
    if (cause instanceof RangeError && cause.message === "Invalid string length")
      throw new NodeError("limit", `The output "${name}" is too large; at most ${MAX_VALUE_BYTES / 1024 / 1024} MiB are kept. Yield less, or a file.`, {
        cause,
      });
    throw new NodeError("validation", `The output "${name}" cannot be written as JSON: it holds a circle, a BigInt, or is nested too deep.`, { cause });
  }
  if (text === undefined) throw new NodeError("validation", `The output "${name}" is not JSON.`);
  return text;
}

/** The value itself, fetched when it is in the blob store. Throws `NodeError("not-found")` when the blob is gone. */
export async function loadValue(stored: StoredValue, blobs: BlobStore): Promise<unknown> {
  if (stored.type === "inline") return stored.value;
  const content = await blobs.get(stored.hash);
  if (!content) throw new NodeError("not-found", "A large value of this run is no longer in the blob store.", { happened: "no" });
  return JSON.parse(Buffer.from(content).toString("utf8"));
}
