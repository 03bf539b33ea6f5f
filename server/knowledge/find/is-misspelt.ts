/** Letters from which a word may have one wrong, and from which two: shorter ones become other words. */
const LEAST_FOR = [4, 8] as const;

/** Whether a word may be meant by one that was typed: with a letter too much, too few, wrong, or two that changed places. */
export function isMisspelt(typed: string, word: string): boolean {
  const most = LEAST_FOR.filter((least) => typed.length >= least).length;
  // hardly anybody misses the first letter
  if (most === 0 || typed[0] !== word[0] || Math.abs(typed.length - word.length) > most) return false;
  return distance(typed, word) <= most;
}

/** How many such mistakes lead from one to the other (optimal string alignment). */
function distance(left: string, right: string): number {
  let before: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_none, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const next = [row];
    for (let column = 1; column <= right.length; column++) {
      const isSame = left[row - 1] === right[column - 1];
      let best = Math.min((last[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1, (last[column - 1] ?? 0) + (isSame ? 0 : 1));
      const isSwapped = row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      if (isSwapped) best = Math.min(best, (before[column - 2] ?? 0) + 1);
      next.push(best);
    }
    before = last;
    last = next;
  }
  return last.at(-1) ?? 0;
}
