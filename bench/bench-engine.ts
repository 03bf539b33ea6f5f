import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createId, type RunId } from "#runtime/graph/ids.ts";
import { createServiceRegistry } from "#runtime/node/service.ts";
import type { Plan } from "#runtime/plan/plan.ts";
import type { RunEvent } from "#runtime/run/events.ts";
import { createDiskBlobStore } from "#server/assets/blob-store.ts";
import { createEngine } from "#server/engine/engine.ts";
import { createLiveHub, type LiveHub } from "#server/engine/live-hub.ts";
import { silentLogger } from "#server/logger.ts";
import { createMemoryDoorbell } from "#server/queue/doorbell.ts";
import type { Database } from "#server/store/database/open-database.ts";
import { createRunStore } from "#server/store/runs.ts";
import { benchImplementations } from "./graphs.ts";

export const WORKSPACE = "workspace_default";

/** The engine as the server wires it, for runs of the benchmarks' nodes. */
export interface BenchEngine {
  /** Milliseconds from the run's start to its last event, as a client sees them. */
  run(plan: Plan): Promise<number>;
  close(): Promise<void>;
}

export async function startBenchEngine(database: Database): Promise<BenchEngine> {
  const directory = await mkdtemp(join(tmpdir(), "heddle-bench-blobs-"));
  const store = createRunStore(database);
  const onError = (error: unknown) => {
    throw error;
  };
  const hub = createLiveHub({ readEvents: store.readEvents, onError });
  const doorbell = createMemoryDoorbell();
  const engine = createEngine({
    store,
    blobs: createDiskBlobStore({ directory, workspace: WORKSPACE }),
    services: createServiceRegistry(),
    implementations: benchImplementations,
    hub,
    doorbell,
    logger: silentLogger,
    onRunChanged: (run) => {
      void store.summary(run).then((summary) => summary && hub.publishRun(summary));
    },
    alone: true,
    owner: "bench",
    options: { leaseMs: 30_000, capacity: 100, sweepMs: 5_000 },
  });
  await engine.start();
  return {
    run: async (plan) => {
      const id = createId("run");
      const event = { type: "run-created" as const, seq: 1, at: new Date().toISOString(), run: id, input: {}, actor: "bench" };
      const given = { id, workspace: WORKSPACE, graph: createId("graph"), revision: 1, plan: JSON.stringify(plan), input: {}, actor: "bench" };
      const start = performance.now();
      await store.create({ ...given, idempotencyKey: undefined, event });
      doorbell.ring(id);
      await finished(hub, id);
      return performance.now() - start;
    },
    close: async () => {
      await engine.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function finished(hub: LiveHub, run: RunId): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const event = (event: RunEvent) => event.type === "run-finished" && resolve(event.state);
  const stop = hub.follow(run, { after: 0, listener: { event, ephemeral: () => undefined } });
  const state = await promise;
  stop();
  if (state !== "succeeded") throw new Error(`The run ended as ${state}.`);
}
