import { startBenchEngine } from "./bench-engine.ts";
import { type BenchDatabase, benchDatabases } from "./databases.ts";
import { type Benchmark, type Beside, type Figure, figure, medianOf, time } from "./figure.ts";
import { createFloor } from "./floor.ts";
import { chain, planOf } from "./graphs.ts";
import { langGraphChain } from "./lang-graph.ts";

/** What the engine costs for each node that does nothing: events, scheduling, commits, live view. All is durable when the run ends. */
export const pureChainPerNode: Benchmark = {
  name: "pure-chain-per-node",
  run: async ({ small }) => {
    const [short, long] = small ? [5, 30] : [100, 1_000];
    const times = small ? 1 : 9;
    const figures: Record<string, Figure> = {};
    for (const at of await benchDatabases()) {
      const name = at.nameOf("pure-chain-per-node");
      const few = await measure(at, { length: short, times });
      const many = await measure(at, { length: long, times });
      const goal = { type: "at-most", of: "ratio", limit: 7 } as const;
      figures[name] = figure({ ...many, goal });
      figures[`${name}, in a chain of ${short}`] = figure({ ...few, goal });
      figures[`${name}, longer beside shorter`] = figure({
        ...{ value: many.value, unit: "µs", reference: few.value, against: `a node in a chain of ${short}; measured in one of ${long}` },
        goal: { type: "at-most", of: "ratio", limit: 1.5 },
      });
    }
    return figures;
  },
};

interface Measure {
  length: number;
  times: number;
}

async function measure(at: BenchDatabase, { length, times }: Measure) {
  const plan = planOf(chain(length));
  const floor = await createFloor(at.database);
  const engine = await startBenchEngine(at.database);
  const perNode = (milliseconds: number) => (milliseconds * 1_000) / length;
  // a server that has run for a while is what is measured, not one that compiles its code
  for (let warm = 0; warm < (times > 1 ? 10 : 1); warm++) {
    await engine.run(plan);
    await floor.run(plan);
  }
  const value = perNode(await medianOf(times, () => engine.run(plan)));
  const reference = perNode(await medianOf(times, () => time(() => floor.run(plan))));
  await engine.close();
  const inMemory = { against: "floor in memory", value: await medianOf(times, () => time(() => floor.run(plan, "memory"))) };
  const others = [inMemory, ...(await besideLangGraph(at, length))].map((beside) => ({ ...beside, value: perNode(beside.value) }));
  return { value, unit: "µs", reference, against: `floor: walk the chain of ${length}, one row a node, group commit`, others };
}

async function besideLangGraph({ url }: BenchDatabase, length: number): Promise<Beside[]> {
  const peer = langGraphChain(length);
  await peer.run();
  const none = await time(() => peer.run());
  const others = [{ against: "LangGraph.js", value: none }];
  if (url !== undefined) {
    if (length <= 100) await peer.run({ url });
    others.push({ against: "LangGraph.js on Postgres", value: await time(() => peer.run({ url })) });
  }
  await peer.close();
  return others;
}
