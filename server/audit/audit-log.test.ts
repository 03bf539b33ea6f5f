import { type SQL, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { LOCAL_PERSON } from "../auth/actor.ts";
import { createAuditStore } from "../store/audit.ts";
import { type Database, openDatabase } from "../store/database/open-database.ts";
import { createTestDatabase, postgresForTests, truncateAll } from "../store/database/test-database.ts";
import { type AuditFact, type AuditLog, createAuditLog } from "./audit-log.ts";

const workspace = "workspace_default";
let database: Database;
let audit: AuditLog;
let logged: object[];

const open = (key: string) =>
  createAuditLog({
    store: createAuditStore(database, Buffer.from(key)),
    callerAddress: () => "203.0.113.7",
    logger: { info: (details) => void logged.push(details) },
  });
beforeAll(async () => {
  database = await createTestDatabase();
  audit = open("the key");
});
afterAll(() => database.close());
beforeEach(async () => {
  logged = [];
  await truncateAll(database);
});

const fact = (name: string, more: Partial<AuditFact> = {}): AuditFact => ({
  action: "graph.published",
  resource: { kind: "graph", id: `graph_${name}`, name },
  ...more,
});
const record = (name: string, more?: Partial<AuditFact>, where = workspace) => audit.record(fact(name, more), { actor: LOCAL_PERSON, workspace: where });
/** As somebody who owns the tables can: with the guards out of the way. */
const tamper = async (harm: SQL) => {
  const guards = (state: string) => sql.raw(`ALTER TABLE audit_entries ${state} TRIGGER ALL; ALTER TABLE audit_days ${state} TRIGGER ALL`);
  await database.db.execute(guards("DISABLE"));
  await database.db.execute(harm);
  await database.db.execute(guards("ENABLE"));
};
/** As if all there is had happened so many days ago. */
const age = (days: number) => tamper(sql`UPDATE audit_entries SET at = at - ${days} * interval '1 day'`);
const names = async (query: object) => (await audit.list({ workspace, limit: 50, ...query })).items.map(({ resource }) => resource.name);

describe("the audit log", () => {
  it("numbers entries without gaps, also when many come at once, each workspace by itself", async () => {
    await Promise.all(Array.from({ length: 20 }, (_, index) => record(String(index))));
    await record("other", {}, "workspace_b");
    const { items } = await audit.list({ workspace, limit: 50 });
    expect(items.map(({ number }) => number)).toEqual(Array.from({ length: 20 }, (_, index) => 20 - index));
    expect((await audit.list({ workspace: "workspace_b", limit: 5 })).items).toMatchObject([{ number: 1, actor: { id: "local", token: null } }]);
  });

  it("is filtered, searched and paged", async () => {
    await record("alpha");
    await record("beta", { action: "credential.rotated", detail: { note: "Quarterly" } });
    await record("gamma", { action: "credential.made" });
    expect(await names({ action: "credential" })).toEqual(["gamma", "beta"]);
    expect(await names({ action: "credential.made" })).toEqual(["gamma"]);
    expect(await names({ search: "quarterly" })).toEqual(["beta"]);
    expect(await names({ resource: "graph_alpha" })).toEqual(["alpha"]);
    expect(await names({ actor: "user_nobody" })).toEqual([]);
    expect(await names({ to: new Date(0).toISOString() })).toEqual([]);
    const first = await audit.list({ workspace, limit: 2 });
    expect(first.nextCursor).toBe("2");
    expect(await names({ cursor: first.nextCursor })).toEqual(["alpha"]);
  });

  it("closes days that are over, and leaves today open", async () => {
    await record("old");
    await age(1);
    await record("older, now two days ago");
    await age(1);
    await record("today");
    expect(await audit.closeDays()).toBe(2);
    expect(await audit.closeDays()).toBe(0);
    expect(await audit.verify(workspace)).toMatchObject({ days: 2, entries: 3, problem: null, head: { hash: expect.stringMatching(/^[0-9a-f]{64}$/) } });
  });

  it.each([
    ["a changed entry", sql`UPDATE audit_entries SET actor_name = 'Somebody' WHERE number = 1`, "not what they were"],
    ["a removed entry", sql`DELETE FROM audit_entries WHERE number = 2`, "missing"],
    ["an entry moved into a closed day", sql`UPDATE audit_entries SET at = at - interval '2 days' WHERE number = 3`, "added to a day"],
    ["a changed hash", sql`UPDATE audit_days SET hash = repeat('0', 64)`, "not what they were"],
    ["a removed newest day's entries", sql`DELETE FROM audit_entries WHERE number > 1`, "missing"],
  ])("notices %s", async (_, harm, told) => {
    await record("one");
    await record("two");
    await age(2);
    await record("three");
    await audit.closeDays();
    expect((await audit.verify(workspace)).problem).toBeNull();
    await tamper(harm);
    expect((await audit.verify(workspace)).problem).toContain(told);
  });

  it("notices a chain that was computed without its key", async () => {
    await record("one");
    await age(1);
    await open("another key").closeDays();
    expect((await audit.verify(workspace)).problem).toContain("not what they were");
  });

  it("writes each closed day's hash to the server's log", async () => {
    await record("one");
    await record("other", {}, "workspace_b");
    await age(1);
    await audit.closeDays();
    const heads = await Promise.all([workspace, "workspace_b"].map(async (id) => ({ workspace: id, lastNumber: 1, ...(await audit.verify(id)).head })));
    expect(logged).toEqual(expect.arrayContaining(heads));
    expect(logged).toHaveLength(2);
  });
});

const guarded = async (db: Database) => {
  const log = createAuditLog({ store: createAuditStore(db, Buffer.from("the key")), callerAddress: () => "", logger: { info: () => undefined } });
  await log.record(fact("one"), { actor: LOCAL_PERSON, workspace });
  await db.db.execute(sql`INSERT INTO audit_days (workspace_id, day, last_number, hash) VALUES (${workspace}, '2026-01-01', 0, '')`);
  for (const table of ["audit_entries", "audit_days"].map(sql.identifier)) {
    for (const harm of [sql`UPDATE ${table} SET workspace_id = 'workspace_b'`, sql`DELETE FROM ${table}`]) {
      await expect(db.db.execute(harm)).rejects.toMatchObject({ cause: { message: expect.stringContaining("only ever added") } });
    }
    expect((await db.db.execute(sql`SELECT 1 FROM ${table}`)).rows).toHaveLength(1);
  }
};

describe("the database refuses to change or remove entries and closed days", () => {
  it("when it is the embedded one", () => guarded(database));

  it("when it is a Postgres", async ({ skip }) => {
    const scratch = await postgresForTests();
    if (!scratch) return skip("No Postgres here.");
    const postgres = await openDatabase({ url: scratch.url });
    try {
      await guarded(postgres);
    } finally {
      await postgres.close();
      await scratch.drop();
    }
  });
});
