import { expect, test } from "vitest";
import { watchLoop } from "../../testing/loop-watch.ts";
import { READING_LIMITS } from "./block.ts";
import { decodeText, readMarkdown, readPlain } from "./read-plain.ts";

/** As many as a document may have. */
const filledWith = (part: string) => part.repeat(Math.floor(READING_LIMITS.characters / part.length));
const PARAGRAPH = "The loom is oiled once a month, and the reed is cleaned after each piece of cloth.";

test.each([
  { of: "paragraphs", text: filledWith(`${PARAGRAPH}\n\n`) },
  { of: "lines of one paragraph", text: filledWith(`${PARAGRAPH}\n`) },
  { of: "titles", text: filledWith(`## Of looms\n\n${PARAGRAPH}\n\n`) },
  { of: "one line", text: filledWith(`${PARAGRAPH} `) },
])(
  "the longest text of $of is read without keeping the process from other things",
  async ({ text }) => {
    const bytes = Buffer.from(text, "latin1");
    const pieces = async function* () {
      for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
    };
    const watch = watchLoop();
    const decoded = await decodeText(pieces());
    const [plain, markdown] = [await readPlain(decoded), await readMarkdown(decoded)];
    const worst = watch.worstMs();
    watch.stop();
    expect(decoded).toHaveLength(text.length);
    expect(plain.blocks.at(-1)?.text.endsWith("cloth.")).toBe(true);
    expect(markdown.blocks.length).toBeGreaterThan(1_000);
    expect(worst).toBeLessThan(50);
  },
  120_000,
);

test("lines end as other systems write them too, and a long paragraph ends where a block does", async () => {
  expect((await readPlain("one\r\ntwo\r\n \t\r\nthree\n")).blocks.map(({ text }) => text)).toEqual(["one\ntwo", "three"]);
  const { title, blocks } = await readMarkdown("---\r\ntitle: Looms\r\n---\r\n# Care\r\n\r\nOil it\r\nonce\r\n");
  expect(title).toBe("Looms");
  expect(blocks).toEqual([{ text: "Oil it\nonce", headings: ["Care"], page: null }]);
  const long = Array.from({ length: 300 }, () => PARAGRAPH);
  const cut = await readPlain(long.join("\n"));
  expect(cut.blocks.every(({ text }) => text.length <= READING_LIMITS.blockCharacters && text.endsWith("cloth."))).toBe(true);
  expect(cut.blocks.map(({ text }) => text).join("\n")).toBe(long.join("\n"));
});

test("a letter that lies across two pieces is one, in Windows-1252 too", async () => {
  const inTwo = async function* (content: Buffer, at: number) {
    yield content.subarray(0, at);
    yield content.subarray(at);
  };
  expect(await decodeText(inTwo(Buffer.from("Größe"), 3))).toBe("Größe");
  expect(await decodeText(inTwo(Buffer.from("Größe \ufffd"), 3))).toBe("Größe \ufffd");
  expect(await decodeText(inTwo(Buffer.from("Größe", "latin1"), 3))).toBe("Größe");
});
