import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { NodeError } from "#runtime/node/node-error.ts";
import { createJobs, type Jobs } from "../jobs/jobs.ts";
import { silentLogger as logger } from "../logger.ts";
import { type Database, openDatabase } from "../store/database/open-database.ts";
import { createTestDatabase, pgvectorForTests, truncateAll } from "../store/database/test-database.ts";
import { createJobStore } from "../store/jobs.ts";
import { createKnowledge, type Knowledge } from "./knowledge.ts";
import { createCollectionReferences, createRunKnowledge } from "./run-knowledge.ts";
import { createSearch } from "./search.ts";
import { countingModels } from "./testing/counting-models.ts";

const workspace = "workspace_default";
const { signal } = new AbortController();
const scratch = await pgvectorForTests();
const kinds = [{ kind: "PGlite", open: createTestDatabase }, ...(scratch ? [{ kind: "Postgres", open: () => openDatabase({ url: scratch.url }) }] : [])];
afterAll(() => scratch?.drop());

describe.each(kinds)("knowledge on $kind", ({ open }) => {
  let database: Database;
  let jobs: Jobs;
  let knowledge: Knowledge;
  let pages: Record<string, { status: number; type: string; body: string }> = {};
  let scores: number[] | undefined;
  let baseUrl = "http://models.example/v1";

  beforeAll(async () => {
    database = await open();
    jobs = createJobs({ store: createJobStore(database), logger, owner: "test", options: { lookMs: 30, renewMs: 30, retryMs: 10 } });
    knowledge = createKnowledge({
      ...{ database, jobs, logger },
      files: () => ({ size: async () => undefined, open: () => expect.fail("no file") }),
      http: {
        request: async ({ url }) => {
          const page = pages[url];
          if (!page) throw new NodeError("policy", "This address is not allowed.", { happened: "no" });
          return { status: page.status, headers: { "content-type": page.type }, body: Buffer.from(page.body), url };
        },
      },
      models: countingModels(() => scores),
      connections: {
        read: async (id) => ({ id, workspaceId: workspace, kind: "model", archivedAt: null, settings: { provider: "compatible", baseUrl } }) as never,
      },
    });
    await jobs.start();
  }, 60_000);
  beforeEach(async () => {
    await truncateAll(database);
    pages = {};
    scores = undefined;
    baseUrl = "http://models.example/v1";
  });
  afterAll(async () => {
    await jobs.close();
    await knowledge.close();
    await database.close();
  });

  const BASE = {
    description: "",
    language: "english",
    chunking: { by: "headings", size: 64, overlap: 8 },
    embedder: { type: "built-in" },
    reranker: null,
  } as const;
  const MODEL = { type: "connection", connection: "conn_m" as never, model: "m" } as const;
  const make = (more: Partial<Parameters<Knowledge["collections"]["create"]>[1]> = {}) =>
    knowledge.collections.create(workspace, { ...BASE, name: "Weaving", ...more });
  const add = (collection: string, given: Partial<Parameters<Knowledge["documents"]["add"]>[1]>) =>
    knowledge.documents.add({ workspace, id: collection }, { tags: [], preview: false, ...given });
  const settled = (id: string, state: string) =>
    vi.waitFor(async () => expect(await knowledge.documents.read({ workspace, id })).toMatchObject({ state, ...(state !== "failed" && { error: null }) }), {
      timeout: 40_000,
      interval: 50,
    });
  const ask = (collection: string, query: string, more: Partial<Parameters<Knowledge["search"]>[0]> = {}) =>
    knowledge.search({ collection: collection as never, query, limit: 5, mode: "hybrid", tags: [], documents: [], ...more }, { workspace, signal });

  const LOOM = "# Looms\n\nA heddle guides every warp thread.\n\n## Care\n\nOil the treadles once a year.";
  const SHIP = "# Ships\n\nA ship crosses the sea under canvas.\n\n## Crew\n\nThe captain commands the sailors.";

  describe("a collection", () => {
    test("finds by meaning and by words, says why, and cites", async () => {
      const { id } = await make();
      const [loom, ship] = [await add(id, { text: LOOM, title: "Loom" }), await add(id, { text: SHIP, tags: ["sea"] })];
      await Promise.all([settled(loom.id, "ready"), settled(ship.id, "ready")]);
      const { items, mode, notice } = await ask(id, "Who is in charge of the boat?");
      expect({ mode, notice }).toEqual({ mode: "hybrid", notice: null });
      expect(items[0]).toMatchObject({ document: { title: "Ships", tags: ["sea"] }, page: null, why: { vector: { rank: 1 } } });
      const [first] = (await ask(id, "treadles")).items;
      expect(first).toMatchObject({ text: "Oil the treadles once a year.", headings: ["Looms", "Care"], why: { text: { rank: 1 } } });
      const { start = 0, end = 0 } = first?.highlights[0] ?? {};
      expect(first?.text.slice(start, end)).toBe("treadles");
      expect((await ask(id, "thread", { mode: "text" })).items.map(({ document }) => document.title)).toEqual(["Loom"]);
      expect((await ask(id, "thread", { tags: ["sea"] })).items.every(({ document }) => document.title === "Ships")).toBe(true);
      expect((await ask(id, "thread", { tags: ["none"] })).items).toEqual([]);
      expect((await ask(id, "'); DROP TABLE x; -- \\ & | !", { mode: "text" })).items).toEqual([]);
      expect(await knowledge.collections.read({ workspace, id })).toMatchObject({ dimension: 512, counts: { documents: 2, ready: 2, working: 0 } });
      await expect(
        knowledge.search({ collection: id, query: "x", limit: 1, mode: "text", tags: [], documents: [] }, { workspace: "workspace_other", signal }),
      ).rejects.toMatchObject({
        code: "not-found",
      });
    }, 60_000);

    test("keeps what was found until a document is indexed again, and forgets what was deleted", async () => {
      const { id } = await make({ embedder: MODEL });
      const document = await add(id, { text: LOOM, idempotencyKey: "one" });
      expect((await add(id, { text: "other", idempotencyKey: "one" })).id).toBe(document.id);
      await settled(document.id, "ready");
      await knowledge.documents.reindex({ workspace, id: document.id }, { preview: true });
      await settled(document.id, "preview");
      expect((await ask(id, "heddle", { mode: "text" })).items).toHaveLength(1);
      const { items } = await knowledge.documents.chunks({ workspace, id: document.id }, { limit: 10 });
      const chunk = items.find(({ text }) => text.includes("heddle"));
      await knowledge.documents.changeChunk({ workspace, id: chunk?.id ?? "" }, { text: "A shuttle carries the weft." }, signal);
      expect((await ask(id, "shuttle", { mode: "text" })).items).toHaveLength(0);
      await knowledge.documents.index({ workspace, id: document.id });
      await settled(document.id, "ready");
      expect((await ask(id, "shuttle", { mode: "text" })).items[0]).toMatchObject({ text: "A shuttle carries the weft." });
      expect((await ask(id, "heddle", { mode: "text" })).items).toHaveLength(0);
      await knowledge.documents.changeChunk({ workspace, id: chunk?.id ?? "" }, { disabled: true }, signal);
      expect((await ask(id, "shuttle", { mode: "text" })).items).toHaveLength(0);
      await knowledge.documents.remove({ workspace, id: document.id });
      expect((await ask(id, "treadles")).items).toEqual([]);
      await knowledge.collections.remove({ workspace, id });
      await knowledge.evict();
      const left = await database.db.execute(
        "SELECT (SELECT count(*) FROM knowledge_chunks) + (SELECT count(*) FROM knowledge_vectors_3) + (SELECT count(*) FROM knowledge_terms) AS n",
      );
      expect(Number(left.rows[0]?.n)).toBe(0);
    }, 60_000);

    test("an edited chunk is found by its words and its document's title, and what is deleted takes no other's words along", async () => {
      const { id } = await make({ embedder: MODEL });
      const [one, other] = [await add(id, { text: "# Notes\n\nA loom.", title: "Almanac" }), await add(id, { text: "# More\n\nA shuttle rests." })];
      await Promise.all([settled(one.id, "ready"), settled(other.id, "ready")]);
      const [chunk] = (await knowledge.documents.chunks({ workspace, id: one.id }, { limit: 10 })).items;
      await knowledge.documents.changeChunk({ workspace, id: chunk?.id ?? "" }, { text: "A shuttle and a bobbin." }, signal);
      const found = async (query: string) => (await ask(id, query, { mode: "text" })).items.map(({ document }) => document.id);
      expect(await found("bobbin")).toEqual([one.id]);
      expect(await found("almanac")).toEqual([one.id]);
      expect(await found("loom")).toEqual([]);
      const terms = async () =>
        (
          await database.db.execute("SELECT lexeme, chunks FROM knowledge_terms WHERE lexeme IN ('shuttl', 'bobbin', 'loom', 'almanac') ORDER BY lexeme")
        ).rows.map(({ lexeme, chunks }) => [lexeme, chunks]);
      expect(await terms()).toEqual([["almanac", 1], ["bobbin", 1], ["loom", 0], ["shuttl", 2]]); // biome-ignore format: a table
      await knowledge.documents.remove({ workspace, id: one.id });
      expect(await terms()).toEqual([["almanac", 0], ["bobbin", 0], ["loom", 0], ["shuttl", 1]]); // biome-ignore format: a table
      expect(await found("shuttle")).toEqual([other.id]);
    }, 60_000);

    test("tells what is wrong with a document, and reads the readable part of a page", async () => {
      const { id } = await make({ embedder: MODEL });
      const article = `<article><h1>On looms</h1>${"<p>The loom is an old machine that weaves threads into cloth, as everybody knows.</p>".repeat(8)}</article>`;
      pages["https://example.org/looms"] = {
        status: 200,
        type: "text/html",
        body: `<html><head><title>On looms</title></head><body><nav>Home Shop Cart</nav>${article}<footer>Imprint</footer></body></html>`,
      };
      pages["https://example.org/50%"] = { status: 200, type: "text/plain", body: "Half of the threads." };
      const half = await add(id, { url: "https://example.org/50%" });
      await settled(half.id, "ready");
      pages["https://example.org/gone"] = { status: 404, type: "text/html", body: "gone" };
      const page = await add(id, { url: "https://example.org/looms" });
      const gone = await add(id, { url: "https://example.org/gone" });
      const inside = await add(id, { url: "http://127.0.0.1/secret" });
      await settled(gone.id, "failed");
      await settled(inside.id, "failed");
      expect((await knowledge.documents.read({ workspace, id: gone.id })).error).toContain("answers 404");
      expect((await knowledge.documents.read({ workspace, id: inside.id })).error).toBe("This address is not allowed.");
      await settled(page.id, "ready");
      const found = await ask(id, "old machine");
      expect(found.items[0]?.document.title).toBe("On looms");
      expect(JSON.stringify(found.items)).not.toMatch(/Cart|Imprint/);
      await expect(add(id, { text: "  " })).rejects.toMatchObject({ code: "unprocessable" });
      await expect(add(id, { asset: "0".repeat(64) })).rejects.toMatchObject({ code: "unprocessable" });
    }, 60_000);

    test("another embedder is told of until everything is indexed with it", async () => {
      const { id } = await make({ embedder: MODEL });
      const document = await add(id, { text: LOOM });
      await settled(document.id, "ready");
      await knowledge.collections.change({ workspace, id }, { embedder: { ...MODEL, model: "other" } });
      expect((await ask(id, "heddle")).notice).toContain("another embedder");
      expect(await knowledge.collections.reindex({ workspace, id })).toBe(1);
      await vi.waitFor(async () => expect((await ask(id, "heddle")).notice).toBeNull(), { timeout: 20_000 });
      // a model of the same name, elsewhere
      baseUrl = "http://other.example/v1";
      expect((await ask(id, "heddle")).notice).toContain("another embedder");
    }, 60_000);

    test("a reranker has the last word, and its silence is told", async () => {
      const { id } = await make({ embedder: MODEL, reranker: { connection: "conn_m" as never, candidates: 10 } });
      const document = await add(id, { text: `${LOOM}\n\n# Other looms\n\nA loom with a heddle may be small.` });
      await settled(document.id, "ready");
      const before = await ask(id, "heddle loom", { rerank: false });
      scores = before.items.map((_, index) => index);
      const after = await ask(id, "heddle loom");
      expect(after.items.map(({ chunk }) => chunk)).toEqual(before.items.map(({ chunk }) => chunk).reverse());
      expect(after.items[0]?.why.reranked).toMatchObject({ rank: 1 });
      await knowledge.collections.change({ workspace, id }, { reranker: { connection: "conn_m" as never, candidates: 2 } });
      expect((await ask(id, "heddle loom")).items.map(({ why }) => why.reranked?.rank)).toEqual(before.items.map((_, index) => index + 1));
      scores = undefined;
      expect((await ask(id, "heddle loom")).notice).toContain("The reranker did not answer");
    }, 60_000);
  });

  test("models of connections are asked only for those who may use them", async () => {
    const { id } = await make({ embedder: MODEL, reranker: { connection: "conn_m" as never, candidates: 10 } });
    const document = await add(id, { text: `${LOOM}\n\n# Other looms\n\nA loom with a heddle may be small.` });
    await settled(document.id, "ready");
    const charges: unknown[] = [];
    const request = { collection: id, query: "a heddle", limit: 5, tags: [], documents: [] };
    const context = { workspace, signal, mayPay: false, onCharge: (charge: unknown) => void charges.push(charge) };
    const answer = await knowledge.search({ ...request, mode: "hybrid" }, context);
    expect(answer).toMatchObject({ mode: "text", notice: expect.stringContaining("only for those who may use connections") });
    expect(answer.items).toHaveLength(2);
    await expect(knowledge.search({ ...request, mode: "vector" }, context)).rejects.toMatchObject({ code: "forbidden" });
    expect(charges).toEqual([]);
  }, 60_000);

  describe("a document", () => {
    test("is its last job's alone: one that was replaced changes nothing, publishes nothing and drops nothing", async () => {
      const { id: collection } = await make({ embedder: MODEL });
      const { id, job } = await add(collection, { text: LOOM });
      const { documents, chunks } = knowledge.stores;
      const first = { workspace, id, job: job ?? "" };
      await settled(id, "ready");
      expect((await knowledge.documents.reindex({ workspace, id })).job).not.toBe(job);
      expect(await documents.tell(first, { state: "embedding" })).toBeUndefined();
      expect(await documents.beginGeneration(first)).toBeUndefined();
      await settled(id, "ready");
      const { generation = 0, nextGeneration } = (await documents.read({ workspace, id })) ?? {};
      expect(generation).toBe(nextGeneration);
      expect(await documents.publish(first, { generation, embeddedBy: null })).toBe(false);
      const begun = { id: "chunk_begun", position: 0, page: null, headings: [], start: 0, end: 3, text: "new", tokens: 1 };
      await chunks.add({ workspace, collection, document: id, title: "", generation: generation + 1 }, [begun], "english");
      await chunks.dropBefore({ document: id, generation });
      expect(await chunks.count({ document: id, generation: generation + 1 })).toBe(1);
    }, 60_000);

    test("that is worked on by nobody says so, and can be indexed again", async () => {
      const { id: collection } = await make({ embedder: MODEL });
      const { id } = await add(collection, { text: LOOM });
      await settled(id, "ready");
      await database.db.execute("UPDATE knowledge_documents SET state = 'embedding', job = 'job_gone'");
      await knowledge.evict();
      expect(await knowledge.documents.read({ workspace, id })).toMatchObject({ state: "failed", error: "The work on it was broken off. Re-index it." });
      await knowledge.documents.reindex({ workspace, id });
      await settled(id, "ready");
      await knowledge.evict();
      await settled(id, "ready");
    }, 60_000);

    test("with characters that mark what is found keeps its passages whole", async () => {
      const { id: collection } = await make({ embedder: MODEL });
      const { id } = await add(collection, { text: "A heddle \ue000 guides \ue001 every thread." });
      await settled(id, "ready");
      const [found] = (await ask(collection, "thread", { mode: "text" })).items;
      expect(found?.text).toBe("A heddle \ufffd guides \ufffd every thread.");
      expect(found?.highlights).toHaveLength(1);
    }, 60_000);
  });

  test("many vectors get an index by a job of its own, which goes with the collection", async () => {
    const { id } = await make({ embedder: MODEL });
    const document = await add(id, { text: LOOM });
    await settled(document.id, "ready");
    const { vectors, collections, chunks } = knowledge.stores;
    const indexes = async () =>
      (await database.db.execute("SELECT indisvalid AS valid FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE relname LIKE 'knowledge_near_3_%'"))
        .rows;
    const many = Array.from({ length: 2_000 }, (_, position) => ({
      id: `chunk_${position}`,
      position,
      page: null,
      headings: [],
      start: 0,
      end: 1,
      text: "a",
      tokens: 1,
    }));
    const owner = { workspace, collection: id, document: "doc_many" };
    await chunks.add({ ...owner, title: "", generation: 0 }, many, "simple");
    await vectors.put(owner, new Map(many.map(({ id: chunk, position }) => [chunk, Float32Array.from([position, 1, 1])] as const)));
    const isIndexed = () =>
      vi.waitFor(async () => expect(await collections.settings({ workspace, id })).toMatchObject({ isIndexed: true }), { timeout: 20_000, interval: 50 });
    await knowledge.documents.reindex({ workspace, id: document.id });
    await isIndexed();
    // the job that was to make it was cancelled
    await database.db.execute("UPDATE knowledge_collections SET is_indexed = false");
    await knowledge.evict();
    await isIndexed();
    await vectors.put(owner, new Map(many.map(({ id: chunk, position }) => [chunk, Float32Array.from([position, 1, 1])] as const)));
    expect(await indexes()).toEqual([{ valid: true }]);
    expect(await vectors.nearest({ collection: id, dimension: 3, vector: Float32Array.from([1, 0, 0]), limit: 1, isIndexed: true })).toMatchObject([
      { chunk: "chunk_1999" },
    ]);
    // whoever made it was ended on the way
    await database.db.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid IN (SELECT oid FROM pg_class WHERE relname LIKE 'knowledge_near_3_%')");
    await vectors.index({ collection: id, dimension: 3 }, signal);
    expect(await indexes()).toEqual([{ valid: true }]);
    await vectors.sweepIndexes();
    expect(await indexes()).toHaveLength(1);
    await knowledge.collections.remove({ workspace, id });
    await knowledge.evict();
    expect(await indexes()).toEqual([]);
  }, 60_000);

  test("what was indexed without pgvector says so, and is embedded when it has come", async () => {
    const { id } = await make();
    const document = await add(id, { text: LOOM });
    await settled(document.id, "ready");
    const chunk = (await knowledge.documents.chunks({ workspace, id: document.id }, { limit: 1 })).items[0]?.id;
    await database.db.execute("UPDATE knowledge_documents SET embedded_by = NULL");
    await database.db.execute("UPDATE knowledge_collections SET embedded_by = NULL, dimension = NULL");
    await database.db.execute("DELETE FROM knowledge_vectors_512");
    const notice = async () => (await ask(id, "heddle")).notice;
    expect(await notice()).toContain("1 document is not embedded yet, and found by words only: the database had no pgvector");
    await knowledge.evict();
    await vi.waitFor(async () => expect(await notice()).toBeNull(), { timeout: 40_000, interval: 50 });
    expect((await ask(id, "heddle")).items[0]).toMatchObject({ chunk, why: { vector: { rank: 1 } } });
    // beside one that is
    const other = await add(id, { text: "A ship at sea." });
    await settled(other.id, "ready");
    await database.db.execute(`UPDATE knowledge_documents SET embedded_by = NULL WHERE id = '${other.id}'`);
    expect(await notice()).toContain("not embedded yet");
    expect(await notice()).not.toContain("another embedder");
  }, 60_000);

  test("a published document stays so whatever fails after it", async () => {
    const { id } = await make({ embedder: MODEL });
    const sweep = vi.spyOn(knowledge.stores.chunks, "dropBefore").mockRejectedValueOnce(new Error("the connection was lost"));
    const isLarge = vi.spyOn(knowledge.stores.vectors, "isLarge").mockRejectedValueOnce(new Error("the connection was lost"));
    const { id: document, job } = await add(id, { text: LOOM });
    await settled(document, "ready");
    await vi.waitFor(async () => expect(await jobs.read({ workspace, id: job ?? "" })).toMatchObject({ state: "succeeded", attempts: 1 }));
    expect([sweep, isLarge].map(({ mock }) => mock.calls.length)).toEqual([1, 1]);
  }, 60_000);

  test("without pgvector words are searched, and it is said what is missing", async () => {
    const { id } = await make({ embedder: MODEL });
    const document = await add(id, { text: LOOM });
    await settled(document.id, "ready");
    const missing = { available: false as const, reason: "No pgvector.", advice: "Install it." };
    const { stores, embedders } = knowledge;
    const search = createSearch({
      ...stores,
      vectors: { ...stores.vectors, support: async () => missing },
      embedders,
      models: { clientFor: () => expect.fail() },
      logger,
    });
    const answer = await search({ collection: id, query: "heddle", limit: 3, mode: "hybrid", tags: [], documents: [] }, { workspace, signal });
    expect(answer).toMatchObject({ mode: "text", notice: "Passages are not found by their meaning. No pgvector. Install it." });
    expect(answer.items).toHaveLength(1);
  });

  describe("a run", () => {
    test("sees what the rules of the collection let its graph see", async () => {
      const { id } = await make({ embedder: MODEL, description: "About looms." });
      const document = await add(id, { text: `${LOOM}\n\n# More\n\nA loom and a heddle.` });
      await settled(document.id, "ready");
      const store = (graph: string) => createRunKnowledge(knowledge, { workspace, graph });
      const query = { collection: id, query: "a heddle of a loom", limit: 10, mode: "hybrid", tags: [] } as const;
      const onCharge = vi.fn();
      const limits = { signal, onCharge };
      const open = await store("graph_a").search(query, limits);
      expect(open.passages.length).toBeGreaterThan(1);
      expect(onCharge.mock.calls).toEqual([[{ tokens: 10, dollars: 0.001, isPriced: true }]]);
      const most = await store("graph_a").estimateSearch(query);
      expect(most?.tokens).toBeGreaterThanOrEqual(10);
      expect(most?.dollars).toBeGreaterThan(0);
      await knowledge.collections.setRule(workspace, { collection: id, subject: "*", rule: { allowed: true, mostChunks: 1, leastRelevance: null } });
      await knowledge.collections.setRule(workspace, {
        collection: id,
        subject: "graph_b" as never,
        rule: { allowed: false, mostChunks: null, leastRelevance: null },
      });
      expect((await store("graph_a").search(query, limits)).passages).toHaveLength(1);
      await expect(store("graph_b").search(query, limits)).rejects.toMatchObject({ code: "policy" });
      await expect(store("graph_b").add({ collection: id, content: { type: "text", text: "a" }, tags: [], key: "k" })).rejects.toMatchObject({
        code: "policy",
      });
      expect(
        (await store("graph_a").estimateAdd({ collection: id, content: { type: "text", text: "A new loom." }, tags: [], key: "k" }))?.tokens,
      ).toBeGreaterThan(4);
      const added = await store("graph_a").add({ collection: id, content: { type: "text", text: "A new loom." }, tags: [], key: "k" });
      expect((await store("graph_a").add({ collection: id, content: { type: "text", text: "A new loom." }, tags: [], key: "k" })).id).toBe(added.id);
      const done = async () => expect(await store("graph_a").status(added.id)).toMatchObject({ state: "ready", charge: { tokens: 10, dollars: 0.001 } });
      await vi.waitFor(done, { timeout: 10_000, interval: 50 });
      const reference = createCollectionReferences(knowledge);
      expect(await reference(workspace, id)).toMatchObject({ kind: "collection", name: "Weaving", description: "About looms.", isCharged: true });
      expect(await reference("workspace_other", id)).toMatchObject({ kind: "missing" });
    }, 60_000);
  });
});
