import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { Transformer } from "@napi-rs/image";
import { ApiError } from "../api-error.ts";
import { THUMBNAIL_SIZES, type ThumbnailSize } from "../contract/assets.ts";
import type { FileStore, Files } from "./blob-store.ts";
import { IMAGE_HEAD_BYTES, imageSize } from "./image-size.ts";

/** A picture of more pixels is not decoded: it would take 200 MB of memory. */
export const MOST_PIXELS = 50_000_000;
/** Nor one of more bytes. */
const MOST_BYTES = 64 * 1024 * 1024;
/** Pictures that are decoded at once, in threads of their own. */
const AT_ONCE = 2;
/** Of 100. */
const QUALITY = 80;

export interface Thumbnails {
  /** A WebP whose longer side has so many pixels at most. Throws `ApiError("not-found")`, `ApiError("unprocessable")` for what cannot be made smaller. */
  read(place: { workspace: string; hash: string }, size: ThumbnailSize): Promise<Uint8Array>;
  /** Those of a file that is gone. */
  remove(place: { workspace: string; hash: string }): Promise<void>;
}

/** Small pictures, each made once and kept in a directory of this machine, whatever keeps the files. Losing it costs time. */
export function createThumbnails({ files, directory }: { files: Files; directory: string }): Thumbnails {
  const inTurn = createTurns(AT_ONCE);
  const making = new Map<string, Promise<Uint8Array>>();
  const fileOf = ({ workspace, hash }: { workspace: string; hash: string }, size: ThumbnailSize) =>
    path.join(directory, workspace, hash.slice(0, 2), `${hash}-${size}.webp`);
  return {
    read: async (place, size) => {
      // looked at first: a thumbnail may outlive its file by a crash
      const bytes = await files(place.workspace).size(place.hash);
      if (bytes === undefined) throw new ApiError("not-found", "This file is not in the workspace.");
      const file = fileOf(place, size);
      const known = await readFile(file).catch(() => undefined);
      if (known) return known;
      const made =
        making.get(file) ??
        inTurn(async () => {
          const picture = await make(files(place.workspace), { hash: place.hash, bytes, size });
          await put(file, picture);
          return picture;
        }).finally(() => making.delete(file));
      making.set(file, made);
      return made;
    },
    remove: async (place) => {
      for (const size of THUMBNAIL_SIZES) await rm(fileOf(place, size), { force: true });
    },
  };
}

/** Whether a smaller picture can be made of one. */
export function mayShrink({ mediaType, width, height, bytes }: { mediaType: string; width: number | null; height: number | null; bytes: number }): boolean {
  return /^image\/(png|jpeg|gif|webp|bmp)$/.test(mediaType) && width !== null && height !== null && width * height <= MOST_PIXELS && bytes <= MOST_BYTES;
}

async function make(store: FileStore, { hash, bytes, size }: { hash: string; bytes: number; size: ThumbnailSize }): Promise<Uint8Array> {
  const head = Buffer.concat(bytes === 0 ? [] : await store.open(hash, { start: 0, end: Math.min(bytes, IMAGE_HEAD_BYTES) - 1 }).toArray());
  const pixels = imageSize(head);
  if (!pixels) throw new ApiError("unprocessable", "There is no smaller picture of this file. Load the file itself.");
  if (pixels.width * pixels.height > MOST_PIXELS || bytes > MOST_BYTES)
    throw new ApiError("unprocessable", `Pictures of more than ${MOST_PIXELS / 1_000_000} megapixels are not made smaller. Load the file itself.`);
  const content = bytes <= head.length ? head : Buffer.from((await store.get(hash)) ?? []);
  const scale = Math.min(1, size / Math.max(pixels.width, pixels.height));
  try {
    const picture = new Transformer(content);
    // before it is turned by its EXIF remark: a square box fits either way
    if (scale < 1) picture.resize({ width: Math.max(1, Math.round(pixels.width * scale)), height: Math.max(1, Math.round(pixels.height * scale)) });
    return await picture.rotate().webp(QUALITY);
  } catch (cause) {
    throw new ApiError("unprocessable", "The picture is broken: it cannot be decoded. Load the file itself, or bring it anew.", { cause });
  }
}

async function put(file: string, content: Uint8Array): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomUUID()}`;
  try {
    await writeFile(draft, content, { mode: 0o600 });
    await rename(draft, file);
  } finally {
    await rm(draft, { force: true });
  }
}

/** Runs so many at once; the others wait for their turn. */
function createTurns(atOnce: number): <T>(work: () => Promise<T>) => Promise<T> {
  let under = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (under >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
    else under++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else under--;
    }
  };
}
