import { NodeError } from "#runtime/node/node-error.ts";
import type { Turns } from "../kit/lists/turns.ts";

const MAX_PARTS = 1_000_000;

interface SplitText {
  separator: string;
  /** A line may end with a carriage return before its break. */
  isLines: boolean;
  trim: boolean;
  skipEmpty: boolean;
}

/** The parts between separators, in turns. Throws `NodeError("limit")` for more than a million. */
export async function splitText(text: string, { separator, isLines, trim, skipEmpty }: SplitText, turns: Turns): Promise<string[]> {
  const parts: string[] = [];
  for (let from = 0; from <= text.length; ) {
    const at = text.indexOf(separator, from);
    const end = at === -1 ? text.length : at;
    const whole = text.slice(from, isLines && at !== -1 && end > from && text[end - 1] === "\r" ? end - 1 : end);
    const part = trim ? whole.trim() : whole;
    if (!skipEmpty || part !== "") parts.push(part);
    if (parts.length > MAX_PARTS) throw new NodeError("limit", `The text has more than ${MAX_PARTS} parts.`, { happened: "no" });
    if (at === -1) break;
    from = end + separator.length;
    if (turns.isOver) await turns.next();
  }
  return parts;
}
