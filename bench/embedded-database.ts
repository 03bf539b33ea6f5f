import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { drizzle } from "drizzle-orm/pglite";
import { openDatabase } from "#server/store/database/open-database.ts";
import { openCluster } from "#server/store/database/pglite-cluster.ts";
import { templatePath } from "#server/store/database/template-path.ts";
import { runEvents } from "#server/store/schema/runs.ts";
import { type Benchmark, figure } from "./figure.ts";

type Row = typeof runEvents.$inferInsert;

interface Subject {
  insert: (rows: Row[]) => Promise<unknown>;
  insertTwiceInTransaction: (first: Row, second: Row) => Promise<unknown>;
}

/** The embedded database in its worker thread, beside PGlite in the main thread: both on disk, both through Drizzle, on the table of run events. */
export const embeddedDatabase: Benchmark = {
  name: "embedded-database",
  run: async ({ small }) => {
    const rounds = small ? 10 : 1_000;
    const parent = await mkdtemp(join(tmpdir(), "heddle-bench-"));
    try {
      const value = await measureWorker(join(parent, "worker"), rounds);
      const reference = await measureBare(join(parent, "bare"), rounds);
      const beside = (name: keyof Measured, unit: string) =>
        figure({ value: value[name], unit, reference: reference[name], against: "bare PGlite in the main thread" });
      return {
        "embedded-database, single inserts": beside("singles", "/s"),
        "embedded-database, transactions of two inserts": beside("transactions", "/s"),
        "embedded-database, rows in inserts of 1,000": beside("bulkRows", "/s"),
        "embedded-database, longest hold of the main thread meanwhile": beside("longestDelay", "ms"),
      };
    } finally {
      await rm(parent, { recursive: true, force: true });
    }
  },
};

async function measureWorker(directory: string, rounds: number): Promise<Measured> {
  const database = await openDatabase({ dataDirectory: directory });
  const measured = await measure(rounds, {
    insert: (rows) => database.db.insert(runEvents).values(rows),
    insertTwiceInTransaction: (first, second) =>
      database.transaction(async (tx) => {
        await tx.insert(runEvents).values(first);
        await tx.insert(runEvents).values(second);
      }),
  });
  await database.close();
  return measured;
}

/** On a migrated directory, so that both write to the same tables and indexes. */
async function measureBare(directory: string, rounds: number): Promise<Measured> {
  await (await openDatabase({ dataDirectory: directory })).close();
  const opened = await openCluster({ directory: join(directory, "database"), templatePath: templatePath(), lastWords: [] });
  if (opened.type === "failed") throw new Error(opened.message);
  const db = drizzle(opened.database);
  const measured = await measure(rounds, {
    insert: (rows) => db.insert(runEvents).values(rows),
    insertTwiceInTransaction: (first, second) =>
      db.transaction(async (tx) => {
        await tx.insert(runEvents).values(first);
        await tx.insert(runEvents).values(second);
      }),
  });
  await opened.database.close();
  return measured;
}

interface Measured {
  singles: number;
  transactions: number;
  bulkRows: number;
  longestDelay: number;
}

async function measure(rounds: number, subject: Subject): Promise<Measured> {
  let seq = 0;
  const row = (): Row => {
    seq += 1;
    return { runId: "run_bench", seq, workspaceId: "workspace_default", type: "node-finished", event: { seq, output: "x".repeat(120) }, at: new Date() };
  };
  const bulks = Math.ceil(rounds / 50);
  for (let index = 0; index < 20; index += 1) await subject.insert([row()]);
  const singles = await perSecond(rounds, () => subject.insert([row()]));
  const transactions = await perSecond(rounds, () => subject.insertTwiceInTransaction(row(), row()));
  const heldUp = watchLoop();
  const bulkRows = 1_000 * (await perSecond(bulks, () => subject.insert(Array.from({ length: 1_000 }, row))));
  return { singles, transactions, bulkRows, longestDelay: heldUp() };
}

/** The longest time between two turns of the event loop until the result is called, in ms. Bare PGlite gives it no turn at all between statements. */
function watchLoop(): () => number {
  let last = performance.now();
  let longest = 0;
  const turn = (): void => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  };
  const timer = setInterval(turn, 1);
  return () => {
    clearInterval(timer);
    turn();
    return longest;
  };
}

async function perSecond(times: number, work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  for (let index = 0; index < times; index += 1) await work();
  return times / ((performance.now() - start) / 1_000);
}
