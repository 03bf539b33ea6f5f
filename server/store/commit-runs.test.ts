import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createId } from "#runtime/graph/ids.ts";
import type { RunCommit } from "../engine/committer.ts";
import type { NewRun } from "../engine/new-run.ts";
import { commitRuns } from "./commit-runs.ts";
import type { Database } from "./database/open-database.ts";
import { createTestDatabase } from "./database/test-database.ts";
import { createRunStore } from "./runs.ts";

let database: Database;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const projection = { state: "running", startedAt: null, finishedAt: null, output: null, failure: null, reason: null, wakeAt: null, cost: 0, release: false };

function newRun(more: Partial<NewRun> = {}): NewRun {
  const id = createId("run");
  const created = { type: "run-created" as const, run: id, input: {}, actor: "tester", seq: 1, at: new Date().toISOString() };
  return { id, workspace: "workspace_default", graph: createId("graph"), revision: 1, plan: "hash", input: {}, actor: "tester", events: [created], ...more };
}

function creation(run: NewRun): RunCommit {
  return { run: run.id, epoch: 1, events: run.events, consumed: [], projection, create: { ...run, lease: { owner: "one", leaseMs: 60_000 } } };
}

it("tells a run that the same commit begins, and nobody who is not there", async () => {
  const [parent, child] = [newRun(), newRun()];
  const cancel = { message: { type: "cancel" as const, reason: "Stopped." }, actor: "run" };
  const messages = [child.id, createId("run")].map((run) => ({ run, ...cancel }));
  expect((await commitRuns(database, [{ ...creation(parent), children: [child], messages }])).size).toBe(0);
  const { rows } = await database.db.execute(sql`SELECT run_id, workspace_id, message FROM run_inbox`);
  expect(rows).toEqual([{ run_id: child.id, workspace_id: "workspace_default", message: cancel.message }]);
});

it("takes a creation as recorded when it is sent again, though another process has claimed the run and gone on", async () => {
  const run = newRun();
  const commit = creation(run);
  expect((await commitRuns(database, [commit])).size).toBe(0);
  await database.db.execute(sql`UPDATE runs SET lease_owner = 'two', lease_epoch = 2, last_seq = 5 WHERE id = ${run.id}`);
  expect((await commitRuns(database, [commit])).size).toBe(0);
});

it("refuses a creation whose idempotency key another run has, and a commit of an epoch that is over", async () => {
  const [first, graph] = [newRun({ idempotencyKey: "key" }), createId("graph")];
  await commitRuns(database, [creation({ ...first, graph })]);
  const second = newRun({ idempotencyKey: "key", graph });
  expect(await commitRuns(database, [creation(second)])).toEqual(new Set([second.id]));
  await database.db.execute(sql`UPDATE runs SET lease_epoch = 2 WHERE id = ${first.id}`);
  const later = { run: first.id, epoch: 1, events: [], consumed: [], projection };
  expect(await commitRuns(database, [later])).toEqual(new Set([first.id]));
});

it("records texts that no column can hold, and finds a run again by its key", async () => {
  const store = createRunStore(database);
  const run = newRun({ actor: "a\0b\ud800", idempotencyKey: "key\0\udc00", input: { broken: "\0\ud800" } });
  expect((await commitRuns(database, [{ ...creation(run), projection: { ...projection, reason: "why\0\ud800" } }])).size).toBe(0);
  expect(await store.byKey({ workspace: run.workspace, graph: run.graph, key: "key\0\udc00" })).toMatchObject({
    ...{ id: run.id, actor: "a\ufffdb\ufffd", reason: "why\ufffd\ufffd" },
  });
  expect(await store.send({ run: run.id, message: { type: "cancel", reason: "why\0" }, actor: "a\0b\ud800" })).toBe(true);
  expect(await store.readInbox(run.id, 10)).toMatchObject([{ message: { type: "cancel", reason: "why\0" }, actor: "a\ufffdb\ufffd" }]);
  expect((await store.list({ workspace: run.workspace, search: "x\0\ud800", limit: 10 })).items).toEqual([]);
});
