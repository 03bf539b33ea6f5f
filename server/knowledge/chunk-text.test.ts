import { describe, expect, test } from "vitest";
import { chunkText, countTokens } from "./chunk-text.ts";
import type { Block } from "./reading/block.ts";
import { readMarkdown, readPlain } from "./reading/read-plain.ts";

const sentence = (n: number) => `This is sentence number ${n} of a long and winding text about looms.`;
const text = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => sentence(from + index)).join(" ");
const whole = (blocks: readonly Block[]) => blocks.map((block) => block.text).join("\n\n");
const settings = { by: "headings", size: 64, overlap: 16 } as const;

describe("a text made to take long", () => {
  test.each([
    ["blanks after a title's mark", `#${" ".repeat(150_000)}\u2028`],
    ["marks at a title's end", `# ${"#".repeat(150_000)}x`],
    ["blanks in the front matter", `---\ntitle:${" ".repeat(15_000)}x\n---\nA text.`],
    ["blank lines within code", `\`\`\`\n${`x${"\n".repeat(7_000)}`.repeat(25)}\n\`\`\``],
  ])("does not: %s", async (_, source) => {
    const began = performance.now();
    await chunkText((await readMarkdown(source)).blocks, { by: "headings", size: 2_000, overlap: 500 });
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  test("titles are read as CommonMark has them", async () => {
    const headings = async (source: string) => (await readMarkdown(`${source}\n\ntext`)).blocks.map((block) => block.headings.at(-1));
    const read = await Promise.all(["# One ##", "# C#", "#\tTab", " ## Two\t#", "#none"].map(headings));
    expect(read.map(([first]) => first)).toEqual(["One", "C#", "Tab", "Two", undefined]);
    expect((await readMarkdown('---\ntags: a\ntitle: "Of looms" \n---\ntext')).title).toBe("Of looms");
  });
});

describe("chunks", () => {
  test("stand where they say, are no larger than they may be, and leave nothing out", async () => {
    const { blocks } = await readMarkdown(`# One\n\n${text(0, 30)}\n\n${text(30, 33)}\n\n## Two\n\n${text(33, 60)}\n\n- a list\n- of things`);
    const chunks = await chunkText(blocks, settings);
    const all = whole(blocks);
    for (const [index, chunk] of chunks.entries()) {
      expect(all.slice(chunk.start, chunk.end)).toBe(chunk.text);
      expect(chunk.tokens).toBeLessThanOrEqual(64);
      expect(chunk.position).toBe(index);
    }
    for (let n = 0; n < 60; n++) expect(chunks.some((chunk) => chunk.text.includes(sentence(n)))).toBe(true);
  });

  test("repeat the end of the one before, but not under another title", async () => {
    const { blocks } = await readMarkdown(`# One\n\n${text(0, 12)}\n\n# Two\n\n${text(12, 14)}`);
    const chunks = await chunkText(blocks, { ...settings, overlap: 24 });
    const [first, second] = chunks;
    expect(second?.start).toBeLessThan(first?.end ?? 0);
    expect(chunks.at(-1)).toMatchObject({ headings: ["Two"], text: text(12, 14) });
  });

  test("hold short paragraphs together, and no sentence is broken that fits", async () => {
    const { blocks } = await readPlain(Array.from({ length: 20 }, (_, n) => sentence(n)).join("\n\n"));
    const chunks = await chunkText(blocks, { by: "paragraphs", size: 64, overlap: 0 });
    expect(chunks.length).toBeLessThan(8);
    for (const chunk of chunks) expect(chunk.text.endsWith("looms.")).toBe(true);
  });

  test("an endless word, no spaces at all and ideographs are cut as well", async () => {
    for (const long of ["x".repeat(20_000), "漢字".repeat(3_000), `${"word ".repeat(2_000)}`]) {
      const { blocks } = await readPlain(long);
      const chunks = await chunkText(blocks, { ...settings, overlap: 0 });
      expect(chunks.every(({ tokens }) => tokens <= 64)).toBe(true);
      expect(chunks.reduce((sum, chunk) => sum + chunk.text.replaceAll(/\s/g, "").length, 0)).toBe(long.replaceAll(/\s/g, "").length);
    }
  });

  test("tokens are about what models count", () => {
    // "The quick brown fox jumps over the lazy dog." has 10 tokens in cl100k
    expect(countTokens("The quick brown fox jumps over the lazy dog.")).toBe(10);
    expect(countTokens("漢字です")).toBe(4);
  });
});

test("markdown keeps the path of its titles, and code is no title", async () => {
  const { title, blocks } = await readMarkdown('---\ntitle: "A loom"\n---\n# One\n\na\n\n## Deep\n\nb\n\n```\n# no title\n```\n\nTwo\n===\n\nc');
  expect(title).toBe("A loom");
  expect(blocks).toEqual([
    { text: "a", headings: ["One"], page: null },
    { text: "b", headings: ["One", "Deep"], page: null },
    { text: "```\n# no title\n```", headings: ["One", "Deep"], page: null },
    { text: "c", headings: ["Two"], page: null },
  ]);
});
