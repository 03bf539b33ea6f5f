/** Where a caret stands after somebody else changed one place of a text. */
export function shiftedCaret(before: string, after: string, caret: number): number {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  if (caret <= start) return caret;
  let tail = 0;
  while (tail < shorter - start && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  const changedUpTo = before.length - tail;
  return caret >= changedUpTo ? caret + after.length - before.length : after.length - tail;
}
