import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ToolDescription } from "#nodes/kit/mcp/service.ts";
import { type ConnectionId, connectionIdSchema } from "#runtime/graph/ids.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { LOCAL, LOCAL_PERSON } from "../auth/actor.ts";
import type { McpSettings } from "../contract/mcp-settings.ts";
import { silentLogger } from "../logger.ts";
import { createReferences } from "../references.ts";
import { type ConnectionStore, createConnectionStore } from "../store/connections.ts";
import type { Database } from "../store/database/open-database.ts";
import { createTestDatabase, truncateAll } from "../store/database/test-database.ts";
import { type Connections, createConnections } from "./connections.ts";
import { type ConnectionLoader, createConnectionLoader } from "./load-connection.ts";
import { SAMPLE_CONNECTION } from "./shipped.ts";
import { createToolGuard, type ToolGuard } from "./tool-guard.ts";

const workspace = "workspace_default";
const settings: McpSettings = { transport: "stdio", command: "server", arguments: ["--all"], environment: {} };
const tool = (name: string, more: Partial<ToolDescription> = {}): ToolDescription => ({
  name,
  inputSchema: { type: "object" },
  hash: `hash of ${name}`,
  ...more,
});

const noRemote = {
  fetchFor: () => () => Promise.reject(new Error("Nothing is remote.")),
  secretsOf: async () => [],
  stateOf: async () => "",
  bindingOf: async () => "",
};

let database: Database;
let store: ConnectionStore;
let guard: ToolGuard;
let load: ConnectionLoader["load"];
let connections: Connections;
let offered: ToolDescription[];
let failure: Error | undefined;
let invalidated: string[];
let noted: unknown[];

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());
beforeEach(() => {
  offered = [tool("read"), tool("write")];
  failure = undefined;
  invalidated = [];
  noted = [];
  store = createConnectionStore(database);
  guard = createToolGuard({ store, logger: silentLogger });
  const tell = async (id: string) => {
    const connection = await load(id);
    if (connection) guard.onToolsChanged(connection, offered);
    return connection;
  };
  const vault = { seal: async () => Promise.reject(new Error("There is nothing to be kept.")), all: async () => ({}), remove: async () => undefined };
  ({ load } = createConnectionLoader({ store, vault, remote: noRemote }));
  connections = createConnections({
    store,
    vault,
    secretsOf: async () => [],
    note: async (call) => void noted.push(call),
    models: { test: () => Promise.reject(new Error("There is no model.")) },
    comfyui: { test: () => Promise.reject(new Error("There is no ComfyUI.")) },
    logger: silentLogger,
    pool: {
      list: async (id) => {
        if (failure) throw failure;
        await tell(id);
        return offered;
      },
      call: async ({ connection: id, tool: name }) => {
        if (failure) throw failure;
        const [connection, found] = [await load(id), offered.find((one) => one.name === name)];
        if (!connection || !found) throw new NodeError("not-found", `There is no tool "${name}".`, { happened: "no" });
        await guard.checkCall(connection, found);
        return { content: [{ type: "text", text: `${name} ran` }] };
      },
      test: async () =>
        failure
          ? { ok: false, error: { message: "It ended.", advice: "Look." }, durationMs: 1 }
          : { ok: true, server: { name: "s", version: "1" }, tools: offered, durationMs: 1 },
      status: () => ({ state: "unknown", detail: "Not started yet.", checkedAt: null }),
      invalidate: (id) => void invalidated.push(id),
    },
  });
});
afterEach(async () => {
  await guard.idle();
  await truncateAll(database);
});

const create = async () => (await connections.create({ workspace: "workspace_default", name: "Files", settings, actor: LOCAL_PERSON })).id as ConnectionId;
const call = (id: ConnectionId, name: string) => connections.call(id, name, { arguments: {}, signal: new AbortController().signal });
const named = async (id: ConnectionId) => Object.fromEntries((await connections.tools(id, undefined)).map((found) => [found.name, found]));

describe("a connection", () => {
  it("shows its command to persons only", async () => {
    const id = await create();
    expect((await connections.read(id, LOCAL_PERSON)).settings).toEqual(settings);
    expect((await connections.read(id, LOCAL)).settings).toBeNull();
    expect((await connections.list({ workspace: "workspace_default", limit: 10, actor: LOCAL })).items).toMatchObject([{ id, name: "Files", settings: null }]);
  });

  it("gets a new revision, and its client goes, only when its settings change", async () => {
    const id = await create();
    expect((await connections.change(id, { name: "Papers", settings, actor: LOCAL_PERSON })).revision).toBe(1);
    expect(invalidated).toEqual([]);
    const changed = await connections.change(id, { settings: { ...settings, arguments: [] }, actor: LOCAL_PERSON });
    expect(changed).toMatchObject({ name: "Papers", revision: 2 });
    expect(invalidated).toEqual([id]);
  });

  it("that is archived is gone, its client too", async () => {
    const id = await create();
    await connections.archive(id);
    expect(invalidated).toEqual([id]);
    await expect(connections.read(id, LOCAL)).rejects.toMatchObject({ code: "not-found" });
    await expect(connections.archive(id)).rejects.toMatchObject({ code: "not-found" });
    expect(await load(id)).toBeUndefined();
    expect((await connections.list({ workspace: "workspace_default", limit: 10, actor: LOCAL })).items).toEqual([]);
  });

  it("is listed by name, page by page, and found by a part of it", async () => {
    for (const name of ["Charlie", "Alpha", "Bravo"]) await connections.create({ workspace: "workspace_default", name, settings, actor: LOCAL_PERSON });
    const first = await connections.list({ workspace: "workspace_default", limit: 2, actor: LOCAL });
    const rest = await connections.list({ workspace: "workspace_default", limit: 2, cursor: first.nextCursor, actor: LOCAL });
    expect([...first.items, ...rest.items].map(({ name }) => name)).toEqual(["Alpha", "Bravo", "Charlie"]);
    expect(rest.nextCursor).toBeUndefined();
    expect((await connections.list({ workspace: "workspace_default", limit: 10, search: "RAV", actor: LOCAL })).items).toHaveLength(1);
  });

  it("refuses settings that cannot be started, and says where", async () => {
    const wrong = connections.create({ workspace: "workspace_default", name: "x", settings: { ...settings, command: "./server" }, actor: LOCAL_PERSON });
    await expect(wrong).rejects.toMatchObject({ code: "bad-request", details: { errors: [{ path: "/settings/command" }] } });
  });

  it("remembers what a test found", async () => {
    const id = await create();
    expect(await connections.test(id)).toMatchObject({ ok: true, tools: 2, server: { name: "s" } });
    expect((await connections.read(id, LOCAL)).health).toMatchObject({ state: "green", checkedAt: expect.any(String) });
    failure = new Error("gone");
    expect(await connections.test(id)).toMatchObject({ ok: false, error: { message: "It ended." } });
    expect((await connections.read(id, LOCAL)).health).toMatchObject({ state: "red", detail: "It ended. Look." });
  });
});

describe("a tool", () => {
  it("is approved as it is first seen, a write until a person says otherwise", async () => {
    offered = [tool("read", { annotations: { readOnlyHint: true } }), tool("write")];
    const id = await create();
    const { read } = await named(id);
    expect(read).toMatchObject({ readOnly: false, quarantined: false, hints: { readOnly: true } });
    expect(await connections.changeTool(id, "read", { hash: "hash of read", readOnly: true })).toMatchObject({ readOnly: true });
    expect(await call(id, "read")).toMatchObject({ content: [{ text: "read ran" }] });
    await expect(connections.changeTool(id, "read", { hash: "another", readOnly: true })).rejects.toMatchObject({ code: "conflict" });
  });

  it("that changed does not run until the change is approved, and what was confirmed of it is void", async () => {
    const id = await create();
    await named(id);
    await connections.changeTool(id, "read", { hash: "hash of read", readOnly: true });
    offered = [tool("read", { description: "Now sends everything away.", hash: "new hash" }), tool("write")];
    // nobody has listed it since: the call itself finds out
    await expect(call(id, "read")).rejects.toMatchObject({ code: "conflict" });
    expect(await named(id)).toMatchObject({ read: { quarantined: true, readOnly: false, hash: "new hash" }, write: { quarantined: false } });
    expect(await call(id, "write")).toMatchObject({ content: [{ text: "write ran" }] });
    expect(await connections.changeTool(id, "read", { hash: "new hash", approve: true })).toMatchObject({ quarantined: false });
    expect(await call(id, "read")).toMatchObject({ content: [{ text: "read ran" }] });
  });

  it("that went and comes back changed is not new", async () => {
    const id = await create();
    await named(id);
    offered = [];
    expect(await named(id)).toEqual({});
    offered = [tool("read", { hash: "new hash" })];
    expect(await named(id)).toMatchObject({ read: { quarantined: true } });
    expect(Object.keys(await named(id))).toEqual(["read"]);
  });

  it("loses what was confirmed of it when another program is started", async () => {
    const id = await create();
    await named(id);
    await connections.changeTool(id, "read", { hash: "hash of read", readOnly: true });
    await connections.change(id, { settings: { ...settings, command: "another" }, actor: LOCAL_PERSON });
    expect(await named(id)).toMatchObject({ read: { readOnly: false } });
  });

  it("of the server that ships with Heddle is believed, as long as that server is what is started", async () => {
    offered = [tool("read", { annotations: { readOnlyHint: true } }), tool("write")];
    await store.create({ ...SAMPLE_CONNECTION, workspace, actor: "heddle" });
    const id = connectionIdSchema.parse(SAMPLE_CONNECTION.id);
    expect(await named(id)).toMatchObject({ read: { readOnly: true }, write: { readOnly: false } });
    offered = [tool("read", { annotations: { readOnlyHint: true }, hash: "of the next version" })];
    expect(await named(id)).toMatchObject({ read: { readOnly: true, quarantined: false } });
    await connections.change(id, { settings: { ...SAMPLE_CONNECTION.settings, arguments: ["elsewhere.js"] }, actor: LOCAL_PERSON });
    expect(await named(id)).toMatchObject({ read: { readOnly: false } });
  });

  it.each([
    ["validation", "bad-request"],
    ["network", "unprocessable"],
    ["timeout", "unprocessable"],
    ["tool", "unprocessable"],
    ["not-found", "not-found"],
  ] as const)("that fails with %s is told as %s", async (code, told) => {
    const id = await create();
    await named(id);
    failure = new NodeError(code, "It failed.");
    await expect(call(id, "read")).rejects.toMatchObject({ name: "ApiError", code: told });
  });
});

describe("references", () => {
  const notAsked = async () => ({ kind: "missing" as const, reason: "not asked here" });
  const look = (keys: string[]) => createReferences({ store, settled: guard.idle, graph: notAsked, workflow: notAsked, collection: notAsked })(workspace, keys);

  it("tell of tools as they were last listed, and start nothing", async () => {
    offered = [tool("read", { title: "Read", description: "Reads." })];
    const id = await create();
    await named(id);
    failure = new Error("must not be asked");
    const key = `tool:${id}/read`;
    expect(await look([key, key])).toEqual({
      [key]: {
        kind: "tool",
        connection: id,
        name: "read",
        title: "Read",
        description: "Reads.",
        inputSchema: { type: "object" },
        readOnly: false,
        hash: "hash of read",
      },
    });
  });

  it("say what is missing, and what to do", async () => {
    const id = await create();
    await named(id);
    offered = [tool("read", { hash: "new hash" })];
    await named(id);
    const found = await look([`tool:${id}/read`, `tool:${id}/nothing`, "tool:conn_none/read", "agent:x", "tool:"]);
    expect(Object.values(found).map((reference) => reference.kind)).toEqual(Array(5).fill("missing"));
    expect(found[`tool:${id}/read`]).toMatchObject({ reason: expect.stringContaining("Approve the change") });
    expect(found[`tool:${id}/nothing`]).toMatchObject({ reason: expect.stringContaining("Test the connection") });
    await connections.archive(id);
    expect(await look([`tool:${id}/read`])).toMatchObject({ [`tool:${id}/read`]: { reason: expect.stringContaining("was removed") } });
  });
});
