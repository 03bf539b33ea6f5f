import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { LOCAL_PERSON } from "../auth/actor.ts";
import { createAuditStore } from "../store/audit.ts";
import type { Database } from "../store/database/open-database.ts";
import { createTestDatabase, truncateAll } from "../store/database/test-database.ts";
import { type AuditFact, type AuditLog, createAuditLog } from "./audit-log.ts";

const workspace = "workspace_default";
let database: Database;
let audit: AuditLog;

beforeAll(async () => {
  database = await createTestDatabase();
  audit = createAuditLog(createAuditStore(database), () => "203.0.113.7");
});
afterAll(() => database.close());
beforeEach(() => truncateAll(database));

const fact = (name: string, more: Partial<AuditFact> = {}): AuditFact => ({
  action: "graph.published",
  resource: { kind: "graph", id: `graph_${name}`, name },
  ...more,
});
const record = (name: string, more?: Partial<AuditFact>, where = workspace) => audit.record(fact(name, more), { actor: LOCAL_PERSON, workspace: where });
/** As if all there is had happened so many days ago. */
const age = (days: number) => database.db.execute(sql`UPDATE audit_entries SET at = at - ${days} * interval '1 day'`);
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
  ])("notices %s", async (_, harm, told) => {
    await record("one");
    await record("two");
    await age(2);
    await record("three");
    await audit.closeDays();
    expect((await audit.verify(workspace)).problem).toBeNull();
    await database.db.execute(harm);
    expect((await audit.verify(workspace)).problem).toContain(told);
  });
});
