import { randomBytes } from "node:crypto";
import pg from "pg";
import { keptEngines } from "./kept-engines.ts";
import type { Database } from "./open-database.ts";

/**
 * Empties every table of Heddle's except `workspaces`, in either kind of database, and starts its counters again. To truncate a table makes new
 * files, on Postgres of the disk's slowness: that is for what is large, and for what refuses that rows are deleted.
 */
export async function truncateAll(database: Database): Promise<void> {
  await database.db.execute(`
    do $$ declare one record; filled boolean; begin
      for one in
        select oid::regclass as name, relhastriggers or pg_relation_size(oid) > 1000000 as truncated
        from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace and relname <> 'workspaces'
      loop
        execute format('select exists (select from %s)', one.name) into filled;
        if filled and one.truncated then execute format('truncate %s', one.name);
        elsif filled then execute format('delete from %s', one.name); end if;
      end loop;
      perform setval(seqrelid, seqstart, false) from pg_sequence join pg_class on oid = seqrelid where relnamespace = 'public'::regnamespace;
      delete from workspaces where id <> 'workspace_default';
    end $$`);
}

const engines = keptEngines(truncateAll);

/** An embedded database in memory with all tables: open one per test file, empty it between tests, close it at the end. */
export async function createTestDatabase(): Promise<Database> {
  return engines.open();
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

/** As `postgresForTests`, where that has pgvector to be made in it; the database is not migrated and has none yet. */
export async function pgvectorForTests(): Promise<ScratchPostgres | undefined> {
  const scratch = await postgresForTests();
  if (!scratch) return undefined;
  try {
    await runOn(scratch.url, "create extension vector");
    await runOn(scratch.url, "drop extension vector");
    return scratch;
  } catch (error) {
    await scratch.drop();
    console.warn(`No pgvector for tests (set HEDDLE_TEST_DATABASE_URL to a Postgres that has it): ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
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
