/** A piece of a line; `isChanged` where the other text says something else. */
export interface TextPiece {
  text: string;
  isChanged: boolean;
}

export interface TextLine {
  type: "same" | "removed" | "added";
  pieces: readonly TextPiece[];
}

/** Lines that follow each other, with some around that are the same. */
export interface TextHunk {
  /** Numbers of its first line in the two texts, from 1. */
  before: number;
  after: number;
  lines: readonly TextLine[];
}

/** Lines shown around a change. */
const CONTEXT = 2;
/** Differences that are looked for: with more, what is between the first and the last is told as a whole. Bounds the cost to this times the length. */
const MOST_EDITS = 400;

/** Where two texts differ, by lines; in a line that was rewritten, by words. */
export function textHunks(before: string, after: string): TextHunk[] {
  if (before === after) return [];
  const steps = diffSequences(before.split("\n"), after.split("\n"));
  const lines = withWords(steps);
  return hunksOf(lines);
}

type Step = { type: TextLine["type"]; text: string };

/** Pairs lines that were taken out with those put in their place, and compares each pair by words. */
function withWords(steps: readonly Step[]): TextLine[] {
  const lines: TextLine[] = [];
  for (let index = 0; index < steps.length; ) {
    const step = steps[index];
    if (!step) break;
    if (step.type === "same") {
      lines.push(whole(step, false));
      index++;
      continue;
    }
    const run = runFrom(steps, index);
    index += run.length;
    lines.push(
      ...rewritten(
        run.filter(({ type }) => type === "removed").map(({ text }) => text),
        run.filter(({ type }) => type === "added").map(({ text }) => text),
      ),
    );
  }
  return lines;
}

function runFrom(steps: readonly Step[], start: number): Step[] {
  const end = steps.findIndex(({ type }, index) => index >= start && type === "same");
  return steps.slice(start, end < 0 ? undefined : end);
}

function rewritten(removed: readonly string[], added: readonly string[]): TextLine[] {
  const before: TextLine[] = [];
  const after: TextLine[] = [];
  for (let index = 0; index < Math.max(removed.length, added.length); index++) {
    const [old, now] = [removed[index], added[index]];
    const words = old !== undefined && now !== undefined ? diffSequences(wordsOf(old), wordsOf(now)) : [];
    const isAlike = words.some(({ type, text }) => type === "same" && text.trim() !== "");
    if (old !== undefined) before.push(isAlike ? pieces("removed", words) : whole({ type: "removed", text: old }, false));
    if (now !== undefined) after.push(isAlike ? pieces("added", words) : whole({ type: "added", text: now }, false));
  }
  return [...before, ...after];
}

function whole({ type, text }: Step, isChanged: boolean): TextLine {
  return { type, pieces: [{ text, isChanged }] };
}

function pieces(type: "removed" | "added", words: readonly Step[]): TextLine {
  const joined: TextPiece[] = [];
  for (const word of words) {
    if (word.type !== "same" && word.type !== type) continue;
    const isChanged = word.type !== "same";
    const last = joined.at(-1);
    if (last?.isChanged === isChanged) last.text += word.text;
    else joined.push({ text: word.text, isChanged });
  }
  return { type, pieces: joined };
}

function wordsOf(line: string): string[] {
  return line.match(/[\p{L}\p{N}_]+|\s+|[^\p{L}\p{N}_\s]/gu) ?? [];
}

function hunksOf(lines: readonly TextLine[]): TextHunk[] {
  const isNear = nearChanges(lines);
  const hunks: { before: number; after: number; lines: TextLine[] }[] = [];
  const at = { before: 1, after: 1 };
  let open = false;
  for (const [index, line] of lines.entries()) {
    if (isNear[index]) {
      if (!open) hunks.push({ ...at, lines: [] });
      hunks.at(-1)?.lines.push(line);
    }
    open = isNear[index] === true;
    if (line.type !== "added") at.before++;
    if (line.type !== "removed") at.after++;
  }
  return hunks;
}

function nearChanges(lines: readonly TextLine[]): boolean[] {
  const isNear = lines.map(() => false);
  for (const [index, { type }] of lines.entries()) {
    if (type === "same") continue;
    for (let near = Math.max(0, index - CONTEXT); near <= Math.min(lines.length - 1, index + CONTEXT); near++) isNear[near] = true;
  }
  return isNear;
}

/** The shortest way from one sequence to the other (Myers 1986), or beyond `MOST_EDITS` one that replaces all that is between. */
function diffSequences(before: readonly string[], after: readonly string[]): Step[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let tail = 0;
  while (tail < before.length - start && tail < after.length - start && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  const left = before.slice(start, before.length - tail);
  const right = after.slice(start, after.length - tail);
  const same = (text: string): Step => ({ type: "same", text });
  const middle = shortestWay(left, right) ?? [
    ...left.map((text): Step => ({ type: "removed", text })),
    ...right.map((text): Step => ({ type: "added", text })),
  ];
  return [...before.slice(0, start).map(same), ...middle, ...before.slice(before.length - tail).map(same)];
}

function shortestWay(left: readonly string[], right: readonly string[]): Step[] | undefined {
  const most = Math.min(left.length + right.length, MOST_EDITS);
  let reached = new Map<number, number>([[1, 0]]);
  const rounds: Map<number, number>[] = [];
  for (let edits = 0; edits <= most; edits++) {
    rounds.push(reached);
    const next = new Map<number, number>();
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = stepsDown(reached, diagonal, edits) ? (reached.get(diagonal + 1) ?? 0) : (reached.get(diagonal - 1) ?? 0) + 1;
      let y = x - diagonal;
      while (x < left.length && y < right.length && left[x] === right[y]) {
        x++;
        y++;
      }
      next.set(diagonal, x);
      if (x >= left.length && y >= right.length) return wayBack(left, right, rounds);
    }
    reached = next;
  }
  return undefined;
}

/** Whether the furthest point of a diagonal is come to by adding (down) or by removing (right). */
function stepsDown(reached: ReadonlyMap<number, number>, diagonal: number, edits: number): boolean {
  return diagonal === -edits || (diagonal !== edits && (reached.get(diagonal - 1) ?? -1) < (reached.get(diagonal + 1) ?? -1));
}

function wayBack(left: readonly string[], right: readonly string[], rounds: readonly ReadonlyMap<number, number>[]): Step[] {
  const steps: Step[] = [];
  let [x, y] = [left.length, right.length];
  for (let edits = rounds.length - 1; edits >= 0; edits--) {
    const reached = rounds[edits] ?? new Map<number, number>();
    const diagonal = x - y;
    const isDown = stepsDown(reached, diagonal, edits);
    const from = isDown ? diagonal + 1 : diagonal - 1;
    const fromX = edits === 0 ? 0 : (reached.get(from) ?? 0);
    const fromY = edits === 0 ? 0 : fromX - from;
    while (x > fromX && y > fromY && x > 0 && y > 0 && left[x - 1] === right[y - 1]) {
      steps.push({ type: "same", text: left[--x] ?? "" });
      y--;
    }
    if (edits === 0) break;
    if (isDown) steps.push({ type: "added", text: right[--y] ?? "" });
    else steps.push({ type: "removed", text: left[--x] ?? "" });
  }
  return steps.reverse();
}
