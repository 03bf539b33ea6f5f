/** What the API takes of a run's input as well. */
const MAX_DEPTH = 200;

/** Whether parsed JSON has no key `__proto__` and nests no deeper than is safe to walk. Lean: it looks at every call's body. */
export function isPlainData(value: unknown, depth = 0): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (depth >= MAX_DEPTH) return false;
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === "object" && !isPlainData(item, depth + 1)) return false;
    return true;
  }
  for (const key in value) {
    if (key === "__proto__") return false;
    const member = (value as Record<string, unknown>)[key];
    if (typeof member === "object" && !isPlainData(member, depth + 1)) return false;
  }
  return true;
}
