import { startBenchEngine } from "./bench-engine.ts";
import { benchDatabases, figureName } from "./databases.ts";
import { type Benchmark, type Figure, figure, medianOf, time } from "./figure.ts";
import { fan, planOf } from "./graphs.ts";

const SLEEP_MS = 10;

/** One node, a hundred at once that take 10 ms each, one that gathers them. */
export const fanOut: Benchmark = {
  name: "fan-out",
  run: async ({ small }) => {
    const width = small ? 10 : 100;
    const times = small ? 1 : 9;
    const plan = planOf(fan(width, SLEEP_MS));
    const sleep = () => new Promise((resolve) => setTimeout(resolve, SLEEP_MS));
    const figures: Record<string, Figure> = {};
    for (const database of await benchDatabases()) {
      const engine = await startBenchEngine(database);
      await engine.run(plan);
      figures[figureName("fan-out", database)] = figure({
        value: await medianOf(times, () => engine.run(plan)),
        unit: "ms",
        reference: await medianOf(times, () => time(() => Promise.all(Array.from({ length: width }, sleep)))),
        against: `Promise.all of ${width} waits`,
      });
      await engine.close();
    }
    return figures;
  },
};
