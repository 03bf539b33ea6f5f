import { describe, expect, it } from "vitest";
import { createMatcher, type FindQuery, replaceSpans } from "./matcher.ts";

const query = (text: string, more: Partial<FindQuery> = {}): FindQuery => ({ text, matchCase: false, wholeWord: false, isPattern: false, ...more });
const found = (text: string, given: FindQuery) => {
  const matcher = createMatcher(given);
  if (!matcher.ok) throw new Error(matcher.message);
  return matcher.spans(text).map(({ start, end }) => text.slice(start, end));
};
const replaced = (text: string, given: FindQuery, replacement: string) => {
  const matcher = createMatcher(given);
  if (!matcher.ok) throw new Error(matcher.message);
  return replaceSpans(text, matcher.spans(text), { replacement, isPattern: given.isPattern });
};

describe("createMatcher", () => {
  it("finds plain text, signs included, in small and capital letters", () => {
    expect(found("A.b a.B axb", query("a.b"))).toEqual(["A.b", "a.B"]);
    expect(found("A.b a.B", query("a.B", { matchCase: true }))).toEqual(["a.B"]);
    expect(found("aaaa", query("aa"))).toEqual(["aa", "aa"]);
    expect(found("anything", query(""))).toEqual([]);
  });

  it("keeps its places where small letters are longer", () => {
    const text = "İstanbul and istanbul";
    expect(found(text, query("and"))).toEqual(["and"]);
    expect(replaced(text, query("and"), "or")).toBe("İstanbul or istanbul");
  });

  it("finds whole words in any script", () => {
    expect(found("run runs overrun Run", query("run", { wholeWord: true }))).toEqual(["run", "Run"]);
    expect(found("größer groß", query("groß", { wholeWord: true }))).toHaveLength(1);
    expect(found("{{ inputs.x }}", query("{{ inputs", { wholeWord: true }))).toEqual(["{{ inputs"]);
  });

  it("finds patterns line by line, and says what is wrong with one", () => {
    expect(found("one\ntwo", query("^t\\w+", { isPattern: true }))).toEqual(["two"]);
    expect(found("abc", query("x*", { isPattern: true }))).toEqual([]);
    expect(createMatcher(query("(", { isPattern: true }))).toMatchObject({ ok: false, message: expect.stringContaining("not valid") });
    expect(createMatcher(query("(?=a)", { isPattern: true })).ok).toBe(false);
    expect(createMatcher(query("((a{900}){900}){900}", { isPattern: true })).ok).toBe(false);
  });

  it("takes no longer for patterns that make others hang", () => {
    const text = `${"a".repeat(20_000)}!`;
    const start = performance.now();
    expect(found(text, query("(a+)+$", { isPattern: true }))).toEqual([]);
    expect(found(text, query("(a|a)*b", { isPattern: true }))).toEqual([]);
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});

describe("replaceSpans", () => {
  it("replaces text as it is, and patterns with what they caught", () => {
    expect(replaced("a-b a-b", query("a-b"), "$1")).toBe("$1 $1");
    expect(replaced("first last", query("(\\w+) (\\w+)", { isPattern: true }), "$2 $1 $$ $& $9")).toBe("last first $ first last $9");
    expect(replaced("none", query("x"), "y")).toBe("none");
  });
});
