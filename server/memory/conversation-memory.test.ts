import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { ConversationMemory, MemoryThread } from "#nodes/kit/memory/service.ts";
import type { ModelMessage } from "#nodes/kit/models/message.ts";
import { nodeIdSchema, runIdSchema } from "#runtime/graph/ids.ts";
import type { Database } from "../store/database/open-database.ts";
import { createTestDatabase, truncateAll } from "../store/database/test-database.ts";
import { createMemoryStore, type MemoryStore } from "../store/memory.ts";
import { createConversationMemory } from "./conversation-memory.ts";

let database: Database;
let store: MemoryStore;
let memory: ConversationMemory;

beforeAll(async () => {
  database = await createTestDatabase();
  store = createMemoryStore(database);
  memory = createConversationMemory(store, "workspace_default");
});
afterAll(() => database.close());
beforeEach(async () => {
  await truncateAll(database);
  await addRun("run_a");
  await addRun("run_b");
});

async function addRun(id: string, { parent = null, purpose = null, graph = "graph_a", state = "running" }: Record<string, string | null> = {}) {
  await database.db.execute(sql`INSERT INTO runs (id, workspace_id, graph_id, revision, state, plan, actor, parent_run, purpose)
    VALUES (${id}, 'workspace_default', ${graph}, 1, ${state}, 'hash', 'local', ${parent}, ${purpose})`);
}

const node = nodeIdSchema.parse("node_a");
const thread = (run = "run_a", more: Partial<MemoryThread> = {}): MemoryThread => ({ scope: "graph", run: runIdSchema.parse(run), node, key: "ada", ...more });
const says = (text: string): ModelMessage => ({ role: "user", content: [{ type: "text", text }] });
const texts = async (of: MemoryThread) => (await memory.load(of)).messages.map(({ message }) => (message.content[0] as { text: string }).text);

it("a thread is shared by the runs of its graph, and added to once for each key", async () => {
  await memory.append(thread(), { key: "1", messages: [says("a"), says("b\0")] });
  await memory.append(thread("run_b"), { key: "2", messages: [says("c")] });
  await memory.append(thread(), { key: "1", messages: [says("a"), says("b")] });
  expect(await texts(thread())).toEqual(["a", "b\0", "c"]);
  expect(await texts(thread("run_a", { key: "bob" }))).toEqual([]);
  await addRun("run_other", { graph: "graph_b" });
  expect(await texts(thread("run_other"))).toEqual([]);
  expect(
    await createConversationMemory(store, "workspace_other", 0)
      .load(thread())
      .catch(({ code }) => code),
  ).toBe("not-found");
});

it("a run that is not stored yet is waited for", async () => {
  const remembered = memory.append(thread("run_late"), { key: "1", messages: [says("a")] });
  await addRun("run_late");
  await remembered;
  expect(await texts(thread("run_late"))).toEqual(["a"]);
});

it("many at once leave no gap and no double", async () => {
  await Promise.all(Array.from({ length: 8 }, (_, index) => memory.append(thread(), { key: `${index % 4}`, messages: [says(`${index % 4}`)] })));
  expect((await texts(thread())).sort()).toEqual(["0", "1", "2", "3"]);
  expect((await memory.load(thread())).messages.map(({ position }) => position)).toEqual([1, 2, 3, 4]);
});

it("the memory of a run belongs to the run a call is part of, and to one node", async () => {
  await addRun("run_child", { parent: "run_a", purpose: "tool" });
  await addRun("run_called", { parent: "run_a", purpose: "call" });
  const own = (run: string) => thread(run, { scope: "run", key: "" });
  await memory.append(own("run_child"), { key: "1", messages: [says("a")] });
  expect(await texts(own("run_a"))).toEqual(["a"]);
  expect(await texts(own("run_called"))).toEqual([]);
  expect(await texts(own("run_b"))).toEqual([]);
  expect(await texts({ ...own("run_a"), node: nodeIdSchema.parse("node_b") })).toEqual([]);
});

it("a summary takes the place of what it sums up, and never goes back", async () => {
  await memory.append(thread(), { key: "1", messages: [says("a"), says("b"), says("c")] });
  await memory.summarise(thread(), { summary: "a and b", upTo: 2 });
  await memory.summarise(thread(), { summary: "a", upTo: 1 });
  expect(await memory.load(thread())).toMatchObject({ summary: "a and b", messages: [{ position: 3 }] });
  await memory.append(thread(), { key: "2", messages: [says("d")] });
  expect(await texts(thread())).toEqual(["c", "d"]);
});

it("what runs remember is forgotten when they have ended, threads are not", async () => {
  await addRun("run_over", { state: "succeeded" });
  await memory.append(thread("run_over", { scope: "run" }), { key: "1", messages: [says("a")] });
  await memory.append(thread("run_a", { scope: "run" }), { key: "1", messages: [says("a")] });
  await memory.append(thread(), { key: "1", messages: [says("a")] });
  expect(await store.evictEnded()).toBe(1);
  expect(await store.evictEnded()).toBe(0);
  expect(await texts(thread("run_a", { scope: "run" }))).toEqual(["a"]);
});

it("a name or a conversation that is too long is refused", async () => {
  await expect(memory.load(thread("run_a", { key: "x".repeat(501) }))).rejects.toMatchObject({ code: "limit" });
  await expect(memory.append(thread(), { key: "1", messages: [says("x".repeat(5 * 1024 * 1024))] })).rejects.toMatchObject({ code: "limit" });
});
