import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Database, openDatabase } from "#server/store/database/open-database.ts";
import { postgresForTests } from "#server/store/database/test-database.ts";

export interface BenchDatabase {
  database: Database;
  /** Of the Postgres. */
  url: string | undefined;
  /** What a figure is called here: plain where the goals are meant, `<name>-pglite` for the other database. */
  nameOf(name: string): string;
}

interface Opened {
  /** Postgres first, when one answers; PGlite on disk always. */
  databases: readonly BenchDatabase[];
  close(): Promise<void>;
}

let opened: Promise<Opened> | undefined;
const endings: (() => Promise<unknown>)[] = [];

/** Opened once for all benchmarks. */
export async function benchDatabases(): Promise<readonly BenchDatabase[]> {
  opened ??= open();
  return (await opened).databases;
}

/** For what several benchmarks share: closed before the databases are. */
export function onBenchEnd(close: () => Promise<unknown>): void {
  endings.push(close);
}

export async function closeBenchDatabases(): Promise<void> {
  for (const end of endings.splice(0)) await end();
  await (await opened)?.close();
  opened = undefined;
}

async function open(): Promise<Opened> {
  const directory = await mkdtemp(join(tmpdir(), "heddle-bench-"));
  const scratch = await postgresForTests();
  const pglite = { database: await openDatabase({ dataDirectory: directory }), url: undefined, nameOf: pgliteName(scratch !== undefined) };
  const postgres = scratch && { database: await openDatabase({ url: scratch.url }), url: scratch.url, nameOf: (name: string) => name };
  const databases: readonly BenchDatabase[] = postgres ? [postgres, pglite] : [pglite];
  return {
    databases,
    close: async () => {
      await Promise.all(databases.map(({ database }) => database.close()));
      await scratch?.drop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function pgliteName(isSecond: boolean): (name: string) => string {
  return (name) => (isSecond ? `${name}-pglite` : name);
}

/** A data directory, and a database, of its own: for a process of Heddle's. */
export interface BenchPlace {
  kind: "postgres" | "pglite";
  environment: Readonly<Record<string, string>>;
  dataDirectory: string;
  /** Of the Postgres. */
  url: string | undefined;
  nameOf(name: string): string;
  dispose(): Promise<void>;
}

/** New places, Postgres first when one answers; `small` makes only the first. */
export async function benchPlaces({ small }: { small: boolean }): Promise<BenchPlace[]> {
  const scratch = await postgresForTests();
  const places: BenchPlace[] = [];
  if (scratch) places.push(await place({ kind: "postgres", url: scratch.url, nameOf: (name) => name, drop: scratch.drop }));
  if (!small || !scratch) places.push(await place({ kind: "pglite", url: undefined, nameOf: pgliteName(scratch !== undefined), drop: async () => undefined }));
  return places;
}

async function place({ drop, ...given }: Pick<BenchPlace, "kind" | "url" | "nameOf"> & { drop: () => Promise<void> }): Promise<BenchPlace> {
  const dataDirectory = await mkdtemp(join(tmpdir(), "heddle-bench-place-"));
  return {
    ...given,
    dataDirectory,
    environment: { HEDDLE_DATA: dataDirectory, DATABASE_URL: given.url ?? "", REDIS_URL: "", LOG_LEVEL: "error" },
    dispose: async () => {
      await drop();
      await rm(dataDirectory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
