import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createId, nodeIdSchema } from "#runtime/graph/ids.ts";
import type { RunEventBody } from "#runtime/run/events.ts";
import type { Database } from "./database/open-database.ts";
import { createTestDatabase } from "./database/test-database.ts";
import { readRunCounts } from "./run-counts.ts";
import { runEvents, runs } from "./schema/runs.ts";

let database: Database;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const workspaceId = "workspace_default";
const at = { node: nodeIdSchema.parse("node_a"), path: [] };
const uncertain: RunEventBody = { type: "node-uncertain", ...at, failure: { code: "network", message: "Hung up.", happened: "unknown" } };
const decided: RunEventBody = { type: "uncertainty-decided", ...at, decision: "again", outputs: {}, note: "", actor: "tester" };
const asks: RunEventBody = { type: "node-waiting", ...at, request: { kind: "person", name: "ask", title: "Go on?", decisions: ["yes", "no"] } };
const sleeps: RunEventBody = { type: "node-waiting", ...at, request: { kind: "time", name: "nap", until: "2030-01-01T00:00:00.000Z" } };
const answered: RunEventBody = { type: "wait-answered", ...at, name: "ask", answer: { kind: "time", at: "2026-01-01T00:00:00.000Z" }, actor: "clock" };

interface Given {
  state: typeof runs.$inferInsert.state;
  /** Milliseconds from now. */
  lease?: number;
  wake?: number;
  log?: RunEventBody[];
}

async function createRun({ state, lease, wake, log = [] }: Given) {
  const id = createId("run");
  const instant = (milliseconds: number | undefined) => (milliseconds === undefined ? null : new Date(Date.now() + milliseconds));
  const row = { id, workspaceId, graphId: "graph_a", revision: 1, state, plan: "", actor: "tester", leaseUntil: instant(lease), wakeAt: instant(wake) };
  await database.db.insert(runs).values(row);
  for (const [index, event] of log.entries())
    await database.db.insert(runEvents).values({ runId: id, workspaceId, seq: index + 1, type: event.type, event, at: new Date() });
  return id;
}

it("counts what is due, what waits, and the gates nobody has decided", async () => {
  expect(await readRunCounts(database)).toEqual({ due: 0, waiting: 0, gates: 0 });
  await createRun({ state: "queued" });
  await createRun({ state: "running", lease: -60_000 });
  await createRun({ state: "running", lease: 3_600_000 });
  await createRun({ state: "waiting", wake: -60_000, log: [sleeps] });
  await createRun({ state: "waiting", wake: 3_600_000, log: [asks] });
  await createRun({ state: "waiting", log: [asks, answered, sleeps] });
  await createRun({ state: "waiting", log: [uncertain, decided, uncertain] });
  await createRun({ state: "succeeded", log: [uncertain, asks] });
  expect(await readRunCounts(database)).toEqual({ due: 3, waiting: 4, gates: 2 });
});

it("counts a gate as decided, and its run as due, once a decision waits for the driver", async () => {
  const before = await readRunCounts(database);
  const run = await createRun({ state: "waiting", log: [uncertain] });
  expect(await readRunCounts(database)).toEqual({ due: before.due, waiting: before.waiting + 1, gates: before.gates + 1 });
  await database.db.execute(
    sql`INSERT INTO run_inbox (run_id, workspace_id, message, actor, dedupe_key) VALUES (${run}, ${workspaceId}, '{}', 'tester', 'gate:1')`,
  );
  expect(await readRunCounts(database)).toEqual({ due: before.due + 1, waiting: before.waiting + 1, gates: before.gates });
});
