import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { canonicalJson } from "#runtime/graph/canonical-json.ts";
import { sha256Hex } from "#runtime/graph/hash.ts";
import type { EdgeId, GraphId, NodeId } from "#runtime/graph/ids.ts";
import type { Reference } from "#runtime/node/references.ts";
import { sampleGraph } from "#runtime/testing/sample-nodes.ts";
import { ApiError } from "../api-error.ts";
import type { Database } from "../store/database/open-database.ts";
import { createTestDatabase } from "../store/database/test-database.ts";
import type { Documents } from "./documents.ts";
import { graphOf, openDocuments, textNode } from "./testing/sample-documents.ts";

let database: Database;
let documents: Documents;
let tool: Reference = { kind: "missing", reason: "gone" };

beforeAll(async () => {
  database = await createTestDatabase();
  documents = openDocuments(database, { references: async (_workspace, keys) => Object.fromEntries([...keys, "tool:x"].map((key) => [key, tool])) });
});
afterAll(async () => {
  await documents.close();
  await database.close();
});

const runnable = sampleGraph({ in: { type: "sample-entry" }, out: { type: "sample-exit" } }, ["in > out"]);
const failure = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ApiError);
  const { code, details } = error as ApiError;
  return { code, problems: details.problems?.map(({ code: problem, path }) => `${problem} ${path ?? ""}`.trim()) };
};

describe("graphs", () => {
  it("a new one is empty, or what it was given, sorted", async () => {
    const empty = await documents.createGraph({ workspace: "workspace_default", name: "Mine", actor: "me" });
    expect(empty).toMatchObject({ name: "Mine", publishedRevision: null, graph: { name: "Mine", nodes: [], edges: [] } });
    const given = graphOf(textNode("b"), textNode("a", { text: "long", list: [{ id: "x", name: "one" }] }));
    const full = await documents.createGraph({ workspace: "workspace_default", graph: { ...given, nodes: [...given.nodes].reverse() }, actor: "me" });
    expect(full.graph).toEqual(given);
    expect(await documents.readDraft(full.id)).toEqual(given);
  });

  it("is there after everything was closed", async () => {
    const first = openDocuments(database);
    const { id } = await first.createGraph({ workspace: "workspace_default", graph: graphOf(textNode("a", { text: "one" })), actor: "me" });
    await first.replaceDraft(id, graphOf(textNode("a", { text: "one two" })), "me");
    const before = await first.read(id);
    await first.close();
    const second = openDocuments(database);
    expect(await second.read(id)).toEqual(before);
    await second.close();
  });

  it.each<[string, unknown, string[]]>([
    ["no graph", { hello: 1 }, ["schema /format", "schema /name", "schema /description", "schema /settings", "schema /nodes", "schema /edges", "schema"]],
    ["a forbidden key", JSON.parse('{"nodes":[{"config":{"__proto__":{}}}]}'), ["schema /nodes/0/config/__proto__"]],
    ["a wrong node", { ...graphOf(), nodes: [{ ...textNode("a"), version: "1" }] }, ["schema /nodes/0/version"]],
    ["two nodes of one id", { ...graphOf(), nodes: [textNode("a"), textNode("a")] }, ["duplicate-id /nodes/1/id"]],
    ["a parent that is not there", graphOf({ ...textNode("a"), parent: "node_q" as NodeId }), ["parent"]],
    [
      "a dangling edge",
      {
        ...graphOf(textNode("a")),
        edges: [
          { id: "edge_a" as EdgeId, kind: "data", source: { node: "node_a" as NodeId, port: "value" }, target: { node: "node_q" as NodeId, port: "value" } },
        ],
      },
      ["dangling-edge"],
    ],
  ])("refuses %s, with the place, and changes nothing", async (_, graph, problems) => {
    expect(await failure(documents.createGraph({ workspace: "workspace_default", graph, actor: "me" }))).toEqual({ code: "invalid-graph", problems });
    const { id } = await documents.createGraph({ workspace: "workspace_default", graph: graphOf(textNode("a")), actor: "me" });
    expect(await failure(documents.replaceDraft(id, graph, "me"))).toEqual({ code: "invalid-graph", problems });
    expect((await documents.listRevisions(id, { limit: 10 })).items).toEqual([]);
    expect(await documents.readDraft(id)).toEqual(graphOf(textNode("a")));
  });

  it("refuses what is too large", async () => {
    const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
    const deep = { ...graphOf(), nodes: [{ ...textNode("a"), config: { deep: nested(20) } }] };
    expect((await failure(documents.createGraph({ workspace: "workspace_default", graph: deep, actor: "me" }))).code).toBe("too-large");
    const { id } = await documents.createGraph({ workspace: "workspace_default", actor: "me" });
    expect((await failure(documents.replaceDraft(id, deep, "me"))).code).toBe("too-large");
  });

  it("refuses what is wrong, and says where; what is unfinished is kept", async () => {
    const odd = graphOf({ ...textNode("a"), type: "from-the-future", config: { any: ["thing"] } });
    const refused = await failure(documents.createGraph({ workspace: "workspace_default", graph: odd, actor: "me" }));
    expect(refused).toEqual({ code: "invalid-graph", problems: ["unknown-node-type"] });
    const { id, graph } = await documents.createGraph({ workspace: "workspace_default", actor: "me" });
    expect(graph.nodes).toEqual([]);
    expect((await documents.validate(id)).map(({ code }) => code)).toEqual(["empty"]);
  });

  it("is renamed in its draft and in the list", async () => {
    const { id, updatedAt } = await documents.createGraph({ workspace: "workspace_default", name: "Before", actor: "me" });
    await new Promise((resolve) => setTimeout(resolve, 5));
    const after = await documents.rename(id, { name: "After the rename", description: "What for" }, "me");
    expect(after).toMatchObject({ name: "After the rename", description: "What for", graph: { name: "After the rename", description: "What for" } });
    expect(after.updatedAt > updatedAt).toBe(true);
    expect((await documents.list({ workspace: "workspace_default", limit: 5, search: "after the" })).items).toMatchObject([{ id, name: "After the rename" }]);
    await documents.rename(id, { name: "After the rename" }, "me");
  });

  it("archived, it can be read but no longer changed, and is in no list", async () => {
    const { id } = await documents.createGraph({ workspace: "workspace_default", name: "Old one", actor: "me" });
    await documents.archive(id);
    expect((await documents.list({ workspace: "workspace_default", limit: 5, search: "old one" })).items).toEqual([]);
    expect((await documents.read(id)).name).toBe("Old one");
    expect((await failure(documents.rename(id, { name: "New" }, "me"))).code).toBe("conflict");
    expect((await failure(documents.replaceDraft(id, graphOf(), "me"))).code).toBe("conflict");
  });

  it("says not-found for ids that are none", async () => {
    const nowhere = "graph_nowhere" as GraphId;
    for (const work of [
      () => documents.read(nowhere),
      () => documents.rename(nowhere, {}, "me"),
      () => documents.replaceDraft(nowhere, graphOf(), "me"),
      () => documents.cutRevision(nowhere, { reason: "cut", actor: "me" }),
      () => documents.listRevisions(nowhere, { limit: 1 }),
      () => documents.validate(nowhere),
      () => documents.publish(nowhere, 1, "me"),
      () => documents.archive(nowhere),
    ])
      expect((await failure(work())).code).toBe("not-found");
  });

  it("validates another graph in its stead, form included", async () => {
    const { id } = await documents.createGraph({ workspace: "workspace_default", graph: runnable, actor: "me" });
    expect(await documents.validate(id)).toEqual([]);
    expect((await documents.validate(id, { ...runnable, nodes: 5 })).map(({ code, path }) => [code, path])).toEqual([["schema", "/nodes"]]);
    expect((await documents.validate(id, graphOf())).map(({ code }) => code)).toEqual(["empty"]);
  });
});

describe("revisions", () => {
  it("hold the canonical graph, its hash, and what it depends on", async () => {
    const { id, graph } = await documents.createGraph({ workspace: "workspace_default", graph: runnable, actor: "me" });
    const revision = await documents.cutRevision(id, { reason: "cut", message: "First", actor: "me" });
    expect(revision).toMatchObject({ number: 1, message: "First", reason: "cut", createdBy: "me", hash: sha256Hex(canonicalJson(graph)), graph });
    expect(revision.references).toEqual({ "tool:x": { kind: "missing", reason: "gone" } });
    expect(await documents.readRevision(id, 1)).toEqual(revision);
  });

  it("have the same hash for the same graph, whatever way it came about", async () => {
    const one = await documents.createGraph({ workspace: "workspace_default", graph: runnable, actor: "me" });
    const two = await documents.createGraph({ workspace: "workspace_default", actor: "me" });
    await documents.replaceDraft(two.id, graphOf(textNode("z")), "me");
    await documents.replaceDraft(two.id, { ...runnable, nodes: [...runnable.nodes].reverse() }, "me");
    const hashes = await Promise.all([one.id, two.id].map(async (id) => (await documents.cutRevision(id, { reason: "cut", actor: "me" })).hash));
    expect(hashes[0]).toBe(hashes[1]);
  });

  it("are reused by a run when nothing changed, references included", async () => {
    const { id } = await documents.createGraph({ workspace: "workspace_default", graph: runnable, actor: "me" });
    const cuts = await Promise.all(Array.from({ length: 5 }, () => documents.cutRevision(id, { reason: "run", actor: "me" })));
    expect(cuts.map(({ number }) => number)).toEqual([1, 1, 1, 1, 1]);
    tool = { kind: "missing", reason: "changed" };
    expect((await documents.cutRevision(id, { reason: "run", actor: "me" })).number).toBe(2);
    await documents.rename(id, { name: "Other" }, "me");
    expect((await documents.cutRevision(id, { reason: "cut", actor: "me" })).number).toBe(3);
  });

  it("get distinct, increasing numbers when cut while others edit", async () => {
    const { id } = await documents.createGraph({ workspace: "workspace_default", graph: runnable, actor: "me" });
    const numbers = await Promise.all(
      Array.from({ length: 6 }, async (_, index) => {
        await documents.rename(id, { name: `Name ${index}` }, "me");
        return (await documents.cutRevision(id, { reason: "publish", actor: "me" })).number;
      }),
    );
    expect([...numbers].sort()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("are cut before the draft is replaced or restored, so that both can be undone", async () => {
    const { id } = await documents.createGraph({ workspace: "workspace_default", graph: graphOf(textNode("a")), actor: "me" });
    await documents.replaceDraft(id, graphOf(textNode("b")), "script");
    const restored = await documents.restoreRevision(id, 1, "me");
    expect(restored.graph).toEqual(graphOf(textNode("a")));
    const { items } = await documents.listRevisions(id, { limit: 10 });
    expect(items.map(({ number, reason }) => [number, reason])).toEqual([
      [2, "restore"],
      [1, "replace"],
    ]);
    expect((await documents.restoreRevision(id, 2, "me")).graph).toEqual(graphOf(textNode("b")));
    expect((await failure(documents.restoreRevision(id, 99, "me"))).code).toBe("not-found");
  });

  it("hold what others write while one is cut before the draft is replaced or restored", async () => {
    let meanwhile: (() => Promise<unknown>) | undefined;
    const edited = openDocuments(database, {
      references: async () => {
        const edit = meanwhile;
        meanwhile = undefined;
        await edit?.();
        return {};
      },
    });
    const { id } = await edited.createGraph({ workspace: "workspace_default", graph: graphOf(textNode("a")), actor: "me" });
    meanwhile = () => edited.rename(id, { name: "Meanwhile" }, "ann");
    await edited.replaceDraft(id, graphOf(textNode("b")), "script");
    meanwhile = () => edited.rename(id, { name: "Again" }, "ann");
    await edited.restoreRevision(id, 1, "me");
    meanwhile = () => edited.rename(id, { name: "Once more" }, "ann");
    await edited.restoreNodes(id, 1, { actor: "me", nodes: ["node_a" as NodeId] });
    const names = await Promise.all([1, 2, 3, 4, 5, 6].map(async (number) => (await edited.readRevision(id, number)).graph.name));
    expect(names).toEqual(["Test", "Meanwhile", "Test", "Again", "Test", "Once more"]);
    expect((await edited.listRevisions(id, { limit: 10 })).items).toHaveLength(6);
    await edited.close();
  });

  it("are published when they exist and can run", async () => {
    const { id } = await documents.createGraph({ workspace: "workspace_default", graph: runnable, actor: "me" });
    await documents.cutRevision(id, { reason: "cut", actor: "me" });
    expect((await documents.publish(id, 1, "me")).publishedRevision).toBe(1);
    expect((await failure(documents.publish(id, 2, "me"))).code).toBe("not-found");
    expect((await documents.unpublish(id)).publishedRevision).toBeNull();
    const empty = await documents.createGraph({ workspace: "workspace_default", actor: "me" });
    await documents.cutRevision(empty.id, { reason: "cut", actor: "me" });
    expect(await failure(documents.publish(empty.id, 1, "me"))).toEqual({ code: "invalid-graph", problems: ["empty"] });
  });
});
