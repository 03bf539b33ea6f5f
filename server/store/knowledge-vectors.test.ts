import { type SQL, sql } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Database, openDatabase } from "./database/open-database.ts";
import { createTestDatabase, pgvectorForTests } from "./database/test-database.ts";
import { indexNameOf } from "./knowledge-vector-sql.ts";
import { createVectorStore, INDEXED_FROM } from "./knowledge-vectors.ts";

const scratch = await pgvectorForTests();
const { signal } = new AbortController();
const DIMENSION = 16;
let seed = 1;
const random = () => {
  seed = (seed * 48_271) % 2_147_483_647;
  return seed / 2_147_483_647 - 0.5;
};
const draw = () => Float32Array.from({ length: DIMENSION }, random);

/** Where its extension is in a schema that is on nobody's path. */
describe.skipIf(!scratch)("vectors on a Postgres with pgvector", () => {
  const opened: Database[] = [];
  const open = async () => {
    const database = await openDatabase({ url: scratch?.url ?? "" });
    opened.push(database);
    return database;
  };
  let database: Database;
  let vectors: ReturnType<typeof createVectorStore>;
  beforeAll(async () => {
    database = await open();
    await database.db.execute("CREATE SCHEMA elsewhere");
    await database.db.execute("CREATE EXTENSION vector SCHEMA elsewhere");
    vectors = createVectorStore(database);
  }, 60_000);
  afterAll(async () => {
    await Promise.all(opened.map((one) => one.close()));
    await scratch?.drop();
  });

  const fill = async (collection: string, count = INDEXED_FROM) => {
    for (const document of ["doc_a", "doc_b"]) {
      const place = { workspace: "workspace_default", collection, document: `${document}${collection}` };
      await vectors.put(place, new Map(Array.from({ length: count / 2 }, (_, index) => [`chunk_${collection}_${document}_${index}`, draw()] as const)));
    }
  };
  const indexes = async () =>
    (await database.db.execute(sql`SELECT indisvalid AS valid FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE relname LIKE 'knowledge_near_%'`))
      .rows;
  const clear = async () => {
    await vectors.sweepIndexes();
    expect(await indexes()).toEqual([]);
  };
  /** Keeps whoever makes an index from its end until it is called. */
  const holdBuilds = async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let isHeld = () => {};
    const holding = new Promise<void>((resolve) => {
      isHeld = resolve;
    });
    const done = (await open()).transaction(
      async (tx) => {
        await tx.execute(sql`SELECT 1`);
        isHeld();
        await held;
      },
      { isolation: "repeatable read" },
    );
    await holding;
    return async () => {
      release();
      await done;
    };
  };
  const builder = async () => {
    const { rows } = await database.db.execute<{ pid: number }>(
      sql`SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%CREATE INDEX CONCURRENTLY%' AND wait_event_type = 'Lock' AND pid <> pg_backend_pid()`,
    );
    return Number(rows[0]?.pid ?? expect.fail("nobody makes an index"));
  };

  test("come back as near as they are, exactly and by the index, with and without a filter", async () => {
    await fill("collection_near", 4_000);
    await fill("collection_beside");
    expect(await vectors.isLarge("collection_near", DIMENSION)).toBe(true);
    expect(await vectors.isLarge("collection_none", DIMENSION)).toBe(false);
    await vectors.index({ collection: "collection_near", dimension: DIMENSION }, signal);
    for (const documents of [undefined, ["doc_bcollection_near"]]) {
      const query = { collection: "collection_near", dimension: DIMENSION, vector: draw(), limit: 20, ...(documents && { documents }) };
      const exact = await vectors.nearest({ ...query, isIndexed: false });
      const near = await vectors.nearest({ ...query, isIndexed: true });
      expect(exact).toHaveLength(20);
      const found = new Set(near.map(({ chunk }) => chunk));
      expect(exact.filter(({ chunk }) => found.has(chunk)).length).toBeGreaterThanOrEqual(18);
      expect(near.map(({ similarity }) => similarity)).toEqual(near.map(({ similarity }) => similarity).sort((a, b) => b - a));
      const chunks = exact.map(({ chunk }) => chunk);
      expect([...(await vectors.similarities({ ...query, chunks }))].sort()).toEqual(exact.map(({ chunk, similarity }) => [chunk, similarity]).sort());
    }
    await clear();
  }, 60_000);

  test("several processes make a table and indexes at once, one after the other", async () => {
    const stores = await Promise.all([open(), open(), open()]).then((databases) => databases.map(createVectorStore));
    const place = { workspace: "workspace_default", collection: "collection_two", document: "doc_two" };
    await Promise.all(stores.map((store, index) => store.put(place, new Map([[`chunk_${index}`, Float32Array.from([1, index])]]))));
    await fill("collection_first");
    await fill("collection_second");
    const release = await holdBuilds();
    const collections = ["collection_first", "collection_second", "collection_first"];
    const making = Promise.all(stores.map((store, index) => store.index({ collection: collections[index] ?? "", dimension: DIMENSION }, signal)));
    await vi.waitFor(builder, { timeout: 10_000 });
    await release();
    await making;
    expect(await indexes()).toEqual([{ valid: true }, { valid: true }]);
    await clear();
  }, 60_000);

  test("an index whose making was ended is made again, or not at all", async () => {
    await fill("collection_ended");
    const place = { collection: "collection_ended", dimension: DIMENSION };
    const release = await holdBuilds();
    const killed = vectors.index(place, signal).catch((error: unknown) => error);
    const pid = await vi.waitFor(builder, { timeout: 10_000 });
    // searches and the sweep of indexes go on beside it
    expect(await vectors.nearest({ ...place, vector: draw(), limit: 3, isIndexed: false })).toHaveLength(3);
    await vectors.sweepIndexes();
    await database.db.execute(sql`SELECT pg_terminate_backend(${pid})`);
    expect(await killed).toBeInstanceOf(Error);
    expect(await indexes()).toEqual([{ valid: false }]);
    const controller = new AbortController();
    const aborted = vectors.index(place, controller.signal).catch((error: unknown) => error);
    await vi.waitFor(builder, { timeout: 10_000 });
    controller.abort(new Error("not any more"));
    expect(await aborted).toMatchObject({ message: "not any more" });
    expect(await indexes()).toEqual([]);
    await release();
    await vectors.index(place, signal);
    expect(await indexes()).toEqual([{ valid: true }]);
    await clear();
  }, 60_000);

  test("the making of an index ends though the first word of it is lost", async () => {
    await fill("collection_lost");
    const dialect = new PgDialect();
    const words: string[] = [];
    const execute = (query: SQL) => {
      const { sql: text } = dialect.sqlToQuery(query);
      if (text.includes("pg_cancel_backend") && words.push(text) === 1) return Promise.reject(new Error("lost"));
      return database.db.execute(query);
    };
    const lossy = createVectorStore({ ...database, db: Object.assign(Object.create(database.db), { execute }) });
    const release = await holdBuilds();
    const controller = new AbortController();
    const aborted = lossy.index({ collection: "collection_lost", dimension: DIMENSION }, controller.signal).catch((error: unknown) => error);
    await vi.waitFor(builder, { timeout: 10_000 });
    controller.abort(new Error("not any more"));
    expect(await aborted).toMatchObject({ message: "not any more" });
    expect(words).toHaveLength(2);
    expect(await indexes()).toEqual([]);
    await release();
  }, 60_000);

  test("an index is made by one process alone where there is no memory to share", async () => {
    await fill("collection_small");
    await database.db.execute(`CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
      IF current_setting('max_parallel_maintenance_workers') <> '0' THEN RAISE EXCEPTION 'could not resize shared memory segment' USING errcode = '53100'; END IF; END $$`);
    await database.db.execute("CREATE EVENT TRIGGER refuse ON ddl_command_start WHEN TAG IN ('CREATE INDEX') EXECUTE FUNCTION refuse()");
    await vectors.index({ collection: "collection_small", dimension: DIMENSION }, signal);
    await database.db.execute("DROP EVENT TRIGGER refuse");
    expect(await indexes()).toEqual([{ valid: true }]);
    expect((await database.db.execute("SHOW max_parallel_maintenance_workers")).rows[0]).not.toEqual({ max_parallel_maintenance_workers: "0" });
    await clear();
  }, 60_000);

  test("an index is kept that a collection came back to, or is about to be searched by", async () => {
    await fill("collection_kept");
    await vectors.index({ collection: "collection_kept", dimension: DIMENSION }, signal);
    const rows = async (dimension: number, state: string) => {
      await database.db.execute(`DELETE FROM knowledge_collections; DELETE FROM knowledge_documents;
        INSERT INTO knowledge_collections (id, workspace_id, name, language, chunking, embedder, dimension) VALUES ('collection_kept', 'workspace_default', 'Kept', 'simple', '{}', '{}', ${dimension});
        INSERT INTO knowledge_documents (id, workspace_id, collection_id, title, source, state) VALUES ('doc_kept', 'workspace_default', 'collection_kept', 'Kept', '{}', '${state}')`);
      await vectors.sweepIndexes();
    };
    await rows(DIMENSION, "ready");
    expect(await indexes()).toEqual([{ valid: true }]);
    await rows(3, "embedding");
    expect(await indexes()).toEqual([{ valid: true }]);
    await rows(3, "ready");
    expect(await indexes()).toEqual([]);
  }, 60_000);

  test("vectors of 3,000 numbers are kept as halves, and found", async () => {
    const place = { workspace: "workspace_default", collection: "collection_wide", document: "doc_wide" };
    const wide = Float32Array.from({ length: 3_000 }, (_, index) => (index === 7 ? 1 : 0));
    await vectors.put(place, new Map([["chunk_wide", wide]]));
    expect(await vectors.nearest({ ...place, dimension: 3_000, vector: wide, limit: 1, isIndexed: false })).toEqual([{ chunk: "chunk_wide", similarity: 1 }]);
    await expect(vectors.put(place, new Map([["chunk_huge", new Float32Array(4_001)]]))).rejects.toBeInstanceOf(RangeError);
  });

  test("pgvector that was moved to another schema is looked for again", async () => {
    const place = { workspace: "workspace_default", collection: "collection_moved", document: "doc_moved" };
    const put = () => vectors.put(place, new Map([["chunk_moved", draw()]]));
    await put();
    await database.db.execute("CREATE SCHEMA further");
    await database.db.execute("ALTER EXTENSION vector SET SCHEMA further");
    await expect(put()).rejects.toThrow();
    await put();
    await database.db.execute("ALTER EXTENSION vector SET SCHEMA elsewhere");
    await database.db.execute("DROP SCHEMA further");
    const query = { collection: "collection_moved", dimension: DIMENSION, vector: draw(), limit: 1, isIndexed: false };
    await expect(vectors.nearest(query)).rejects.toThrow();
    expect(await vectors.nearest(query)).toHaveLength(1);
  });
});

test("the embedded database makes an index as soon as there are enough vectors, and leaves one that would take long to its job", async () => {
  const database = await createTestDatabase();
  try {
    const vectors = createVectorStore(database);
    const indexes = async (collection: string) =>
      (await database.db.execute(sql`SELECT FROM pg_class WHERE relname = ${indexNameOf(collection, DIMENSION)}`)).rows.length;
    const put = (collection: string, from: number, to: number) => {
      const place = { workspace: "workspace_default", collection, document: "doc_a" };
      return vectors.put(place, new Map(Array.from({ length: to - from }, (_, index) => [`chunk_${collection}_${from + index}`, draw()] as const)));
    };
    await put("collection_early", 0, INDEXED_FROM - 1);
    expect(await indexes("collection_early")).toBe(0);
    await put("collection_early", INDEXED_FROM - 1, INDEXED_FROM);
    expect(await indexes("collection_early")).toBe(1);
    await put("collection_early", INDEXED_FROM, INDEXED_FROM + 100);
    const query = { collection: "collection_early", dimension: DIMENSION, vector: draw(), limit: 10 };
    expect(await vectors.nearest({ ...query, isIndexed: true })).toHaveLength(10);
    await put("collection_many", 0, 2 * INDEXED_FROM + 1);
    expect(await indexes("collection_many")).toBe(0);
    await vectors.sweepIndexes();
    expect(await indexes("collection_early")).toBe(0);
  } finally {
    await database.close();
  }
}, 60_000);

test.skipIf(!scratch)(
  "a role without the right to make pgvector is told, and has it as soon as somebody made it",
  async () => {
    const other = await pgvectorForTests();
    if (!other) return expect.fail("It was there before.");
    const admin = await openDatabase({ url: other.url });
    const role = `heddle_test_${new URL(other.url).pathname.slice(-12)}`;
    await admin.db.execute(`CREATE ROLE ${role} LOGIN PASSWORD 'x'`);
    const url = new URL(other.url);
    Object.assign(url, { username: role, password: "x" });
    const database = await openDatabase({ url: url.href, migrations: false });
    try {
      const { support } = createVectorStore(database);
      expect(await support()).toMatchObject({
        available: false,
        reason: expect.stringContaining("may not create it"),
        advice: expect.stringContaining("“CREATE EXTENSION vector;”"),
      });
      await admin.db.execute("CREATE SCHEMA closed");
      await admin.db.execute("CREATE EXTENSION vector SCHEMA closed");
      expect(await support()).toMatchObject({ available: false, reason: expect.stringContaining("may not create it") });
      const now = performance.now();
      const clock = vi.spyOn(performance, "now").mockReturnValue(now + 61_000);
      expect(await support()).toMatchObject({ available: false, reason: expect.stringContaining("the schema closed") });
      await admin.db.execute("ALTER EXTENSION vector SET SCHEMA public");
      clock.mockReturnValue(now + 122_000);
      expect(await support()).toEqual({ available: true });
      clock.mockRestore();
    } finally {
      await database.close();
      await admin.db.execute(`DROP OWNED BY ${role}`);
      await admin.db.execute(`DROP ROLE ${role}`);
      await admin.close();
      await other.drop();
    }
  },
  60_000,
);
