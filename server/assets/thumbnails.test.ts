import { createHash } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Transformer } from "@napi-rs/image";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDiskBlobs, type Files } from "./blob-store.ts";
import { imageSize } from "./image-size.ts";
import { createThumbnails, type Thumbnails } from "./thumbnails.ts";

const workspace = "workspace_a";
let directory: string;
let files: Files;
let thumbnails: Thumbnails;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "heddle-thumbnails-"));
  files = createDiskBlobs(join(directory, "blobs"));
  thumbnails = createThumbnails({ files, directory: join(directory, "thumbnails") });
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const WIDTH = 400;
const HEIGHT = 250;
const picture = () => Transformer.fromRgbaPixels(Buffer.alloc(WIDTH * HEIGHT * 4, 150), WIDTH, HEIGHT);

async function keep(content: Uint8Array) {
  const hash = createHash("sha256").update(content).digest("hex");
  await files(workspace).put(hash, content);
  return { workspace, hash };
}

const FORMATS: [string, () => Promise<Buffer>][] = [
  ["PNG", () => picture().png()],
  ["JPEG", () => picture().jpeg()],
  ["WebP that loses", () => picture().webp()],
  ["WebP that loses nothing", () => picture().webpLossless()],
  ["BMP", () => picture().bmp()],
];

describe.each(FORMATS)("a %s", (_name, encode) => {
  it("tells its size, and becomes smaller", async () => {
    const content = await encode();
    expect(imageSize(content)).toEqual({ width: WIDTH, height: HEIGHT });
    const small = await thumbnails.read(await keep(content), 64);
    expect(imageSize(small)).toEqual({ width: 64, height: 40 });
  });
});

it("reads the size of a GIF, of a JPEG with much in front, and of nothing else", () => {
  const gif = Buffer.from("474946383961200010008000000000000000", "hex");
  expect(imageSize(gif)).toEqual({ width: 32, height: 16 });
  const remark = Buffer.concat([Buffer.from("ffe1fffe", "hex"), Buffer.alloc(0xfffc)]);
  const frame = Buffer.from("ffc200110800640032030122000211010311", "hex");
  expect(imageSize(Buffer.concat([Buffer.from("ffd8", "hex"), remark, remark, frame]))).toEqual({ width: 50, height: 100 });
  for (const text of ["", "\x89PNG", "<svg/>", "GIF89a\0\0\0\0", "\xff\xd8\xff\xe1\0"]) expect(imageSize(Buffer.from(text, "latin1"))).toBeUndefined();
});

it("makes each thumbnail once, never larger than the picture, and removes it with the file", async () => {
  const place = await keep(await picture().grayscale().png());
  const [first, second] = await Promise.all([thumbnails.read(place, 1280), thumbnails.read(place, 1280)]);
  expect(imageSize(first)).toEqual({ width: WIDTH, height: HEIGHT });
  expect(second).toBe(first);
  const folder = join(directory, "thumbnails", workspace, place.hash.slice(0, 2));
  expect(await readdir(folder)).toEqual([`${place.hash}-1280.webp`]);
  await thumbnails.remove(place);
  expect(await readdir(folder)).toEqual([]);
});

it("decodes nothing that would fill the memory, says what is broken, and knows no foreign file", async () => {
  const png = await picture().png();
  const bomb = Buffer.from(png);
  bomb.writeUInt32BE(30_000, 16);
  bomb.writeUInt32BE(30_000, 20);
  await expect(thumbnails.read(await keep(bomb), 64)).rejects.toMatchObject({ code: "unprocessable", message: expect.stringContaining("50 megapixels") });
  await expect(thumbnails.read(await keep(png.subarray(0, 60)), 64)).rejects.toMatchObject({
    code: "unprocessable",
    message: expect.stringContaining("broken"),
  });
  await expect(thumbnails.read(await keep(Buffer.from("<svg/>")), 64)).rejects.toMatchObject({ code: "unprocessable" });
  const place = await keep(png);
  await expect(thumbnails.read({ ...place, workspace: "workspace_b" }, 64)).rejects.toMatchObject({ code: "not-found" });
});

it("turns a picture the way its camera was held", async () => {
  const lying = await picture().rotate(6).jpeg();
  const upright = imageSize(lying);
  expect(upright).toEqual({ width: HEIGHT, height: WIDTH });
  expect(imageSize(await thumbnails.read(await keep(lying), 64))).toEqual({ width: 40, height: 64 });
});
