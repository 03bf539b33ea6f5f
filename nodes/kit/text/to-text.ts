/** A value as text, the way an expression inside a text is shown: nothing for null, JSON for lists and maps. */
export function toText(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** The first line, shortened for a card. */
export function firstLine(text: string, length = 80): string {
  const line = text.trimStart().split("\n", 1)[0]?.trimEnd() ?? "";
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}
