import { startBenchEngine } from "./bench-engine.ts";
import { benchDatabases } from "./databases.ts";
import { type Benchmark, type Figure, figure, percentile } from "./figure.ts";
import { chain, planOf } from "./graphs.ts";

/** Cost of an event at several lengths of one run's log. Each node is a write, so that no event waits for a batch. */
export const appendGrowth: Benchmark = {
  name: "append-growth",
  run: async ({ small }) => {
    const [shortest = 10, ...longer] = small ? [10, 50] : [10, 100, 1_000, 10_000];
    const most = longer.at(-1) ?? shortest;
    // two events a node, one that begins the run and one that ends it
    const plan = planOf(chain(most / 2, "write"));
    const figures: Record<string, Figure> = {};
    for (const { database, nameOf } of await benchDatabases()) {
      const engine = await startBenchEngine(database);
      const gaps: (readonly number[])[] = [];
      for (let round = 0; round < (small ? 1 : 2); round++) gaps.push(await gapsOf((onEvent) => engine.run(plan, onEvent)));
      await engine.close();
      const reference = costAt(gaps, shortest);
      for (const length of longer) {
        const name = length === most ? nameOf("append-growth") : `${nameOf("append-growth")}, at ${length} events`;
        figures[name] = figure({
          ...{ value: costAt(gaps, length), unit: "µs", reference, against: `an event at ${shortest} events; measured at ${length}` },
          ...(length === most && { goal: { type: "at-most", of: "ratio", limit: 1.5 } }),
        });
      }
    }
    return figures;
  },
};

/** Microseconds between each event and the one two before it, halved: of one node to the next, by the number of the event. */
async function gapsOf(run: (onEvent: () => void) => Promise<unknown>): Promise<number[]> {
  const at: number[] = [];
  await run(() => at.push(performance.now()));
  return at.map((now, index) => ((now - (at[index - 2] ?? Number.NaN)) / 2) * 1_000);
}

/** The middle one of the events from half this number to it. */
function costAt(gaps: readonly (readonly number[])[], length: number): number {
  return percentile(
    gaps.flatMap((of) => of.slice(Math.max(2, length / 2), length)),
    0.5,
  );
}
