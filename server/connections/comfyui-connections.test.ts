import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ConnectionId } from "#runtime/graph/ids.ts";
import { LOCAL, LOCAL_PERSON } from "../auth/actor.ts";
import { createComfyClients } from "../comfyui/client.ts";
import { openComfyConnection } from "../comfyui/open-connection.ts";
import { probeComfy } from "../comfyui/probe.ts";
import { type FakeComfy, startFakeComfy } from "../comfyui/testing/fake-comfyui.ts";
import type { ComfySettings } from "../contract/comfyui-settings.ts";
import { STORED_SECRET } from "../contract/mcp-settings.ts";
import { createEgressClient } from "../egress/create-egress-client.ts";
import { silentLogger } from "../logger.ts";
import { type ConnectionStore, createConnectionStore } from "../store/connections.ts";
import type { Database } from "../store/database/open-database.ts";
import { createTestDatabase } from "../store/database/test-database.ts";
import { openVault, type Vault } from "../vault/vault.ts";
import { type Connections, createConnections } from "./connections.ts";

const workspace = "workspace_a";
let database: Database;
let directory: string;
let fake: FakeComfy;
let store: ConnectionStore;
let vault: Vault;
let connections: Connections;
const closers: (() => unknown)[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  directory = await mkdtemp(join(tmpdir(), "heddle-comfyui-"));
  vault = await openVault({ database, keyFile: join(directory, "vault.key"), environment: {}, logger: silentLogger });
  store = createConnectionStore(database);
  fake = await startFakeComfy({ secret: { name: "authorization", value: "Bearer canary-token-1" } });
  const egress = createEgressClient({ allow: () => [{ host: "127.0.0.1", port: fake.port }], ownListeners: () => [] });
  const health = { answered: () => undefined, failed: () => undefined };
  const clients = createComfyClients({ store, vault, egress, health, installation: async () => "installation", logger: silentLogger });
  closers.push(() => clients.close(), egress.close);
  const never = () => Promise.reject(new Error("No MCP server is meant."));
  connections = createConnections({
    ...{ store, vault, logger: silentLogger, note: async () => undefined, secretsOf: async () => [] },
    pool: { list: never, call: never, test: never, status: () => ({ state: "unknown", detail: "", checkedAt: null }), invalidate: () => undefined },
    models: { test: never },
    comfyui: { test: (id) => probeComfy(() => clients.hold(id)) },
  });
});
afterAll(async () => {
  for (const close of closers) await close();
  await fake.stop();
  await vault.close();
  await database.close();
  await rm(directory, { recursive: true, force: true });
});

const settings = (): ComfySettings => ({ server: "comfyui", baseUrl: `${fake.url}/`, auth: { type: "bearer", value: "canary-token-1" }, labels: ["gpu"] });
const create = async (given = settings()) =>
  (await connections.create({ workspace, name: "Pictures", settings: given, actor: LOCAL_PERSON })).id as ConnectionId;
const open = (id: string) => openComfyConnection({ store, vault }, { workspace, id });

it("the token of a ComfyUI server is in the vault, shown to nobody, and stays with its host and header", async () => {
  const id = await create();
  expect(await connections.read(id, LOCAL_PERSON)).toMatchObject({ kind: "comfyui", labels: ["gpu"], settings: { auth: { value: STORED_SECRET } } });
  expect(await connections.read(id, LOCAL)).toMatchObject({ kind: "comfyui", labels: ["gpu"], settings: null });
  expect(JSON.stringify(await store.read(id))).not.toContain("canary");
  expect(await open(id)).toMatchObject({ secrets: ["canary-token-1"], address: { baseUrl: fake.url, headers: { authorization: "Bearer canary-token-1" } } });
  const kept = { type: "bearer", value: STORED_SECRET } as const;
  const change = (given: Partial<ComfySettings>) => connections.change(id, { settings: { ...settings(), auth: kept, ...given }, actor: LOCAL_PERSON });
  expect(await change({ labels: ["gpu", "large"] })).toMatchObject({ revision: 2, labels: ["gpu", "large"] });
  for (const other of [{ baseUrl: "http://elsewhere.example:8188" }, { auth: { type: "header", name: "X-Key", value: STORED_SECRET } as const }])
    await expect(change(other)).rejects.toMatchObject({ code: "unprocessable", details: { errors: [{ path: "/settings/auth/value" }] } });
  await expect(change({ auth: { type: "none" } })).resolves.toMatchObject({ settings: { auth: { type: "none" } } });
  expect((await open(id)).secrets).toEqual([]);
  await connections.archive(id);
  await expect(open(id)).rejects.toMatchObject({ code: "not-found" });
});

it("a test says what it is and what it has, or what to do", async () => {
  const id = await create();
  expect(await connections.test(id)).toMatchObject({
    ok: true,
    server: { name: "ComfyUI", version: "0.3.64" },
    comfyui: { queue: 0, devices: [{ type: "cuda", memoryBytes: 24 * 1024 ** 3 }], nodeClasses: expect.any(Number) },
  });
  expect((await connections.read(id, LOCAL)).health).toMatchObject({ state: "green", detail: expect.stringContaining("0.3.64") });
  const wrong = await create({ ...settings(), auth: { type: "none" } });
  expect(await connections.test(wrong)).toMatchObject({
    ok: false,
    error: { message: expect.stringContaining("401"), advice: expect.stringContaining("proxy") },
  });
  const guarded = await create({ ...settings(), baseUrl: "http://127.0.0.1:9" });
  expect(await connections.test(guarded)).toMatchObject({ ok: false, error: { advice: expect.stringContaining("HEDDLE_EGRESS_ALLOW=127.0.0.1:9") } });
  expect((await connections.read(guarded, LOCAL)).health.state).toBe("red");
});

it("it is listed by its kind, and stays what it is", async () => {
  const id = await create();
  const listed = await connections.list({ workspace, kind: "comfyui", limit: 50, actor: LOCAL });
  expect(listed.items.map((one) => one.id)).toContain(id);
  expect((await connections.list({ workspace, kind: "model", limit: 50, actor: LOCAL })).items).toEqual([]);
  await expect(connections.change(id, { settings: { provider: "scripted" }, actor: LOCAL_PERSON })).rejects.toMatchObject({ code: "unprocessable" });
  await expect(connections.tools(id, undefined)).rejects.toMatchObject({ code: "unprocessable" });
});
