import { realpathSync } from "node:fs";
import { mkdir, realpath } from "node:fs/promises";
import { join, resolve } from "node:path";
import { asDataDirectoryError } from "./data-directory-errors.ts";
import { type DataDirectoryLock, takeLock } from "./data-directory-lock.ts";

/** The folder with everything that this Heddle stores. Whoever has the object holds the folder's lock. */
export interface DataDirectory {
  /** The absolute path of a file or folder in it; without parts, its own. */
  path: (...parts: string[]) => string;
  /** Gives the lock back. May be called again; the end of the process does it too. */
  release: () => Promise<void>;
}

const held = new Map<string, DataDirectory>();

/** Creates the folder if need be (readable by its owner alone) and takes its lock. Throws DataDirectoryError, or its kind DataDirectoryHeldError. */
export async function openDataDirectory(path: string): Promise<DataDirectory> {
  const { root, lock } = await createAndLock(resolve(path)).catch((error: unknown) => {
    throw asDataDirectoryError(error, path);
  });
  const releaseAtExit = (): void => lock.release();
  process.on("exit", releaseAtExit);
  const directory: DataDirectory = {
    path: (...parts) => join(root, ...parts),
    release: async () => {
      process.off("exit", releaseAtExit);
      if (held.get(root) === directory) held.delete(root);
      lock.release();
    },
  };
  held.set(root, directory);
  return directory;
}

/** The directory at `path`, if this process has opened it. */
export function heldDataDirectory(path: string): DataDirectory | undefined {
  try {
    return held.get(realpathSync(path));
  } catch {
    return undefined;
  }
}

async function createAndLock(path: string): Promise<{ root: string; lock: DataDirectoryLock }> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const root = await realpath(path);
  return { root, lock: await takeLock(root) };
}
