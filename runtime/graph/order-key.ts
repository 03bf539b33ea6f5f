const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/**
 * A key that sorts (as text) after `before` and before `after`, so that an item can be put anywhere in a list by writing one
 * value: fractional indexing in base 62. A key never ends in "0", which keeps room before every key. Throws `RangeError`
 * when `before` is not smaller than `after`, or `after` is no such key.
 */
export function orderKeyBetween(before: string | undefined, after: string | undefined): string {
  if (before !== undefined && after !== undefined && before >= after) throw new RangeError(`"${before}" does not come before "${after}".`);
  if (after !== undefined && !isOrderKey(after)) throw new RangeError(`"${after}" is no order key.`);
  let key = "";
  let bounded = after !== undefined;
  for (let index = 0; ; index++) {
    const low = digitAt(before, index, 0);
    const high = bounded ? digitAt(after, index, 0) : DIGITS.length;
    if (high - low > 1) return key + DIGITS.charAt(before === undefined && after === undefined ? 11 : low + Math.ceil((high - low) / 2));
    key += DIGITS.charAt(low);
    if (high > low) bounded = false;
  }
}

/** Anybody can write anything into a document: a text that is no key has no place before it. */
export function isOrderKey(text: string): boolean {
  return /^[0-9A-Za-z]*[1-9A-Za-z]$/.test(text);
}

function digitAt(key: string | undefined, index: number, fallback: number): number {
  const character = key?.charAt(index);
  return character ? DIGITS.indexOf(character) : fallback;
}

/** Sorts by order key, then by id, so that equal keys written by two people at once still have one order everywhere. */
export function compareOrder(left: { order?: string | undefined; id: string }, right: { order?: string | undefined; id: string }): number {
  const [a, b] = [left.order ?? "", right.order ?? ""];
  if (a !== b) return a < b ? -1 : 1;
  return left.id < right.id ? -1 : left.id > right.id ? 1 : 0;
}
