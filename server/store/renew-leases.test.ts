import { sql } from "drizzle-orm";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createId, type RunId } from "#runtime/graph/ids.ts";
import { type Database, openDatabase } from "./database/open-database.ts";
import { postgresForTests } from "./database/test-database.ts";
import { renewLeases } from "./renew-leases.ts";
import { runs } from "./schema/runs.ts";

const scratch = await postgresForTests();

describe.skipIf(!scratch)("renewing leases while a transaction holds rows", () => {
  let database: Database;
  beforeAll(async () => {
    database = await openDatabase({ url: scratch?.url ?? "" });
  });
  afterAll(async () => {
    await database.close();
    await scratch?.drop();
  });

  async function createRun(given: { owner: string; lease: number }): Promise<RunId> {
    const id = createId("run");
    const row = { id, workspaceId: "workspace_default", graphId: createId("graph"), revision: 1, state: "running" as const, plan: "", actor: "tester" };
    await database.db.insert(runs).values({ ...row, leaseOwner: given.owner, leaseEpoch: 3, leaseUntil: new Date(Date.now() + given.lease) });
    return id;
  }

  async function openClient(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: scratch?.url });
    await client.connect();
    return client;
  }

  it("waits for none of them, and keeps those that are still ours", async () => {
    const free = await createRun({ owner: "one", lease: 60_000 });
    const held = await createRun({ owner: "one", lease: 60_000 });
    const over = await createRun({ owner: "one", lease: -60_000 });
    const overButFree = await createRun({ owner: "one", lease: -60_000 });
    const others = await createRun({ owner: "two", lease: 60_000 });
    const stale = await createRun({ owner: "one", lease: 60_000 });
    const leases = new Map([free, held, over, overButFree, others].map((run) => [run, 3])).set(stale, 2);
    const other = await openClient();
    try {
      await other.query("BEGIN");
      await other.query("SELECT 1 FROM runs WHERE id = ANY($1) FOR UPDATE", [[held, over]]);
      expect(await renewLeases(database, { owner: "one", leaseMs: 3_600_000, leases })).toEqual(new Set([free, overButFree, held]));
    } finally {
      await other.end();
    }
    const { rows } = await database.db.execute<{ id: string }>(sql`SELECT id FROM runs WHERE lease_until > now() + interval '30 minutes'`);
    expect(rows.map(({ id }) => id).toSorted()).toEqual([free, overButFree].toSorted());
  }, 20_000);
});
