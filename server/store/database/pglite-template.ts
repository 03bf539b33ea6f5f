import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { PGlite } from "@electric-sql/pglite";
import { migrationsFolder } from "./migrations-folder.ts";

/** Checks the archive too. Not left to PGlite, which throws for a damaged one where nobody can catch it. */
const unzip = promisify(gunzip);

/**
 * A cluster with all tables, and nothing in them, as a tar.gz of about 5 MB. Creating one takes 8 to 12 s, loading it about 1 s, so the first creation
 * on a machine keeps it for new data directories and for tests. A damaged one is made anew; without a writable place to keep it, it is made each time.
 */
export async function clusterTemplate(path: string): Promise<Blob> {
  const kept = await readFile(path)
    .then(unzip)
    .catch(() => undefined);
  if (kept !== undefined) return asBlob(kept);
  const made = await makeTemplate();
  await keep(path, made).catch(() => undefined);
  return asBlob(await unzip(made));
}

async function makeTemplate(): Promise<Uint8Array<ArrayBuffer>> {
  const [database, { drizzle }, { migrate }] = await Promise.all([PGlite.create(), import("drizzle-orm/pglite"), import("drizzle-orm/pglite/migrator")]);
  try {
    await migrate(drizzle(database), { migrationsFolder });
    const dump = await database.dumpDataDir("gzip");
    return new Uint8Array(await dump.arrayBuffer());
  } finally {
    await database.close();
  }
}

/** Several processes may make it at once: each renames a whole file into place. */
async function keep(path: string, content: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}-${Math.random().toString(36).slice(2)}`;
  try {
    await writeFile(unfinished, content);
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

function asBlob(content: Uint8Array<ArrayBuffer>): Blob {
  return new Blob([content], { type: "application/x-tar" });
}
