import { expect, it } from "vitest";
import { judgeType, servedType } from "./media-type.ts";

const bytes = (text: string) => Buffer.from(text, "latin1");
const PNG = "\x89PNG\r\n\x1a\n\0\0";
const judge = (name: string, declared: string, head: string) => judgeType({ name, declared, head: bytes(head) });

it("believes the bytes more than the name or what is declared", () => {
  expect(judge("a.txt", "text/plain", PNG)).toEqual({ type: "image/png" });
  expect(judge("a.png", "image/png", "\xff\xd8\xff\xe0")).toEqual({ type: "image/jpeg" });
  expect(judge("phone.heic", "", "\0\0\0\x18ftypheic\0\0\0\0mif1heic")).toEqual({ type: "image/heic" });
  expect(judge("phone.heic", "video/mp4", "\0\0\0\x18ftypmif1\0\0\0\0")).toEqual({ type: "image/heic" });
  for (const start of ["\0\0\0\x1cftypavif\0\0\0\0mif1", "\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf", "\0\0\0\x20ftypmsf1\0\0\0\0msf1miafavis"])
    expect(judge("a.avif", "", start), start).toEqual({ type: "image/avif" });
  // what stands behind the brands is none
  expect(judge("a.heic", "", "\0\0\0\x18ftypmif1\0\0\0\0mif1heicavif")).toEqual({ type: "image/heic" });
  expect(judge("a.heic", "", "\0\0\0\x18ftypmif1\0\0\0\0miavifxx")).toEqual({ type: "image/heic" });
  expect(judge("a.mp4", "", "\0\0\0\x18ftypisom\0\0\0\0avifmif1")).toEqual({ type: "video/mp4" });
  expect(judge("scan.tif", "image/tiff", "II*\0\x08")).toEqual({ type: "image/tiff" });
  expect(judge("scan.tif", "", "MM\0*\0")).toEqual({ type: "image/tiff" });
  expect(judge("clip.mov", "", "\0\0\0\x14ftypqt  ")).toEqual({ type: "video/quicktime" });
  expect(judge("song.m4a", "", "\0\0\0\x20ftypM4A ")).toEqual({ type: "audio/mp4" });
  expect(judge("a.webp", "", "RIFF\x10\0\0\0WEBPVP8 ")).toEqual({ type: "image/webp" });
});

it("takes the word of what bytes do not show", () => {
  expect(judge("notes.md", "", "# Notes")).toEqual({ type: "text/markdown" });
  expect(judge("data", "text/csv", "a,b")).toEqual({ type: "text/csv" });
  expect(judge("data", "application/octet-stream", "??")).toEqual({ type: "application/octet-stream" });
  const word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
  expect(judge("letter.docx", word, "PK\x03\x04")).toEqual({ type: word });
  expect(judge("song.m4a", "audio/mp4", "\0\0\0\x20ftypM4A ")).toEqual({ type: "audio/mp4" });
});

it("refuses what is called a picture and shows none", () => {
  expect(judge("a.png", "image/png", "<script>alert(1)</script>")).toEqual({ problem: expect.stringContaining("is no picture") });
  expect(judge("a.svg", "image/svg+xml", "hello")).toEqual({ problem: expect.stringContaining("is no picture") });
  expect(judge("a.svg", "", '<?xml version="1.0"?><svg/>')).toEqual({ type: "image/svg+xml" });
});

it("serves as bytes what a browser would run or lay out", () => {
  expect(["<html><script>", "<svg onload=alert(1)>", "%PDF-1.7", "{}", ""].map((text) => servedType(bytes(text)))).toEqual(
    Array(5).fill("application/octet-stream"),
  );
  expect(servedType(bytes(PNG))).toBe("image/png");
});
