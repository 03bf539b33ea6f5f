import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Database, openDatabase } from "#server/store/database/open-database.ts";
import { postgresForTests } from "#server/store/database/test-database.ts";

interface Opened {
  /** The databases to measure on: PGlite on disk always, Postgres when one answers. */
  databases: readonly Database[];
  close(): Promise<void>;
}

let opened: Promise<Opened> | undefined;

/** Opened once for all benchmarks. */
export async function benchDatabases(): Promise<readonly Database[]> {
  opened ??= open();
  return (await opened).databases;
}

export async function closeBenchDatabases(): Promise<void> {
  await (await opened)?.close();
  opened = undefined;
}

async function open(): Promise<Opened> {
  const directory = await mkdtemp(join(tmpdir(), "heddle-bench-"));
  const scratch = await postgresForTests();
  const databases = [await openDatabase({ dataDirectory: directory })];
  if (scratch) databases.push(await openDatabase({ url: scratch.url }));
  return {
    databases,
    close: async () => {
      await Promise.all(databases.map((database) => database.close()));
      await scratch?.drop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** `event-append` on the embedded database, `event-append on Postgres` beside it. */
export function figureName(name: string, database: Database): string {
  return database.kind === "pglite" ? name : `${name} on Postgres`;
}
