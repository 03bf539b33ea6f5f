import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { changesBetween, rebasedChanges, shiftedOffset, withChanges } from "./text-changes.ts";

describe("changesBetween", () => {
  it.each([
    { what: "a repeated character typed in the middle", before: "aaa", after: "aaaa", caret: 2, change: { at: 1, remove: 0, insert: "a" } },
    { what: "one of equal characters deleted forwards", before: "aaa", after: "aa", caret: 1, change: { at: 1, remove: 1, insert: "" } },
    { what: "one of equal characters deleted backwards", before: "aaa", after: "aa", caret: 2, change: { at: 2, remove: 1, insert: "" } },
    { what: "a selection typed over", before: "one two", after: "one 2", caret: 5, change: { at: 4, remove: 3, insert: "2" } },
    { what: "a correction far from the caret", before: "teh cat", after: "the cat", caret: 7, change: { at: 1, remove: 2, insert: "he" } },
    { what: "an emoji that shares a half with another", before: "😀", after: "😁", caret: 2, change: { at: 0, remove: 2, insert: "😁" } },
  ])("finds $what", ({ before, after, caret, change }) => {
    expect(changesBetween(before, after, caret)).toEqual([change]);
  });

  it("makes the second text of the first, whatever the caret says", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "\n", "😀", "😁"), maxLength: 12 });
    fc.assert(
      fc.property(text, text, fc.nat(30), (before, after, caret) => {
        expect(withChanges(before, changesBetween(before, after, caret))).toBe(after);
      }),
      { numRuns: 500 },
    );
  });
});

describe("shiftedOffset", () => {
  it.each([
    { change: { at: 0, remove: 0, insert: "oh " }, offset: 5, expected: 8 },
    { change: { at: 6, remove: 5, insert: "" }, offset: 5, expected: 5 },
    { change: { at: 5, remove: 0, insert: "x" }, offset: 5, expected: 5 },
    { change: { at: 2, remove: 6, insert: "y" }, offset: 5, expected: 3 },
    { change: { at: 2, remove: 3, insert: "" }, offset: 5, expected: 2 },
  ])("$offset after $change is $expected", ({ change, offset, expected }) => {
    expect(shiftedOffset(offset, [change])).toBe(expected);
  });
});

it("rebasedChanges keeps what is typed with the text around it", () => {
  const typed = { at: 5, remove: 0, insert: "!" };
  expect(withChanges("oh hello world", rebasedChanges([typed], [{ at: 0, remove: 0, insert: "oh " }]))).toBe("oh hello! world");
  expect(withChanges("heo", rebasedChanges([{ at: 1, remove: 3, insert: "X" }], [{ at: 2, remove: 2, insert: "" }]))).toBe("hXo");
});
