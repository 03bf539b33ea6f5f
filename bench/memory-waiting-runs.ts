import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type BenchPlace, benchPlaces } from "./databases.ts";
import { type Benchmark, type Figure, figure } from "./figure.ts";
import type { HeapOfRuns } from "./heap-of-runs.ts";

const program = fileURLToPath(new URL("./heap-of-runs.ts", import.meta.url));

/** What runs keep in the memory of the process that drives them, or that drove them until they began to wait. */
export const memoryWaitingRuns: Benchmark = {
  name: "memory-waiting-runs",
  run: async ({ small }) => {
    const figures: Record<string, Figure> = {};
    for (const place of await benchPlaces({ small })) {
      const name = place.nameOf("memory-waiting-runs");
      const waiting = small ? 20 : 1_000;
      const running = small ? 5 : 100;
      const heap = await measure(place, { waiting, running });
      // a heap may shrink by a little while runs begin to wait; a figure is more than nothing
      const value = Math.max(heap.waiting, 1) / 1_048_576;
      const timers = { reference: heap.timers / 1_048_576, against: `${waiting} timers of a day` };
      figures[name] = figure({ value, unit: "MB", ...timers, goal: { type: "at-most", of: "value", limit: 5 } });
      figures[`${name}, one that runs`] = figure({
        ...{ value: Math.max(heap.running, 1) / running / 1_024, unit: "KB", reference: heap.timers / waiting / 1_024, against: "a timer of a day" },
      });
      await place.dispose();
    }
    return figures;
  },
};

async function measure({ environment }: BenchPlace, given: { waiting: number; running: number }): Promise<HeapOfRuns> {
  const args = ["--expose-gc", "--disable-warning=ExperimentalWarning", program, JSON.stringify(given)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: { ...process.env, ...environment }, timeout: 300_000 });
  return JSON.parse(stdout);
}
