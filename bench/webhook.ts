import { makeChain, publishHook } from "./api.ts";
import { type BenchPlace, benchPlaces, onBenchEnd } from "./databases.ts";
import { type Benchmark, type Figure, figure } from "./figure.ts";
import { load } from "./http-load.ts";
import { type BenchProcess, HEDDLE, startProcess } from "./process.ts";

const FLOOR = { program: new URL("./floor-server.ts", import.meta.url), ready: "/" };

/** Goal for the rate, beside the floor's. */
const RATE = 0.18;
/** Requests in a second that fifty clients must get through. */
const RATE_OF_FIFTY = 2_000;
const SLOWEST = 5;

/** A request that begins a run of five nodes and is answered with its output, all of it durable; a process each for Heddle and for the floor. */
export const webhooks: readonly Benchmark[] = [1, 10, 50].map((clients) => ({
  name: `webhook-${clients}`,
  run: async ({ small }) => {
    const figures: Record<string, Figure> = {};
    for (const { place, hook, floor } of await callees(small)) {
      const name = place.nameOf(`webhook-${clients}`);
      const given = small ? { clients, forMs: 200, warmMs: 50 } : { clients, forMs: 5_000, warmMs: 2_000 };
      const value = await load({ url: hook, ...given });
      const reference = await load({ url: floor, ...given });
      const against = "floor: node:http, walk 5 nodes, one row a node, group commit";
      const isGoal = place.kind === "postgres";
      const rate = clients === 50 ? ({ of: "value", limit: RATE_OF_FIFTY } as const) : ({ of: "ratio", limit: RATE } as const);
      figures[name] = figure({
        ...{ value: value.perSecond, unit: "/s", reference: reference.perSecond, against },
        ...(isGoal && { goal: { type: "at-least", ...rate } }),
      });
      figures[`${name}, p50`] = figure({ value: value.p50, unit: "ms", reference: reference.p50, against });
      figures[`${name}, p99`] = figure({
        ...{ value: value.p99, unit: "ms", reference: reference.p99, against },
        ...(isGoal && { goal: { type: "at-most", of: "ratio", limit: SLOWEST } }),
      });
      const replies = { value: value.sent - value.lost, unit: "replies", reference: value.sent, against: "requests" };
      figures[`${name}, replies`] = figure({ ...replies, goal: { type: "at-least", of: "ratio", limit: 1 } });
    }
    return figures;
  },
}));

interface Callee {
  place: BenchPlace;
  /** Address that begins a run, and the floor's. */
  hook: string;
  floor: string;
}

let started: Promise<Callee[]> | undefined;

/** The processes, started once for all numbers of clients. */
function callees(small: boolean): Promise<Callee[]> {
  started ??= startAll(small);
  return started;
}

async function startAll(small: boolean): Promise<Callee[]> {
  const processes: BenchProcess[] = [];
  const places = await benchPlaces({ small });
  const floorPlaces = await benchPlaces({ small });
  onBenchEnd(async () => {
    started = undefined;
    await Promise.all(processes.map((one) => one.stop()));
    await Promise.all([...places, ...floorPlaces].map((one) => one.dispose()));
  });
  const start = async (given: Parameters<typeof startProcess>[0]) => {
    const running = await startProcess(given);
    processes.push(running);
    return running;
  };
  const all: Callee[] = [];
  for (const [index, place] of places.entries()) {
    const heddle = await start({ ...HEDDLE, environment: place.environment });
    const floor = await start({ ...FLOOR, environment: floorPlaces[index]?.environment ?? {} });
    all.push({ place, hook: await publishHook(heddle.url, await makeChain(heddle.url, steps())), floor: floor.url });
  }
  return all;
}

function steps() {
  const first = { type: "webhook", config: { respond: "when-finished", timeoutMs: 60_000, output: "result" }, output: "body" };
  const texts = Array.from({ length: 5 }, () => ({ type: "template-text", config: { template: "{{ inputs.value }}" }, input: "value", output: "text" }));
  return [first, ...texts, { type: "output", config: { name: "result" }, input: "value", output: "result" }];
}
