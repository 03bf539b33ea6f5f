import { startBenchEngine } from "./bench-engine.ts";
import { benchDatabases } from "./databases.ts";
import { type Benchmark, type Beside, type Figure, figure, medianOf, time } from "./figure.ts";
import { createFloor } from "./floor.ts";
import { fan, planOf } from "./graphs.ts";
import { langGraphFan } from "./lang-graph.ts";

const SLEEP_MS = 10;

/** One node, a hundred at once that take 10 ms each, one that gathers them. */
export const fanOut: Benchmark = {
  name: "fan-out",
  run: async ({ small }) => {
    const width = small ? 10 : 100;
    const times = small ? 1 : 15;
    const plan = planOf(fan(width, SLEEP_MS));
    const peer = langGraphFan(width, SLEEP_MS);
    const sleep = () => new Promise((resolve) => setTimeout(resolve, SLEEP_MS));
    const figures: Record<string, Figure> = {};
    for (const { database, url, nameOf } of await benchDatabases()) {
      const floor = await createFloor(database);
      const engine = await startBenchEngine(database);
      await engine.run(plan);
      await floor.run(plan);
      const value = await medianOf(times, () => engine.run(plan));
      const reference = await medianOf(times, () => time(() => floor.run(plan)));
      await engine.close();
      const beside = async (against: string, work: () => Promise<unknown>): Promise<Beside> => ({ against, value: await medianOf(times, () => time(work)) });
      await peer.run();
      const others = [
        await beside("floor in memory", () => floor.run(plan, "memory")),
        await beside("Promise.all", () => Promise.all(Array.from({ length: width }, sleep))),
        await beside("LangGraph.js", () => peer.run()),
        ...(url === undefined ? [] : [await beside("LangGraph.js on Postgres", () => peer.run({ url }))]),
      ];
      figures[nameOf("fan-out")] = figure({
        ...{ value, unit: "ms", reference, against: `floor: ${width} waits of ${SLEEP_MS} ms at once, one row a node, group commit`, others },
        goal: { type: "at-most", of: "ratio", limit: 1.7 },
      });
    }
    await peer.close();
    return figures;
  },
};
