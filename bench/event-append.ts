import { createId, type RunId } from "#runtime/graph/ids.ts";
import type { RunEvent } from "#runtime/run/events.ts";
import { createCommitter } from "#server/engine/committer.ts";
import type { Database } from "#server/store/database/open-database.ts";
import { createRunStore } from "#server/store/runs.ts";
import { runEvents } from "#server/store/schema/runs.ts";
import { WORKSPACE } from "./bench-engine.ts";
import { benchDatabases } from "./databases.ts";
import { type Benchmark, type Figure, figure, time } from "./figure.ts";
import { benchNodeId } from "./graphs.ts";

/** Runs that are driven at once; each records its next event as soon as the last one is durable, as a chain of writes does. */
const DRIVERS = 50;
const PROJECTION = { state: "running", startedAt: null, finishedAt: null, output: null, failure: null, reason: null, wakeAt: null, cost: 0, release: false };

/** Events a second as drivers record them: grouped over runs, each with its run's row, fenced. */
export const eventAppend: Benchmark = {
  name: "event-append",
  run: async ({ small }) => {
    const each = small ? 2 : 100;
    const figures: Record<string, Figure> = {};
    for (const { database, nameOf } of await benchDatabases()) {
      const name = nameOf("event-append");
      await driven(database, 2);
      const value = await driven(database, each);
      const single = await oneByOne(database, Math.min(each * DRIVERS, 2_000));
      const bulk = await manyAtOnce(database, { rows: DRIVERS, times: each });
      figures[name] = figure({ value, unit: "events/s", reference: single, against: "bare inserts of one row, one after the other" });
      figures[`${name}, beside inserts of ${DRIVERS} rows`] = figure({ value, unit: "events/s", reference: bulk, against: `bare inserts of ${DRIVERS} rows` });
    }
    return figures;
  },
};

function eventOf(seq: number): RunEvent {
  return { type: "node-started", node: benchNodeId(seq), path: [], attempt: 1, effect: "pure", seq, at: new Date().toISOString() };
}

async function driven(database: Database, each: number): Promise<number> {
  const store = createRunStore(database);
  const runs: RunId[] = [];
  for (let index = 0; index < DRIVERS; index++) {
    const id = createId("run");
    const event: RunEvent = { type: "run-created", seq: 1, at: new Date().toISOString(), run: id, input: {}, actor: "bench" };
    // the plan is never loaded: nothing is scheduled here
    const run = { id, workspace: WORKSPACE, graph: createId("graph"), revision: 1, plan: "none", input: {}, actor: "bench", events: [event] };
    if (!(await store.create(run))) throw new Error("A run was not recorded.");
    runs.push(id);
  }
  await store.claim({ owner: "bench", leaseMs: 600_000, limit: DRIVERS, labels: [], runs });
  const onProblem = (error: unknown) => {
    throw error;
  };
  const committer = createCommitter({ store, onCommitted: () => undefined, onProblem });
  const drive = async (run: RunId) => {
    for (let seq = 2; seq < 2 + each; seq++) await committer.submit(() => ({ run, epoch: 1, events: [eventOf(seq)], projection: PROJECTION, consumed: [] }));
  };
  const took = await time(() => Promise.all(runs.map(drive)));
  // nobody is to drive them later
  for (const run of runs)
    await committer.submit(() => ({ run, epoch: 1, events: [], projection: { ...PROJECTION, state: "succeeded", release: true }, consumed: [] }));
  return (DRIVERS * each) / (took / 1_000);
}

function rowOf(runId: RunId, seq: number): typeof runEvents.$inferInsert {
  const { at, ...event } = eventOf(seq);
  return { runId, seq, workspaceId: WORKSPACE, type: event.type, event, at: new Date(at) };
}

async function oneByOne(database: Database, rows: number): Promise<number> {
  const run = createId("run");
  const took = await time(async () => {
    for (let seq = 1; seq <= rows; seq++) await database.db.insert(runEvents).values(rowOf(run, seq));
  });
  return rows / (took / 1_000);
}

async function manyAtOnce(database: Database, { rows, times }: { rows: number; times: number }): Promise<number> {
  const run = createId("run");
  const took = await time(async () => {
    for (let index = 0; index < times; index++) {
      await database.db.insert(runEvents).values(Array.from({ length: rows }, (_, row) => rowOf(run, index * rows + row + 1)));
    }
  });
  return (rows * times) / (took / 1_000);
}
