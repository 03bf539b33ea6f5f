import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type TextHunk, textHunks } from "./text-hunks.ts";

const lines = (count: number) => Array.from({ length: count }, (_, index) => `line ${index + 1}`);
const drawn = (hunks: readonly TextHunk[]) =>
  hunks.map((hunk) => [
    `${hunk.before}/${hunk.after}`,
    ...hunk.lines.map(
      ({ type, pieces }) => ({ same: " ", removed: "-", added: "+" })[type] + pieces.map(({ text, isChanged }) => (isChanged ? `[${text}]` : text)).join(""),
    ),
  ]);

describe("hunks of a text", () => {
  it("are none for the same text", () => {
    expect(textHunks("one\ntwo", "one\ntwo")).toEqual([]);
  });

  it("mark the words that changed, with lines around", () => {
    const before = lines(9);
    const after = before.with(4, "line five");
    expect(drawn(textHunks(before.join("\n"), after.join("\n")))).toEqual([["3/3", " line 3", " line 4", "-line [5]", "+line [five]", " line 6", " line 7"]]);
  });

  it("stand apart when what is between them is long, and keep their line numbers", () => {
    const before = lines(20);
    const after = ["first", ...before.filter((_, index) => index !== 15)];
    expect(drawn(textHunks(before.join("\n"), after.join("\n")))).toEqual([
      ["1/1", "+first", " line 1", " line 2"],
      ["14/15", " line 14", " line 15", "-line 16", " line 17", " line 18"],
    ]);
  });

  it("show a line that has nothing in common whole", () => {
    expect(drawn(textHunks("alpha", "beta"))).toEqual([["1/1", "-alpha", "+beta"]]);
  });

  it("hold all that makes either text from the other", () => {
    const text = fc.array(fc.constantFrom("a b", "b c", "c", "", "d e f")).map((parts) => parts.join("\n"));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const all = textHunks(before, after);
        expect(rebuilt(before, all)).toBe(after);
      }),
    );
  });

  it("end soon for texts that have nothing in common", () => {
    const many = (word: string) => Array.from({ length: 20_000 }, (_, index) => `${word} ${index}`).join("\n");
    const start = performance.now();
    const [hunk] = textHunks(many("a"), many("b"));
    expect(hunk?.lines).toHaveLength(40_000);
    expect(performance.now() - start).toBeLessThan(3_000);
  });
});

/** The later text, made from the earlier one and the hunks alone. */
function rebuilt(before: string, hunks: readonly TextHunk[]): string {
  const source = before.split("\n");
  const result: string[] = [];
  let at = 0;
  for (const hunk of hunks) {
    while (at < hunk.before - 1) result.push(source[at++] ?? "");
    for (const { type, pieces } of hunk.lines) {
      const text = pieces.map((piece) => piece.text).join("");
      if (type !== "added") expect(source[at++]).toBe(text);
      if (type !== "removed") result.push(text);
    }
  }
  return [...result, ...source.slice(at)].join("\n");
}
