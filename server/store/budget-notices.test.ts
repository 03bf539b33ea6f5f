import { afterAll, beforeAll, expect, it } from "vitest";
import { createId } from "#runtime/graph/ids.ts";
import { createBudgetNoticeStore } from "./budget-notices.ts";
import type { Database } from "./database/open-database.ts";
import { createTestDatabase } from "./database/test-database.ts";
import { inboxItems } from "./schema/comments.ts";
import { runs } from "./schema/runs.ts";

let database: Database;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

it("tells whoever started the run, once, and nobody where no person did", async () => {
  const store = createBudgetNoticeStore(database);
  const start = async (actor: string) => {
    const id = createId("run");
    const row = { id, workspaceId: "workspace_default", graphId: createId("graph"), revision: 1, state: "running" as const, plan: "", actor };
    await database.db.insert(runs).values(row);
    return id;
  };
  const run = await start("local");
  const notice = { run, seq: 7, body: "85 % of the budget is used.", node: createId("node"), label: "Writer" };
  expect(await store.tell(notice)).toEqual(["local"]);
  expect(await store.tell(notice)).toEqual([]);
  expect(await store.tell({ ...notice, seq: 9, node: undefined, label: undefined })).toEqual(["local"]);
  expect(await store.tell({ ...notice, run: await start("webhook") })).toEqual([]);
  expect(await database.db.select().from(inboxItems)).toMatchObject([
    { kind: "budget", userId: "local", runId: run, seq: 7, gateLabel: "Writer", readAt: null },
    { kind: "budget", seq: 9, gateNode: null },
  ]);
});
