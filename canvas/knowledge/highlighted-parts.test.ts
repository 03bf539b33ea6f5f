import { expect, it } from "vitest";
import { highlightedParts } from "./highlighted-parts.ts";

const shown = (text: string, ...highlights: [start: number, end: number][]) =>
  highlightedParts(
    text,
    highlights.map(([start, end]) => ({ start, end })),
  )
    .map(({ part, isMarked }) => (isMarked ? `[${part}]` : part))
    .join("");

it.each([
  ["plain", shown("plain"), "plain"],
  ["in order", shown("the cat sat", [8, 11], [4, 7]), "the [cat] [sat]"],
  ["overlapping", shown("abcdef", [1, 4], [2, 5]), "a[bcd][e]f"],
  ["within another", shown("abcdef", [1, 5], [2, 3]), "a[bcde]f"],
  ["beyond the end", shown("abc", [1, 99], [120, 130]), "a[bc]"],
  ["all of it", shown("abc", [0, 3]), "[abc]"],
])("marks %s", (_name, given, expected) => expect(given).toBe(expected));

it("keeps every character", () => {
  const text = "näïve 👩‍🚀 text";
  expect(
    highlightedParts(text, [{ start: 2, end: 7 }])
      .map(({ part }) => part)
      .join(""),
  ).toBe(text);
});
