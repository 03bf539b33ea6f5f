import { access, readdir, readFile, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { vector } from "@electric-sql/pglite-pgvector";
import { isDiskFull } from "./database-errors.ts";
import { clusterTemplate } from "./pglite-template.ts";

/** The major version of the PostgreSQL inside this PGlite; a cluster of another one cannot be opened. */
const POSTGRES_MAJOR = "18";

/** What every cluster has from its first moment. PGlite takes a directory without PG_VERSION for an empty one and would write into it. */
const ESSENTIAL_FILES = ["PG_VERSION", "global/pg_control", "pg_wal", "base"];

type Failed = { type: "failed"; kind: "corrupt" | "disk-full" | "other"; message: string };

export interface ClusterOptions {
  /** In memory without one. */
  directory: string | undefined;
  templatePath: string;
  /** Gets what the engine reports when it cannot go on, now or later. */
  lastWords: string[];
}

/** Opens the cluster in `directory`, creating it when there is no such directory. */
export async function openCluster({ directory, templatePath, lastWords }: ClusterOptions): Promise<{ type: "opened"; database: PGlite } | Failed> {
  if (directory === undefined)
    return attempt(
      async () => ({ type: "opened", database: await PGlite.create({ loadDataDir: await clusterTemplate(templatePath), extensions: { vector } }) }),
      "other",
    );
  if (!(await exists(directory))) {
    const created = await attempt(() => createCluster(directory, templatePath), "other");
    if (created.type === "failed") return created;
  }
  const reason = await whyNotCluster(directory);
  if (reason !== undefined) return { type: "failed", kind: "corrupt", message: reason };
  return openExisting(directory, lastWords);
}

async function openExisting(directory: string, lastWords: string[]): Promise<{ type: "opened"; database: PGlite } | Failed> {
  const listen = (line: string): boolean => {
    const fatal = /\b(?:FATAL|PANIC):.*/.exec(line);
    if (fatal) lastWords.push(fatal[0]);
    return true;
  };
  const opened = await attempt(async () => {
    const database = await PGlite.create({ dataDir: directory, extensions: { vector }, onStdout: listen, onStderr: listen });
    await database.query("select count(*) from pg_class");
    return { type: "opened" as const, database };
  }, "corrupt");
  if (opened.type === "opened" || lastWords.length === 0) return opened;
  const message = lastWords.join("; ");
  return { type: "failed", kind: isDiskFull(new Error(message)) ? "disk-full" : opened.kind, message };
}

/** Made beside its place and renamed into it: a process killed on the way leaves a directory that the next start removes, never half a cluster. */
async function createCluster(directory: string, templatePath: string): Promise<{ type: "created" }> {
  const parent = dirname(directory);
  const prefix = `${basename(directory)}.new-`;
  for (const leftover of await readdir(parent)) {
    if (leftover.startsWith(prefix)) await rm(join(parent, leftover), { recursive: true, force: true });
  }
  const unfinished = join(parent, `${prefix}${process.pid}`);
  try {
    const database = await PGlite.create({ dataDir: unfinished, loadDataDir: await clusterTemplate(templatePath) });
    // it is as old as the template in there
    await database.exec("update workspaces set created_at = now()");
    await database.close();
    await rename(unfinished, directory);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true }).catch(() => undefined);
    throw error;
  }
  return { type: "created" };
}

async function whyNotCluster(directory: string): Promise<string | undefined> {
  for (const file of ESSENTIAL_FILES) {
    if (!(await exists(join(directory, file)))) return `${file} is missing`;
  }
  const version = (await readFile(join(directory, "PG_VERSION"), "utf8")).trim();
  return version === POSTGRES_MAJOR ? undefined : `it is of PostgreSQL ${version.slice(0, 20)}, and this Heddle brings PostgreSQL ${POSTGRES_MAJOR}`;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function attempt<T>(work: () => Promise<T>, kind: "corrupt" | "other"): Promise<T | Failed> {
  try {
    return await work();
  } catch (thrown) {
    const error = asError(thrown);
    return { type: "failed", kind: isDiskFull(error) ? "disk-full" : kind, message: error.message };
  }
}

/** ENOSPC as WebAssembly programs number it. */
const NO_SPACE = 51;

/** The file system inside PGlite throws objects that are no errors and have no message, only a number. */
function asError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown;
  if (typeof thrown !== "object" || thrown === null || !("errno" in thrown)) return new Error(String(thrown));
  return new Error(thrown.errno === NO_SPACE ? "No space left on device" : `file system error ${thrown.errno}`);
}
