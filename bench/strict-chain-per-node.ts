import { startBenchEngine } from "./bench-engine.ts";
import { benchDatabases } from "./databases.ts";
import { type Benchmark, type Beside, type Figure, figure, medianOf, time } from "./figure.ts";
import { createFloor } from "./floor.ts";
import { chain, planOf } from "./graphs.ts";
import { langGraphChain } from "./lang-graph.ts";

/** A chain of writes: each one's intent is committed before it begins, and its result before the next begins. */
export const strictChainPerNode: Benchmark = {
  name: "strict-chain-per-node",
  run: async ({ small }) => {
    const length = small ? 10 : 300;
    const times = small ? 1 : 5;
    const plan = planOf(chain(length, "write"));
    const perNode = (milliseconds: number) => (milliseconds * 1_000) / length;
    const figures: Record<string, Figure> = {};
    for (const { database, url, nameOf } of await benchDatabases()) {
      const floor = await createFloor(database);
      const engine = await startBenchEngine(database);
      await engine.run(plan);
      await floor.run(plan, "strict");
      const value = await medianOf(times, () => engine.run(plan));
      const reference = await medianOf(times, () => time(() => floor.run(plan, "strict")));
      await engine.close();
      const others: Beside[] = [];
      if (url !== undefined) {
        const peer = langGraphChain(length);
        others.push({ against: "LangGraph.js on Postgres, sync", value: perNode(await time(() => peer.run({ url, durability: "sync" }))) });
        await peer.close();
      }
      figures[nameOf("strict-chain-per-node")] = figure({
        ...{ value: perNode(value), unit: "µs", reference: perNode(reference), against: "floor: walk the chain, commit each row before the next node", others },
        goal: { type: "at-most", of: "ratio", limit: 4 },
      });
    }
    return figures;
  },
};
