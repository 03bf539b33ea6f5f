import { type SQL, sql } from "drizzle-orm";
import type { VectorSupport } from "../contract/knowledge.ts";
import { lockName } from "./advisory-lock.ts";
import { sqlStateOf } from "./database/database-errors.ts";
import type { Database, Tx } from "./database/open-database.ts";
import { dropOtherIndexes, makeAlone, makeVectorIndex } from "./knowledge-vector-index.ts";
import { indexNameOf, literal, tableNameOf, toBinary, toText, type VectorSql, vectorSql } from "./knowledge-vector-sql.ts";
import { findVectorSupport, type Pgvector, type Support } from "./knowledge-vector-support.ts";

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
  /** Whether a collection has so many vectors that an index is worth it. */
  isLarge(collection: string, dimension: number): Promise<boolean>;
  /** Makes the index of a collection unless it is there: minutes, for a large one. Throws the signal's reason. */
  index(place: { collection: string; dimension: number }, signal: AbortSignal): Promise<void>;
  /** Drops indexes of collections that are gone, or have vectors of another dimension by now. */
  sweepIndexes(): Promise<void>;
  /** Drops vectors without a chunk, of one document or of all; answers how many, at most some thousands at a time. */
  sweep(place?: { collection: string; document: string }): Promise<number>;
}

/** Vectors up to which every one is looked at (10,000 take 12 ms in the embedded database); above, the collection's index is asked. */
export const INDEXED_FROM = 2_000;
/** Chosen for a recall@10 above 0.95 (`npm run bench knowledge-recall`). */
const LOOKED_AT = 120;
const LOOK_AGAIN_MS = 60_000;
const SWEPT = 2_000;
/** A type, a function or operator, or a schema is not there, or an array is of another type: somebody dropped pgvector, moved it or made it anew. */
const GONE = new Set(["42704", "42883", "3F000", "42804"]);

export function createVectorStore(database: Database): VectorStore {
  const { db } = database;
  const { support, forget } = rememberSupport(database);
  const made = new Map<number, Promise<void>>();
  const partsFor = async (dimension: number): Promise<VectorSql & { found: Pgvector }> => {
    // the dimension is refused first: without pgvector, too
    tableNameOf(dimension);
    const found = await support();
    if (!found.available) throw new Error(`${found.reason} ${found.advice}`);
    const parts = vectorSql(dimension, found);
    const making = made.get(dimension) ?? makeTable(database, { dimension, parts });
    made.set(dimension, making);
    await making.catch((error: unknown) => {
      made.delete(dimension);
      throw error;
    });
    return { ...parts, found };
  };
  const heeding = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (GONE.has(sqlStateOf(error) ?? "")) {
        forget();
        made.clear();
      }
      throw error;
    }
  };
  const store: VectorStore = {
    support: async () => {
      const found = await support();
      return found.available ? { available: true } : found;
    },
    put: async ({ workspace, collection, document }, vectors) => {
      const [first] = vectors.values();
      if (!first) return;
      const parts = await partsFor(first.length);
      const { table, type, vector, found } = parts;
      const bytes = toBinary([...vectors.values()], found);
      await db.execute(sql`
        INSERT INTO ${table} (chunk_id, workspace_id, collection_id, document_id, embedding)
        SELECT id, ${workspace}, ${collection}, ${document}, embedding::${type}
        FROM unnest(${sql.param([...vectors.keys()])}::text[], ${sql.param(bytes)}::${vector}[]) AS given(id, embedding)
        ON CONFLICT (chunk_id) DO UPDATE SET embedding = excluded.embedding`);
      if (database.kind === "pglite") await indexEarly(database, { collection, dimension: first.length, parts });
    },
    nearest: async (query) => {
      const { dimension, limit, collection, documents, isIndexed } = query;
      const { table, type, nearness, found } = await partsFor(dimension);
      const distance = sql`embedding ${nearness} ${toText(query.vector)}::${type}`;
      const among = documents === undefined ? sql`` : sql`AND document_id = ANY(${sql.param([...documents])}::text[])`;
      const from = sql`FROM ${table} WHERE collection_id = ${literal(collection)} ${among}`;
      const exact = sql`SELECT chunk_id, -(${distance}) AS similarity ${from} ORDER BY (${distance}) + 0 LIMIT ${limit}`;
      const near = sql`SELECT chunk_id, -(${distance}) AS similarity ${from} ORDER BY ${distance} LIMIT ${limit}`;
      const read = (rows: Record<string, unknown>[]) => rows.map((row) => ({ chunk: String(row.chunk_id), similarity: Number(row.similarity) }));
      if (!isIndexed) return read((await db.execute(exact)).rows);
      return database.transaction(async (tx) => {
        await tune(tx, { limit, found });
        // an index that goes on looking gives them almost in order
        return read((await tx.execute(near)).rows).sort((a, b) => b.similarity - a.similarity);
      });
    },
    similarities: async ({ dimension, vector, chunks }) => {
      const { table, type, nearness } = await partsFor(dimension);
      const { rows } = await db.execute<{ chunk_id: string; similarity: number }>(sql`
        SELECT chunk_id, -(embedding ${nearness} ${toText(vector)}::${type}) AS similarity FROM ${table}
        WHERE chunk_id = ANY(${sql.param([...chunks])}::text[])`);
      return new Map(rows.map((row) => [row.chunk_id, Number(row.similarity)]));
    },
    isLarge: async (collection, dimension) => {
      const { table } = await partsFor(dimension);
      const { rows } = await db.execute(
        sql`SELECT count(*)::int AS count FROM (SELECT 1 FROM ${table} WHERE collection_id = ${literal(collection)} LIMIT ${INDEXED_FROM}) AS few`,
      );
      return Number(rows[0]?.count) >= INDEXED_FROM;
    },
    index: async ({ collection, dimension }, signal) => {
      const parts = await partsFor(dimension);
      await makeVectorIndex(database, { collection, dimension, parts, signal });
    },
    sweepIndexes: () => dropOtherIndexes(database),
    sweep: (place) => sweep(database, place),
  };
  return {
    ...store,
    put: (...given) => heeding(() => store.put(...given)),
    nearest: (...given) => heeding(() => store.nearest(...given)),
    similarities: (...given) => heeding(() => store.similarities(...given)),
    index: (...given) => heeding(() => store.index(...given)),
  };
}

/** Asks again now and then while it is not there, and when it is not as it was. */
function rememberSupport(database: Database): { support(): Promise<Support>; forget(): void } {
  let known: { support: Promise<Support>; at: number } | undefined;
  const support = async () => {
    const earlier = await known?.support.catch(() => undefined);
    if (earlier?.available) return earlier;
    if (known === undefined || earlier === undefined || performance.now() - known.at > LOOK_AGAIN_MS) {
      known = { support: findVectorSupport(database), at: performance.now() };
    }
    return known.support;
  };
  return {
    support,
    forget: () => {
      known = undefined;
    },
  };
}

/**
 * The embedded database does nothing else while it makes an index: it is made as soon as it is worth it, which takes a
 * second or two with 512 numbers, and takes up what follows.
 * A collection that has many more vectors already is left to the job.
 */
async function indexEarly(database: Database, { collection, dimension, parts }: { collection: string; dimension: number; parts: VectorSql }): Promise<void> {
  const most = 2 * INDEXED_FROM;
  const { rows } = await database.db.execute<{ is_due: boolean }>(sql`
    SELECT to_regclass(${indexNameOf(collection, dimension)}) IS NULL AND (
      SELECT count(*) BETWEEN ${INDEXED_FROM} AND ${most} FROM (
        SELECT 1 FROM ${parts.table} WHERE collection_id = ${literal(collection)} LIMIT ${most + 1}) AS few) AS is_due`);
  // the vectors are in all the same, and the job that makes it later says what is wrong
  if (rows[0]?.is_due) await makeAlone(database, { collection, dimension, parts }).catch(() => undefined);
}

/** Processes that come at once wait for the first of them. */
async function makeTable(database: Database, { dimension, parts: { table, type } }: { dimension: number; parts: VectorSql }): Promise<void> {
  const { rows } = await database.db.execute(sql`SELECT 1 FROM pg_class WHERE oid = to_regclass(${`${tableNameOf(dimension)}_by_place`})`);
  // what is there is not altered: that would wait for every build of an index, and hold up all who come after
  if (rows.length > 0) return;
  await database.transaction(async (tx) => {
    await lockName(tx, "knowledge vectors");
    await tx.execute(sql`
      CREATE TABLE IF NOT EXISTS ${table} (chunk_id text PRIMARY KEY, workspace_id text NOT NULL, collection_id text NOT NULL, document_id text NOT NULL,
        embedding ${type} NOT NULL)`);
    // beside the rest of its row, not in a file of its own: every look at it would be another read
    await tx.execute(sql`ALTER TABLE ${table} ALTER COLUMN embedding SET STORAGE PLAIN`);
    await tx.execute(sql`CREATE INDEX IF NOT EXISTS ${sql.identifier(`${tableNameOf(dimension)}_by_place`)} ON ${table} (collection_id, document_id)`);
  });
}

/**
 * For this transaction only. An iterative scan goes on where a filter leaves too few. Planned with its values, unlike other statements of Heddle's on
 * Postgres: how many documents a filter leaves, and how many chunks are wanted, decides between the index and looking at each.
 */
async function tune(tx: Tx, { limit, found }: { limit: number; found: Pgvector }): Promise<void> {
  const search = String(Math.min(1_000, Math.max(LOOKED_AT, limit)));
  const scan = found.iterative ? sql`, set_config('hnsw.iterative_scan', 'relaxed_order', true)` : sql``;
  // loads the extension's settings, should this connection not have used it yet
  await tx.execute(sql`SELECT '[1]'::${sql.identifier(found.schema)}.vector`);
  await tx.execute(sql`SELECT set_config('hnsw.ef_search', ${search}, true), set_config('enable_seqscan', 'off', true),
    set_config('plan_cache_mode', 'force_custom_plan', true)${scan}`);
}

async function sweep({ db }: Database, place: { collection: string; document: string } | undefined): Promise<number> {
  const here: SQL = place === undefined ? sql`` : sql`collection_id = ${place.collection} AND document_id = ${place.document} AND`;
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
}
