import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Config } from "../config.ts";
import { type DataDirectory, openDataDirectory } from "../data-directory.ts";
import { asDataDirectoryError } from "../data-directory-errors.ts";

/**
 * The data directory as the process's role needs it. One that does everything holds it alone. Web and worker processes share it (keys and
 * blobs): the database is Postgres then, which needs no lock. Throws DataDirectoryError.
 */
export async function openDirectoryFor({ role, dataDirectory }: Pick<Config, "role" | "dataDirectory">): Promise<DataDirectory> {
  if (role === "all") return openDataDirectory(dataDirectory);
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw asDataDirectoryError(error, dataDirectory);
  });
  return { path: (...parts) => join(dataDirectory, ...parts), release: async () => undefined };
}
