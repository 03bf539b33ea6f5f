import type { Json } from "#runtime/graph/json.ts";

/** Hashes of the stored files that a value names, however deep, and whether or not they are told in full. */
export function filesInValue(value: Json): Set<string> {
  const found = new Set<string>();
  const look = (part: Json): void => {
    if (typeof part !== "object" || part === null) return;
    if (!Array.isArray(part) && typeof part.$asset === "string") found.add(part.$asset);
    for (const inner of Object.values(part)) look(inner);
  };
  look(value);
  return found;
}
