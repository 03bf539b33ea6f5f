import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { drizzle, type NodePgDatabase, type NodePgTransaction } from "drizzle-orm/node-postgres";
import type { ExtractTablesWithRelations } from "drizzle-orm/relations";
import type pg from "pg";
import { type DataDirectory, heldDataDirectory, openDataDirectory } from "../../data-directory.ts";
import { sqlStateOf } from "./database-errors.ts";
import { insideTransaction, refuseInsideTransaction } from "./guarded-pool.ts";
import { migrate } from "./migrate.ts";
import { openPglite } from "./open-pglite.ts";
import { openPostgres } from "./open-postgres.ts";

type NoRelations = Record<string, never>;

/** What a transaction's callback works with. `tx.transaction` sets a savepoint. */
export type Tx = NodePgTransaction<NoRelations, ExtractTablesWithRelations<NoRelations>>;

/** The query builder, the same for both databases; a `Tx` is one too, so a function that takes `Db` works inside and outside a transaction. */
export type Db = Omit<NodePgDatabase<NoRelations>, "transaction" | "$client">;

export interface Database {
  kind: "pglite" | "postgres";
  db: Db;
  /**
   * Runs `callback` in one transaction and returns what it returns; if it throws, everything is rolled back. Runs it again, up to 3 times, when
   * Postgres asks for that (serialization failure, deadlock): the callback must do nothing but queries. Inside it only `tx` may be used;
   * the outer handle throws NestedDatabaseUseError.
   */
  transaction: <T>(callback: (tx: Tx) => Promise<T>, options?: { isolation?: "read committed" | "repeatable read" | "serializable" }) => Promise<T>;
  /**
   * Runs `callback` on one connection, outside of a transaction, and ends the connection after it: what it has set or locked for its session ends
   * with it. The outer handle throws NestedDatabaseUseError in it.
   */
  session: <T>(callback: (db: Db) => Promise<T>) => Promise<T>;
  /** Runs one statement that the database parses and plans once for each connection. `name` must always stand for the same text. */
  prepared: <Row>(statement: { name: string; text: string; values: readonly unknown[] }) => Promise<{ rows: Row[] }>;
  /** Resolves when the database answers, rejects when it does not. */
  ping: () => Promise<void>;
  /** Waits for what is under way. */
  close: () => Promise<void>;
}

export interface OpenDatabaseOptions {
  /** A Postgres (`DATABASE_URL`). */
  url?: string;
  /** Where the embedded database lives (in its sub-directory `database`). Its lock is taken here unless this process holds it already. */
  dataDirectory?: string;
  /** An embedded database that is gone after `close`, for tests. */
  memory?: boolean;
  /** `false` leaves the tables as they are. */
  migrations?: boolean;
}

/** Opens and migrates the one database named by the options. Throws DatabaseUnavailableError (and its kinds), DataDirectoryError. */
export async function openDatabase(options: OpenDatabaseOptions): Promise<Database> {
  const opened = await openPool(options);
  try {
    if (options.migrations !== false) await migrate(opened.pool);
  } catch (error) {
    await opened.close();
    throw error;
  }
  return databaseOver(opened);
}

/** A database whose tables are there already. */
export function databaseOver(opened: OpenedPool): Database {
  const handle = drizzle(opened.pool);
  return {
    kind: opened.kind,
    db: handle,
    transaction: (callback, { isolation } = {}) =>
      withRetry(() =>
        onConnection(opened.pool, (db) => db.transaction((tx) => insideTransaction(() => callback(tx)), isolation && { isolationLevel: isolation })),
      ),
    session: async (callback) => {
      const client = await opened.pool.connect();
      try {
        return await insideTransaction(() => callback(drizzle(client)));
      } finally {
        client.release(true);
      }
    },
    prepared: async <Row>({ name, text, values }: { name: string; text: string; values: readonly unknown[] }) => {
      const { rows } = await opened.pool.query({ name, text, values: [...values] });
      return { rows: rows as Row[] };
    },
    ping: async () => {
      await opened.pool.query("select 1");
    },
    close: opened.close,
  };
}

/** Drizzle, given a pool, keeps a connection for ever that is lost while it says BEGIN: after ten of them nothing would get one any more. */
async function onConnection<T>(pool: pg.Pool, use: (db: NodePgDatabase<NoRelations>) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    return await use(drizzle(client));
  } finally {
    client.release();
  }
}

interface OpenedPool {
  kind: "pglite" | "postgres";
  pool: pg.Pool;
  close: () => Promise<void>;
}

async function openPool({ url, dataDirectory, memory }: OpenDatabaseOptions): Promise<OpenedPool> {
  if (url !== undefined) {
    const pool = await openPostgres(url);
    return { kind: "postgres", pool, close: () => pool.end() };
  }
  if (memory) return { kind: "pglite", ...(await openPglite(undefined)) };
  if (dataDirectory === undefined) throw new TypeError("openDatabase needs a url, a dataDirectory or memory");
  return openEmbedded(dataDirectory);
}

/** PGlite has no lock of its own: two processes on one directory lose acknowledged rows without an error. */
async function openEmbedded(path: string): Promise<OpenedPool> {
  const held = heldDataDirectory(path);
  const directory: DataDirectory = held ?? (await openDataDirectory(path));
  const release = async (): Promise<void> => {
    if (!held) await directory.release();
  };
  try {
    const { pool, close } = await openPglite(join(directory.path(), "database"));
    return { kind: "pglite", pool, close: () => close().finally(release) };
  } catch (error) {
    await release();
    throw error;
  }
}

const RETRIES = 3;
const SERIALIZATION_FAILURE = "40001";
const DEADLOCK = "40P01";

async function withRetry<T>(attempt: () => Promise<T>): Promise<T> {
  refuseInsideTransaction();
  for (let tries = 0; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      const state = sqlStateOf(error);
      if (tries >= RETRIES || (state !== SERIALIZATION_FAILURE && state !== DEADLOCK)) throw error;
      await delay(Math.random() * 20 * 2 ** tries);
    }
  }
}
