import type { TextChange } from "#runtime/graph/edits.ts";

/**
 * The change that made one text of another, by the smallest replacement. With a caret (where it stands afterwards) what was typed
 * ends there: that tells which of several equal characters is the new one.
 */
export function changesBetween(before: string, after: string, caret?: number): TextChange[] {
  if (before === after) return [];
  const typed = caret === undefined ? undefined : changeAt(before, after, caret);
  // only what purely came or went can be one of several equal characters
  return [typed && (typed.remove === 0 || typed.insert === "") ? typed : changeAnywhere(before, after)];
}

function changeAt(before: string, after: string, caret: number): TextChange | undefined {
  const tail = after.length - caret;
  if (tail < 0 || tail > before.length || before.slice(before.length - tail) !== after.slice(caret)) return undefined;
  let start = commonStart(before, after, Math.min(before.length - tail, caret));
  if (isHighSurrogate(before, start - 1)) start--;
  return { at: start, remove: before.length - tail - start, insert: after.slice(start, caret) };
}

function changeAnywhere(before: string, after: string): TextChange {
  const shorter = Math.min(before.length, after.length);
  let start = commonStart(before, after, shorter);
  let tail = 0;
  while (tail < shorter - start && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  // never cut a surrogate pair in two
  if (isHighSurrogate(before, start - 1)) start--;
  if (tail > 0 && isLowSurrogate(before, before.length - tail)) tail--;
  return { at: start, remove: before.length - tail - start, insert: after.slice(start, after.length - tail) };
}

function commonStart(before: string, after: string, limit: number): number {
  let start = 0;
  while (start < limit && before[start] === after[start]) start++;
  return start;
}

function isHighSurrogate(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code >= 0xd800 && code < 0xdc00;
}

function isLowSurrogate(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code >= 0xdc00 && code < 0xe000;
}

/** The text after the changes, one after the other. */
export function withChanges(text: string, changes: readonly TextChange[]): string {
  return changes.reduce((current, { at, remove, insert }) => current.slice(0, at) + insert + current.slice(at + remove), text);
}

/** Where a place in a text is after changes; what is put in right at the place comes behind it, or with `behind` before it. */
export function shiftedOffset(offset: number, changes: readonly TextChange[], behind = false): number {
  return changes.reduce((at, change) => {
    if (at < change.at || (at === change.at && !(behind && change.remove === 0))) return at;
    if (at >= change.at + change.remove) return at + change.insert.length - change.remove;
    return change.at + change.insert.length;
  }, offset);
}

/** The same changes in a text that others have changed meanwhile by `earlier`. */
export function rebasedChanges(changes: readonly TextChange[], earlier: readonly TextChange[]): TextChange[] {
  return changes.map(({ at, remove, insert }) => {
    const start = shiftedOffset(at, earlier);
    const end = remove === 0 ? start : Math.max(start, shiftedOffset(at + remove, earlier));
    return { at: start, remove: end - start, insert };
  });
}
