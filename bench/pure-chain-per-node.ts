import { startBenchEngine } from "./bench-engine.ts";
import { benchDatabases, figureName } from "./databases.ts";
import { type Benchmark, type Figure, figure, medianOf, time } from "./figure.ts";
import { runFloor } from "./floor.ts";
import { chain, planOf } from "./graphs.ts";

/** What the engine costs for each node that does nothing: events, scheduling, commits, live view. */
export const pureChainPerNode: Benchmark = {
  name: "pure-chain-per-node",
  run: async ({ small }) => {
    const length = small ? 30 : 1_000;
    const times = small ? 1 : 5;
    const plan = planOf(chain(length));
    const figures: Record<string, Figure> = {};
    for (const database of await benchDatabases()) {
      const engine = await startBenchEngine(database);
      await engine.run(plan);
      await runFloor(database, plan);
      const perNode = (milliseconds: number) => (milliseconds * 1_000) / length;
      figures[figureName("pure-chain-per-node", database)] = figure({
        value: perNode(await medianOf(times, () => engine.run(plan))),
        unit: "µs",
        reference: perNode(await medianOf(times, () => time(() => runFloor(database, plan)))),
        against: "walk the chain, one row a node, group commit",
      });
      await engine.close();
    }
    return figures;
  },
};
