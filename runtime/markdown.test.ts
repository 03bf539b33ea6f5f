import { describe, expect, it } from "vitest";
import { type Inline, markdownBlocks, plainMarkdown } from "./markdown.ts";

const text = (value: string) => ({ type: "text", text: value });

const inLine = (source: string, names: string[] = []) => {
  const [block] = markdownBlocks(source, names);
  const named = (part: Inline): string => `${part.type}:${"text" in part ? part.text : part.parts.map(named).join("+")}`;
  return block?.type === "paragraph" ? block.parts.map(named) : block;
};

describe("what stands in a line", () => {
  it("is code, bold, italic and links, and nothing else is taken for one", () => {
    expect(inLine("a `b*c*` **bold** and *it* or _so_")).toEqual([
      ...["text:a ", "code:b*c*", "text: ", "strong:text:bold", "text: and ", "emphasis:text:it", "text: or ", "emphasis:text:so"],
    ]);
    expect(inLine("2 * 3 * 4 and snake_case_name, 2*3*4")).toEqual(["text:2 * 3 * 4 and snake_case_name, 2*3*4"]);
    expect(inLine("see https://a.example/x?y=1, or [this](http://b.example).")).toEqual([
      ...["text:see ", "link:text:https://a.example/x?y=1", "text:, or ", "link:text:this", "text:."],
    ]);
    expect(inLine("**https://a.example**")).toEqual(["strong:link:text:https://a.example"]);
    expect(inLine("[https://b.example](https://a.example)")).toEqual(["link:text:https://b.example"]);
  });

  it("marks whole names, the longer of two that begin alike", () => {
    expect(inLine("hi @Ann Lee, **@Ann**!", ["Ann", "Ann Lee"])).toEqual(["text:hi ", "mention:@Ann Lee", "text:, ", "strong:mention:@Ann", "text:!"]);
    expect(inLine("hi @Bob, `@Ann`", ["Ann"])).toEqual(["text:hi @Bob, ", "code:@Ann"]);
  });
});

describe("markdownBlocks", () => {
  it("keeps the points of a list together over an empty line, and lists of two kinds apart", () => {
    const kinds = markdownBlocks("one\ntwo\n\nthree\n- a\n\n- b\n1. c\n\n2. d\n```\n- x\n```\nend").map((block) =>
      block.type === "list" ? `${block.isOrdered ? "numbered" : "list"} of ${block.items.length}` : block.type,
    );
    expect(kinds).toEqual(["paragraph", "paragraph", "list of 2", "numbered of 2", "code", "paragraph"]);
    expect(markdownBlocks("```\nleft open")).toEqual([{ type: "code", text: "left open" }]);
  });

  it("says in one line what a text says", () => {
    expect(plainMarkdown("**Look** at `a`\nhere\n- one\n- [two](https://a.example)\n\n---")).toBe("Look at a here one two");
  });

  it("reads the largest note, of the worst kind, quickly", () => {
    const size = 256 * 1024;
    for (const pattern of ["*a", "**", "[a", "[a](", "`", "```\n", "- ", "#", "\n", "*a ", "http://", "https://x[a](b", "- \n\n", "_a ", "~~a"]) {
      const started = performance.now();
      markdownBlocks(pattern.repeat(size / pattern.length), ["Ann"]);
      expect(performance.now() - started, JSON.stringify(pattern)).toBeLessThan(5_000);
    }
  });

  it("reads headings, paragraphs, lists, quotes, code, tables and rules", () => {
    const blocks = markdownBlocks(
      "# Title\nOne\ntwo\n\n- a\n- b\n  more\n\n1. x\n\n> said\n> so\n\n```js\n# no title\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n---",
    );
    expect(blocks.map(({ type }) => type)).toEqual(["heading", "paragraph", "list", "list", "quote", "code", "table", "rule"]);
    expect(blocks[2]).toMatchObject({ isOrdered: false, items: [[text("a")], [text("b\nmore")]] });
    expect(blocks[3]).toMatchObject({ isOrdered: true });
    expect(blocks[5]).toEqual({ type: "code", text: "# no title" });
    expect(blocks[6]).toMatchObject({ head: [[text("a")], [text("b")]], rows: [[[text("1")], [text("2")]]] });
  });

  it("reads what stands in a line", () => {
    const [block] = markdownBlocks("a **b _c_** `d**` [e](https://example.com) ~~f~~");
    expect(JSON.stringify(block)).toContain('"type":"strong"');
    expect(JSON.stringify(block)).toContain('{"type":"code","text":"d**"}');
    expect(JSON.stringify(block)).toContain('"address":"https://example.com"');
  });

  it.each(["[x](javascript:alert(1))", "[x](data:text/html,hi)", "[x](//evil)", "<img src=x onerror=alert(1)>"])(
    "makes no link and no HTML of %s",
    (source) => {
      expect(JSON.stringify(markdownBlocks(source))).not.toContain('"type":"link"');
    },
  );

  it("keeps the title of a link out of its address, and what closes a heading out of its text", () => {
    expect(JSON.stringify(markdownBlocks('[a](https://example.com "b c")'))).toContain('"address":"https://example.com"');
    expect(markdownBlocks("## One # ##")).toEqual([{ type: "heading", level: 2, parts: [text("One #")] }]);
  });

  it.each([`![cut](data:image/png;base64,${"A".repeat(300_000)}`, `# ${" ".repeat(200_000)}x`, "``a ".repeat(60_000)])(
    "is done at once with a long text that never closes what it opens",
    (source) => {
      const start = performance.now();
      markdownBlocks(source);
      expect(performance.now() - start).toBeLessThan(5_000);
    },
  );

  it.each(["*".repeat(50_000), "[".repeat(50_000), "`".repeat(50_000), "| - ".repeat(20_000), "_a".repeat(30_000), "[a](".repeat(20_000)])(
    "is done at once with what is made to be slow",
    (source) => {
      const start = performance.now();
      markdownBlocks(source);
      expect(performance.now() - start).toBeLessThan(5_000);
    },
  );
});
