import { createId, type GraphId, type RunId } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import type { Graph } from "#runtime/graph/schema.ts";
import { createCatalog } from "#runtime/node/catalog.ts";
import type { NodeImplementation } from "#runtime/node/define.ts";
import { createServiceRegistry } from "#runtime/node/service.ts";
import type { RunEvent } from "#runtime/run/events.ts";
import { sampleCatalog, sampleGraph, sampleImplementations } from "#runtime/testing/sample-nodes.ts";
import { createDiskBlobStore } from "../../assets/blob-store.ts";
import { silentLogger } from "../../logger.ts";
import { createMemoryDoorbell } from "../../queue/doorbell.ts";
import type { Database } from "../../store/database/open-database.ts";
import { createGateStore } from "../../store/gates.ts";
import { createRunStore } from "../../store/runs.ts";
import { createEngine, type EngineOptions, type EngineStore } from "../engine.ts";
import { createGateService } from "../gate-service.ts";
import { createLiveHub } from "../live-hub.ts";
import { createRunService } from "../run-service.ts";

export interface TestEngineGiven extends Partial<EngineOptions> {
  database: Database;
  /** For blobs. */
  directory: string;
  owner?: string;
  /** Node types beside the sample ones. */
  nodes?: readonly NodeImplementation[];
  /** Stands between the engine and its store. */
  through?: (store: EngineStore) => EngineStore;
}

type Nodes = Parameters<typeof sampleGraph>[0];

/** One process's worth of engine over a database that others may share. */
export function createTestEngine({ database, directory, owner = "one", nodes = [], through = (store) => store, ...options }: TestEngineGiven) {
  const store = createRunStore(database);
  const onError = (error: unknown) => {
    throw error;
  };
  const hub = createLiveHub({ readEvents: store.readEvents, onError });
  const doorbell = createMemoryDoorbell();
  const blobs = createDiskBlobStore({ directory, workspace: "workspace_default" });
  const catalog = createCatalog([...sampleCatalog.all(), ...nodes.map(({ definition }) => definition)]);
  const graphs = new Map<GraphId, Graph>();
  const runs = createRunService({
    store,
    blobs,
    hub,
    doorbell,
    catalog,
    workspace: "workspace_default",
    revisionFor: async (graph) => ({ number: 1, graph: graphs.get(graph) ?? sampleGraph({}, []), references: {} }),
  });
  const engine = createEngine({
    store: through(store),
    blobs,
    services: createServiceRegistry(),
    implementations: async (type) => nodes.find(({ definition }) => definition.type === type) ?? sampleImplementations(type),
    hub,
    doorbell,
    logger: silentLogger,
    onRunChanged: () => undefined,
    alone: false,
    owner,
    options: { leaseMs: 30_000, capacity: 100, sweepMs: 200, ...options },
  });
  const startGraph = (graph: Graph, given: { input?: Record<string, Json>; idempotencyKey?: string } = {}) => {
    const id = createId("graph");
    graphs.set(id, graph);
    return runs.start({ graph: id, actor: "tester", ...given });
  };
  const start = (made: Nodes, edges: readonly string[] = [], given: Parameters<typeof startGraph>[1] = {}) => startGraph(sampleGraph(made, edges), given);
  const until = async (run: RunId, is: (events: RunEvent[]) => boolean): Promise<RunEvent[]> => {
    const events: RunEvent[] = [];
    const { promise, resolve, reject } = Promise.withResolvers<RunEvent[]>();
    const timer = setTimeout(() => reject(new Error(`Timed out after ${events.map((event) => event.type).join(", ")}`)), 8_000);
    const stop = hub.follow(run, {
      after: 0,
      listener: {
        event: (event) => {
          events.push(event);
          if (is(events)) resolve([...events]);
        },
        ephemeral: () => undefined,
      },
    });
    return promise.finally(() => {
      clearTimeout(timer);
      stop();
    });
  };
  const finished = (run: RunId) => until(run, (events) => events.at(-1)?.type === "run-finished");
  const gates = createGateService({ gates: createGateStore(database), runs: store, doorbell, workspace: "workspace_default" });
  return { store, hub, doorbell, runs, engine, start, startGraph, until, finished, gates };
}
