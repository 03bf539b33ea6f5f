import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as Y from "yjs";
import { createId, type GraphId } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import type { FileValue } from "#runtime/node/port-value.ts";
import { storeValue } from "../engine/stored-values.ts";
import { type FileParts, openFileParts } from "../start/create-assets.ts";
import { commitRuns } from "../store/commit-runs.ts";
import type { Database } from "../store/database/open-database.ts";
import { createTestDatabase, truncateAll } from "../store/database/test-database.ts";
import { createDocumentUpdateStore } from "../store/document-updates.ts";
import { createDocumentStore } from "../store/documents.ts";
import { keepFile } from "./keep-file.ts";
import { createRunAssets } from "./run-assets.ts";

const workspace = "workspace_default";
const HOUR = 3_600_000;
let database: Database;
let directory: string;
let parts: FileParts;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "heddle-library-"));
  database = await createTestDatabase();
  parts = await openFileParts({ database, directory: { path: (...names) => join(directory, ...names) } });
});
beforeEach(() => truncateAll(database));
afterAll(async () => {
  await database.close();
  await rm(directory, { recursive: true, force: true });
});

const pieces = async function* (text: string) {
  yield Buffer.from(text);
};

function bring(name: string, { text = name, isKept = false, type = "text/plain" } = {}): Promise<FileValue> {
  const given = { workspace, name, type, content: pieces(text), origin: { type: "upload" as const, origin: "user_ann" }, isKept, still: async () => true };
  return keepFile({ store: parts.files(workspace), records: parts.records, mostBytes: 1_000_000 }, given);
}

/** A graph whose draft holds a value. */
async function draftWith(value: Json, name = "Weave"): Promise<GraphId> {
  const id = createId("graph");
  const doc = new Y.Doc();
  doc.getMap("nodes").set("node_a", new Y.Map([["config", value]]));
  const update = Y.encodeStateAsUpdate(doc);
  await createDocumentStore(database).create({ id, workspace, kind: "graph", name, description: "", actor: "ann", update });
  return id;
}

/** A run whose input is a value. */
async function runWith(input: Json, graph = createId("graph")) {
  const id = createId("run");
  const events = [{ type: "run-created" as const, run: id, input, actor: "ann", seq: 1, at: new Date().toISOString() }];
  const projection = { state: "running", startedAt: null, finishedAt: null, output: null, failure: null, reason: null, wakeAt: null, cost: 0, release: false };
  const create = { ...{ id, workspace, graph, revision: 1, plan: "hash", input, actor: "ann", events }, lease: { owner: "one", leaseMs: 60_000 } };
  expect((await commitRuns(database, [{ run: id, epoch: 1, events, consumed: [], projection, create }])).size).toBe(0);
  return id;
}

const list = async (query: Partial<Parameters<FileParts["library"]["list"]>[0]> = {}) => parts.library.list({ workspace, limit: 50, ...query });
const names = async (query: Parameters<typeof list>[0] = {}) => (await list(query)).items.map(({ name }) => name);
const place = ({ $asset }: FileValue) => ({ workspace, hash: $asset });
/** As if it had been brought so long ago. */
const age = (hours: number) => database.db.execute(sql`UPDATE assets SET seen_at = now() - ${hours} * interval '1 hour'`);
/** The statements that note them. */
async function earlierUses(): Promise<string[]> {
  const migrations = new URL("../store/migrations/", import.meta.url);
  const name = (await readdir(migrations)).find((file) => file.endsWith("_earlier-asset-uses.sql")) ?? "";
  return (await readFile(new URL(name, migrations), "utf8")).split("--> statement-breakpoint");
}
const isThere = async (file: FileValue) => (await parts.files(workspace).size(file.$asset)) !== undefined;

describe("the list of files", () => {
  it("is filtered by kind, name, time, graph and run, and comes in pages", async () => {
    const [plain, json, used] = [await bring("a.txt"), await bring("b.json", { type: "application/json", text: "{}" }), await bring("Used.txt")];
    const graph = await draftWith({ file: { ...json } });
    const run = await runWith({ file: { ...used } });
    expect(await names()).toEqual(expect.arrayContaining(["a.txt", "b.json", "Used.txt"]));
    expect([await names({ kind: "text", search: "USED" }), await names({ search: plain.$asset.slice(0, 12) })]).toEqual([["Used.txt"], ["a.txt"]]);
    expect([await names({ graph }), await names({ run }), await names({ kind: "image" })]).toEqual([["b.json"], ["Used.txt"], []]);
    expect(await names({ to: new Date(Date.now() - HOUR).toISOString() })).toEqual([]);
    const first = await list({ limit: 2 });
    const second = await list({ limit: 2, cursor: first.nextCursor });
    expect(new Set([...first.items, ...second.items].map(({ hash }) => hash)).size).toBe(3);
    expect([first.total.files, second.nextCursor]).toEqual([3, undefined]);
  });

  it("tells who brought a file, and which node of which run made it", async () => {
    const file = await bring("a.txt", { text: "same" });
    const [run, graph] = [createId("run"), await draftWith({}, "Looms")];
    const again = await createRunAssets(parts, { workspace, run, graph, nodeType: "code" }).keep(Buffer.from("same"), {
      name: "b/c.txt",
      mediaType: "text/plain; charset=utf-8",
    });
    expect(again).toEqual({ ...file, name: "b_c.txt" });
    const [item] = (await list({ run })).items;
    expect(item?.name).toBe("a.txt");
    expect(item?.origins).toMatchObject([
      { type: "upload", actor: "user_ann" },
      { type: "run", run, graph, graphName: "Looms", nodeType: "code" },
    ]);
  });
});

describe("the files as a node has them", () => {
  const given = { workspace, run: createId("run"), graph: createId("graph"), nodeType: "code" };

  it("are read whole within a limit, or in pieces until the node is stopped", async () => {
    const file = await bring("a.txt", { text: "warp and weft" });
    const assets = createRunAssets(parts, given);
    expect(Buffer.from(await assets.read(file, { mostBytes: 13 })).toString()).toBe("warp and weft");
    await expect(assets.read(file, { mostBytes: 12 })).rejects.toMatchObject({ code: "limit", happened: "no" });
    const stopped = await assets.open(file, AbortSignal.abort());
    await expect(stopped[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: "cancelled" });
  });

  it("are those of its workspace, and what it keeps is what it says", async () => {
    const file = await bring("a.txt");
    const elsewhere = createRunAssets(parts, { ...given, workspace: "workspace_b" });
    await expect(elsewhere.read(file, { mostBytes: 100 })).rejects.toMatchObject({ code: "validation", happened: "no" });
    const assets = createRunAssets(parts, given);
    await expect(assets.keep(Buffer.from("<svg>"), { name: "a.png", mediaType: "image/png" })).rejects.toMatchObject({ code: "validation" });
    expect(await names()).toEqual(["a.txt"]);
  });
});

describe("a file that is to be deleted", () => {
  it("stays while something refers to it, and says what", async () => {
    const file = await bring("a.txt");
    const graph = await draftWith({ deep: [{ file: { ...file } }] });
    await database.db.execute(
      sql`INSERT INTO variables (workspace_id, name, value, updated_by) VALUES (${workspace}, 'cover', ${JSON.stringify(file)}::json, 'ann')`,
    );
    const run = await runWith([{ ...file }]);
    expect((await parts.library.uses(place(file))).items).toMatchObject([
      { holder: "run", id: run },
      { holder: "draft", id: graph, name: "Weave" },
      { holder: "variable", id: "cover" },
    ]);
    await expect(parts.library.remove(place(file))).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("the draft of “Weave”") });
    expect(await isThere(file)).toBe(true);
  });

  it("goes with its content when nothing does", async () => {
    const file = await bring("a.txt");
    await parts.library.remove(place(file));
    expect([await names(), await isThere(file)]).toEqual([[], false]);
    await expect(parts.library.remove(place(file))).rejects.toMatchObject({ code: "not-found" });
  });

  it("stays when it is brought anew after it was looked at", async () => {
    const file = await bring("a.txt");
    const { forget } = parts.records;
    const racing = await openFileParts({ database, directory: { path: (...given) => join(directory, ...given) } });
    racing.records.forget = async (at, given) => {
      await bring("a.txt");
      return forget(at, given);
    };
    await expect(racing.library.remove(place(file))).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("just now") });
    expect([await names(), await isThere(file)]).toEqual([["a.txt"], true]);
  });

  it("is refused when it goes while it comes", async () => {
    const file = await bring("a.txt");
    const store = parts.files(workspace);
    const keep: typeof store.keep = async (received) => {
      await store.keep(received);
      await parts.library.remove(place(file));
    };
    const given = { workspace, name: "a.txt", type: "text/plain", content: pieces("a.txt"), isKept: false, still: async () => true };
    const coming = keepFile(
      { store: { ...store, keep }, records: parts.records, mostBytes: 100 },
      { ...given, origin: { type: "upload", origin: "user_ann" } },
    );
    await expect(coming).rejects.toMatchObject({ reason: "removed", message: expect.stringContaining("Bring it again") });
    expect(await bring("a.txt")).toEqual(file);
    expect(await isThere(file)).toBe(true);
  });

  it("is brought anew once its content is gone, and others use the database meanwhile", async () => {
    const file = await bring("a.txt");
    const row = await parts.records.read(place(file));
    const going = Promise.withResolvers<void>();
    const forgotten = parts.records.forget(place(file), {
      seenAt: row?.seenAt ?? new Date(),
      remove: async () => {
        await going.promise;
        await parts.files(workspace).remove(file.$asset);
      },
    });
    await expect.poll(async () => (await parts.records.read(place(file)))?.goingUntil).toBeTruthy();
    let isBack = false;
    const again = bring("a.txt").finally(() => {
      isBack = true;
    });
    await expect(parts.library.remove(place(file))).rejects.toMatchObject({ code: "conflict" });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect([isBack, await names()]).toEqual([false, ["a.txt"]]);
    going.resolve();
    expect([await forgotten, await again]).toEqual([true, file]);
    expect(await isThere(file)).toBe(true);
  });
});

describe("collecting", () => {
  it("removes what nothing refers to for a day, and nothing else", async () => {
    const [loose, kept, drafted, revised, ran, inside] = await Promise.all([
      bring("loose"),
      bring("kept", { isKept: true }),
      bring("drafted"),
      bring("revised"),
      bring("ran"),
      bring("inside"),
    ]);
    await draftWith({ ...drafted });
    const content = JSON.stringify({ nodes: [{ config: { file: revised } }] });
    await database.db.execute(sql`INSERT INTO revisions (document_id, number, workspace_id, content, hash, reference_values, reason, created_by)
      VALUES ('graph_x', 1, ${workspace}, ${content}, 'h', '{}', 'cut', 'ann')`);
    await runWith({ ...ran });
    // the file stands only inside of a value that is too large for the log
    const large = await storeValue({ text: "x".repeat(70_000), file: inside }, { name: "value", blobs: parts.blobs(workspace) });
    expect(large.type).toBe("blob");
    await runWith(large as unknown as Json);
    await age(20);
    expect(await parts.library.collect()).toBe(0);
    await age(40);
    expect(await parts.library.collect()).toBe(1);
    expect((await names()).toSorted()).toEqual(["drafted", "inside", "kept", "ran", "revised"]);
    expect(await Promise.all([loose, kept, drafted, revised, ran, inside].map(isThere))).toEqual([false, true, true, true, true, true]);
  });

  it("goes on after a file that cannot be removed, which can be brought and removed again later", async () => {
    const [stuck, loose] = [await bring("stuck"), await bring("loose")];
    await age(40);
    const broken = await openFileParts({ database, directory: { path: (...given) => join(directory, ...given) } });
    const store = broken.files(workspace);
    const { remove } = store;
    store.remove = async (hash) => (hash === stuck.$asset ? Promise.reject(new Error("The storage does not answer.")) : remove(hash));
    await expect(broken.library.collect()).rejects.toMatchObject({
      message: expect.stringMatching(/^1 files/),
      cause: { message: "The storage does not answer." },
    });
    expect([await isThere(stuck), await isThere(loose), await names()]).toEqual([true, false, ["stuck"]]);
    await age(40);
    expect(await parts.library.collect()).toBe(0);
    await database.db.execute(sql`UPDATE assets SET going_until = now() - interval '1 second'`);
    expect(await parts.library.collect()).toBe(1);
  });

  it("finds what logs refer to that were written before uses were noted, large values as well", async () => {
    const [ran, inside, loose] = [await bring("ran"), await bring("inside"), await bring("loose")];
    await runWith({ ...ran });
    const large = await storeValue({ text: "x".repeat(70_000), file: inside }, { name: "value", blobs: parts.files(workspace) });
    await runWith(large as unknown as Json);
    await database.db.execute(sql`DELETE FROM asset_uses`);
    for (const statement of await earlierUses()) await database.db.execute(sql.raw(statement));
    await expect(parts.library.remove(place(inside))).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("a run of") });
    await age(40);
    expect(await parts.library.collect()).toBe(1);
    expect(await Promise.all([ran, inside, loose].map(isThere))).toEqual([true, true, false]);
    expect(await parts.records.unread(1)).toEqual([]);
  });

  it("counts a day from when the last reference went, so that undo finds the file", async () => {
    const file = await bring("a.txt");
    const graph = await draftWith({ ...file });
    await age(40);
    await parts.library.collect();
    await createDocumentUpdateStore(database).snapshot(graph, 1, Y.encodeStateAsUpdate(new Y.Doc()));
    expect([await parts.library.collect(Date.now() + 23 * HOUR), await parts.library.collect(Date.now() + 31 * HOUR)]).toEqual([0, 1]);
  });

  it("never loses a file that is brought, looked at or used meanwhile", async () => {
    const [brought, looked, used] = [await bring("brought"), await bring("looked"), await bring("used")];
    await age(40);
    const coming = new Map<string, () => Promise<unknown>>([
      [brought.$asset, () => bring("brought")],
      [looked.$asset, () => list()],
      [used.$asset, () => runWith({ ...used })],
    ]);
    // after it was found that nothing refers to them, and before they are forgotten
    const { forget } = parts.records;
    const racing = await openFileParts({ database, directory: { path: (...given) => join(directory, ...given) } });
    racing.records.forget = async (at, given) => {
      await coming.get(at.hash)?.();
      return forget(at, given);
    };
    expect(await racing.library.collect()).toBe(0);
    expect(await Promise.all([brought, looked, used].map(isThere))).toEqual([true, true, true]);
  });

  it("lets a file that comes while it is being removed come anew", async () => {
    const file = await bring("a.txt");
    await age(40);
    const [kept] = await Promise.all([parts.library.collect().then(() => bring("a.txt")), ...Array.from({ length: 5 }, () => bring("a.txt"))]);
    expect(kept).toEqual(file);
    expect([await isThere(file), await names()]).toEqual([true, ["a.txt"]]);
  });
});
