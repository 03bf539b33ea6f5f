import { setTimeout } from "node:timers/promises";
import { benchPlaces } from "./databases.ts";
import { type Benchmark, type Figure, figure } from "./figure.ts";
import { HEDDLE, startProcess } from "./process.ts";
import { memoryOfTree } from "./process-memory.ts";
import { BARE_PAGE } from "./start.ts";

/** Resident memory of a server that has nothing to do, with the processes that it has started. */
export const memoryIdle: Benchmark = {
  name: "memory-idle",
  run: async ({ small }) => {
    const settleMs = small ? 200 : 15_000;
    const settled = async (given: Parameters<typeof startProcess>[0]): Promise<number> => {
      const running = await startProcess(given);
      await setTimeout(settleMs);
      const megabytes = await memoryOfTree(running.pid);
      await running.stop();
      return megabytes;
    };
    const reference = await settled(BARE_PAGE);
    const figures: Record<string, Figure> = {};
    for (const place of await benchPlaces({ small })) {
      const value = await settled({ ...HEDDLE, environment: place.environment });
      figures[place.nameOf("memory-idle")] = figure({
        ...{ value, unit: "MB", reference, against: "Express with one page, a process of its own" },
        ...(place.kind === "postgres" && { goal: { type: "at-most", of: "value", limit: 250 } }),
      });
      await place.dispose();
    }
    return figures;
  },
};
