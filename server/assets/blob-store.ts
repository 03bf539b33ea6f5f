import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import type { Readable } from "node:stream";
import { type ReceivedFile, receiveFile, removeAbandoned } from "./receive-file.ts";

/** Content by SHA-256, scoped by workspace. */
export interface BlobStore {
  /** Resolves when the content is on disk. Putting the same content again is free. */
  put(hash: string, content: Uint8Array): Promise<void>;
  get(hash: string): Promise<Uint8Array | undefined>;
  /** Bytes of the content; undefined when it is not there. */
  size(hash: string): Promise<number | undefined>;
}

/** A store that files of any size come into and leave piece by piece. */
export interface FileStore extends BlobStore {
  /** Takes what comes, without keeping it yet. Throws `TooManyBytesError` beyond the limit. */
  receive(content: AsyncIterable<Uint8Array>, given: { limit: number; headBytes: number }): Promise<ReceivedFile>;
  /** Resolves when what was received is on disk under its hash. */
  keep(received: ReceivedFile): Promise<void>;
  /** Forgets what was received. */
  drop(received: ReceivedFile): Promise<void>;
  /** The bytes from `start` to `end`, both among them; the caller has asked for the size. */
  open(hash: string, range: { start: number; end: number }): Readable;
  /** Resolves when the content is gone, be it that it never was there. */
  remove(hash: string, signal?: AbortSignal): Promise<void>;
}

const HASH = /^[0-9a-f]{64}$/;

/** What each workspace keeps apart from the others. */
export type Blobs = (workspace: string) => BlobStore;
export type Files = (workspace: string) => FileStore;

export function createDiskBlobs(directory: string): Files {
  const stores = new Map<string, FileStore>();
  return (workspace) => {
    const store = stores.get(workspace) ?? createDiskBlobStore({ directory, workspace });
    stores.set(workspace, store);
    return store;
  };
}

/** Where a blob is, below its workspace. Throws `RangeError` for what is no hash. */
export function hashPath(hash: string): [folder: string, name: string] {
  if (!HASH.test(hash)) throw new RangeError("A blob is named by 64 hex digits.");
  return [hash.slice(0, 2), hash];
}

/** Blobs as files, `<directory>/<workspace>/<2 digits>/<hash>`: written beside and renamed, so that a file is whole or absent. */
export function createDiskBlobStore(given: { directory: string; workspace: string }): FileStore {
  const fileOf = (hash: string) => path.join(given.directory, given.workspace, ...hashPath(hash));
  const incoming = path.join(given.directory, given.workspace, "incoming");
  let swept: Promise<void> | undefined;
  return {
    receive: async (content, limits) => {
      swept ??= removeAbandoned(incoming);
      await swept;
      return receiveFile(content, { directory: incoming, ...limits });
    },
    keep: async ({ hash, draft }) => {
      const file = fileOf(hash);
      if ((await sizeOf(file)) !== undefined) return rm(draft, { force: true });
      await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
      await rename(draft, file);
      await flushDirectory(path.dirname(file));
    },
    drop: ({ draft }) => rm(draft, { force: true }),
    open: (hash, range) => createReadStream(fileOf(hash), range),
    remove: (hash) => rm(fileOf(hash), { force: true }),
    put: async (hash, content) => {
      const file = fileOf(hash);
      if ((await sizeOf(file)) !== undefined) return;
      await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
      const draft = `${file}.${randomUUID()}`;
      try {
        const handle = await open(draft, "wx", 0o600);
        try {
          await handle.writeFile(content);
          await handle.sync();
        } finally {
          await handle.close();
        }
        await rename(draft, file);
        await flushDirectory(path.dirname(file));
      } catch (error) {
        await rm(draft, { force: true });
        throw error;
      }
    },
    size: (hash) => sizeOf(fileOf(hash)),
    get: async (hash) => {
      try {
        return await readFile(fileOf(hash));
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
  };
}

/** A new name is on disk only when its directory is. */
async function flushDirectory(directory: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function sizeOf(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
