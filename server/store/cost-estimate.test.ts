import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { createId } from "#runtime/graph/ids.ts";
import { readCostEstimate } from "./cost-estimate.ts";
import type { Database } from "./database/open-database.ts";
import { createTestDatabase, truncateAll } from "./database/test-database.ts";
import { runEvents, runs } from "./schema/runs.ts";

let database: Database;
beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(() => truncateAll(database));
afterAll(() => database.close());

const workspace = "workspace_default";

async function addRun(graph: ReturnType<typeof createId<"graph">>, cost: number, more: Partial<typeof runs.$inferInsert> = {}) {
  const id = createId("run");
  await database.db
    .insert(runs)
    .values({ id, workspaceId: workspace, graphId: graph, revision: 1, state: "succeeded", plan: "", actor: "tester", cost, ...more });
  return id;
}

it("tells what runs of a graph cost, from those that were begun for themselves and succeeded", async () => {
  const graph = createId("graph");
  expect(await readCostEstimate(database, { workspace, graph })).toEqual({
    runs: 0,
    median: "0",
    max: "0",
    tokens: { median: 0, max: 0 },
    hasUnknownPrices: false,
  });
  for (const cost of [0.1, 0.2, 1.5]) await addRun(graph, cost);
  await addRun(graph, 40, { state: "failed" });
  await addRun(graph, 50, { purpose: "call", parentRun: "run_other" });
  await addRun(createId("graph"), 60);
  expect(await readCostEstimate(database, { workspace, graph })).toMatchObject({ runs: 3, median: "0.2", max: "1.5", hasUnknownPrices: false });
});

it("tells the tokens of the last three, those of runs that they began included", async () => {
  const graph = createId("graph");
  const at = (minutes: number) => new Date(Date.UTC(2026, 0, 1, 0, minutes));
  for (const [index, counts] of [[900_000], [10, 20], [5], [100, 7]].entries()) {
    const run = await addRun(graph, 1, { createdAt: at(index) });
    const events = counts.map((tokens, place) => ({ type: place === 0 ? "cost-settled" : "child-finished", node: "node_a", path: [], tokens, name: "\u0000" }));
    await database.db
      .insert(runEvents)
      .values(events.map((event, place) => ({ runId: run, workspaceId: workspace, seq: place + 1, type: event.type, event, at: new Date() })));
  }
  expect(await readCostEstimate(database, { workspace, graph })).toMatchObject({ runs: 4, tokens: { median: 30, max: 107 } });
});

it("says when what was spent has no price", async () => {
  const graph = createId("graph");
  const run = await addRun(graph, 0);
  const event = { type: "cost-settled", node: "node_a", path: [], name: "turn", amount: 0, details: { price: "unknown" } };
  await database.db.insert(runEvents).values({ runId: run, workspaceId: workspace, seq: 1, type: event.type, event, at: new Date() });
  expect(await readCostEstimate(database, { workspace, graph })).toMatchObject({ runs: 1, hasUnknownPrices: true });
});
