import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createId } from "#runtime/graph/ids.ts";
import type { RunCommit } from "../engine/committer.ts";
import { commitRuns } from "./commit-runs.ts";
import type { Database } from "./database/open-database.ts";
import { createTestDatabase } from "./database/test-database.ts";

let database: Database;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const MIB = 1024 * 1024;
const projection = { state: "running", startedAt: null, finishedAt: null, output: null, failure: null, reason: null, wakeAt: null, cost: 0, release: false };

/** The first commit of a run with so much input. */
function creation(bytes: number): RunCommit {
  const id = createId("run");
  const created = { type: "run-created" as const, run: id, input: "x".repeat(bytes), actor: "tester", seq: 1, at: new Date().toISOString() };
  const run = { id, workspace: "workspace_default", graph: createId("graph"), revision: 1, plan: "hash", input: {}, actor: "tester", events: [created] };
  return { run: id, epoch: 1, events: run.events, consumed: [], projection, create: { ...run, lease: { owner: "one", leaseMs: 60_000 } } };
}

/** Counts the bytes of the statements that go to the database, and lets so many through. */
function counting(through = Number.POSITIVE_INFINITY): { counted: Database; sizes: number[] } {
  const sizes: number[] = [];
  const prepared: Database["prepared"] = (statement) => {
    if (sizes.length >= through) throw new Error("The connection was lost.");
    sizes.push(JSON.stringify(statement.values).length);
    return database.prepared(statement);
  };
  return { counted: { ...database, prepared }, sizes };
}

async function recorded(commits: readonly RunCommit[]): Promise<number> {
  const { rows } = await database.db.execute<{ runs: number }>(
    sql`SELECT count(*)::int AS runs FROM run_events WHERE run_id = ANY(${sql.param(commits.map(({ run }) => run))}::text[])`,
  );
  return rows[0]?.runs ?? 0;
}

it("writes what is much in several statements, and a run in one, however large", async () => {
  const commits = [creation(3 * MIB), creation(3 * MIB), creation(3 * MIB), creation(12 * MIB), creation(10), creation(10)];
  const { counted, sizes } = counting();
  expect((await commitRuns(counted, commits)).size).toBe(0);
  expect(await recorded(commits)).toBe(commits.length);
  expect(sizes.length).toBeGreaterThan(1);
  expect(sizes.filter((size) => size > 9 * MIB)).toHaveLength(1);
});

it("writes what is little in one", async () => {
  const { counted, sizes } = counting();
  await commitRuns(counted, [creation(3 * MIB), creation(10), creation(10)]);
  expect(sizes).toHaveLength(1);
});

it("tells of runs that are refused in whichever statement, and takes the rest when it is sent again after the first", async () => {
  const commits = [creation(5 * MIB), creation(5 * MIB), creation(5 * MIB)];
  await expect(commitRuns(counting(1).counted, commits)).rejects.toThrow("The connection was lost.");
  expect(await recorded(commits)).toBe(1);
  const refused = commits.map((commit): RunCommit => ({ ...commit, run: createId("run"), create: undefined as never }));
  expect(await commitRuns(database, [...commits, ...refused])).toEqual(new Set(refused.map(({ run }) => run)));
  expect(await recorded(commits)).toBe(3);
});
