import { expect, it } from "vitest";
import { parseInline, parseMarkdown } from "./markdown.ts";

it("reads headings, paragraphs, lists and code", () => {
  const text = "# One\nfirst\nsecond\n\nthird\n- a\n- b\n1. c\n```js\n<b>**x**\n```\n### Three";
  expect(parseMarkdown(text).map(({ type }) => type)).toEqual(["heading", "paragraph", "paragraph", "list", "list", "code", "heading"]);
  expect(parseMarkdown("```\na\n\nb")).toEqual([{ type: "code", text: "a\n\nb" }]);
});

it("reads bold, italic, code and links inside a line", () => {
  expect(parseInline("`d*` [e](https://x.test/y), or https://z.test.")).toEqual([
    { type: "code", text: "d*" },
    { type: "text", text: " " },
    { type: "link", href: "https://x.test/y", text: "e" },
    { type: "text", text: ", or " },
    { type: "link", href: "https://z.test/", text: "https://z.test" },
    { type: "text", text: "." },
  ]);
  expect(parseInline("**bold** and *it*")).toEqual([
    { type: "strong", content: [{ type: "text", text: "bold" }] },
    { type: "text", text: " and " },
    { type: "emphasis", content: [{ type: "text", text: "it" }] },
  ]);
});

it.each(["[x](javascript:alert)", "[x](data:text/html,hi)", "[x](/etc/passwd)", "<script>alert(1)</script>"])("leaves %s as plain text", (text) => {
  expect(parseInline(text)).toEqual([{ type: "text", text }]);
});

it("reads the largest note, of the worst kind, quickly", () => {
  const size = 256 * 1024;
  for (const pattern of ["*a", "**", "[a", "[a](", "`", "```\n", "- ", "#", "\n", "*a ", "http://", "https://x[a](b"]) {
    const started = performance.now();
    parseMarkdown(pattern.repeat(size / pattern.length));
    expect(performance.now() - started, JSON.stringify(pattern)).toBeLessThan(2_000);
  }
});
