import { randomBytes } from "node:crypto";
import pg from "pg";
import { type Database, openDatabase } from "./open-database.ts";

/** An embedded database in memory with all tables (about 1.5 s): open one per test file, empty it between tests, close it at the end. */
export async function createTestDatabase(): Promise<Database> {
  return openDatabase({ memory: true });
}

/** Empties every table of Heddle's except `workspaces`, in either kind of database, and starts its counters again. */
export async function truncateAll(database: Database): Promise<void> {
  await database.db.execute(`
    do $$ declare names text; begin
      select string_agg(quote_ident(tablename), ', ') into names from pg_tables where schemaname = 'public' and tablename <> 'workspaces';
      execute 'truncate ' || names || ' restart identity';
      delete from workspaces where id <> 'workspace_default';
    end $$`);
}

export interface ScratchPostgres {
  /** For `openDatabase({ url })`: a new, empty database. */
  url: string;
  /** Drops it, with whatever is still connected to it. */
  drop: () => Promise<void>;
}

let hasExplained = false;

/** A database of its own on HEDDLE_TEST_DATABASE_URL or on a Postgres at 127.0.0.1:5432 that trusts `postgres` or `root`; undefined, and the reason printed once, when none answers. */
export async function postgresForTests(): Promise<ScratchPostgres | undefined> {
  const given = process.env.HEDDLE_TEST_DATABASE_URL;
  const candidates = given ? [given] : ["postgres", "root"].map((user) => `postgres://${user}@127.0.0.1:5432/postgres`);
  const reasons: string[] = [];
  for (const server of candidates) {
    const name = `heddle_test_${randomBytes(6).toString("hex")}`;
    try {
      await runOn(server, `create database ${name}`);
    } catch (error) {
      reasons.push(error instanceof Error ? error.message : String(error));
      continue;
    }
    const url = new URL(server);
    url.pathname = `/${name}`;
    return { url: url.href, drop: () => runOn(server, `drop database if exists ${name} with (force)`) };
  }
  if (!hasExplained) console.warn(`No Postgres for tests (set HEDDLE_TEST_DATABASE_URL): ${[...new Set(reasons)].join("; ")}`);
  hasExplained = true;
  return undefined;
}

async function runOn(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server, connectionTimeoutMillis: 3_000 });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
