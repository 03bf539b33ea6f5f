import { sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as Y from "yjs";
import { canonicalJson } from "#runtime/graph/canonical-json.ts";
import { createEdits } from "#runtime/graph/edits.ts";
import { type CredentialId, graphIdSchema } from "#runtime/graph/ids.ts";
import { emptyGraph, type Graph } from "#runtime/graph/schema.ts";
import type { Database } from "../store/database/open-database.ts";
import { createTestDatabase, truncateAll } from "../store/database/test-database.ts";
import { createDocumentStore } from "../store/documents.ts";
import { createRevisionStore } from "../store/revisions.ts";
import { createTestCredentials, type Other, startOther } from "./testing/test-credentials.ts";

let database: Database;
let test: Awaited<ReturnType<typeof createTestCredentials>>;
let other: Other;
let status = 200;
beforeAll(async () => {
  database = await createTestDatabase();
  other = await startOther(() => ({ status }));
});
afterAll(async () => {
  await other.close();
  await database.close();
});
beforeEach(async () => {
  status = 200;
  test = await createTestCredentials(database, { allow: () => [{ host: "127.0.0.1", port: other.port }] });
});
afterEach(async () => {
  await test.close();
  await truncateAll(database);
});

const SECRET = "canary-1b5c9e";
const given = {
  workspace: "workspace_a",
  actor: "user_a",
  name: "Weather",
  description: "",
  settings: { kind: "bearer" as const },
  nodeTypes: [],
  secret: SECRET,
};
const create = (more: Partial<Parameters<typeof test.credentials.create>[0]> = {}) =>
  test.credentials.create({ ...given, hosts: ["api.example.org"], ...more });
const secretOf = async (id: string) => (await test.vault.get({ workspace: "workspace_a", owner: id, name: "secret" }))?.value;

describe("a credential", () => {
  it("keeps its secret in the vault and shows it nowhere", async () => {
    const made = await create();
    expect(made).toMatchObject({
      name: "Weather",
      version: 1,
      hosts: ["api.example.org"],
      lastUsedAt: null,
      health: { state: "unknown" },
      createdBy: "user_a",
    });
    expect(await secretOf(made.id)).toBe(SECRET);
    const shown = [made, await test.credentials.read(made.id), await test.credentials.list({ workspace: "workspace_a", limit: 10 })];
    expect(JSON.stringify(shown)).not.toContain("canary");
  });

  it("is listed in its workspace, by name, page by page", async () => {
    for (const name of ["Charlie", "Alpha", "Bravo"]) await create({ name });
    await create({ name: "Elsewhere", workspace: "workspace_b" });
    const first = await test.credentials.list({ workspace: "workspace_a", limit: 2 });
    const rest = await test.credentials.list({ workspace: "workspace_a", limit: 2, cursor: first.nextCursor });
    expect([...first.items, ...rest.items].map(({ name }) => name)).toEqual(["Alpha", "Bravo", "Charlie"]);
    expect((await test.credentials.list({ workspace: "workspace_a", limit: 9, search: "RAV" })).items).toHaveLength(1);
  });

  it.each([
    ["too short", "abc", { kind: "bearer" as const }],
    ["with a line break", "a-long-one\nmore", { kind: "bearer" as const }],
    ["with a blank at its end", "a-long-one ", { kind: "header" as const, name: "x-key" }],
    ["for a header, of other characters", "schlüssel-ключ", { kind: "api-key" as const, in: "header" as const, name: "x-key" }],
  ])("refuses a secret %s, without repeating it", async (_what, secret, settings) => {
    const error = await create({ secret, settings }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "bad-request", details: { errors: [{ path: "/secret" }] } });
    expect(JSON.stringify(error)).not.toContain(secret);
  });

  it("takes whatever a password may be", async () => {
    const made = await create({ secret: "päss wörd ключ", settings: { kind: "basic", username: "somebody" } });
    expect(await secretOf(made.id)).toBe("päss wörd ключ");
    await expect(create({ settings: { kind: "basic", username: "some:body" } })).rejects.toMatchObject({ code: "bad-request" });
  });

  it("gets another secret as another version, and the one before is gone", async () => {
    const { id } = await create();
    const rotated = await test.credentials.rotate(id, "canary-second");
    expect(rotated).toMatchObject({ version: 2 });
    expect(await secretOf(id)).toBe("canary-second");
    const { rows } = await database.db.execute(sql`SELECT version FROM secrets WHERE owner_id = ${id}`);
    expect(rows).toEqual([{ version: 2 }]);
  });

  it("gives one of two secrets that come at once a conflict", async () => {
    const { id } = await create();
    const both = await Promise.allSettled([test.credentials.rotate(id, "canary-left"), test.credentials.rotate(id, "canary-right")]);
    const version = (await test.credentials.read(id)).version;
    expect(version).toBe(1 + both.filter((one) => one.status === "fulfilled").length);
    expect(await secretOf(id)).toMatch(/^canary-(left|right)$/);
  });

  it("is narrowed and renamed freely, and needs its secret to go further or elsewhere", async () => {
    const { id } = await create({ hosts: ["*.example.org", "api.test"], settings: { kind: "api-key", in: "header", name: "X-Key" } });
    const narrowed = await test.credentials.change(id, { name: "Other", hosts: ["a.example.org"], nodeTypes: ["http-request"] });
    expect(narrowed).toMatchObject({ name: "Other", hosts: ["a.example.org"], nodeTypes: ["http-request"], version: 1 });
    const refused = [
      { hosts: ["a.example.org", "evil.test"] },
      { hosts: ["*.example.org"] },
      { settings: { kind: "api-key" as const, in: "query" as const, name: "X-Key" } },
      { settings: { kind: "bearer" as const } },
    ];
    for (const patch of refused) await expect(test.credentials.change(id, patch)).rejects.toMatchObject({ code: "unprocessable" });
    expect(await test.credentials.read(id)).toEqual(narrowed);
    const changed = await test.credentials.change(id, { hosts: ["evil.test"], settings: { kind: "bearer" }, secret: SECRET });
    expect(changed).toMatchObject({ version: 2, hosts: ["evil.test"], settings: { kind: "bearer" } });
  });

  it("of an OAuth 2 client needs its secret for another token address, and not for another scope", async () => {
    const settings = { kind: "oauth2-client" as const, tokenUrl: "https://id.example.org/token", clientId: "heddle", scope: "" };
    const { id } = await create({ settings });
    expect(await test.credentials.change(id, { settings: { ...settings, scope: "read" } })).toMatchObject({ settings: { scope: "read" }, version: 1 });
    await expect(test.credentials.change(id, { settings: { ...settings, tokenUrl: "https://evil.test/token" } })).rejects.toMatchObject({
      code: "unprocessable",
    });
  });

  it("of an OAuth 2 client is not kept with a token address that is public and not encrypted", async () => {
    const settings = { kind: "oauth2-client" as const, tokenUrl: "http://id.example.org/token", clientId: "heddle", scope: "" };
    const refused = { code: "bad-request", details: { errors: [{ path: "/settings/tokenUrl", message: expect.stringContaining("https") }] } };
    await expect(create({ settings })).rejects.toMatchObject(refused);
    const { id } = await create();
    await expect(test.credentials.change(id, { settings, secret: SECRET })).rejects.toMatchObject(refused);
  });

  it("that is destroyed leaves nothing in the vault", async () => {
    const { id } = await create();
    await test.credentials.destroy(id, { anyway: false });
    await expect(test.credentials.read(id)).rejects.toMatchObject({ code: "not-found" });
    await expect(test.credentials.destroy(id, { anyway: true })).rejects.toMatchObject({ code: "not-found" });
    expect(await secretOf(id)).toBeUndefined();
  });
});

describe("a test of a credential", () => {
  it.each([
    [200, true, "green"],
    [404, true, "green"],
    [401, false, "red"],
    [403, false, "red"],
    [503, false, "red"],
  ])("that is answered with %i", async (answered, ok, state) => {
    status = answered;
    const { id } = await create({ hosts: [other.host] });
    expect(await test.credentials.test(id, { signal: new AbortController().signal })).toMatchObject({ ok, status: answered });
    expect(other.seen.at(-1)).toMatchObject({ method: "GET", url: "/", headers: { authorization: `Bearer ${SECRET}` } });
    expect((await test.credentials.read(id)).health).toMatchObject({ state, checkedAt: expect.any(String) });
  });

  it("goes to one of its hosts and to nowhere else, and says when nobody answers", async () => {
    const signal = new AbortController().signal;
    const { id } = await create({ hosts: ["*.example.org", other.host] });
    await expect(test.credentials.test(id, { signal })).rejects.toMatchObject({ code: "unprocessable" });
    const asked = other.seen.length;
    await expect(test.credentials.test(id, { url: `http://localhost:${other.port}/`, signal })).rejects.toMatchObject({ code: "unprocessable" });
    expect(other.seen.length).toBe(asked);
    expect(await test.credentials.test(id, { url: `${other.origin}/me`, signal })).toMatchObject({ ok: true });
    const { id: closed } = await create({ hosts: ["127.0.0.1:1"] });
    expect(await test.credentials.test(closed, { signal })).toMatchObject({ ok: false, status: null, message: expect.stringContaining("127.0.0.1") });
  });
});

describe("where a credential is used", () => {
  const graphNaming = (id: CredentialId | undefined): Graph => ({
    ...emptyGraph("Graph"),
    nodes: [
      {
        ...{ id: "node_a" as Graph["nodes"][number]["id"], type: "http-request", version: 1, label: "Call", position: { x: 0, y: 0 } },
        config: id === undefined ? {} : { credential: id },
      },
    ] as Graph["nodes"],
  });
  const updateOf = (graph: Graph) => {
    const doc = new Y.Doc();
    createEdits(doc, { origin: "test", layoutOf: () => "value" }).replace(graph);
    return Y.encodeStateAsUpdate(doc);
  };
  const addGraph = async (
    name: string,
    { draft, revision, publish = false, workspace = "workspace_a" }: { draft?: Graph; revision?: Graph; publish?: boolean; workspace?: string },
  ) => {
    const id = graphIdSchema.parse(`graph_${name}`);
    await createDocumentStore(database).create({
      ...{ id, workspace, kind: "graph", name, description: "", actor: "user_a" },
      update: updateOf(draft ?? emptyGraph(name)),
    });
    if (revision) {
      const content = canonicalJson(revision);
      await createRevisionStore(database).cut(
        { document: id, content, hash: "h", references: {}, message: "", reason: "cut", actor: "user_a" },
        { reuse: false },
      );
      if (publish) await createDocumentStore(database).publish(id, { revision: 1, actor: "user_a" });
    }
    return id;
  };

  it("is told of drafts and of published revisions, and holds its destruction up", async () => {
    const { id } = await create();
    const { id: unused } = await create();
    await addGraph("draft", { draft: graphNaming(id) });
    await addGraph("published", { draft: graphNaming(undefined), revision: graphNaming(id), publish: true });
    await addGraph("both", { draft: graphNaming(id), revision: graphNaming(id), publish: true });
    // only an earlier revision, or a draft that has been changed since, named it
    await addGraph("once", { draft: graphNaming(undefined), revision: graphNaming(id) });
    await addGraph("elsewhere", { draft: graphNaming(id), workspace: "workspace_b" });
    const nodes = [{ node: "node_a", label: "Call" }];
    expect(await test.credentials.uses(id)).toEqual({
      items: [
        { graph: "graph_both", graphName: "both", nodes, published: true },
        { graph: "graph_draft", graphName: "draft", nodes, published: false },
        { graph: "graph_published", graphName: "published", nodes, published: true },
      ],
      more: false,
    });
    expect(await test.credentials.uses(unused)).toEqual({ items: [], more: false });
    await expect(test.credentials.destroy(id, { anyway: false })).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining('"draft"') });
    await test.credentials.destroy(id, { anyway: true });
    await expect(test.credentials.read(id)).rejects.toMatchObject({ code: "not-found" });
  });

  it("is told of some graphs, and that there are more", async () => {
    const { id } = await create();
    for (let index = 0; index < 51; index++) await addGraph(`${index}`.padStart(2, "0"), { draft: graphNaming(id) });
    const { items, more } = await test.credentials.uses(id);
    expect(items).toHaveLength(50);
    expect(more).toBe(true);
  });
});
