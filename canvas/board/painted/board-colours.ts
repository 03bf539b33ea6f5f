import type { Mark } from "../marks.ts";

/** The colours of the theme as a canvas takes them. */
export interface BoardColours {
  ink: string;
  accent: string;
  danger: string;
  wire: string;
  box: string;
  line: string;
  group(name: string): string;
  status(name: string): string | undefined;
  mark(kind: Mark["kind"]): string;
}

const MARKS: Readonly<Record<Mark["kind"], string>> = {
  added: "--status-succeeded",
  removed: "--status-failed",
  changed: "--status-waiting",
  moved: "--status-queued",
  found: "--accent",
};
/** States of a run that share a colour with another. */
const STATES: ReadonlyMap<string, string> = new Map([
  ["deciding", "running"],
  ["iterating", "running"],
  ["calling", "waiting"],
  ["retrying", "waiting"],
  ["uncertain", "waiting"],
  ["reused", "succeeded"],
  ["cancelled", "skipped"],
]);

/** Reads the theme where an element stands; again after the theme has changed. */
export function boardColours(element: Element): BoardColours {
  const styles = getComputedStyle(element);
  const read = (token: string) => styles.getPropertyValue(token).trim();
  const box = read("--raised");
  // asked for once for each node, and each reading is a question to the browser
  const groups = new Map<string, string>();
  const groupColour = (name: string) => {
    const known = groups.get(name) ?? mixed(read(`--group-${name}`) || read("--line-strong"), box, 0.4);
    groups.set(name, known);
    return known;
  };
  return {
    ink: read("--ink"),
    accent: read("--accent"),
    danger: read("--danger"),
    wire: read("--line-strong"),
    box,
    line: read("--line-strong"),
    group: groupColour,
    status: (name) => read(`--status-${STATES.get(name) ?? name}`) || undefined,
    mark: (kind) => read(MARKS[kind]),
  };
}

/** So much of one colour in another, both `#rrggbb`; the first as it is when one is written otherwise. */
export function mixed(colour: string, into: string, share: number): string {
  const [first, second] = [partsOf(colour), partsOf(into)];
  if (!first || !second) return colour;
  return `#${first.map((part, index) => hex(part * share + (second[index] ?? 0) * (1 - share))).join("")}`;
}

function partsOf(colour: string): number[] | undefined {
  const found = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour);
  return found?.slice(1).map((part) => Number.parseInt(part, 16));
}

function hex(part: number): string {
  return Math.round(part).toString(16).padStart(2, "0");
}
