import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { createId, runIdSchema } from "#runtime/graph/ids.ts";
import type { ClaimRuns } from "../engine/engine.ts";
import { claimRuns } from "./claim-runs.ts";
import type { Database } from "./database/open-database.ts";
import { createTestDatabase, truncateAll } from "./database/test-database.ts";
import { runs } from "./schema/runs.ts";

let database: Database;
beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(() => truncateAll(database));
afterAll(() => database.close());

/** `lease` and `wake` in milliseconds from now. */
async function createRun(given: Partial<typeof runs.$inferInsert> & { lease?: number; wake?: number; inbox?: string } = {}): Promise<string> {
  const { lease, wake, inbox, ...more } = given;
  const id = createId("run");
  const instant = (milliseconds: number | undefined) => (milliseconds === undefined ? null : new Date(Date.now() + milliseconds));
  const row = { id, workspaceId: "workspace_default", graphId: createId("graph"), revision: 1, state: "waiting" as const, plan: "", actor: "tester" };
  await database.db.insert(runs).values({ ...row, leaseUntil: instant(lease), wakeAt: instant(wake), ...more });
  if (inbox)
    await database.db.execute(sql`INSERT INTO run_inbox (run_id, workspace_id, message, actor) VALUES (${id}, 'workspace_default', ${inbox}::json, 'x')`);
  return id;
}

const claim = async (given: Partial<ClaimRuns> = {}) =>
  (await claimRuns(database, { owner: "one", leaseMs: 60_000, limit: 10, labels: [], ...given })).map(({ run }) => run as string).toSorted();

const RESUME = '{"type":"resume"}';

it("claims what is ready, what is due and what has a message, once", async () => {
  const due = [
    await createRun({ state: "queued" }),
    await createRun({ state: "running", lease: -60_000 }),
    await createRun({ wake: -60_000 }),
    await createRun({ state: "held", inbox: RESUME }),
  ];
  await createRun();
  await createRun({ wake: 3_600_000 });
  await createRun({ state: "running", lease: 3_600_000, inbox: RESUME });
  await createRun({ state: "failed", wake: -60_000, inbox: RESUME });
  const named = due.slice(0, 2).map((run) => runIdSchema.parse(run));
  expect(await claim({ except: named })).toEqual(due.slice(2).toSorted());
  expect(await claim({ runs: named })).toEqual(due.slice(0, 2).toSorted());
  expect(await claim()).toEqual([]);
});

it("takes runs in turn from each workspace", async () => {
  for (let made = 0; made < 5; made++) await createRun({ state: "queued", workspaceId: "workspace_crowd" });
  const others = [await createRun({ state: "queued", workspaceId: "workspace_a" }), await createRun({ wake: -60_000, workspaceId: "workspace_z" })];
  expect(await claim({ limit: 3 })).toEqual(expect.arrayContaining(others));
});

it("leaves runs with another label to its workers, unless they are to be ended", async () => {
  const gpu = await createRun({ state: "queued", worker: "gpu" });
  const called = await createRun({ worker: "gpu", inbox: JSON.stringify({ type: "callback", request: { body: '\0{"type":"cancel"' } }) });
  const toEnd = [
    await createRun({ worker: "gpu", inbox: JSON.stringify({ type: "cancel", reason: "why\0" }) }),
    await createRun({ state: "queued", worker: "gpu", inbox: JSON.stringify({ type: "kill", reason: "" }) }),
    // whoever was told so was lost before it ended
    await createRun({ state: "running", worker: "gpu", heldReason: "", lease: -60_000 }),
    await createRun({ worker: "gpu", heldReason: "enough", inbox: '{"type":"child-finished"}' }),
  ];
  const held = await createRun({ state: "held", worker: "gpu", heldReason: "lunch", inbox: RESUME });
  expect(await claim()).toEqual(toEnd.toSorted());
  expect(await claim({ labels: ["gpu"] })).toEqual([gpu, called, held].toSorted());
});
