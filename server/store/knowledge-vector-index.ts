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
  if (database.kind === "pglite") {
    signal.throwIfAborted();
    return makeAlone(database, given);
  }
  const name = indexNameOf(given.collection, given.dimension);
  try {
    for (;;) {
      signal.throwIfAborted();
      const isDone = await database.session(async (db) =>
        locked(db, given.dimension, () => makeConcurrently(db, { ...given, name, run: (statement) => cancellable(database, { db, statement, signal }) })),
      );
      if (isDone) return;
      await delay(WAIT_MS, undefined, { signal });
    }
  } catch (error) {
    throw signal.aborted && (sqlStateOf(error) === ENDED || isAbort(error)) ? signal.reason : error;
  }
}

/** Where there is but one connection: nobody is locked out by what works beside it, since nothing does. */
export async function makeAlone(database: Database, given: Omit<MakeIndex, "signal">): Promise<void> {
  const name = indexNameOf(given.collection, given.dimension);
  await database.session(async (db) => {
    const standing = await standingOf(db, name);
    if (standing === "made") return;
    if (standing === "broken") await db.execute(sql`DROP INDEX IF EXISTS ${sql.identifier(name)}`);
    await giveMemory(db, given, MOST_MEMORY.pglite);
    await db.execute(create(sql``, { ...given, name }));
  });
}

/** Runs a statement that takes minutes, and ends it when the signal says so. */
async function cancellable(database: Database, { db, statement, signal }: { db: Db; statement: SQL; signal: AbortSignal }): Promise<void> {
  const backend = Number((await db.execute<{ pid: number }>(sql`SELECT pg_backend_pid() AS pid`)).rows[0]?.pid);
  signal.throwIfAborted();
  let cancelling: Promise<unknown> = Promise.resolve();
  // from another connection: this one is busy with it
  const cancel = () => {
    cancelling = cancelling.then(() => database.db.execute(sql`SELECT pg_cancel_backend(${backend})`)).catch(() => undefined);
  };
  let repeating: NodeJS.Timeout | undefined;
  const end = () => {
    cancel();
    // one that comes before the statement has begun, or is lost, ends nothing
    repeating = setInterval(cancel, WAIT_MS);
  };
  signal.addEventListener("abort", end, { once: true });
  try {
    await db.execute(statement);
  } finally {
    signal.removeEventListener("abort", end);
    clearInterval(repeating);
    // a late one would end what follows on this connection
    await cancelling;
  }
}

/** Drops indexes that no collection needs: of those that are gone, or have vectors of another dimension by now. Not on tables where one is being made: another time. */
export async function dropOtherIndexes(database: Database): Promise<void> {
  const { rows } = await database.db.execute<{ name: string }>(
    sql`SELECT relname AS name FROM pg_class WHERE relkind = 'i' AND relnamespace = current_schema()::regnamespace AND relname ~ '^knowledge_near_[0-9]+_'`,
  );
  const concurrently = sql.raw(database.kind === "postgres" ? "CONCURRENTLY" : "");
  for (const { name } of rows) {
    if (await isNeeded(database.db, name)) continue;
    await database.session(async (db) => {
      // asked again where nobody makes one: the collection may have come back to its dimension, and be said to have an index
      const drop = async () => void ((await isNeeded(db, name)) || (await db.execute(sql`DROP INDEX ${concurrently} IF EXISTS ${sql.identifier(name)}`)));
      await (database.kind === "pglite" ? drop() : locked(db, Number(name.split("_")[2]), drop));
    });
  }
}

/** Whether a collection is searched by this index, or is about to be: while its documents are embedded their vectors may be of another dimension than it has so far. */
async function isNeeded(db: Db, name: string): Promise<boolean> {
  const { rows } = await db.execute(sql`
    SELECT 1 FROM knowledge_collections AS collection
    WHERE removed_at IS NULL AND split_part(${name}, '_', 4) = left(encode(sha256(convert_to(id, 'UTF8')), 'hex'), 20)
      AND (dimension = split_part(${name}, '_', 3)::int OR EXISTS (
        SELECT 1 FROM knowledge_documents WHERE collection_id = collection.id AND state IN ('queued', 'reading', 'chunking', 'embedding')))`);
  return rows.length > 0;
}

type Named = Place & { parts: VectorSql; name: string };

async function makeConcurrently(db: Db, { run, ...given }: Named & { run: (statement: SQL) => Promise<void> }): Promise<void> {
  const drop = () => db.execute(sql`DROP INDEX CONCURRENTLY IF EXISTS ${sql.identifier(given.name)}`);
  const standing = await standingOf(db, given.name);
  if (standing === "made") return;
  // whoever made it died: it is kept up to date, and never asked
  if (standing === "broken") await drop();
  // a limit that is meant for what people wait for
  await db.execute(sql`SELECT set_config('statement_timeout', '0', false), set_config('lock_timeout', '0', false)`);
  await giveMemory(db, given, MOST_MEMORY.postgres);
  const make = () => run(create(sql`CONCURRENTLY`, given));
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
