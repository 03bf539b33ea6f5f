import { createHash } from "node:crypto";
import { type SQL, sql } from "drizzle-orm";
import type { VectorSupport } from "../contract/knowledge.ts";
import { lockName } from "./advisory-lock.ts";
import type { Database, Db, Tx } from "./database/open-database.ts";

export interface VectorPlace {
  workspace: string;
  collection: string;
  document: string;
}

export interface NearestQuery {
  collection: string;
  dimension: number;
  vector: Float32Array;
  limit: number;
  /** Only of these documents. */
  documents?: readonly string[] | undefined;
  /** The collection has an index of its own. */
  isIndexed: boolean;
}

/** Vectors of chunks, one table for each dimension, made when it is first needed. Needs pgvector. */
export interface VectorStore {
  /** Looks again now and then while it is not there. */
  support(): Promise<VectorSupport>;
  /** In place of the one a chunk has. Throws `RangeError` for a dimension that cannot be stored. */
  put(place: VectorPlace, vectors: ReadonlyMap<string, Float32Array>): Promise<void>;
  /** Chunks by nearness, the nearest first, with the cosine of the angle. */
  nearest(query: NearestQuery): Promise<{ chunk: string; similarity: number }[]>;
  /** Cosine of the angle between a query and chunks; those without a vector are left out. */
  similarities(query: { dimension: number; vector: Float32Array; chunks: readonly string[] }): Promise<Map<string, number>>;
  /** Makes the index of a collection, if it has enough vectors for one to be worth it; answers whether there is one. */
  index(collection: string, dimension: number): Promise<boolean>;
  dropIndex(collection: string, dimension: number): Promise<void>;
  /** Drops vectors without a chunk, of one document or of all; answers how many, at most some thousands at a time. */
  sweep(place?: { collection: string; document: string }): Promise<number>;
}

/** Vectors up to which every one is looked at (10,000 take 12 ms in the embedded database); above, the collection's index is asked. */
export const INDEXED_FROM = 2_000;
/** Numbers a vector may have in an index: more need `halfvec`, which is slower, and has an end, too. */
const MOST_FLOATS = 2_000;
const MOST_HALVES = 4_000;
/** As pgvector recommends; `ef_search` was chosen for a recall@10 above 0.95 (`bench/knowledge-recall.ts`). */
const HNSW = { m: 16, construction: 64, search: 120 };
const LOOK_AGAIN_MS = 60_000;
const SWEPT = 2_000;

export function createVectorStore(database: Database): VectorStore {
  const { db } = database;
  const made = new Map<number, Promise<void>>();
  let known: { support: Promise<Support>; at: number } | undefined;
  const support = (): Promise<Support> => {
    const isOld = known !== undefined && performance.now() - known.at > LOOK_AGAIN_MS;
    if (known === undefined || isOld) {
      const before = known?.support;
      const look = async (): Promise<Support> => {
        const earlier = await before;
        return earlier?.available ? earlier : findSupport(database);
      };
      known = { support: look(), at: performance.now() };
    }
    return known.support;
  };
  const tableFor = async (dimension: number): Promise<SQL> => {
    const table = tableOf(dimension);
    const making = made.get(dimension) ?? support().then((found) => makeTable(database, { dimension, found }));
    made.set(dimension, making);
    await making.catch((error: unknown) => {
      made.delete(dimension);
      throw error;
    });
    return table;
  };
  return {
    support: async () => {
      const found = await support();
      return found.available ? { available: true } : found;
    },
    put: async ({ workspace, collection, document }, vectors) => {
      const [first] = vectors.values();
      if (!first) return;
      const table = await tableFor(first.length);
      const [ids, texts] = [[...vectors.keys()], [...vectors.values()].map(toText)];
      await db.execute(sql`
        INSERT INTO ${table} (chunk_id, workspace_id, collection_id, document_id, embedding)
        SELECT id, ${workspace}, ${collection}, ${document}, embedding::${typeOf(first.length)}
        FROM unnest(${sql.param(ids)}::text[], ${sql.param(texts)}::text[]) AS given(id, embedding)
        ON CONFLICT (chunk_id) DO UPDATE SET embedding = excluded.embedding`);
    },
    nearest: async (query) => {
      const { dimension, vector, limit, collection, documents, isIndexed } = query;
      const table = await tableFor(dimension);
      const type = typeOf(dimension);
      const distance = sql`embedding <#> ${toText(vector)}::${type}`;
      const among = documents === undefined ? sql`` : sql`AND document_id = ANY(${sql.param([...documents])}::text[])`;
      // the id as a literal: only so is the index of this collection alone chosen
      const from = sql`FROM ${table} WHERE collection_id = ${literal(collection)} ${among}`;
      const exact = sql`SELECT chunk_id, -(${distance}) AS similarity ${from} ORDER BY (${distance}) + 0 LIMIT ${limit}`;
      const near = sql`SELECT chunk_id, -(${distance}) AS similarity ${from} ORDER BY ${distance} LIMIT ${limit}`;
      const read = (rows: Record<string, unknown>[]) => rows.map((row) => ({ chunk: String(row.chunk_id), similarity: Number(row.similarity) }));
      if (!isIndexed) return read((await db.execute(exact)).rows);
      const found = await support();
      return database.transaction(async (tx) => {
        await tune(tx, { limit, iterative: found.available && found.iterative });
        return read((await tx.execute(near)).rows);
      });
    },
    similarities: async ({ dimension, vector, chunks }) => {
      const table = await tableFor(dimension);
      const { rows } = await db.execute<{ chunk_id: string; similarity: number }>(sql`
        SELECT chunk_id, -(embedding <#> ${toText(vector)}::${typeOf(dimension)}) AS similarity FROM ${table}
        WHERE chunk_id = ANY(${sql.param([...chunks])}::text[])`);
      return new Map(rows.map((row) => [row.chunk_id, Number(row.similarity)]));
    },
    index: async (collection, dimension) => {
      const table = await tableFor(dimension);
      const { rows } = await db.execute(
        sql`SELECT count(*)::int AS count FROM (SELECT 1 FROM ${table} WHERE collection_id = ${literal(collection)} LIMIT ${INDEXED_FROM}) AS few`,
      );
      if (Number(rows[0]?.count) < INDEXED_FROM) return false;
      const name = indexOf(collection, dimension);
      const standing = await standingOf(db, name);
      if (standing !== "none") {
        if (standing === "made") return true;
        if (standing === "making") return false;
        // whoever made it died: it is kept up to date, and never asked
        await db.execute(sql`DROP INDEX IF EXISTS ${sql.identifier(name)}`);
      }
      const operators = sql.raw(dimension > MOST_FLOATS ? "halfvec_ip_ops" : "vector_ip_ops");
      // the embedded database has one connection: nobody is locked out by what works beside it, since nothing does
      const concurrently = sql.raw(database.kind === "postgres" ? "CONCURRENTLY" : "");
      await db.execute(sql`
        CREATE INDEX ${concurrently} IF NOT EXISTS ${sql.identifier(name)} ON ${table} USING hnsw (embedding ${operators})
        WITH (m = ${sql.raw(String(HNSW.m))}, ef_construction = ${sql.raw(String(HNSW.construction))}) WHERE collection_id = ${literal(collection)}`);
      return true;
    },
    dropIndex: async (collection, dimension) => {
      await db.execute(sql`DROP INDEX IF EXISTS ${sql.identifier(indexOf(collection, dimension))}`);
    },
    sweep: async (place) => {
      const here = place === undefined ? sql`` : sql`collection_id = ${place.collection} AND document_id = ${place.document} AND`;
      const { rows: tables } = await db.execute<{ name: string }>(
        sql`SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema() AND tablename ~ '^knowledge_vectors_[0-9]+$'`,
      );
      let swept = 0;
      for (const { name } of tables) {
        const gone = await db.execute(sql`
          DELETE FROM ${sql.identifier(name)} WHERE chunk_id IN (SELECT chunk_id FROM ${sql.identifier(name)} AS vectors
            WHERE ${here} NOT EXISTS (SELECT 1 FROM knowledge_chunks WHERE id = vectors.chunk_id) LIMIT ${SWEPT})`);
        swept += gone.rowCount ?? 0;
      }
      return swept;
    },
  };
}

type Support = { available: true; iterative: boolean } | Extract<VectorSupport, { available: false }>;

/** Makes the extension where it may. */
async function findSupport(database: Database): Promise<Support> {
  const { db } = database;
  const read = async () =>
    (await db.execute<{ version: string }>(sql`SELECT extversion AS version FROM pg_extension WHERE extname = 'vector'`)).rows[0]?.version;
  let version = await read();
  if (version === undefined) {
    const failed = await db.execute(sql`CREATE EXTENSION IF NOT EXISTS vector`).then(
      () => undefined,
      (error: unknown) => error,
    );
    version = await read();
    if (version === undefined) return explain(failed);
  }
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major === 0 && minor < 7) {
    return {
      available: false,
      reason: `This database has pgvector ${version}.`,
      advice: "Update pgvector to 0.7 or newer, then: ALTER EXTENSION vector UPDATE;",
    };
  }
  return { available: true, iterative: major > 0 || minor >= 8 };
}

function explain(error: unknown): Support {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
  const reason = "The database has no pgvector: texts are found by their words, not by their meaning.";
  if (/permission denied|must be superuser/i.test(cause)) {
    return { available: false, reason, advice: "Ask the database's administrator to run, in this database: CREATE EXTENSION vector;" };
  }
  return {
    available: false,
    reason,
    advice:
      "Install pgvector on the database server (Debian and Ubuntu: postgresql-<version>-pgvector; Docker: the image pgvector/pgvector), then run CREATE EXTENSION vector; in this database. Heddle looks again every minute.",
  };
}

/** Throws `Error` without pgvector. Processes that come at once wait for the first of them. */
async function makeTable(database: Database, { dimension, found }: { dimension: number; found: Support }): Promise<void> {
  if (!found.available) throw new Error(`${found.reason} ${found.advice}`);
  const table = tableOf(dimension);
  await database.transaction(async (db) => {
    await lockName(db, "knowledge vectors");
    await db.execute(sql`
    CREATE TABLE IF NOT EXISTS ${table} (chunk_id text PRIMARY KEY, workspace_id text NOT NULL, collection_id text NOT NULL, document_id text NOT NULL,
      embedding ${typeOf(dimension)} NOT NULL)`);
    // beside the rest of its row, not in a file of its own: every look at it would be another read
    await db.execute(sql`ALTER TABLE ${table} ALTER COLUMN embedding SET STORAGE PLAIN`);
    await db.execute(sql`CREATE INDEX IF NOT EXISTS ${sql.identifier(`knowledge_vectors_${dimension}_by_place`)} ON ${table} (collection_id, document_id)`);
  });
}

/** For this transaction only. An iterative scan goes on where a filter leaves too few. */
async function tune(tx: Tx, { limit, iterative }: { limit: number; iterative: boolean }): Promise<void> {
  const search = String(Math.min(1_000, Math.max(HNSW.search, limit)));
  const scan = iterative ? sql`, set_config('hnsw.iterative_scan', 'relaxed_order', true)` : sql``;
  // loads the extension's settings, should this connection not have used it yet
  await tx.execute(sql`SELECT '[1]'::vector`);
  await tx.execute(sql`SELECT set_config('hnsw.ef_search', ${search}, true), set_config('enable_seqscan', 'off', true)${scan}`);
}

function tableOf(dimension: number): SQL {
  if (!Number.isInteger(dimension) || dimension < 1 || dimension > MOST_HALVES)
    throw new RangeError(`Vectors of ${dimension} numbers cannot be searched: at most ${MOST_HALVES}. Choose another model.`);
  return sql`${sql.identifier(`knowledge_vectors_${dimension}`)}`;
}

function typeOf(dimension: number): SQL {
  return sql.raw(dimension > MOST_FLOATS ? `halfvec(${dimension})` : `vector(${dimension})`);
}

function indexOf(collection: string, dimension: number): string {
  return `knowledge_near_${dimension}_${createHash("sha256").update(collection).digest("hex").slice(0, 20)}`;
}

/** Of an index: there and whole, being made by somebody, left half made, or not there. */
async function standingOf(db: Db, name: string): Promise<"made" | "making" | "broken" | "none"> {
  const { rows } = await db.execute<{ is_valid: boolean; is_making: boolean }>(sql`
    SELECT indisvalid AS is_valid, EXISTS (SELECT 1 FROM pg_stat_progress_create_index WHERE index_relid = indexrelid) AS is_making
    FROM pg_index WHERE indexrelid = to_regclass(${name})`);
  const [found] = rows;
  return !found ? "none" : found.is_valid ? "made" : found.is_making ? "making" : "broken";
}

function literal(id: string): SQL {
  if (!/^[a-z]+_[A-Za-z0-9_]{1,64}$/.test(id)) throw new RangeError(`${id} is no id.`);
  return sql.raw(`'${id}'`);
}

function toText(vector: Float32Array): string {
  return `[${vector.join(",")}]`;
}
