import { setTimeout as delay } from "node:timers/promises";
import { type SQL, sql } from "drizzle-orm";
import { sqlStateOf } from "./database/database-errors.ts";
import type { Database, Db } from "./database/open-database.ts";
import { bytesOf, indexNameOf, literal, tableNameOf, type VectorSql } from "./knowledge-vector-sql.ts";

/** As pgvector recommends. */
const HNSW = { m: 16, construction: 64 };
/** Of one element of the graph, beside its vector: its header and the links to its neighbours. */
const LINK_BYTES = 64 * HNSW.m;
const SPARE = 1.25;
const MEBIBYTE = 1024 * 1024;
/** Taken for a build when its graph needs that much; a larger one is finished on the disk, some times slower. WebAssembly never gives memory back. */
const MOST_MEMORY = { postgres: 1024 * MEBIBYTE, pglite: 256 * MEBIBYTE };
const WAIT_MS = 1_000;
const ENDED = "57014";
/** Disk full, which a too small `/dev/shm` is as well, and out of memory. */
const NO_ROOM = new Set(["53100", "53200"]);

interface Place {
  collection: string;
  dimension: number;
}

export interface MakeIndex extends Place {
  parts: VectorSql;
  /** Ends the work on it. */
  signal: AbortSignal;
}

/**
 * Makes the index of a collection unless it is there. One at a time of each table: two that are made side by side without a lock on the table wait for
 * each other for ever. Throws the signal's reason.
 */
export async function makeVectorIndex(database: Database, { signal, ...given }: MakeIndex): Promise<void> {
  const name = indexNameOf(given.collection, given.dimension);
  if (database.kind === "pglite") {
    signal.throwIfAborted();
    await database.session(async (db) => {
      const standing = await standingOf(db, name);
      if (standing === "made") return;
      // one connection: nobody is locked out by what works beside it, since nothing does
      if (standing === "broken") await db.execute(sql`DROP INDEX IF EXISTS ${sql.identifier(name)}`);
      await giveMemory(db, given, MOST_MEMORY.pglite);
      await db.execute(create(sql``, { ...given, name }));
    });
    return;
  }
  let backend: number | undefined;
  // from another connection: this one is busy with it
  const end = () => void (backend !== undefined && database.db.execute(sql`SELECT pg_cancel_backend(${backend})`).catch(() => undefined));
  signal.addEventListener("abort", end);
  try {
    for (;;) {
      signal.throwIfAborted();
      const isDone = await database.session(async (db) =>
        locked(db, given.dimension, async () => {
          backend = Number((await db.execute<{ pid: number }>(sql`SELECT pg_backend_pid() AS pid`)).rows[0]?.pid);
          signal.throwIfAborted();
          await makeConcurrently(db, { ...given, name }).finally(() => {
            backend = undefined;
          });
        }),
      );
      if (isDone) return;
      await delay(WAIT_MS, undefined, { signal });
    }
  } catch (error) {
    throw signal.aborted && (sqlStateOf(error) === ENDED || isAbort(error)) ? signal.reason : error;
  } finally {
    signal.removeEventListener("abort", end);
  }
}

/** Drops indexes of collections that are none of these; not on tables where one is being made: another time. */
export async function dropOtherIndexes(database: Database, kept: readonly Place[]): Promise<void> {
  const names = new Set(kept.map(({ collection, dimension }) => indexNameOf(collection, dimension)));
  const { rows } = await database.db.execute<{ name: string }>(
    sql`SELECT relname AS name FROM pg_class WHERE relkind = 'i' AND relnamespace = current_schema()::regnamespace AND relname ~ '^knowledge_near_[0-9]+_'`,
  );
  for (const { name } of rows) {
    if (names.has(name)) continue;
    const drop = (db: Db) => db.execute(sql`DROP INDEX ${sql.raw(database.kind === "postgres" ? "CONCURRENTLY" : "")} IF EXISTS ${sql.identifier(name)}`);
    if (database.kind === "pglite") await drop(database.db);
    else await database.session((db) => locked(db, Number(name.split("_")[2]), () => drop(db)));
  }
}

type Named = Place & { parts: VectorSql; name: string };

async function makeConcurrently(db: Db, given: Named): Promise<void> {
  const drop = () => db.execute(sql`DROP INDEX CONCURRENTLY IF EXISTS ${sql.identifier(given.name)}`);
  const standing = await standingOf(db, given.name);
  if (standing === "made") return;
  // whoever made it died: it is kept up to date, and never asked
  if (standing === "broken") await drop();
  // a limit that is meant for what people wait for
  await db.execute(sql`SELECT set_config('statement_timeout', '0', false), set_config('lock_timeout', '0', false)`);
  await giveMemory(db, given, MOST_MEMORY.postgres);
  const make = () => db.execute(create(sql`CONCURRENTLY`, given));
  const undo = async (error: unknown) => {
    await drop().catch(() => undefined);
    throw error;
  };
  await make().catch(async (error: unknown) => {
    if (!NO_ROOM.has(sqlStateOf(error) ?? "")) return undo(error);
    // workers share the whole graph in shared memory, of which a container has 64 MB: alone it needs none
    await drop();
    await db.execute(sql`SELECT set_config('max_parallel_maintenance_workers', '0', false)`);
    return make().catch(undo);
  });
}

function create(concurrently: SQL, { parts, name, collection }: Named): SQL {
  const options = sql.raw(`m = ${HNSW.m}, ef_construction = ${HNSW.construction}`);
  return sql`CREATE INDEX ${concurrently} ${sql.identifier(name)} ON ${parts.table} USING hnsw (embedding ${parts.operators})
    WITH (${options}) WHERE collection_id = ${literal(collection)}`;
}

/** For this session: as much as the graph needs, and never less than the server's own setting. */
async function giveMemory(db: Db, { parts, collection, dimension }: Omit<Named, "name">, most: number): Promise<void> {
  const { rows } = await db.execute<{ vectors: number; given: number }>(sql`
    SELECT (SELECT count(*)::int FROM ${parts.table} WHERE collection_id = ${literal(collection)}) AS vectors,
      pg_size_bytes(current_setting('maintenance_work_mem'))::float8 AS given`);
  const { vectors = 0, given = 0 } = rows[0] ?? {};
  const needed = Math.min(most, SPARE * vectors * (bytesOf(dimension) + LINK_BYTES));
  if (needed > given) await db.execute(sql`SELECT set_config('maintenance_work_mem', ${`${Math.ceil(needed / 1024)}kB`}, false)`);
}

/** Undefined where another session works on the indexes of this table. It is asked for and not waited for: who waits keeps the other from its end. */
async function locked(db: Db, dimension: number, work: () => Promise<unknown>): Promise<true | undefined> {
  const key = sql`hashtextextended(${`indexes of ${tableNameOf(dimension)}`}, 0)`;
  const { rows } = await db.execute<{ is_ours: boolean }>(sql`SELECT pg_try_advisory_lock(${key}) AS is_ours`);
  if (!rows[0]?.is_ours) return undefined;
  await work();
  await db.execute(sql`SELECT pg_advisory_unlock(${key})`);
  return true;
}

/** Of an index that nobody makes now: there and whole, left half made, or not there. */
async function standingOf(db: Db, name: string): Promise<"made" | "broken" | "none"> {
  const { rows } = await db.execute<{ is_valid: boolean }>(sql`SELECT indisvalid AS is_valid FROM pg_index WHERE indexrelid = to_regclass(${name})`);
  const [found] = rows;
  return !found ? "none" : found.is_valid ? "made" : "broken";
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}
