import { expect, it } from "vitest";
import type { Database } from "./open-database.ts";
import { createTestDatabase } from "./test-database.ts";

const found = async (database: Database, expression: string) => (await database.db.execute(`select ${expression} as found`)).rows[0]?.found;
const addJob = ({ db }: Database) => db.execute("insert into jobs (id, workspace_id, kind, state) values ('job_a', 'workspace_default', 'test', 'queued')");
const jobsOf = (database: Database) => found(database, "(select count(*)::int from jobs)");
const startOf = (database: Database) => found(database, "pg_postmaster_start_time()::text");

it("is the same engine for the next who asks, without a trace of the one before", async () => {
  const first = await createTestDatabase();
  const started = await startOf(first);
  await first.db.execute("update workspaces set name = 'Mine'");
  await first.db.execute("insert into workspaces (id, name) values ('workspace_other', 'Other')");
  await addJob(first);
  await first.db.execute("set search_path to nowhere");
  await first.close();
  await expect(first.ping()).rejects.toThrow();

  const second = await createTestDatabase();
  expect(await startOf(second)).toBe(started);
  expect((await second.db.execute("select id, name from workspaces")).rows).toEqual([{ id: "workspace_default", name: "Workspace" }]);
  expect(await jobsOf(second)).toBe(0);
  await second.close();
});

it("is one of its own for each of two who ask at once, and none whose tables somebody changed", async () => {
  const [one, other] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  await addJob(one);
  expect(await jobsOf(other)).toBe(0);
  await one.db.execute("create table things (id int)");
  await Promise.all([one.close(), other.close()]);
  const next = await createTestDatabase();
  expect(await found(next, "to_regclass('things')")).toBe(null);
  await next.close();
});
