import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { PdfLine } from "./pdf-lines.ts";
import { linesOf } from "./pdf-lines.ts";
import { bodyOf, partsOf } from "./pdf-titles.ts";
import { readPdf } from "./read-pdf.ts";

const sample = async (name: string) => readPdf(new Uint8Array(readFileSync(new URL(`../../../e2e/knowledge-samples/${name}.pdf`, import.meta.url))));

test("titles of a PDF stand above what is below them, and in no paragraph", async () => {
  const { blocks } = await sample("elements");
  const gold = blocks.filter(({ headings }) => headings.at(-1) === "Gold");
  expect(gold[0]).toMatchObject({ page: 2, headings: ["Some chemical elements", "Gold"] });
  expect(gold[0]?.text.startsWith("Gold. Symbol: Au")).toBe(true);
  expect(gold.at(-1)?.page).toBe(3);
  const { blocks: law } = await sample("constitution");
  // a title of two lines is one
  expect(law[2]?.headings).toEqual(["The Constitution of the United States", "Article I, Section 2: the House of Representatives"]);
});

interface Given {
  style?: string;
  size?: number;
  gap?: number | null;
  page?: number;
}
const line = (text: string, { style = "serif 11.0", size = 11, gap = 13, page = 1 }: Given = {}): PdfLine => ({ text, style, size, gap, page });
const text = (times: number, page = 1) =>
  Array.from({ length: times }, () => line("The warp is wound on the beam under even tension, thread by thread,", { page }));
const titlesOf = (lines: readonly PdfLine[]) =>
  partsOf(lines, bodyOf(lines)).flatMap(({ level, lines: own }) => (level === null ? [] : [`${level} ${own.map((each) => each.text).join(" ")}`]));

test("a line of its own in another font is a title, and one within a paragraph is none", () => {
  const bold = { style: "bold 11.0" };
  expect(titlesOf([line("Warping", { ...bold, gap: null }), ...text(3), line("Oiling", { ...bold, gap: 26 }), ...text(3)])).toEqual(["1 Warping", "1 Oiling"]);
  expect(titlesOf([...text(3), line("Oiling", bold), ...text(3)])).toEqual([]);
  expect(titlesOf([...text(3), line("as was said before", { ...bold, gap: 26 }), ...text(3)])).toEqual([]);
});

test("what stands at the head of most pages is no title, nor is anything where all is large", () => {
  const head = (page: number) => [line("Of looms", { style: "sans 16.0", size: 16, gap: null, page }), ...text(4, page)];
  expect(titlesOf([1, 2, 3, 4].flatMap(head))).toEqual([]);
  const slides = [30, 28, 26, 24, 22].map((size) => line("As large as on a slide", { style: `sans ${size}`, size }));
  expect(titlesOf([...slides, line("small")])).toEqual([]);
});

test("lines are as they are laid out, each with where it stands below the one before", () => {
  const item = (str: string, y: number, hasEOL = false) => ({ str, height: 11, fontName: "f", hasEOL, transform: [11, 0, 0, 11, 72, y] });
  const lines = linesOf([item("The di", 700), item("ff", 700), item("erence", 700, true), item("is here.", 687, true), item("Next column", 700)], 3);
  expect(lines.map(({ text: own, gap, page }) => [own, gap, page])).toEqual([
    ["The difference", null, 3],
    ["is here.", 13, 3],
    ["Next column", null, 3],
  ]);
});
