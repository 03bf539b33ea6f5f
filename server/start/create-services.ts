import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { catalog } from "#nodes/catalog.data.ts";
import { implementations } from "#nodes/catalog.execute.ts";
import { sandbox } from "#nodes/kit/code/service.ts";
import { httpClient } from "#nodes/kit/http/service.ts";
import { toolRegistry } from "#nodes/kit/mcp/service.ts";
import type { RunId } from "#runtime/graph/ids.ts";
import type { References } from "#runtime/node/references.ts";
import { createServiceRegistry } from "#runtime/node/service.ts";
import { createDiskBlobStore } from "../assets/blob-store.ts";
import type { Config } from "../config.ts";
import { type Connections, createConnections, loadConnection } from "../connections/connections.ts";
import { SAMPLE_CONNECTION } from "../connections/shipped.ts";
import { createToolGuard } from "../connections/tool-guard.ts";
import type { DataDirectory } from "../data-directory.ts";
import { createDocuments, type Documents } from "../documents/documents.ts";
import { createEgressClient } from "../egress/create-egress-client.ts";
import { createEngine, type Engine } from "../engine/engine.ts";
import { createGateService, type GateService } from "../engine/gate-service.ts";
import { createLiveFanout } from "../engine/live-fanout.ts";
import { createLiveHub, type LiveHub } from "../engine/live-hub.ts";
import { createRunService, type RunService } from "../engine/run-service.ts";
import type { Logger } from "../logger.ts";
import { createMcpPool, type McpPool } from "../mcp/client-pool.ts";
import { createQueue, type Queue } from "../queue/queue.ts";
import { createReferences } from "../references.ts";
import { createSandbox } from "../sandbox/create-sandbox.ts";
import { type ConnectionStore, createConnectionStore } from "../store/connections.ts";
import type { Database } from "../store/database/open-database.ts";
import { createGateStore } from "../store/gates.ts";
import { createInstallationStore } from "../store/installation.ts";
import { createRunStore, type RunStore } from "../store/runs.ts";
import type { Closers } from "./closers.ts";

export const WORKSPACE = "workspace_default";
/** Milliseconds the first listing of the sample connection may hold up those who ask what its tools are. */
const FIRST_LISTING_MS = 10_000;

export interface Services {
  queue: Queue;
  hub: LiveHub;
  runs: RunService;
  gates: GateService;
  documents: Documents;
  connections: Connections;
  connectionStore: ConnectionStore;
  engine: Engine;
  references: (keys: readonly string[]) => Promise<References>;
  /** Lists the tools of the sample connection if nobody has yet, so that the welcome graph runs as it opens. */
  listSampleTools(): void;
}

export interface ServicesGiven {
  config: Config;
  logger: Logger;
  closers: Closers;
  directory: DataDirectory;
  database: Database;
  /** Where this process listens: never reachable from a workflow. */
  listener: { host: string; port: number };
}

/** Wires the parts of the server once. Nothing runs yet. */
export async function createServices(given: ServicesGiven): Promise<Services> {
  const { config, logger, closers, directory, database, listener } = given;
  const queue = closers.add(await createQueue({ redisUrl: config.redisUrl, installation: () => installationId(database), logger }), (thing) => thing.close());
  const runStore = createRunStore(database);
  const blobs = createDiskBlobStore({ directory: directory.path("blobs"), workspace: WORKSPACE });
  const hub = createHub({ queue, runStore, logger });

  const connectionStore = createConnectionStore(database);
  const guard = createToolGuard({ store: connectionStore, logger });
  closers.add(guard, (thing) => thing.idle());
  const pool = closers.add(
    createMcpPool({ loadConnection: (id) => loadConnection(connectionStore, id), onToolsChanged: guard.onToolsChanged, checkCall: guard.checkCall, logger }),
    (thing) => thing.close(),
  );
  const sampleTools = createFirstListing({ store: connectionStore, pool, logger });
  const references = createReferences({
    store: connectionStore,
    workspace: WORKSPACE,
    settled: async () => {
      await sampleTools.settled();
      await guard.idle();
    },
  });
  const connections = createConnections({ store: connectionStore, pool, workspace: WORKSPACE, logger });

  const registry = createServiceRegistry();
  registry.provide(toolRegistry, pool);
  registry.provide(
    sandbox,
    closers.add(createSandbox(), (thing) => thing.close()),
  );
  registry.provide(
    httpClient,
    closers.add(createEgressClient({ allow: () => [...config.egressAllow], ownListeners: () => [listener] }), (thing) => thing.close()),
  );

  const documents = closers.add(createDocuments({ database, workspace: WORKSPACE, catalog, references, logger }), (thing) => thing.close());
  const revisionFor = async (graph: Parameters<Documents["readRevision"]>[0], { revision, actor }: { revision: number | undefined; actor: string }) =>
    revision === undefined ? documents.cutRevision(graph, { reason: "run", actor }) : documents.readRevision(graph, revision);
  const runs = createRunService({ store: runStore, blobs, hub, doorbell: queue.doorbell, catalog, workspace: WORKSPACE, revisionFor });
  const gates = createGateService({ gates: createGateStore(database), runs: runStore, doorbell: queue.doorbell, workspace: WORKSPACE });

  const engine = createEngine({
    store: runStore,
    blobs,
    services: registry,
    implementations: async (type) => implementations.get(type)?.(),
    hub,
    doorbell: queue.doorbell,
    logger,
    onRunChanged: createRunAnnouncer({ runStore, hub, logger }),
    alone: database.kind === "pglite",
    owner: `${hostname()}-${process.pid}-${randomUUID()}`,
    // without a doorbell between processes, looking is how a worker hears of runs
    options: { leaseMs: config.leaseMs, capacity: config.capacity, sweepMs: queue.kind === "memory" && config.role !== "all" ? 1_000 : 5_000 },
  });
  return { queue, hub, runs, gates, documents, connections, connectionStore, engine, references, listSampleTools: sampleTools.start };
}

/** One name for all processes that share this database. */
async function installationId(database: Database): Promise<string> {
  return String(await createInstallationStore(database).update("id", (id) => id ?? randomUUID()));
}

function createHub({ queue, runStore, logger }: { queue: Queue; runStore: RunStore; logger: Logger }): LiveHub {
  const onError = (error: unknown) => logger.error({ error }, "Live events could not be read; trying again.");
  const { fanout } = queue;
  const recentRuns: Parameters<typeof createLiveFanout>[0]["recentRuns"] = async (graph) =>
    (await runStore.list({ workspace: WORKSPACE, graph, limit: 20 })).items;
  const others = fanout && createLiveFanout({ fanout, readSummary: runStore.summary, recentRuns, onError });
  return createLiveHub({ readEvents: runStore.readEvents, onError, others });
}

const ANNOUNCE_MS = 40;

/** Tells the watchers of a graph how a run is doing, not more often than anybody can see. */
function createRunAnnouncer({ runStore, hub, logger }: { runStore: RunStore; hub: LiveHub; logger: Logger }): (run: RunId) => void {
  const due = new Set<RunId>();
  const announce = async (run: RunId) => {
    due.delete(run);
    const summary = await runStore.summary(run);
    if (summary) hub.publishRun(summary);
  };
  return (run) => {
    if (due.has(run)) return;
    due.add(run);
    setTimeout(() => announce(run).catch((error: unknown) => logger.debug({ error, run }, "A run's state was not announced.")), ANNOUNCE_MS).unref();
  };
}

function createFirstListing({ store, pool, logger }: { store: ConnectionStore; pool: McpPool; logger: Logger }): { start(): void; settled(): Promise<void> } {
  let listing: Promise<void> = Promise.resolve();
  const list = async () => {
    const row = await store.read(SAMPLE_CONNECTION.id);
    if (!row || row.archivedAt !== null || (await store.tools(row.id)).length > 0) return;
    await pool.list(row.id);
  };
  return {
    start: () => {
      listing = list().catch((error: unknown) => logger.warn({ error }, "The tools of the sample connection could not be listed."));
    },
    settled: async () => {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, FIRST_LISTING_MS);
      });
      await Promise.race([listing, late]);
      clearTimeout(timer);
    },
  };
}
