import { describe, expect, it } from "vitest";
import { fuzzyScore } from "./fuzzy-score.ts";

const score = (search: string, ...texts: string[]) =>
  fuzzyScore(
    search,
    texts.map((text, index) => ({ text, weight: index === 0 ? 2 : 1, loose: index === 0 })),
  );

describe("fuzzyScore", () => {
  it("puts the whole text before its beginning, that before a word, a part and scattered letters", () => {
    const scores = ["run", "run now", "start run", "overrun", "r u n"].map((text) => score("run", text));
    expect(scores).toEqual([...scores].sort((left, right) => right - left));
    expect(new Set(scores).size).toBe(scores.length);
    expect(scores.every((each) => each > 0)).toBe(true);
  });

  it("finds abbreviations, but not any letters anywhere", () => {
    expect(score("htrq", "HTTP request")).toBeGreaterThan(0);
    expect(score("aln", "Align left")).toBeGreaterThan(0);
    expect(score("zt", "zoom to")).toBe(0);
    expect(score("xyz", "Align left")).toBe(0);
    expect(score("lgn", "Align left")).toBe(0);
    expect(score("htrq", "Call", "HTTP request")).toBe(0);
  });

  it("wants every word, in any of the texts", () => {
    expect(score("align left", "Align left")).toBeGreaterThan(0);
    expect(score("left arrange", "Align left", "arrange edge")).toBeGreaterThan(0);
    expect(score("left nowhere", "Align left", "arrange")).toBe(0);
    expect(score("  ", "anything")).toBe(1);
  });

  it("counts a hit in the title more", () => expect(score("send", "send", "x")).toBeGreaterThan(score("send", "x", "send")));
});
