import type { StoredValue } from "#runtime/graph/stored-value.ts";
import { formatBytes } from "../ui/format-bytes.ts";

const LENGTH = 26;

/** A value in a few characters, for a label on a wire. */
export function previewOf(stored: StoredValue): string {
  if (stored.type === "blob") return `${cut(stored.preview, LENGTH - 8)} (${formatBytes(stored.bytes)})`;
  const { value } = stored;
  if (typeof value === "string") return value.trim() === "" ? "empty text" : cut(value, LENGTH);
  if (Array.isArray(value)) return value.length === 1 ? "1 item" : `${value.length} items`;
  if (typeof value === "object" && value !== null) {
    const keys = Object.keys(value);
    return keys.length === 0 ? "{ }" : cut(`{ ${keys.join(", ")} }`, LENGTH);
  }
  return cut(String(value), LENGTH);
}

function cut(text: string, length: number): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}
