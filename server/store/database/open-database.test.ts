import { asc, count, eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { documents, documentUpdates } from "../schema/documents.ts";
import { jobs } from "../schema/jobs.ts";
import { runEvents, runInbox, runs } from "../schema/runs.ts";
import { workspaces } from "../schema/workspaces.ts";
import { isUniqueViolation, NestedDatabaseUseError, sqlStateOf } from "./database-errors.ts";
import { type Database, openDatabase, type Tx } from "./open-database.ts";
import { createTestDatabase, postgresForTests, truncateAll } from "./test-database.ts";

const workspaceId = "workspace_default";
const scratch = await postgresForTests();
const kinds = [{ kind: "pglite", open: createTestDatabase }, ...(scratch ? [{ kind: "postgres", open: () => openDatabase({ url: scratch.url }) }] : [])];
afterAll(() => scratch?.drop());

describe.each(kinds)("a database of the kind $kind", ({ kind, open }) => {
  let database: Database;
  beforeAll(async () => {
    database = await open();
  });
  beforeEach(() => truncateAll(database));
  afterAll(() => database.close());

  const addJob = (handle: Pick<Tx, "insert">, id: string) => handle.insert(jobs).values({ id, workspaceId, kind: "test", state: "queued" });
  const countJobs = async (): Promise<number> => (await database.db.select({ jobs: count() }).from(jobs))[0]?.jobs ?? -1;

  it("says its kind and answers", async () => {
    expect(database.kind).toBe(kind);
    await database.ping();
  });

  it("has the default workspace, also after truncateAll", async () => {
    expect(await database.db.select({ id: workspaces.id }).from(workspaces)).toEqual([{ id: workspaceId }]);
  });

  it("gives back instants, numbers, bytes and JSON as they were", async () => {
    const at = new Date("2026-03-29T01:30:00.123Z");
    const update = new Uint8Array([0, 1, 255]);
    await database.db.insert(documentUpdates).values({ documentId: "graph_a", number: 2 ** 40, workspaceId, update, actor: "local", createdAt: at });
    const [stored] = await database.db.select().from(documentUpdates);
    expect(stored).toEqual({ documentId: "graph_a", number: 2 ** 40, workspaceId, update: Buffer.from(update), actor: "local", createdAt: at });
    await database.db
      .insert(runs)
      .values({ id: "run_a", workspaceId, graphId: "graph_a", revision: 1, state: "queued", plan: "{}", actor: "local", cost: 0.0000000012 });
    expect(await database.db.select({ cost: runs.cost, wakeAt: runs.wakeAt }).from(runs)).toEqual([{ cost: 1.2e-9, wakeAt: null }]);
  });

  const jsonValues = [{ b: 1, a: [null, true, "é𝄞"] }, "12", '"quoted"', 12.5, true, [], "\u0000 and \ud800", null];
  it.each(jsonValues.map((value) => ({ value })))("keeps the JSON $value", async ({ value }) => {
    await addJob(database.db, "job_a").returning();
    await database.db.update(jobs).set({ result: value });
    const [job] = await database.db.select({ result: jobs.result }).from(jobs);
    expect(JSON.stringify(job?.result)).toBe(JSON.stringify(value));
  });

  it("counts affected rows and returns raw rows in one shape", async () => {
    await addJob(database.db, "job_a");
    expect((await database.db.update(jobs).set({ attempts: 1 }).where(eq(jobs.id, "job_a"))).rowCount).toBe(1);
    const { rows } = await database.db.execute(sql`select 1::int as n, '{"a":1}'::json as j, '\\x01'::bytea as b, null as nothing`);
    expect(rows).toEqual([{ n: 1, j: { a: 1 }, b: Buffer.from([1]), nothing: null }]);
  });

  it("reports errors with SQLSTATE and constraint, and stays usable", async () => {
    const add = () => database.db.insert(runInbox).values({ runId: "run_a", workspaceId, message: {}, actor: "local", dedupeKey: "once" });
    await add();
    const error = await add().catch((thrown: unknown) => thrown);
    expect(sqlStateOf(error)).toBe("23505");
    expect(isUniqueViolation(error, "run_inbox_dedupe_key")).toBe(true);
    expect(isUniqueViolation(error, "another")).toBe(false);
    expect(sqlStateOf(await database.db.execute(sql`select * from nothing`).catch((thrown: unknown) => thrown))).toBe("42P01");
    expect(sqlStateOf(new Error("other"))).toBeUndefined();
    await database.ping();
  });

  it("survives a statement that nests too deep", async () => {
    const error = await database.db.execute(`select ${"1+".repeat(30_000)}1`).catch((thrown: unknown) => thrown);
    expect(sqlStateOf(error)).toBe("54001");
    await database.ping();
  });

  it("lets several rows have no dedupe key", async () => {
    await addJob(database.db, "job_a");
    await addJob(database.db, "job_b");
    expect(await countJobs()).toBe(2);
  });

  it("commits what a transaction returned and rolls back what threw", async () => {
    expect(await database.transaction(async (tx) => (await addJob(tx, "job_a").returning({ id: jobs.id }))[0]?.id)).toBe("job_a");
    const failing = database.transaction(async (tx) => {
      await addJob(tx, "job_b");
      throw new Error("changed my mind");
    });
    await expect(failing).rejects.toThrow("changed my mind");
    expect(await countJobs()).toBe(1);
  });

  it("rolls back to a savepoint alone", async () => {
    await database.transaction(async (tx) => {
      await addJob(tx, "job_a");
      await tx.transaction((inner) => addJob(inner, "job_a")).catch(() => undefined);
      await addJob(tx, "job_b");
    });
    expect(await countJobs()).toBe(2);
  });

  it("isolates concurrent transactions from each other and from single statements", async () => {
    await addJob(database.db, "job_a");
    const raise = () =>
      database.transaction(async (tx) => {
        const [job] = await tx.select().from(jobs).where(eq(jobs.id, "job_a")).for("update");
        await new Promise((resolve) => setTimeout(resolve, 1));
        await tx
          .update(jobs)
          .set({ attempts: (job?.attempts ?? 0) + 1 })
          .where(eq(jobs.id, "job_a"));
      });
    await Promise.all([...Array.from({ length: 20 }, raise), ...Array.from({ length: 20 }, () => database.ping())]);
    expect((await database.db.select({ attempts: jobs.attempts }).from(jobs))[0]?.attempts).toBe(20);
  });

  it("throws at once when the outer handle is used inside a transaction", async () => {
    await expect(database.transaction(() => addJob(database.db, "job_a"))).rejects.toMatchObject({ cause: expect.any(NestedDatabaseUseError) });
    await expect(database.transaction(() => database.transaction((tx) => addJob(tx, "job_a")))).rejects.toBeInstanceOf(NestedDatabaseUseError);
    await expect(database.transaction(() => database.ping())).rejects.toBeInstanceOf(NestedDatabaseUseError);
    expect(await countJobs()).toBe(0);
  });

  it("lets work that outlives its transaction use the handle", async () => {
    let late: Promise<number> = Promise.resolve(0);
    await database.transaction(async () => {
      late = new Promise((resolve) => setTimeout(resolve, 30)).then(countJobs);
    });
    expect(await late).toBe(0);
  });

  it("runs a transaction again when the database asks for it, three times at most", async () => {
    let attempts = 0;
    const conflict = sql`do $$ begin raise exception 'conflict' using errcode = '40001'; end $$`;
    const result = database.transaction(async (tx) => {
      attempts += 1;
      await addJob(tx, "job_a");
      if (attempts < 3) await tx.execute(conflict);
      return attempts;
    });
    expect(await result).toBe(3);
    expect(await countJobs()).toBe(1);
    attempts = 0;
    const hopeless = database.transaction((tx) => {
      attempts += 1;
      return tx.execute(conflict);
    });
    expect(sqlStateOf(await hopeless.catch((thrown: unknown) => thrown))).toBe("40001");
    expect(attempts).toBe(4);
  });

  it("takes a thousand rows in one insert", async () => {
    const events = Array.from({ length: 1_000 }, (_, index) => ({
      runId: "run_a",
      seq: index + 1,
      workspaceId,
      type: "test",
      event: { index, text: "x".repeat(100) },
      at: new Date(index),
    }));
    await database.db.insert(runEvents).values(events);
    const read = await database.db.select().from(runEvents).orderBy(asc(runEvents.seq));
    expect(read).toEqual(events);
  });

  it("reads the newest documents from an index, without sorting them", async () => {
    const list = database.db
      .select()
      .from(documents)
      .where(sql`workspace_id = ${workspaceId} and kind = 'graph' and archived_at is null`)
      .orderBy(sql`updated_at desc, id`)
      .limit(10);
    const plan = await database.transaction(async (tx) => {
      await tx.execute(sql`set local enable_seqscan = off`);
      return tx.execute(sql`explain ${list}`);
    });
    expect(JSON.stringify(plan.rows)).toContain("documents_list");
    expect(JSON.stringify(plan.rows)).not.toContain("Sort");
  });
});
