import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import type { ConnectionId } from "#runtime/graph/ids.ts";
import { LOCAL, LOCAL_PERSON } from "../auth/actor.ts";
import { STORED_SECRET } from "../contract/mcp-settings.ts";
import type { ModelSettings } from "../contract/model-settings.ts";
import { silentLogger } from "../logger.ts";
import { openModelConnection } from "../models/open-connection.ts";
import { type ConnectionStore, createConnectionStore } from "../store/connections.ts";
import type { Database } from "../store/database/open-database.ts";
import { createTestDatabase, truncateAll } from "../store/database/test-database.ts";
import { openVault, type Vault } from "../vault/vault.ts";
import { type Connections, createConnections } from "./connections.ts";

const workspace = "workspace_a";
const settings: ModelSettings = { provider: "openai", apiKey: "sk-canary-1", defaultModel: "gpt-6-sol" };

let database: Database;
let directory: string;
let store: ConnectionStore;
let vault: Vault;
let connections: Connections;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "heddle-models-"));
  vault = await openVault({ database, keyFile: join(directory, "vault.key"), environment: {}, logger: silentLogger });
  store = createConnectionStore(database);
  const never = () => Promise.reject(new Error("No MCP server is meant."));
  connections = createConnections({
    ...{ store, vault, logger: silentLogger, note: async () => undefined, secretsOf: async () => [] },
    pool: { list: never, call: never, test: never, status: () => ({ state: "unknown", detail: "", checkedAt: null }), invalidate: () => undefined },
    comfyui: { test: never },
    models: { test: async () => ({ ok: true, models: 4, detail: "Answered with 4 models.", durationMs: 1 }) },
  });
});
afterEach(async () => {
  await vault.close();
  await truncateAll(database);
  await rm(directory, { recursive: true, force: true });
});

const create = async (given: ModelSettings = settings) =>
  (await connections.create({ workspace, name: "Models", settings: given, actor: LOCAL_PERSON })).id as ConnectionId;
const change = (id: ConnectionId, given: ModelSettings) => connections.change(id, { settings: given, actor: LOCAL_PERSON });
const keyOf = async (id: ConnectionId) => (await openModelConnection({ store, vault }, { workspace, id })).apiKey;
const kept = async (id: ConnectionId) => (await database.db.execute(sql`SELECT name FROM secrets WHERE owner_id = ${id}`)).rows;

it("the key of a provider is in the vault, and shown to nobody", async () => {
  const id = await create();
  expect(await keyOf(id)).toBe("sk-canary-1");
  expect(await connections.read(id, LOCAL_PERSON)).toMatchObject({
    kind: "model",
    settings: { apiKey: STORED_SECRET },
    provider: "openai",
    defaultModel: "gpt-6-sol",
  });
  expect(await connections.read(id, LOCAL)).toMatchObject({ kind: "model", settings: null, provider: "openai", defaultModel: "gpt-6-sol" });
  expect(JSON.stringify(await store.read(id))).not.toContain("canary");
});

it("it stays with its host, and is asked for again for another one", async () => {
  const id = await create();
  expect(await change(id, { ...settings, apiKey: STORED_SECRET, defaultModel: "gpt-6-luna" })).toMatchObject({ revision: 2, defaultModel: "gpt-6-luna" });
  expect(await keyOf(id)).toBe("sk-canary-1");
  for (const other of [{ baseUrl: "https://gateway.example/v1" }, { provider: "compatible", baseUrl: "https://api.openai.com:8443/v1" }] as const) {
    await expect(change(id, { ...settings, apiKey: STORED_SECRET, ...other })).rejects.toMatchObject({
      code: "unprocessable",
      details: { errors: [{ path: "/settings/apiKey", message: expect.stringContaining("another host") }] },
    });
  }
  expect(await change(id, { provider: "compatible", baseUrl: "http://localhost:11434/v1" })).toMatchObject({ revision: 3, provider: "compatible" });
  expect(await keyOf(id)).toBeUndefined();
  expect(await kept(id)).toEqual([]);
  await change(id, { provider: "compatible", baseUrl: "http://localhost:11434/v1", apiKey: "sk-canary-2" });
  expect(await keyOf(id)).toBe("sk-canary-2");
});

it("it goes with its connection, and one that is lost is told", async () => {
  const [id, other] = [await create(), await create()];
  await connections.archive(id);
  expect(await kept(id)).toEqual([]);
  await expect(keyOf(id)).rejects.toMatchObject({ code: "not-found" });
  await database.db.execute(sql`DELETE FROM secrets WHERE owner_id = ${other}`);
  await expect(keyOf(other)).rejects.toMatchObject({ code: "auth", message: expect.stringContaining("lost"), happened: "no" });
});

it("runs of another workspace do not find it", async () => {
  const id = await create();
  await expect(openModelConnection({ store, vault }, { workspace: "workspace_b", id })).rejects.toMatchObject({ code: "not-found" });
});

it("a test is kept as its health", async () => {
  const id = await create();
  expect(await connections.test(id)).toEqual({ ok: true, models: 4, durationMs: 1 });
  expect((await connections.read(id, LOCAL)).health).toMatchObject({ state: "green", detail: "Answered with 4 models." });
});

it("it has no tools, stays what it is, and is listed by its kind", async () => {
  const id = await create();
  await expect(connections.tools(id, undefined)).rejects.toMatchObject({ code: "unprocessable" });
  await expect(connections.call(id, "read", { arguments: {}, signal: new AbortController().signal })).rejects.toMatchObject({ code: "unprocessable" });
  const mcp = { transport: "stdio" as const, command: "server", arguments: [], environment: {} };
  await expect(connections.change(id, { settings: mcp, actor: LOCAL_PERSON })).rejects.toMatchObject({ code: "unprocessable" });
  const named = async (kind: "mcp" | "model") => (await connections.list({ workspace, kind, limit: 10, actor: LOCAL })).items.map((one) => one.id);
  expect([await named("model"), await named("mcp")]).toEqual([[id], []]);
});
