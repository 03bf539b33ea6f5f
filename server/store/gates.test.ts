import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { createId, nodeIdSchema, type RunId } from "#runtime/graph/ids.ts";
import type { RunEventBody } from "#runtime/run/events.ts";
import type { Database } from "./database/open-database.ts";
import { createTestDatabase, truncateAll } from "./database/test-database.ts";
import { createGateStore } from "./gates.ts";
import { readRunCounts } from "./run-counts.ts";
import { runEvents, runs } from "./schema/runs.ts";

let database: Database;
beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(() => truncateAll(database));
afterAll(() => database.close());

const workspace = "workspace_default";
const at = { node: nodeIdSchema.parse("node_a"), path: [] };
/** NUL, what only looks like it, and half a surrogate pair. */
const ODD = 'x\0\0 \\u0000 \\\0 "\ud83d"';
const asks: RunEventBody = {
  type: "node-waiting",
  ...at,
  request: { kind: "person", name: "ask", title: "Go on?", details: { text: ODD }, decisions: ["yes", "no"] },
};
const sleeps: RunEventBody = { type: "node-waiting", ...at, request: { kind: "time", name: "nap", until: "2030-01-01T00:00:00.000Z" } };
const calls: RunEventBody = { type: "node-waiting", ...at, request: { kind: "webhook", name: "call" } };
const uncertain: RunEventBody = { type: "node-uncertain", ...at, failure: { code: "network", message: ODD, happened: "unknown" } };
const answered: RunEventBody = {
  type: "wait-answered",
  ...at,
  name: "ask",
  answer: { kind: "person", at: "2026-01-01T00:00:00.000Z", decision: "yes", edited: { type: "inline", value: { text: ODD } }, note: ODD, by: "ann" },
  actor: "ann",
};

async function createRun(log: RunEventBody[], state: typeof runs.$inferInsert.state = "waiting"): Promise<RunId> {
  const id = createId("run");
  await database.db.insert(runs).values({ id, workspaceId: workspace, graphId: createId("graph"), revision: 1, state, plan: "", actor: "tester" });
  for (const [index, event] of log.entries())
    await database.db.insert(runEvents).values({ runId: id, workspaceId: workspace, seq: index + 1, type: event.type, event, at: new Date() });
  return id;
}

const pending = async (given: { cursor?: string; search?: string; limit?: number } = {}) =>
  (await createGateStore(database).list({ workspace, state: "pending", limit: 10, ...given })).map(({ run, seq }) => `${run}.${seq}`);

it("shows gates whose details hold NUL, and takes their decision once", async () => {
  const run = await createRun([asks]);
  const gates = createGateStore(database);
  expect(await gates.list({ workspace, state: "pending", limit: 10 })).toMatchObject([{ run, seq: 1, event: asks, decided: null }]);
  expect((await readRunCounts(database)).gates).toBe(1);
  const message = { type: "decide-wait" as const, ...at, name: "ask", decision: "yes", edited: { text: ODD }, note: ODD };
  expect(await gates.decide({ run, seq: 1, message, actor: "ann\0" })).toBe("decided");
  expect(await gates.decide({ run, seq: 1, message, actor: "bob" })).toBe("late");
  expect(await gates.read({ run, seq: 1 })).toMatchObject({ decided: { decision: "yes", note: ODD, actor: "ann\ufffd" } });
  expect(await pending()).toEqual([]);
  expect((await readRunCounts(database)).gates).toBe(0);
});

it("shows a decision of the log whose edited answer holds NUL", async () => {
  const run = await createRun([asks, answered]);
  const gates = createGateStore(database);
  expect(await gates.read({ run, seq: 1 })).toMatchObject({ alive: true, decided: { decision: "yes", note: ODD, actor: "ann" } });
  expect(await gates.decide({ run, seq: 1, message: { type: "resume" }, actor: "bob" })).toBe("late");
  expect(await pending()).toEqual([]);
});

it("leaves out waits for nobody, runs that have ended and nodes that were cancelled", async () => {
  const run = await createRun([sleeps, calls, uncertain], "held");
  await createRun([asks, { type: "node-cancelled", ...at, happened: "no" }]);
  await createRun([asks, uncertain], "failed");
  expect(await pending()).toEqual([`${run}.3`]);
  expect((await readRunCounts(database)).gates).toBe(1);
  expect(await createGateStore(database).read({ run, seq: 1 })).toBeUndefined();
});

it("pages from the newest, each gate once", async () => {
  const created = [await createRun([asks, sleeps, uncertain]), await createRun([asks, answered]), await createRun([uncertain, asks], "running")];
  const seqs = new Map([
    [created[0], [3, 1]],
    [created[2], [2, 1]],
  ]);
  const all = await pending();
  expect(all).toEqual(
    created
      .toSorted()
      .toReversed()
      .flatMap((run) => (seqs.get(run) ?? []).map((seq) => `${run}.${seq}`)),
  );
  const pages: string[] = [];
  for (let cursor = all[0]; cursor !== undefined; cursor = (await pending({ cursor, limit: 1 }))[0]) pages.push(cursor);
  expect(pages).toEqual(all);
  expect(await pending({ search: "GO ON" })).toHaveLength(2);
  expect(await pending({ search: "\0" })).toEqual([]);
});
