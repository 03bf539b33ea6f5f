import { expect, it } from "vitest";
import { isMisspelt } from "./is-misspelt.ts";

it("allows one mistake from four letters on, and two from eight", () => {
  for (const typed of ["lom", "xoom"]) expect(isMisspelt(typed, "loom"), typed).toBe(false);
  for (const typed of ["looom", "laom", "lomo", "loom"]) expect(isMisspelt(typed, "loom"), typed).toBe(true);
  for (const typed of ["lomoo", "leam"]) expect(isMisspelt(typed, "loom"), typed).toBe(false);
  for (const typed of ["aprovall", "apporvla", "approvaler", "aporoval"]) expect(isMisspelt(typed, "approval"), typed).toBe(true);
  for (const typed of ["aprovallx", "apqqqval"]) expect(isMisspelt(typed, "approval"), typed).toBe(false);
});

it("says what the whole table says", () => {
  const letters = "ab";
  let seed = 7;
  const next = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((seed / 2_147_483_648) * below);
  };
  const wordOf = (length: number) => `a${Array.from({ length: length - 1 }, () => letters[next(letters.length)]).join("")}`;
  let likes = 0;
  for (let pair = 0; pair < 3_000; pair++) {
    const [typed, word] = [wordOf(4 + next(8)), wordOf(3 + next(10))];
    const isNear = wholeDistance(typed, word) <= (typed.length >= 8 ? 2 : 1);
    if (isNear) likes++;
    expect(isMisspelt(typed, word), `${typed} ${word}`).toBe(isNear);
  }
  expect(likes).toBeGreaterThan(100);
});

it("looks for no mistakes in what is longer than a word", () => {
  expect(isMisspelt("a".repeat(32), `${"a".repeat(31)}b`)).toBe(true);
  expect(isMisspelt("a".repeat(33), `${"a".repeat(32)}b`)).toBe(false);
  expect(isMisspelt("a".repeat(395), `${"a".repeat(394)}b`)).toBe(false);
});

function wholeDistance(left: string, right: string): number {
  const table = Array.from({ length: left.length + 1 }, (_none, row) => Array.from({ length: right.length + 1 }, (_also, column) => row + column));
  const at = (row: number, column: number) => table[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let row = 1; row <= left.length; row++) {
    for (let column = 1; column <= right.length; column++) {
      const change = at(row - 1, column - 1) + (left[row - 1] === right[column - 1] ? 0 : 1);
      const isSwap = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      const cell = Math.min(at(row - 1, column) + 1, at(row, column - 1) + 1, change, isSwap ? at(row - 2, column - 2) + 1 : change);
      (table[row] ?? [])[column] = cell;
    }
  }
  return at(left.length, right.length);
}
