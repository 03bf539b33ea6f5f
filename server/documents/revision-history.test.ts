import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { EdgeId, GraphId, NodeId } from "#runtime/graph/ids.ts";
import { ApiError } from "../api-error.ts";
import { silentLogger } from "../logger.ts";
import type { Database } from "../store/database/open-database.ts";
import { createTestDatabase } from "../store/database/test-database.ts";
import { createDocumentUpdateStore } from "../store/document-updates.ts";
import { createRevisionHistoryStore } from "../store/revision-history.ts";
import type { Documents } from "./documents.ts";
import { keepHistory } from "./keep-history.ts";
import { graphOf, openDocuments, textNode } from "./testing/sample-documents.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
let database: Database;
let documents: Documents;
let id: GraphId;

beforeAll(async () => {
  database = await createTestDatabase();
  documents = openDocuments(database);
});
afterAll(async () => {
  await documents.close();
  await database.close();
});
beforeEach(async () => {
  await database.db.execute(sql`update documents set archived_at = now()`);
  ({ id } = await documents.createGraph({ workspace: "workspace_default", graph: graphOf(textNode("a"), textNode("b"), textNode("c")), actor: "ada" }));
});

const list = async (query: { named?: boolean; search?: string; byPeople?: boolean } = {}) => (await documents.listRevisions(id, { limit: 50, ...query })).items;
const write = (text: string, actor: string) => documents.replaceDraft(id, graphOf(textNode("a", { text })), actor);
const wire = (from: string, to: string) => ({
  ...{ id: `edge_${from}${to}` as EdgeId, kind: "data" as const },
  ...{ source: { node: `node_${from}` as NodeId, port: "value" }, target: { node: `node_${to}` as NodeId, port: "value" } },
});
const historyAt = (minutes: number) =>
  keepHistory({
    store: createRevisionHistoryStore(database),
    cut: (graph) => documents.cutRevision(graph, { reason: "auto" }),
    logger: silentLogger,
    now: () => Date.now() + minutes * MINUTE,
  });

describe("the list of revisions", () => {
  it("tells who wrote each, which one is and was published, and which runs there were", async () => {
    await documents.cutRevision(id, { reason: "cut", actor: "ada", message: "First" });
    await write("more", "bob");
    await documents.rename(id, { name: "Renamed" }, "cy");
    await documents.cutRevision(id, { reason: "cut", actor: "bob" });
    await documents.publish(id, 1, "ada");
    await documents.publish(id, 3, "ada");
    await database.db.execute(sql`
      insert into runs (id, workspace_id, graph_id, revision, state, plan, actor, created_at) values
      ('run_1', 'workspace_default', ${id}, 3, 'failed', '', 'ada', now() - interval '1 hour'), ('run_2', 'workspace_default', ${id}, 3, 'succeeded', '', 'ada', now())`);
    const [third, second, first] = await list();
    expect(third).toMatchObject({ number: 3, authors: ["cy", "bob"], published: "now", runs: 2, lastRun: { id: "run_2", state: "succeeded" }, name: null });
    expect(second).toMatchObject({ number: 2, reason: "replace", authors: [], published: "never", runs: 0, lastRun: null });
    expect(first).toMatchObject({ number: 1, authors: ["ada"], published: "before", publishedAt: expect.any(String) });
  });

  it("knows the authors of updates that a snapshot took the place of", async () => {
    await write("one", "bob");
    const store = createDocumentUpdateStore(database);
    const { number, parts } = await store.load(id);
    await documents.cutRevision(id, { reason: "cut", actor: "ada" });
    await write("two", "cy");
    const now = await store.load(id);
    expect(now.number).toBeGreaterThan(number);
    await store.snapshot(id, now.number, now.parts.at(-1) ?? parts[0] ?? new Uint8Array());
    expect((await store.load(id)).tail).toBe(0);
    await documents.rename(id, { name: "Renamed" }, "dee");
    expect((await documents.cutRevision(id, { reason: "run", actor: "ada" })).authors).toEqual(["dee", "cy"]);
  });

  it("is searched by names of revisions and of people, and shows only those with names when asked to", async () => {
    await database.db.execute(sql`insert into users (id, name, email) values (${`user_${id}`}, 'Grace Hopper', ${`${id}@example.com`})`);
    await documents.cutRevision(id, { reason: "cut", actor: `user_${id}` });
    await write("two", "bob");
    expect(await documents.nameRevision(id, 2, "Before the demo")).toMatchObject({ number: 2, name: "Before the demo" });
    expect((await list({ named: true })).map(({ number }) => number)).toEqual([2]);
    expect((await list({ search: "DEMO" })).map(({ number }) => number)).toEqual([2]);
    expect((await list({ search: "hopper", byPeople: true })).map(({ number, names }) => [number, names])).toEqual([[1, { [`user_${id}`]: "Grace Hopper" }]]);
    expect(await list({ search: "hopper" })).toEqual([]);
    expect(await documents.nameRevision(id, 2, null)).toMatchObject({ name: null });
    expect(await list({ named: true })).toEqual([]);
    await expect(documents.nameRevision(id, 9, "None")).rejects.toThrow(/There is no revision 9/);
  });
});

describe("restoring one node", () => {
  it("leaves the others as they are, brings wires back, and can be taken back", async () => {
    const full = { ...graphOf(textNode("a", { text: "one" }), textNode("b", { text: "keep" }), textNode("c")), edges: [wire("a", "b"), wire("b", "c")] };
    await documents.replaceDraft(id, full, "ada");
    const { number } = await documents.cutRevision(id, { reason: "cut", actor: "ada" });
    const later = { ...graphOf(textNode("a", { text: "other" }), textNode("c", { text: "changed" })), edges: [] };
    await documents.replaceDraft(id, later, "ada");
    const { graph } = await documents.restoreNodes(id, number, { actor: "bob", nodes: ["node_b" as NodeId] });
    expect(graph.nodes.map(({ id: node, config }) => [node, config.text])).toEqual([
      ["node_a", "other"],
      ["node_b", "keep"],
      ["node_c", "changed"],
    ]);
    expect(graph.edges.map(({ id: edge }) => edge)).toEqual(["edge_ab", "edge_bc"]);
    const [newest] = await list();
    expect(newest).toMatchObject({ reason: "restore", createdBy: "bob", message: `Before a node was restored from revision ${number}` });
    const before = await documents.restoreRevision(id, newest?.number ?? 0, "bob");
    expect(before.graph).toEqual({ ...later, name: before.graph.name });
  });

  it("refuses a node nobody knows", async () => {
    await documents.cutRevision(id, { reason: "cut", actor: "ada" });
    const refused = documents.restoreNodes(id, 1, { actor: "ada", nodes: ["node_q" as NodeId] });
    await expect(refused).rejects.toThrow(ApiError);
    expect(await list()).toHaveLength(1);
  });
});

describe("the history the server keeps", () => {
  it("cuts what people left behind, once, with their names", async () => {
    await write("one", "ada");
    await documents.rename(id, { name: "Other" }, "bob");
    const history = historyAt(11);
    expect(await history.sweep()).toEqual([id]);
    expect((await list())[0]).toMatchObject({ reason: "auto", createdBy: "bob", authors: ["bob", "ada"] });
    expect(await history.sweep()).toEqual([]);
    expect(await historyAt(12).sweep()).toEqual([]);
    expect(await list()).toHaveLength(2);
  });

  it("does not look again while a look takes long", async () => {
    vi.useFakeTimers();
    try {
      const answer = Promise.withResolvers<never[]>();
      const due = vi.fn(() => answer.promise);
      const history = keepHistory({ store: { due, thin: async () => 0 }, cut: async () => undefined, logger: silentLogger });
      history.start();
      await vi.advanceTimersByTimeAsync(5 * MINUTE);
      expect(due).toHaveBeenCalledTimes(1);
      answer.resolve([]);
      await vi.advanceTimersByTimeAsync(MINUTE);
      expect(due).toHaveBeenCalledTimes(2);
      await history.close();
    } finally {
      vi.useRealTimers();
    }
  });

  it("waits while people edit, but not for more than an hour", async () => {
    await write("one", "ada");
    expect(await historyAt(5).sweep()).toEqual([]);
    await database.db.execute(sql`update revisions set created_at = now() - interval '61 minutes' where document_id = ${id}`);
    await database.db.execute(sql`update documents set created_at = now() - interval '1 day' where id = ${id}`);
    expect(await historyAt(5).sweep()).toEqual([id]);
  });

  it("says nothing of a graph that was only made, nor of a draft that is what the newest revision is", async () => {
    expect(await historyAt(11).sweep()).toEqual([]);
    await documents.cutRevision(id, { reason: "cut", actor: "ada" });
    await documents.rename(id, { name: "Other" }, "ada");
    await documents.rename(id, { name: "Test" }, "ada");
    await historyAt(11).sweep();
    expect(await list()).toHaveLength(1);
  });

  it("thins out what is old, but never what somebody may look for", async () => {
    for (let count = 1; count <= 8; count++) {
      await documents.rename(id, { name: `Name ${count}` }, "ada");
      await documents.cutRevision(id, { reason: "auto" });
    }
    await documents.nameRevision(id, 2, "Kept");
    await database.db.execute(sql`update revisions set published_at = now() where document_id = ${id} and number = 3`);
    await database.db.execute(sql`
      insert into runs (id, workspace_id, graph_id, revision, state, plan, actor) values (${`run_${id}`}, 'workspace_default', ${id}, 4, 'failed', '', 'ada')`);
    await database.db.execute(sql`update revisions set reason = 'cut' where document_id = ${id} and number = 5`);
    const other = await documents.createGraph({ workspace: "workspace_default", actor: "ada" });
    await documents.cutRevision(other.id, { reason: "cut", actor: "ada" });
    await database.db.execute(sql`update revisions set reference_values = ${JSON.stringify({ [`graph:${id}@6`]: {} })}::json where document_id = ${other.id}`);
    expect(await historyAt((29 * DAY) / MINUTE).thin()).toBe(0);
    expect(await historyAt((31 * DAY) / MINUTE).thin()).toBe(2);
    expect((await list()).map(({ number }) => number)).toEqual([8, 6, 5, 4, 3, 2]);
    await expect(documents.readRevision(id, 1)).rejects.toThrow(/thinned out/);
  });
});
