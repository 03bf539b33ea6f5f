import { randomUUID } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";

/** Content by SHA-256, scoped by workspace. */
export interface BlobStore {
  /** Resolves when the content is on disk. Putting the same content again is free. */
  put(hash: string, content: Uint8Array): Promise<void>;
  get(hash: string): Promise<Uint8Array | undefined>;
}

const HASH = /^[0-9a-f]{64}$/;

/** What each workspace keeps apart from the others. */
export type Blobs = (workspace: string) => BlobStore;

export function createDiskBlobs(directory: string): Blobs {
  const stores = new Map<string, BlobStore>();
  return (workspace) => {
    const store = stores.get(workspace) ?? createDiskBlobStore({ directory, workspace });
    stores.set(workspace, store);
    return store;
  };
}

/** Blobs as files, `<directory>/<workspace>/<2 digits>/<hash>`: written beside and renamed, so that a file is whole or absent. */
export function createDiskBlobStore(given: { directory: string; workspace: string }): BlobStore {
  const fileOf = (hash: string) => {
    if (!HASH.test(hash)) throw new RangeError("A blob is named by 64 hex digits.");
    return path.join(given.directory, given.workspace, hash.slice(0, 2), hash);
  };
  return {
    put: async (hash, content) => {
      const file = fileOf(hash);
      if (await isThere(file)) return;
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

async function isThere(file: string): Promise<boolean> {
  try {
    const handle = await open(file, "r");
    await handle.close();
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
