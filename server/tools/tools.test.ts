import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ToolDescription } from "#nodes/kit/mcp/service.ts";
import { createId } from "#runtime/graph/ids.ts";
import { createConnectionStore } from "../store/connections.ts";
import type { Database } from "../store/database/open-database.ts";
import { createTestDatabase, truncateAll } from "../store/database/test-database.ts";
import { runs } from "../store/schema/runs.ts";
import { toolCalls } from "../store/schema/tools.ts";
import { createToolStore, type ToolStore } from "../store/tools.ts";
import { askRule } from "./tool-rules.ts";
import { createTools, type Tools } from "./tools.ts";

const workspace = "workspace_default";
const FILES = "conn_a";
const MAIL = "conn_b";
const DAY_MS = 86_400_000;
const tool = (name: string, more: Partial<ToolDescription> = {}): ToolDescription => ({
  name,
  inputSchema: { type: "object" },
  hash: `hash of ${name}`,
  ...more,
});

let database: Database;
let store: ToolStore;
let tools: Tools;
let connections: ReturnType<typeof createConnectionStore>;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await truncateAll(database);
  store = createToolStore(database);
  connections = createConnectionStore(database);
  tools = createTools({ store, connections });
  await connections.create({ id: FILES, workspace, name: "Files", settings: {}, actor: "ada" });
  await connections.create({ id: MAIL, workspace, name: "Mail", settings: {}, actor: "ada" });
  await connections.create({ id: "conn_c", workspace: "workspace_other", name: "Elsewhere", settings: {}, actor: "eve" });
  await list(FILES, [tool("read_file", { description: "Reads a FILE." }), tool("write_file")]);
  await list(MAIL, [tool("send", { title: "Send a letter" })]);
  await list("conn_c", [tool("secret")]);
});

const list = (connection: string, offered: ToolDescription[]) => connections.record({ connection, tools: offered, isShipped: false, isWhole: true });
const rule = (subject: string, name: string, value: "allow" | "ask" | "deny" | null) =>
  tools.setRule({ workspace, subject, connection: FILES, tool: name }, { rule: value, actor: "ada" });
const found = async (query: Partial<Parameters<Tools["search"]>[0]>) =>
  (await tools.search({ workspace, limit: 50, ...query })).items.map(({ tool: { name } }) => name);

describe("search", () => {
  it("looks through all servers of the workspace, in names, titles and descriptions, whatever the case", async () => {
    expect(await found({})).toEqual(["read_file", "write_file", "send"]);
    expect(await found({ search: "file" })).toEqual(["read_file", "write_file"]);
    expect(await found({ search: "READS A" })).toEqual(["read_file"]);
    expect(await found({ search: "letter" })).toEqual(["send"]);
    expect(await found({ search: "mail" })).toEqual(["send"]);
    expect(await found({ search: "secret" })).toEqual([]);
    expect(await found({ connection: MAIL })).toEqual(["send"]);
  });

  it("tells first of those that are called so, over all pages", async () => {
    await list(MAIL, [tool("file_letter"), tool("send", { description: "Sends a file." })]);
    await list(FILES, [tool("list", { description: "Lists every file." }), tool("read_file")]);
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await tools.search({ workspace, search: "file", limit: 1, cursor });
      names.push(...page.items.map((item) => item.tool.name));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(names).toEqual(["read_file", "file_letter", "list", "send"]);
    expect(await found({ cursor: "%E0%A4%A/x" })).toHaveLength(4);
  });

  it("comes in pages", async () => {
    const first = await tools.search({ workspace, limit: 2 });
    expect(first.items.map(({ tool: { name } }) => name)).toEqual(["read_file", "write_file"]);
    const { nextCursor } = first;
    if (nextCursor === undefined) throw new Error("There is no second page.");
    const second = await tools.search({ workspace, limit: 2, cursor: nextCursor });
    expect(second.items.map(({ tool: { name } }) => name)).toEqual(["send"]);
    expect(second.nextCursor).toBeUndefined();
  });

  it("leaves out what servers do not list any more, and archived connections", async () => {
    await list(FILES, [tool("read_file")]);
    await connections.archive(MAIL);
    expect(await found({})).toEqual(["read_file"]);
  });

  it("shows what is confirmed, changed, asked about and denied", async () => {
    await connections.judge({ connection: FILES, tool: "read_file", hash: "hash of read_file", approve: false, readOnly: true });
    await list(MAIL, [tool("send", { hash: "another" })]);
    await rule("*", "*", "deny");
    await rule("*", "read_file", "ask");
    await rule("graph_a", "write_file", "ask");
    expect(await found({ shows: "read-only" })).toEqual(["read_file"]);
    expect(await found({ shows: "changed" })).toEqual(["send"]);
    expect(await found({ shows: "asks" })).toEqual(["read_file"]);
    expect(await found({ shows: "denied" })).toEqual(["write_file"]);
    expect((await tools.search({ workspace, limit: 50 })).items.map((item) => item.rule)).toEqual(["ask", "deny", "allow"]);
  });

  it("tells of a changed tool what was approved", async () => {
    const schema = { type: "object", properties: { to: { type: "string" } } };
    await list(MAIL, [tool("send", { hash: "another", description: "Sends, and keeps a copy.", inputSchema: schema })]);
    const [item] = (await tools.search({ workspace, limit: 50, search: "send" })).items;
    expect(item?.tool).toMatchObject({ quarantined: true, inputSchema: schema, approved: { title: "Send a letter", inputSchema: { type: "object" } } });
    await connections.judge({ connection: MAIL, tool: "send", hash: "another", approve: true, readOnly: undefined });
    const [approved] = (await tools.search({ workspace, limit: 50, search: "send" })).items;
    expect(approved?.tool).toMatchObject({ quarantined: false });
    expect(approved?.tool.approved).toBeUndefined();
    await list(MAIL, [tool("send", { hash: "a third" })]);
    const [again] = (await tools.search({ workspace, limit: 50, search: "send" })).items;
    expect(again?.tool.approved).toMatchObject({ description: "Sends, and keeps a copy.", inputSchema: schema });
  });
});

describe("rules", () => {
  const asked = (graph: string, name: string) => askRule(store, { workspace, graph, connection: FILES, tool: name });

  it("hold for the calls they speak of until they are taken away", async () => {
    await rule("*", "write_file", "deny");
    await rule("graph_a", "*", "ask");
    expect(await asked("graph_a", "write_file")).toBe("ask");
    expect(await asked("graph_b", "write_file")).toBe("deny");
    expect(await asked("graph_b", "read_file")).toBe("allow");
    await rule("graph_a", "*", "allow");
    expect(await asked("graph_a", "write_file")).toBe("allow");
    expect(await rule("graph_a", "*", null)).toMatchObject([{ subject: "*", tool: "write_file", rule: "deny", changedBy: "ada" }]);
    expect(await asked("graph_a", "write_file")).toBe("deny");
  });

  it("are told by subject and connection, and made for connections of the workspace only", async () => {
    await rule("graph_a", "read_file", "ask");
    await rule("*", "read_file", "deny");
    expect((await tools.rules({ workspace, subject: "graph_a" })).map((each) => each.rule)).toEqual(["ask"]);
    expect(await tools.rules({ workspace, connection: MAIL })).toEqual([]);
    expect(await tools.rules({ workspace: "workspace_other" })).toEqual([]);
    const foreign = { workspace, subject: "*", connection: "conn_c", tool: "*" };
    await expect(tools.setRule(foreign, { rule: "deny", actor: "ada" })).rejects.toMatchObject({ code: "not-found" });
  });
});

describe("figures", () => {
  const note = (milliseconds: number, code: string | null = null) =>
    store.note({ workspace, connection: FILES, tool: "read_file", run: null, milliseconds, code });

  it("count calls, errors and time", async () => {
    for (const milliseconds of [10, 20, 30]) await note(milliseconds);
    await note(1_000, "tool");
    expect(await tools.figures(FILES, 7)).toMatchObject([{ tool: "read_file", calls: 4, errors: 1, median: 25, p95: expect.closeTo(854.5) }]);
    expect(await tools.figures(MAIL, 7)).toEqual([]);
  });

  it("add up what the runs of its calls cost, each once", async () => {
    const run = async (cost: number, purpose: string | null) => {
      const id = createId("run");
      const row = { id, workspaceId: workspace, graphId: createId("graph"), revision: 1, state: "succeeded" as const, plan: "", actor: "ada", cost };
      await database.db.insert(runs).values({ ...row, purpose: purpose as never });
      return id;
    };
    const asked = await run(0.02, "tool");
    for (const [tool, id] of [
      ["read_file", asked],
      ["read_file", asked],
      ["read_file", await run(0.1, "tool")],
      ["other", await run(1, "tool")],
      ["read_file", await run(5, null)],
    ] as const)
      await store.note({ workspace, connection: FILES, tool, run: id, milliseconds: 1, code: null });
    expect(await tools.figures(FILES, 7)).toMatchObject([
      { tool: "read_file", calls: 4, cost: "0.12" },
      { tool: "other", cost: "1" },
    ]);
  });

  it("leave out what is older, which is forgotten after 90 days", async () => {
    await note(10);
    await note(20);
    const [row] = await database.db.select().from(toolCalls).limit(1);
    if (!row) throw new Error("Nothing was noted.");
    const { id: _, ...values } = row;
    await database.db.insert(toolCalls).values([8, 91].map((days) => ({ ...values, at: new Date(Date.now() - days * DAY_MS) })));
    expect(await tools.figures(FILES, 7)).toMatchObject([{ calls: 2 }]);
    expect(await tools.evict()).toBe(1);
    expect(await tools.figures(FILES, 90)).toMatchObject([{ calls: 3 }]);
  });
});
