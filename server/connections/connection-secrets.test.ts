import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ConnectionId } from "#runtime/graph/ids.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { LOCAL_PERSON } from "../auth/actor.ts";
import { type McpSettings, STORED_SECRET, type StdioMcpSettings } from "../contract/mcp-settings.ts";
import { silentLogger } from "../logger.ts";
import { type ConnectionStore, createConnectionStore } from "../store/connections.ts";
import type { Database } from "../store/database/open-database.ts";
import { createTestDatabase, truncateAll } from "../store/database/test-database.ts";
import { openVault, type Vault } from "../vault/vault.ts";
import { moveConnectionSecrets } from "./connection-secrets.ts";
import { type Connections, createConnections } from "./connections.ts";
import { type ConnectionLoader, createConnectionLoader, redactEnvironment } from "./load-connection.ts";
import { createWorkspaceTools } from "./workspace-tools.ts";

const workspace = "workspace_a";
const settings: StdioMcpSettings = {
  transport: "stdio",
  command: "server",
  arguments: [],
  environment: { TOKEN: "canary-token-1", PATH: "heddle:inherit", DEBUG: "1" },
};
const shown = { TOKEN: STORED_SECRET, PATH: "heddle:inherit", DEBUG: STORED_SECRET };

const remote = {
  fetchFor: () => () => Promise.reject(new Error("Nothing is remote.")),
  secretsOf: async () => [],
  stateOf: async () => "",
  bindingOf: async () => "",
};
const noModels = { test: () => Promise.reject(new Error("There is no model.")) };

let database: Database;
let directory: string;
let store: ConnectionStore;
let vault: Vault;
let connections: Connections;
let loader: ConnectionLoader;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "heddle-connections-"));
  vault = await openVault({ database, keyFile: join(directory, "vault.key"), environment: {}, logger: silentLogger });
  store = createConnectionStore(database);
  loader = createConnectionLoader({ store, vault, remote });
  const pool = {
    list: async () => [],
    call: async ({ tool }: { tool: string }) => {
      if (tool === "fail") throw new NodeError("tool", `The token canary-token-1 is ${tool}.`);
      return { content: [{ type: "text" as const, text: "my token is canary-token-1" }], structuredContent: { "canary-token-1": true } };
    },
    test: () => Promise.reject(new Error("not tested here")),
    status: () => ({ state: "unknown" as const, detail: "", checkedAt: null }),
    invalidate: () => undefined,
  };
  connections = createConnections({
    store,
    vault,
    secretsOf: loader.secretsOf,
    note: async () => undefined,
    pool,
    models: noModels,
    comfyui: noModels,
    logger: silentLogger,
  });
});
afterEach(async () => {
  await vault.close();
  await truncateAll(database);
  await rm(directory, { recursive: true, force: true });
});

const create = async (given: McpSettings = settings) =>
  (await connections.create({ workspace, name: "Files", settings: given, actor: LOCAL_PERSON })).id as ConnectionId;
const change = (id: ConnectionId, changed: Partial<StdioMcpSettings>) =>
  connections.change(id, { settings: { ...settings, environment: shown, ...changed }, actor: LOCAL_PERSON });
const environmentIn = (found: object | null | undefined) => (found && "environment" in found ? found.environment : undefined);
const environmentOf = async (id: ConnectionId) => environmentIn((await loader.load(id))?.settings);
const withEnvironment = (environment: Record<string, string>): StdioMcpSettings => ({ ...settings, environment });
const kept = async (id: ConnectionId) => (await database.db.execute(sql`SELECT name, version FROM secrets WHERE owner_id = ${id} ORDER BY name`)).rows;

describe("the environment of a connection", () => {
  it("is handed to its program, and shown to nobody", async () => {
    const id = await create();
    expect(await environmentOf(id)).toEqual(settings.environment);
    expect(environmentIn((await connections.read(id, LOCAL_PERSON)).settings)).toEqual(shown);
    const row = JSON.stringify(await store.read(id));
    expect(row).not.toContain("canary");
    expect(await loader.secretsOf(id)).toEqual(["canary-token-1"]);
  });

  it("stays when what was shown is sent back, and is the same connection", async () => {
    const id = await create();
    expect(await change(id, {})).toMatchObject({ revision: 1 });
    expect(await environmentOf(id)).toEqual(settings.environment);
  });

  it("changes value by value; what is left out is destroyed", async () => {
    const id = await create();
    expect(await change(id, { environment: { TOKEN: "canary-token-2", DEBUG: STORED_SECRET } })).toMatchObject({ revision: 2 });
    expect(await environmentOf(id)).toEqual({ TOKEN: "canary-token-2", DEBUG: "1" });
    expect(await change(id, { environment: { TOKEN: STORED_SECRET, NEW: "x" } })).toMatchObject({ revision: 3 });
    expect(await environmentOf(id)).toEqual({ TOKEN: "canary-token-2", NEW: "x" });
    expect(await kept(id)).toEqual([
      { name: "NEW", version: 3 },
      { name: "TOKEN", version: 2 },
    ]);
  });

  it("is not handed to another program unless it is entered again", async () => {
    const id = await create();
    for (const other of [{ command: "other" }, { arguments: ["--log-environment"] }]) {
      const refused = change(id, other);
      await expect(refused).rejects.toMatchObject({
        code: "unprocessable",
        details: { errors: [{ path: "/settings/environment/TOKEN" }, { path: "/settings/environment/DEBUG" }] },
      });
    }
    expect(await change(id, { command: "other", environment: { TOKEN: "canary-token-3" } })).toMatchObject({ revision: 2 });
    expect(await kept(id)).toEqual([{ name: "TOKEN", version: 2 }]);
    expect(await change(id, { command: "third", environment: {} })).toMatchObject({ revision: 3 });
    expect(await kept(id)).toEqual([]);
  });

  it("cannot keep a value that is not there", async () => {
    await expect(create({ ...settings, environment: { TOKEN: STORED_SECRET } })).rejects.toMatchObject({ code: "unprocessable" });
    const id = await create();
    await expect(change(id, { environment: { ...shown, OTHER: STORED_SECRET } })).rejects.toMatchObject({
      details: { errors: [{ path: "/settings/environment/OTHER" }] },
    });
  });

  it("goes with its connection", async () => {
    const id = await create();
    await connections.archive(id);
    expect(await kept(id)).toEqual([]);
    expect(await loader.load(id)).toBeUndefined();
  });

  it("that was moved or changed in the database starts nothing", async () => {
    const [id, other] = [await create(), await create()];
    await database.db.execute(sql`DELETE FROM secrets WHERE owner_id = ${id}`);
    await expect(loader.load(id)).rejects.toMatchObject({ code: "auth", message: expect.stringContaining("TOKEN, DEBUG") });
    await database.db.execute(sql`UPDATE secrets SET owner_id = ${id} WHERE owner_id = ${other}`);
    await expect(loader.load(id)).rejects.toMatchObject({ code: "auth", happened: "no" });
  });

  it("is not in what its tools answer, neither to people nor to runs of its workspace, and runs of others reach nothing", async () => {
    const id = await create();
    const call = { arguments: {}, signal: new AbortController().signal };
    expect(await connections.call(id, "tell", call)).toMatchObject({
      content: [{ text: "my token is [redacted]" }],
      structuredContent: { "[redacted]": true },
    });
    await expect(connections.call(id, "fail", call)).rejects.toMatchObject({ message: "The token [redacted] is fail." });
    expect(redactEnvironment("canary-token-1 1 ?", settings)).toBe("[redacted] 1 ?");
    const concealed: string[] = [];
    const toolsOf = (owner: string) =>
      createWorkspaceTools({
        ...{ tools: { call: async () => ({ content: [] }), list: async () => [] }, store, workspace: owner, secretsOf: loader.secretsOf },
        conceal: (secret) => void concealed.push(secret),
      });
    await expect(toolsOf("workspace_b").list(id)).rejects.toMatchObject({ code: "not-found" });
    expect(concealed).toEqual([]);
    await toolsOf(workspace).list(id);
    expect(concealed).toEqual(["canary-token-1"]);
  });

  it.each(["production", "staging", "INFO", "true", "1", "443", "/srv/files/here", "./My-Notes_2/list.txt", "/home/me/node24/.cache", "~/HeddleData/"])(
    "is not taken for a secret where it is an everyday word, a short number or a path: %s",
    async (value) => {
      const id = await create({ ...settings, environment: { VALUE: value } });
      expect(await loader.secretsOf(id)).toEqual([]);
      expect(redactEnvironment(`It is ${value}.`, withEnvironment({ VALUE: value }))).toBe(`It is ${value}.`);
    },
  );

  it.each([
    ["a long word", "correcthorsebatterystaple"],
    ["letters of both cases", "qWeRtYuIoPaSdF"],
    ["a short word that is none", "aB3$x"],
    ["a pin", "4711"],
    ["letters and a digit", "hunter2"],
    ["an address", "postgres://me:canary@db/x"],
    ["base64 that begins like a path", "/9j4AAQSkZJRgABAQAAAQ/b+cQ"],
    ["a path with a token", "/services/T024BE7LD/B1H8RQ3/XXqp0ZyN4uVwKdLmE7"],
    ["a path with letters made by chance", "/hooks/kqzvbnwrtyplmxcjhgfdsa"],
    ["a path with an id", "/hooks/0f9c1de2-77aa-4c0b-9a51-6f9f8a2f3b10"],
  ])("is taken for a secret where it is %s", async (_what, value) => {
    const id = await create({ ...settings, environment: { VALUE: value } });
    expect(await loader.secretsOf(id)).toEqual([value]);
    expect(redactEnvironment(`It is ${value}.`, withEnvironment({ VALUE: value }))).toBe("It is [redacted].");
  });
});

it("values that an earlier version kept in the settings move into the vault, once, and the connection stays the same", async () => {
  const row = { workspace, name: "Old", settings, actor: "a" };
  await store.create({ ...row, id: "conn_old" });
  await store.create({ ...row, id: "conn_archived" });
  await store.archive("conn_archived");
  await store.create({ ...row, id: "conn_plain", settings: { ...settings, environment: {} } });
  await moveConnectionSecrets({ store, vault });
  expect(JSON.stringify(await Promise.all(["conn_old", "conn_archived"].map((id) => store.read(id))))).not.toContain("canary");
  const id = "conn_old" as ConnectionId;
  expect(await connections.read(id, LOCAL_PERSON)).toMatchObject({ revision: 1, settings: { environment: shown } });
  expect(await environmentOf(id)).toEqual(settings.environment);
  expect(await kept("conn_archived" as ConnectionId)).toEqual([]);
  expect(await store.withPlainEnvironment(["heddle:inherit", STORED_SECRET])).toEqual([]);
});
