/** Letters from which a word may have one wrong, and from which two: shorter ones become other words. */
const LEAST_FOR = [4, 8] as const;
/** Letters beyond which something is no word that people type, but a key or a hash. */
const MOST_LETTERS = 32;

/** Whether a word may be meant by one that was typed: with a letter too much, too few, wrong, or two that changed places. */
export function isMisspelt(typed: string, word: string): boolean {
  if (typed.length > MOST_LETTERS) return false;
  const most = LEAST_FOR.filter((least) => typed.length >= least).length;
  // hardly anybody misses the first letter
  if (most === 0 || typed[0] !== word[0] || Math.abs(typed.length - word.length) > most) return false;
  return isWithin(most, typed, word);
}

/** More mistakes than are ever allowed. */
const FAR = 255;
/** Rows of a table, with a place on either side: used again for each pair, since one search compares tens of thousands. */
const rows = [0, 1, 2].map(() => new Uint8Array(MOST_LETTERS + 2 * LEAST_FOR.length)) as [Uint8Array, Uint8Array, Uint8Array];

/** Whether so many such mistakes lead from one to the other (optimal string alignment): what lies further from the diagonal is more of them. */
function isWithin(most: number, left: string, right: string): boolean {
  let [before, last, next] = rows;
  for (let column = 0; column <= most + 1; column++) last[column] = column;
  for (let row = 1; row <= left.length; row++) {
    const from = Math.max(1, row - most);
    const to = Math.min(right.length, row + most);
    next[from - 1] = from === 1 ? row : FAR;
    let least = FAR;
    for (let column = from; column <= to; column++) {
      const isSame = left[row - 1] === right[column - 1];
      let best = Math.min((last[column] ?? FAR) + 1, (next[column - 1] ?? FAR) + 1, (last[column - 1] ?? FAR) + (isSame ? 0 : 1), FAR);
      const isSwapped = row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      if (isSwapped) best = Math.min(best, (before[column - 2] ?? FAR) + 1);
      next[column] = best;
      least = Math.min(least, best);
    }
    if (least > most) return false;
    next[to + 1] = FAR;
    [before, last, next] = [last, next, before];
  }
  return (last[right.length] ?? FAR) <= most;
}
