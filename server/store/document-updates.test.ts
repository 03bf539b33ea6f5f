import { type SQL, sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { type Database, openDatabase } from "./database/open-database.ts";
import { createTestDatabase, postgresForTests, truncateAll } from "./database/test-database.ts";
import { createDocumentUpdateStore, type DocumentUpdateStore } from "./document-updates.ts";
import { createDocumentStore, type DocumentStore } from "./documents.ts";
import { createRevisionHistoryStore } from "./revision-history.ts";
import { createRevisionStore, type NewRevision } from "./revisions.ts";

const postgres = await postgresForTests();
afterAll(() => postgres?.drop());

describe.each(postgres ? ["pglite", "postgres"] : ["pglite"])("on %s", (kind) => {
  let database: Database;
  let documents: DocumentStore;
  let updates: DocumentUpdateStore;

  beforeAll(async () => {
    database = postgres && kind === "postgres" ? await openDatabase({ url: postgres.url }) : await createTestDatabase();
    documents = createDocumentStore(database);
    updates = createDocumentUpdateStore(database);
  });
  afterEach(() => truncateAll(database));
  afterAll(() => database.close());

  const bytes = (...values: number[]) => Uint8Array.from(values);
  const make = (id: string, name = id) =>
    documents.create({ id, workspace: "workspace_default", kind: "graph", name, description: "", actor: "me", update: bytes(0) });
  const commit = (document: string, value: number, about?: { name: string; description: string }) => ({ document, update: bytes(value), actor: "me", about });
  const partsOf = async (document: string) => (await updates.load(document)).parts.map((part) => [...part]);

  describe("updates", () => {
    it("numbers the updates of many documents in one go, each document by itself", async () => {
      await make("graph_a");
      await make("graph_b");
      const numbers = await updates.append([commit("graph_a", 1), commit("graph_b", 2), commit("graph_a", 3), commit("graph_x", 4)]);
      expect(numbers).toEqual([2, 2, 3, 0]);
      expect(await partsOf("graph_a")).toEqual([[0], [1], [3]]);
      expect(await partsOf("graph_b")).toEqual([[0], [2]]);
      expect(await partsOf("graph_x")).toEqual([]);
    });

    it("keeps any bytes, large ones too", async () => {
      await make("graph_a");
      const large = Uint8Array.from({ length: 3_000_000 }, (_, index) => index % 256);
      await updates.append([{ document: "graph_a", update: large, actor: "it's \0 me", about: undefined }]);
      const { parts } = await updates.load("graph_a");
      expect(Buffer.compare(parts[1] ?? bytes(), large)).toBe(0);
    });

    it("copies the name, and the time of the change", async () => {
      const row = await make("graph_a", "before");
      await new Promise((resolve) => setTimeout(resolve, 5));
      await updates.append([commit("graph_a", 1), commit("graph_a", 2, { name: "after\0", description: "d" }), commit("graph_a", 3)]);
      const after = await documents.read("graph_a");
      expect(after).toMatchObject({ name: "after", description: "d" });
      expect(after?.updatedAt.getTime()).toBeGreaterThan(row.updatedAt.getTime());
    });

    it("gives distinct numbers to commits made at once", async () => {
      await make("graph_a");
      const all = await Promise.all(Array.from({ length: 10 }, (_, index) => updates.append([commit("graph_a", index), commit("graph_a", index)])));
      expect(all.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index + 2));
    });

    it("a snapshot replaces what is in it and nothing else, and numbers go on", async () => {
      await make("graph_a");
      await updates.append([commit("graph_a", 1), commit("graph_a", 2)]);
      await updates.snapshot("graph_a", 2, bytes(100));
      expect(await updates.load("graph_a")).toMatchObject({ number: 3, tail: 1 });
      expect(await partsOf("graph_a")).toEqual([[100], [2]]);
      await updates.snapshot("graph_a", 1, bytes(99));
      expect(await partsOf("graph_a")).toEqual([[100], [2]]);
      await updates.snapshot("graph_a", 3, bytes(101));
      expect(await partsOf("graph_a")).toEqual([[101]]);
      expect(await updates.append([commit("graph_a", 4)])).toEqual([4]);
      expect(await updates.since("graph_a", 3)).toMatchObject({ number: 4, updates: [expect.anything()] });
      expect(await updates.since("graph_a", 4)).toEqual({ number: 4, updates: [] });
    });

    it.runIf(kind === "postgres")("numbers what waited for another document after what was stored, and swallowed by a snapshot, meanwhile", async () => {
      await make("graph_a");
      await make("graph_b");
      const release = await hold(database, sql`SELECT 1 FROM documents WHERE id = 'graph_a' FOR UPDATE`);
      const waiting = updates.append([commit("graph_a", 1), commit("graph_b", 2)]);
      await somebodyWaits(database);
      expect(await updates.append([commit("graph_b", 3)])).toEqual([2]);
      await updates.snapshot("graph_b", 2, bytes(100));
      await release();
      expect(await waiting).toEqual([2, 3]);
      expect(await partsOf("graph_b")).toEqual([[100], [2]]);
      expect(await updates.standings(["graph_b"])).toMatchObject([{ number: 3 }]);
    });

    it("after a number there is everything, in the place of what a snapshot removed its state", async () => {
      await make("graph_a");
      await updates.append([commit("graph_a", 1), commit("graph_a", 2), commit("graph_a", 3)]);
      await updates.snapshot("graph_a", 3, bytes(100));
      const { state, ...after } = await updates.since("graph_a", 1);
      expect([[...(state ?? [])], after.number, after.updates.map((update) => [...update])]).toEqual([[100], 4, [[3]]]);
      expect(await updates.since("graph_a", 3)).not.toHaveProperty("state");
      await make("graph_b");
      await documents.archive("graph_b");
      const standings = await updates.standings(["graph_a", "graph_b", "graph_x"]);
      expect(standings.sort((left, right) => (left.document < right.document ? -1 : 1))).toEqual([
        { document: "graph_a", number: 4, isArchived: false },
        { document: "graph_b", number: 1, isArchived: true },
      ]);
    });
  });

  describe("documents", () => {
    it("lists the last changed first, page by page, without archived ones", async () => {
      for (const id of ["graph_a", "graph_b", "graph_c", "graph_d"]) await make(id);
      await new Promise((resolve) => setTimeout(resolve, 5));
      await updates.append([commit("graph_b", 1)]);
      expect(await documents.archive("graph_c")).toBe(true);
      expect(await documents.archive("graph_c")).toBe(false);
      const query = { workspace: "workspace_default", kind: "graph", limit: 2 } as const;
      const first = await documents.list(query);
      expect(first.items[0]?.id).toBe("graph_b");
      const second = await documents.list({ ...query, cursor: first.nextCursor });
      expect([...first.items, ...second.items].map(({ id }) => id).sort()).toEqual(["graph_a", "graph_b", "graph_d"]);
      expect(second.nextCursor).toBeUndefined();
      expect((await documents.list({ ...query, cursor: "rubbish" })).items).toEqual([]);
      expect((await documents.list({ ...query, workspace: "workspace_other" })).items).toEqual([]);
    });

    it("finds part of a name in any case, taking % and _ as they are", async () => {
      await make("graph_a", "Weekly Report");
      await make("graph_b", "100% done");
      const found = async (search: string) =>
        (await documents.list({ workspace: "workspace_default", kind: "graph", limit: 10, search })).items.map(({ id }) => id);
      expect(await found("report")).toEqual(["graph_a"]);
      expect(await found("%")).toEqual(["graph_b"]);
      expect(await found("_")).toEqual([]);
    });
  });

  describe("revisions", () => {
    const revision = (over: Partial<NewRevision> = {}): NewRevision => ({
      document: "graph_a",
      content: "{}",
      hash: "h1",
      references: {},
      message: "",
      reason: "cut",
      actor: "me",
      ...over,
    });

    it("gives distinct, increasing numbers to cuts made at once, and reuses the newest when it says the same", async () => {
      await make("graph_a");
      const revisions = createRevisionStore(database);
      const cuts = await Promise.all(Array.from({ length: 8 }, (_, index) => revisions.cut(revision({ hash: `h${index}` }), { reuse: true })));
      expect(cuts.map((row) => row?.number).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
      const newest = cuts.find((row) => row?.number === 8);
      const same = await Promise.all(Array.from({ length: 4 }, () => revisions.cut(revision({ hash: newest?.hash ?? "" }), { reuse: true })));
      expect(same.map((row) => row?.number)).toEqual([8, 8, 8, 8]);
      expect((await revisions.cut(revision({ hash: newest?.hash ?? "" }), { reuse: false }))?.number).toBe(9);
      expect((await revisions.cut(revision({ hash: newest?.hash ?? "", references: { "tool:x": 1 } }), { reuse: true }))?.number).toBe(10);
      expect(await revisions.cut(revision({ document: "graph_x" }), { reuse: true })).toBeUndefined();
    });

    it.runIf(kind === "postgres")("are not thinned out when they get a name, or are published, while the thinning waits for them", async () => {
      await make("graph_a");
      const revisions = createRevisionStore(database);
      for (const hash of ["1", "2", "3", "4"]) await revisions.cut(revision({ hash, reason: "auto" }), { reuse: false });
      await database.db.execute(sql`UPDATE revisions SET created_at = '2020-01-01'`);
      const release = await hold(
        database,
        sql`UPDATE revisions SET name = CASE number WHEN 1 THEN 'Keep' END, published_at = CASE number WHEN 2 THEN now() END WHERE number < 3`,
      );
      const thinned = createRevisionHistoryStore(database).thin({ before: new Date(), limit: 10 });
      await somebodyWaits(database);
      await release();
      expect(await thinned).toBe(1);
      const { items } = await revisions.list({ document: "graph_a", limit: 9 });
      expect(items.map(({ number }) => number)).toEqual([4, 2, 1]);
    });

    it.runIf(kind === "postgres")("are not published when they are thinned out meanwhile", async () => {
      await make("graph_a");
      await createRevisionStore(database).cut(revision(), { reuse: false });
      const release = await hold(database, sql`DELETE FROM revisions WHERE number = 1`);
      const published = documents.publish("graph_a", { revision: 1, actor: "me" });
      await somebodyWaits(database);
      await release();
      expect(await published).toBeUndefined();
      expect((await documents.read("graph_a"))?.publishedRevision).toBeNull();
    });

    it("lists the newest first, and marks only a revision that exists", async () => {
      await make("graph_a");
      const revisions = createRevisionStore(database);
      for (const hash of ["1", "2", "3"]) await revisions.cut(revision({ hash, message: `Message ${hash}` }), { reuse: false });
      const first = await revisions.list({ document: "graph_a", limit: 2 });
      const second = await revisions.list({ document: "graph_a", limit: 2, cursor: first.nextCursor });
      expect([...first.items, ...second.items].map(({ number }) => number)).toEqual([3, 2, 1]);
      expect((await revisions.list({ document: "graph_a", limit: 9, search: "message 2" })).items).toHaveLength(1);
      expect((await documents.publish("graph_a", { revision: 2, actor: "me" }))?.publishedRevision).toBe(2);
      expect(await documents.publish("graph_a", { revision: 7, actor: "me" })).toBeUndefined();
      expect((await documents.publish("graph_a", null))?.publishedRevision).toBeNull();
    });
  });
});

/** Runs a statement in a transaction that lasts until what is answered is called. */
async function hold(database: Database, statement: SQL): Promise<() => Promise<void>> {
  const held = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const done = database.transaction(async (tx) => {
    await tx.execute(statement);
    held.resolve();
    await released.promise;
  });
  await Promise.race([held.promise, done]);
  return async () => {
    released.resolve();
    await done;
  };
}

async function somebodyWaits({ db }: Database): Promise<void> {
  const waiting = sql`SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  await vi.waitFor(async () => expect((await db.execute(waiting)).rows).toHaveLength(1), { timeout: 8_000, interval: 20 });
}
