import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { VariableChange, Variables } from "#nodes/kit/variables/service.ts";
import { runIdSchema } from "#runtime/graph/ids.ts";
import { LOCAL } from "../auth/actor.ts";
import { type Database, openDatabase } from "../store/database/open-database.ts";
import { createTestDatabase, postgresForTests, type ScratchPostgres, truncateAll } from "../store/database/test-database.ts";
import { createVariableStore } from "../store/variables.ts";
import { createRunVariables, createWorkspaceVariables, type WorkspaceVariables } from "./variables.ts";

const workspace = "workspace_default";
const run = runIdSchema.parse("run_a");
const DAY = 86_400_000;

let database: Database;
let api: WorkspaceVariables;
let nodes: Variables;

beforeAll(async () => {
  database = await createTestDatabase();
  const store = createVariableStore(database);
  api = createWorkspaceVariables(store);
  nodes = createRunVariables(store, workspace);
});
afterAll(() => database.close());
beforeEach(() => truncateAll(database));

let key = 0;
const change = (given: Partial<VariableChange> = {}) =>
  nodes.change({ scope: "workspace", run, name: "n", operation: "increment", value: 1, key: `key ${key++}`, ...given });

async function addRun(id: string, more: { state?: string; parent?: string; purpose?: string } = {}) {
  const { state = "running", parent = null, purpose = null } = more;
  await database.db.execute(sql`INSERT INTO runs (id, workspace_id, graph_id, revision, state, plan, actor, parent_run, purpose)
    VALUES (${id}, ${workspace}, 'graph_a', 1, ${state}, 'hash', 'local', ${parent}, ${purpose})`);
}

describe("variables of nodes", () => {
  it("are set, counted, grown and removed", async () => {
    expect(await change({ operation: "set", value: 40 })).toBe(40);
    expect(await change({ value: 2 })).toBe(42);
    expect(await nodes.get({ scope: "workspace", run, name: "n" })).toEqual({ value: 42 });
    expect(await change({ operation: "remove" })).toBeNull();
    expect(await nodes.get({ scope: "workspace", run, name: "n" })).toBeUndefined();
    expect(await change({ operation: "append", value: null })).toEqual([null]);
    expect(await change({ operation: "append", value: { a: "12" } })).toEqual([null, { a: "12" }]);
  });

  it("are changed once for a key, and answer the same again", async () => {
    expect(await change({ value: 5, key: "one" })).toBe(5);
    expect(await change({ value: 1 })).toBe(6);
    expect(await change({ value: 5, key: "one" })).toBe(5);
    expect(await nodes.get({ scope: "workspace", run, name: "n" })).toEqual({ value: 6 });
  });

  it("lose no change when many come at once, keys that come twice included", async () => {
    await Promise.all(Array.from({ length: 40 }, (_, index) => change({ key: `key of ${index % 20}` })));
    expect(await nodes.get({ scope: "workspace", run, name: "n" })).toEqual({ value: 20 });
  });

  it("leave the key free when a change is refused", async () => {
    await change({ operation: "set", value: "text" });
    await expect(change({ key: "late" })).rejects.toMatchObject({ code: "validation", happened: "no" });
    await change({ operation: "set", value: 1 });
    expect(await change({ key: "late" })).toBe(2);
  });

  it("hold 64 KiB at most, and have names", async () => {
    await expect(change({ operation: "set", value: "x".repeat(65_535) })).rejects.toMatchObject({ code: "limit", happened: "no" });
    expect(await change({ operation: "set", value: "x".repeat(65_534) })).toHaveLength(65_534);
    await expect(change({ operation: "append", name: "a b" })).rejects.toMatchObject({ code: "validation" });
    expect(await change({ operation: "set", value: "\0 and \ud800" })).toBe("\0 and \ud800");
    expect(await nodes.get({ scope: "workspace", run, name: "n" })).toEqual({ value: "\0 and \ud800" });
  });

  it("of a run are its own, and shared by the runs that carry out a part of it", async () => {
    await addRun("run_a");
    await addRun("run_slice", { parent: "run_a", purpose: "slice" });
    await addRun("run_worker", { parent: "run_slice", purpose: "worker" });
    await addRun("run_called", { parent: "run_a", purpose: "call" });
    await change({ scope: "run", operation: "set", value: "mine" });
    await change({ operation: "set", value: "everybody's" });
    const get = async (id: string) => (await nodes.get({ scope: "run", run: runIdSchema.parse(id), name: "n" }))?.value;
    expect(await Promise.all(["run_a", "run_slice", "run_worker", "run_called", "run_b"].map(get))).toEqual(["mine", "mine", "mine", undefined, undefined]);
  });
});

describe("variables of the workspace", () => {
  it("are written, read, described and removed", async () => {
    const made = await api.write({ workspace, name: "greeting" }, { value: { text: "Hello" }, description: "Said first", actor: LOCAL });
    expect(made).toMatchObject({ name: "greeting", value: { text: "Hello" }, description: "Said first", updatedBy: LOCAL.id });
    expect(await api.write({ workspace, name: "greeting" }, { value: null, actor: LOCAL })).toMatchObject({ value: null, description: "Said first" });
    await change({ name: "greeting", operation: "set", value: "Hi" });
    expect(await api.read({ workspace, name: "greeting" })).toMatchObject({ value: "Hi", description: "Said first", updatedBy: run });
    await api.remove({ workspace, name: "greeting" });
    await expect(api.read({ workspace, name: "greeting" })).rejects.toMatchObject({ code: "not-found" });
    await expect(api.remove({ workspace, name: "greeting" })).rejects.toMatchObject({ code: "not-found" });
  });

  it("are listed by name, in pages and by what one looks for, without those of runs", async () => {
    for (const name of ["b", "d", "a", "c.X"])
      await api.write({ workspace, name }, { value: 1, description: name === "d" ? "Looks like X" : "", actor: LOCAL });
    await change({ scope: "run", name: "hidden" });
    const first = await api.list({ workspace, limit: 3 });
    const second = await api.list({ workspace, limit: 3, ...(first.nextCursor !== undefined && { cursor: first.nextCursor }) });
    expect([...first.items, ...second.items].map(({ name }) => name)).toEqual(["a", "b", "c.X", "d"]);
    expect(second.nextCursor).toBeUndefined();
    expect((await api.list({ workspace, limit: 9, search: "x" })).items.map(({ name }) => name)).toEqual(["c.X", "d"]);
  });

  it("refuse what does not fit", async () => {
    await expect(api.write({ workspace, name: "a b" }, { value: 1, actor: LOCAL })).rejects.toMatchObject({
      code: "bad-request",
      details: { errors: [{ path: "/name" }] },
    });
    await expect(api.write({ workspace, name: "a" }, { value: "x".repeat(65_536), actor: LOCAL })).rejects.toMatchObject({ code: "too-large" });
  });

  it("forget keys after 30 days, and the variables of runs that have ended", async () => {
    await addRun("run_a");
    await addRun("run_b", { state: "succeeded" });
    await change({ scope: "run", key: "a" });
    await change({ scope: "run", run: runIdSchema.parse("run_b"), key: "b" });
    await change({ scope: "workspace", key: "c" });
    expect(await api.evict()).toEqual({ changes: 0, variables: 1 });
    expect(await nodes.get({ scope: "run", run, name: "n" })).toEqual({ value: 1 });
    expect(await api.evict(Date.now() + 29 * DAY)).toEqual({ changes: 0, variables: 0 });
    expect(await api.evict(Date.now() + 31 * DAY)).toEqual({ changes: 3, variables: 0 });
    expect(await nodes.get({ scope: "workspace", run, name: "n" })).toEqual({ value: 1 });
  });
});

describe("on Postgres", () => {
  let scratch: ScratchPostgres | undefined;
  beforeAll(async () => {
    scratch = await postgresForTests();
  });
  afterAll(() => scratch?.drop());

  it("changes of several connections at once are all made, each once", async ({ skip }) => {
    if (!scratch) return skip("no Postgres answers");
    const [one, two] = [await openDatabase({ url: scratch.url }), await openDatabase({ url: scratch.url })];
    try {
      const both = [one, two].map((each) => createRunVariables(createVariableStore(each), workspace));
      const at = { scope: "workspace", run, name: "n" } as const;
      await Promise.all(
        both.flatMap((each) => Array.from({ length: 25 }, (_, index) => each.change({ ...at, operation: "increment", value: 1, key: `k${index}` }))),
      );
      expect(await both[0]?.get(at)).toEqual({ value: 25 });
    } finally {
      await Promise.all([one.close(), two.close()]);
    }
  });
});
