import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createId, type RunId } from "#runtime/graph/ids.ts";
import { createServiceRegistry } from "#runtime/node/service.ts";
import type { Plan } from "#runtime/plan/plan.ts";
import type { RunEvent } from "#runtime/run/events.ts";
import { createDiskBlobs } from "#server/assets/blob-store.ts";
import { createChildren } from "#server/engine/children.ts";
import { createEngine } from "#server/engine/engine.ts";
import { createLiveHub, type LiveHub } from "#server/engine/live-hub.ts";
import { createPlans } from "#server/engine/plans.ts";
import { silentLogger } from "#server/logger.ts";
import { createMemoryDoorbell } from "#server/queue/doorbell.ts";
import type { Database } from "#server/store/database/open-database.ts";
import { createPlanStore } from "#server/store/plans.ts";
import { createResultCache } from "#server/store/result-cache.ts";
import { createRunStore } from "#server/store/runs.ts";
import { benchImplementations } from "./graphs.ts";

export const WORKSPACE = "workspace_default";

/** The engine as the server wires it, for runs of the benchmarks' nodes. */
export interface BenchEngine {
  /** Milliseconds from the run's start to its last event, as a client sees them. `onEvent` hears of each event when it is durable. */
  run(plan: Plan, onEvent?: (event: RunEvent) => void): Promise<number>;
  /** Resolves when the run is recorded. */
  start(plan: Plan): Promise<RunId>;
  /** Runs that are being driven: those that wait are not. */
  driving(): number;
  close(): Promise<void>;
}

export async function startBenchEngine(database: Database, { capacity = 100 } = {}): Promise<BenchEngine> {
  const directory = await mkdtemp(join(tmpdir(), "heddle-bench-blobs-"));
  const store = createRunStore(database);
  const onError = (error: unknown) => {
    throw error;
  };
  const hub = createLiveHub({ readEvents: store.readEvents, onError });
  const doorbell = createMemoryDoorbell();
  const blobs = createDiskBlobs(directory);
  const plans = createPlans(createPlanStore(database));
  const engine = createEngine({
    store,
    blobs,
    plans,
    results: createResultCache(database),
    children: createChildren({ plans, blobs, callee: () => Promise.reject(new Error("Benchmarks call no graphs.")), now: Date.now }),
    callbackUrl: () => "",
    services: createServiceRegistry(),
    implementations: benchImplementations,
    hub,
    doorbell,
    logger: silentLogger,
    // the server reads a run's summary for its watchers a while after a change; nobody watches here
    onRunChanged: () => undefined,
    predecessors: "",
    owner: "bench",
    options: { leaseMs: 30_000, capacity, sweepMs: 5_000 },
  });
  await engine.start();
  const startRun = async (plan: Plan, id = createId("run")) => {
    const event: RunEvent = { type: "run-created", seq: 1, at: new Date().toISOString(), run: id, input: {}, actor: "bench" };
    const hash = await plans.keep(WORKSPACE, plan);
    await engine.launch({ id, workspace: WORKSPACE, graph: createId("graph"), revision: 1, plan: hash, input: {}, actor: "bench", events: [event] }, plan);
    return id;
  };
  return {
    run: async (plan, onEvent) => {
      const id = createId("run");
      const start = performance.now();
      const ended = finished(hub, id, onEvent);
      await startRun(plan, id);
      await ended;
      return performance.now() - start;
    },
    start: (plan) => startRun(plan),
    driving: engine.driving,
    close: async () => {
      await engine.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function finished(hub: LiveHub, run: RunId, onEvent?: (event: RunEvent) => void): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const event = (event: RunEvent) => {
    onEvent?.(event);
    if (event.type === "run-finished") resolve(event.state);
  };
  const stop = hub.follow(run, { after: 0, listener: { event, ephemeral: () => undefined }, isNew: true });
  const state = await promise;
  stop();
  if (state !== "succeeded") throw new Error(`The run ended as ${state}.`);
}
