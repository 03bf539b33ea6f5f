import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { isUniqueViolation } from "./database/database-errors.ts";
import { type Database, openDatabase } from "./database/open-database.ts";
import { createTestDatabase, postgresForTests, truncateAll } from "./database/test-database.ts";
import { createDocumentUpdateStore, type DocumentUpdateStore } from "./document-updates.ts";
import { createDocumentStore, type DocumentStore } from "./documents.ts";
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
      // Postgres has several connections: whoever meets a taken number tries again, as the committer does
      const patiently = async (commits: Parameters<typeof updates.append>[0]): Promise<number[]> =>
        updates.append(commits).catch((error: unknown) => (isUniqueViolation(error) ? patiently(commits) : Promise.reject(error)));
      const all = await Promise.all(Array.from({ length: 10 }, (_, index) => patiently([commit("graph_a", index), commit("graph_a", index)])));
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
      expect(await updates.between("graph_a", 3, 5)).toHaveLength(1);
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
