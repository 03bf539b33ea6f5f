import { Readable } from "node:stream";
import { deflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { JobError } from "../../jobs/job-kind.ts";
import { readDocument } from "./read-document.ts";
import { readInChild } from "./read-in-child.ts";

const { signal } = new AbortController();

/** A PDF of one page for each content stream (ISO 32000-1, 7.5), its streams deflated. */
function pdf(contents: readonly Buffer[]): Buffer {
  const objects: Buffer[] = [];
  const add = (body: string | Buffer) =>
    objects.push(Buffer.concat([Buffer.from(`${objects.length + 1} 0 obj\n`), Buffer.from(body), Buffer.from("\nendobj\n")]));
  const kids = contents.map((_, index) => `${4 + index * 2} 0 R`).join(" ");
  add("<< /Type /Catalog /Pages 2 0 R >>");
  add(`<< /Type /Pages /Kids [${kids}] /Count ${contents.length} >>`);
  add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");
  for (const content of contents) {
    const packed = deflateSync(content, { level: 1 });
    add(`<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents ${objects.length + 2} 0 R /Resources << /Font << /F1 3 0 R >> >> >>`);
    add(Buffer.concat([Buffer.from(`<< /Length ${packed.length} /Filter /FlateDecode >>\nstream\n`), packed, Buffer.from("\nendstream")]));
  }
  const offsets: number[] = [];
  let file = Buffer.from("%PDF-1.4\n");
  for (const object of objects) {
    offsets.push(file.length);
    file = Buffer.concat([file, object]);
  }
  const rows = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${file.length}\n%%EOF`;
  return Buffer.concat([file, Buffer.from(table)]);
}

const lines = (...text: string[]) => Buffer.from(`BT /F1 12 Tf 14 TL 72 720 Td ${text.map((line) => `(${line}) Tj T*`).join(" ")} ET`);

function readFile(content: Iterable<Uint8Array>, given: { name: string; mediaType: string; bytes?: number }) {
  const { name, mediaType, bytes = 10 } = given;
  const files = () => ({ size: async () => bytes, open: () => Readable.from(content) });
  const http = { request: () => expect.fail("nothing is fetched") };
  const source = { type: "asset" as const, asset: { $asset: "a".repeat(64), name, mediaType, bytes } };
  return readDocument({ files, http }, { workspace: "w", source, content: null }, signal);
}

describe("a PDF", () => {
  const about = { name: "report.pdf", mediaType: "application/pdf" };
  test("is read page by page", async () => {
    const { blocks, pages } = await readFile([pdf([lines("The first page is about", "looms."), lines("The second one is about ships.")])], about);
    expect(pages).toBe(2);
    expect(blocks.map(({ text, page }) => [page, text])).toEqual([
      [1, "The first page is about looms."],
      [2, "The second one is about ships."],
    ]);
  }, 60_000);

  test("that is broken, empty of text or none at all is refused with advice", async () => {
    const whole = pdf([lines("x")]);
    await expect(readFile([Buffer.from("%PDF-1.4\nnothing of the kind")], about)).rejects.toThrow(/broken, or no PDF/);
    await expect(readFile([whole.subarray(0, 200)], about)).rejects.toThrow(JobError);
    await expect(readFile([pdf([Buffer.from("BT ET")])], about)).rejects.toThrow(/no text: it may be made of scanned pictures/);
  }, 60_000);

  test("that is a bomb ends its own process only, for its size or for its time", async () => {
    const before = process.memoryUsage().rss;
    // a megabyte of file that unpacks to 800 of nothing
    const large = pdf([Buffer.alloc(800 * 1024 * 1024, " ")]);
    expect(large.length).toBeLessThan(8_000_000);
    await expect(readFile([large], { ...about, bytes: large.length })).rejects.toThrow(/unpacks to more|ends the program|parsed within/);
    const slow = pdf([Buffer.concat([Buffer.from("BT /F1 12 Tf "), Buffer.alloc(64 * 1024 * 1024, "(aaaaaaaa) Tj\n"), Buffer.from(" ET")])]);
    const one = { [Symbol.asyncIterator]: () => Readable.from([slow])[Symbol.asyncIterator]() };
    await expect(readInChild(one, { format: "pdf", signal, parseMs: 1_500 })).rejects.toThrow("could not be parsed within 1.5 seconds");
    expect(process.memoryUsage().rss - before).toBeLessThan(2 * 1024 ** 3);
  }, 120_000);

  test("stops being read when nobody wants it any more", async () => {
    const controller = new AbortController();
    const endless = (async function* () {
      for (;;) yield await new Promise<Buffer>((resolve) => setTimeout(() => resolve(Buffer.alloc(10)), 10));
    })();
    setTimeout(() => controller.abort(new Error("not wanted")), 300);
    await expect(readInChild(endless, { format: "pdf", signal: controller.signal })).rejects.toThrow("not wanted");
  }, 30_000);
});

describe("a text", () => {
  const about = { name: "a.txt", mediaType: "text/plain" };
  test("of a gigabyte is given up after what may be read of it", async () => {
    let pieces = 0;
    const piece = Buffer.alloc(1024 * 1024, "lorem ipsum ");
    const content = (function* () {
      for (; pieces < 1024; pieces++) yield piece;
    })();
    await expect(readFile(content, { ...about, bytes: 90_000_000 })).rejects.toThrow(/Split it/);
    expect(pieces).toBeLessThan(20);
    await expect(readFile([], { ...about, bytes: 1024 ** 3 })).rejects.toThrow(/more than 100 MiB/);
  });

  test("is read in the encodings people use, and bytes are none", async () => {
    const of = async (content: Buffer) => (await readFile([content], about)).blocks[0]?.text;
    expect(await of(Buffer.from("Größe"))).toBe("Größe");
    expect(await of(Buffer.from("Größe", "latin1"))).toBe("Größe");
    expect(await of(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from("Größe", "utf16le")]))).toBe("Größe");
    await expect(of(Buffer.from([1, 0, 2, 0]))).rejects.toThrow(/no text/);
    await expect(readFile([], { name: "a.zip", mediaType: "application/zip" })).rejects.toThrow(/cannot be read/);
    await expect(readFile([Buffer.from(" \n ")], about)).rejects.toThrow(/no text that could be searched/);
  });
});

test("HTML is read by its titles, without scripts, however deep it is", async () => {
  const html = `<html><head><title>Weaving</title><script>evil()</script></head><body><h1>Looms</h1><p>One <b>two</b></p><h2>Care</h2><ul><li>Oil it</li></ul>${"<div>".repeat(5_000)}deep${"</div>".repeat(5_000)}</body></html>`;
  const { title, blocks } = await readFile([Buffer.from(html)], { name: "a.html", mediaType: "text/html" });
  expect(title).toBe("Weaving");
  expect(blocks.map(({ text, headings }) => [text, headings.join("/")])).toEqual([
    ["One two", "Looms"],
    ["Oil it", "Looms/Care"],
    ["deep", "Looms/Care"],
  ]);
}, 30_000);

test("a login page is no document, and a page with a place to log in is one", async () => {
  const login = `<form><h1>Sign in</h1><input name="user"><input type="password" name="password"></form>`;
  const readPage = (body: string) => {
    const answer = { status: 200, url: "https://wiki.example/login", headers: { "content-type": "text/html" }, body: Buffer.from(body) };
    const given = { files: () => expect.fail("no file is read"), http: { request: async () => answer } };
    return readDocument(given as never, { workspace: "w", source: { type: "url", url: "https://wiki.example/looms" }, content: null }, signal);
  };
  await expect(readPage(`<html><body><p>Please sign in to see the wiki.</p>${login}</body></html>`)).rejects.toThrow(/leads to a login page/);
  const { blocks } = await readPage(
    `<html><body>${login}<article>${"<p>The looms of the north are broad and heavy, made of pine.</p>".repeat(40)}</article></body></html>`,
  );
  expect(blocks.length).toBeGreaterThan(10);
}, 30_000);
