import { createId, type GraphId, type RunId } from "#runtime/graph/ids.ts";
import type { Graph } from "#runtime/graph/schema.ts";
import { createCatalog } from "#runtime/node/catalog.ts";
import type { NodeImplementation } from "#runtime/node/define.ts";
import type { References } from "#runtime/node/references.ts";
import { createServiceRegistry, type ServiceRegistry } from "#runtime/node/service.ts";
import type { RunEvent } from "#runtime/run/events.ts";
import { sampleCatalog, sampleGraph, sampleImplementations } from "#runtime/testing/sample-nodes.ts";
import { createDiskBlobs } from "../../assets/blob-store.ts";
import { silentLogger } from "../../logger.ts";
import { createMemoryDoorbell, type Doorbell } from "../../queue/doorbell.ts";
import type { Database } from "../../store/database/open-database.ts";
import { createGateStore } from "../../store/gates.ts";
import { createPlanStore } from "../../store/plans.ts";
import { createResultCache } from "../../store/result-cache.ts";
import { createRunStore } from "../../store/runs.ts";
import { createCallee } from "../callee.ts";
import { createChildren } from "../children.ts";
import type { DraftPins } from "../draft-pins.ts";
import { createEngine, type EngineOptions, type EngineStore } from "../engine.ts";
import { createGateService } from "../gate-service.ts";
import { createLiveHub, type LiveHub } from "../live-hub.ts";
import { createPlans } from "../plans.ts";
import { createRunPreparation } from "../prepare-run.ts";
import { createRunService, type StartRun } from "../run-service.ts";

export interface TestEngineGiven extends Partial<EngineOptions> {
  database: Database;
  /** For blobs. */
  directory: string;
  owner?: string;
  /** Node types beside the sample ones. */
  nodes?: readonly NodeImplementation[];
  /** Without any when left out. */
  services?: ServiceRegistry;
  /** What the graphs depend on outside. */
  references?: References;
  /** In place of those of one process alone. */
  hub?: LiveHub;
  doorbell?: Doorbell;
  /** Stands between the engine and its store. */
  through?: (store: EngineStore) => EngineStore;
}

/** Graphs by id, shared by all engines of the process as they would be by the database. */
const graphs = new Map<GraphId, Graph>();
const pins = new Map<GraphId, DraftPins>();

type Nodes = Parameters<typeof sampleGraph>[0];

/** One process's worth of engine over a database that others may share. */
export function createTestEngine({ database, directory, owner = "one", nodes = [], through = (store) => store, ...given }: TestEngineGiven) {
  const store = createRunStore(database);
  const onError = (error: unknown) => {
    throw error;
  };
  const {
    hub = createLiveHub({ readEvents: store.readEvents, onError }),
    doorbell = createMemoryDoorbell(),
    services = createServiceRegistry(),
    references = {},
    ...options
  } = given;
  const blobs = createDiskBlobs(directory);
  const catalog = createCatalog([...sampleCatalog.all(), ...nodes.map(({ definition }) => definition)]);
  const plans = createPlans(createPlanStore(database));
  const preparation = createRunPreparation(catalog);
  const revisionOf = async (graph: GraphId) => ({ workspace: "workspace_default", number: 1, graph: graphs.get(graph) ?? sampleGraph({}, []), references });
  const engine = createEngine({
    store: through(store),
    blobs,
    plans,
    results: createResultCache(database),
    children: createChildren({ plans, blobs, callee: createCallee({ preparation, revisionOf }), now: Date.now }),
    callbackUrl: ({ run, node, path, name }) => `http://127.0.0.1/callback/${run}/${node}/${path.join(",")}/${name}`,
    services,
    implementations: async (type) => nodes.find(({ definition }) => definition.type === type) ?? sampleImplementations(type),
    hub,
    doorbell,
    logger: silentLogger,
    onRunChanged: (run) => {
      // whoever looks on does not end the test when the database is away
      store.summary(run).then(
        (summary) => summary && hub.publishRun(summary),
        () => undefined,
      );
    },
    owner,
    options: { leaseMs: 30_000, capacity: 100, sweepMs: 200, ...options },
  });
  const runs = createRunService({
    store,
    blobs,
    hub,
    doorbell,
    plans,
    preparation,
    engine,
    revisionFor: revisionOf,
    pinsOf: async (graph) => pins.get(graph) ?? new Map(),
  });
  const putGraph = (graph: Graph): GraphId => {
    const id = createId("graph");
    graphs.set(id, graph);
    return id;
  };
  const pin = (graph: GraphId, pinned: DraftPins) => pins.set(graph, pinned);
  const startGraph = async (graph: Graph, given: Partial<StartRun> = {}) => (await runs.start({ graph: putGraph(graph), actor: "tester", ...given })).run;
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
  // everybody may decide what names nobody
  const people = { roleOf: async () => "approver" as const, hasMembers: async () => false, among: async () => [], names: async () => new Map() };
  const gates = createGateService({ gates: createGateStore(database), people, plans, doorbell });
  return { store, hub, doorbell, runs, engine, plans, start, putGraph, pin, startGraph, until, finished, gates };
}
