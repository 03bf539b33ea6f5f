// A program of its own, run with --expose-gc: how much the heap grows by runs that wait, and by runs that run.
import { setTimeout as delay } from "node:timers/promises";
import { openDatabase } from "#server/store/database/open-database.ts";
import { startBenchEngine } from "./bench-engine.ts";
import { chain, dayLong, fan, planOf } from "./graphs.ts";

/** Bytes. */
export interface HeapOfRuns {
  waiting: number;
  running: number;
  timers: number;
}

const DAY_MS = 86_400_000;
const POLL_MS = 20;
/** Garbage that finalizers let go of needs more than one collection. */
const COLLECTIONS = 4;

const { waiting, running }: { waiting: number; running: number } = JSON.parse(process.argv[2] ?? "");
const { DATABASE_URL, HEDDLE_DATA = "" } = process.env;
const database = await openDatabase(DATABASE_URL ? { url: DATABASE_URL } : { dataDirectory: HEDDLE_DATA });
const engine = await startBenchEngine(database, { capacity: Math.max(200, running) });
const settled = async (driven: number) => {
  while (engine.driving() !== driven) await delay(POLL_MS);
};
const startMany = async (count: number, plan: Parameters<typeof engine.start>[0], driven: number) => {
  for (let index = 0; index < count; index++) await engine.start(plan);
  await delay(POLL_MS * 5);
  await settled(driven);
};

await engine.run(planOf(chain(10)));
const sleeping = planOf(dayLong());
const busy = planOf(fan(1, 300_000));
// what the first of each kind leaves behind, such as code and connections, is not theirs
await startMany(10, sleeping, 0);
const before = await heap();
await startMany(waiting, sleeping, 0);
const afterWaiting = await heap();
await startMany(running, busy, running);
const afterRunning = await heap();
const timers = Array.from({ length: waiting }, (_, index) => setTimeout(() => index, DAY_MS));
const afterTimers = await heap();
for (const timer of timers) clearTimeout(timer);
const measured: HeapOfRuns = { waiting: afterWaiting - before, running: afterRunning - afterWaiting, timers: afterTimers - afterRunning };
await engine.close();
await database.close();
process.stdout.write(JSON.stringify(measured));

async function heap(): Promise<number> {
  for (let count = 0; count < COLLECTIONS; count++) {
    globalThis.gc?.();
    await delay(POLL_MS);
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
