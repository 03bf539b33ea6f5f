import { randomUUID } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { catalog } from "#nodes/catalog.data.ts";
import { implementations } from "#nodes/catalog.execute.ts";
import { sandbox } from "#nodes/kit/code/service.ts";
import { credentialClient } from "#nodes/kit/credentials/service.ts";
import { httpClient } from "#nodes/kit/http/service.ts";
import { toolRegistry } from "#nodes/kit/mcp/service.ts";
import { variables } from "#nodes/kit/variables/service.ts";
import type { RunId } from "#runtime/graph/ids.ts";
import { createServiceRegistry, type ServiceRegistry } from "#runtime/node/service.ts";
import packageJson from "../../package.json" with { type: "json" };
import { createDiskBlobs } from "../assets/blob-store.ts";
import { createCallerAddress } from "../auth/caller-address.ts";
import type { Config } from "../config.ts";
import { moveConnectionSecrets } from "../connections/connection-secrets.ts";
import { type Connections, createConnections } from "../connections/connections.ts";
import { createConnectionLoader, redactEnvironment } from "../connections/load-connection.ts";
import { SAMPLE_CONNECTION } from "../connections/shipped.ts";
import { createToolGuard } from "../connections/tool-guard.ts";
import { createWorkspaceTools } from "../connections/workspace-tools.ts";
import { type Credentials, createCredentials } from "../credentials/credentials.ts";
import { type CredentialUse, createCredentialUse } from "../credentials/use-credential.ts";
import type { DataDirectory } from "../data-directory.ts";
import { createDocuments, type Documents } from "../documents/documents.ts";
import { createRevisionCache } from "../documents/revision-cache.ts";
import { createEgressClient } from "../egress/create-egress-client.ts";
import { createCallee } from "../engine/callee.ts";
import { createChildren } from "../engine/children.ts";
import { createEngine, type Engine, type EngineGiven } from "../engine/engine.ts";
import { createGateService, type GateService } from "../engine/gate-service.ts";
import { createLiveFanout } from "../engine/live-fanout.ts";
import { createLiveHub, type LiveHub } from "../engine/live-hub.ts";
import { createPlans } from "../engine/plans.ts";
import { createRunPreparation } from "../engine/prepare-run.ts";
import { createRunService, type RunService } from "../engine/run-service.ts";
import { createGraphReferences } from "../graph-reference.ts";
import { createCallLimits } from "../hooks/call-limits.ts";
import { createCallbackAddresses } from "../hooks/callback-address.ts";
import { createWebhooks, type Webhooks } from "../hooks/create-webhooks.ts";
import { openInstallationKey } from "../hooks/installation-key.ts";
import type { Logger } from "../logger.ts";
import { createMcpPool, type McpPool } from "../mcp/client-pool.ts";
import { createQueue, type Queue } from "../queue/queue.ts";
import { createReferences, type LookUp } from "../references.ts";
import { createSandbox } from "../sandbox/create-sandbox.ts";
import { type ConnectionStore, createConnectionStore } from "../store/connections.ts";
import { type CredentialStore, createCredentialStore } from "../store/credentials.ts";
import type { Database } from "../store/database/open-database.ts";
import { createDocumentStore, type DocumentStore } from "../store/documents.ts";
import { createGateStore } from "../store/gates.ts";
import { createInstallationStore } from "../store/installation.ts";
import { createPlanStore } from "../store/plans.ts";
import { createResultCache } from "../store/result-cache.ts";
import { createRevisionStore } from "../store/revisions.ts";
import { readRunCounts } from "../store/run-counts.ts";
import { createRunStore, type RunStore } from "../store/runs.ts";
import { createVariableStore, type VariableStore } from "../store/variables.ts";
import { createTelemetry, type Telemetry } from "../telemetry/create-telemetry.ts";
import { createRunVariables, createWorkspaceVariables, type WorkspaceVariables } from "../variables/variables.ts";
import { openVault, type Vault } from "../vault/vault.ts";
import type { Closers } from "./closers.ts";
import type { HousekeepingTasks } from "./housekeeping.ts";
import { listenerOrigin } from "./listen.ts";

export const WORKSPACE = "workspace_default";
/** Milliseconds the first listing of the sample connection may hold up those who ask what its tools are. */
const FIRST_LISTING_MS = 10_000;

export interface Services {
  vault: Vault;
  credentials: Credentials;
  queue: Queue;
  hub: LiveHub;
  runs: RunService;
  gates: GateService;
  documents: Documents;
  connections: Connections;
  telemetry: Telemetry;
  connectionStore: ConnectionStore;
  variables: WorkspaceVariables;
  engine: Engine;
  housekeeping: HousekeepingTasks;
  webhooks: Webhooks;
  /** The address at which a node run waits to be called. */
  callbackUrl: EngineGiven["callbackUrl"];
  references: LookUp;
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
  const blobs = createDiskBlobs(directory.path("blobs"));
  const vault = closers.add(await openVault({ database, keyFile: directory.path("vault.key"), environment: process.env, logger }), (thing) => thing.close());
  const documentStore = createDocumentStore(database);
  const hub = createHub({ queue, runStore, documentStore, logger });

  const { connectionStore, loader, guard, pool, sampleTools, connections } = await openConnections(given, vault);
  const references = createReferences({
    store: connectionStore,
    settled: async () => {
      await sampleTools.settled();
      await guard.idle();
    },
    graph: createGraphReferences({ documents: documentStore, revisions: createRevisionStore(database), catalog }),
  });

  const variableStore = createVariableStore(database);
  const credentialStore = createCredentialStore(database);
  const { registry, credentialUse } = createNodeServices({
    ...given,
    vault,
    pool,
    connectionStore,
    secretsOf: loader.secretsOf,
    variableStore,
    credentialStore,
  });

  const documents = closers.add(
    createDocuments({ database, catalog, references, logger, onPublishedChanged: (graph) => webhooks.publishedChanged(graph) }),
    (thing) => thing.close(),
  );
  const credentials = createCredentials({ store: credentialStore, vault, use: credentialUse, readDraft: documents.readDraft });
  const readRevision = createRevisionCache(documents.readRevision);
  const revisionFor = async (graph: Parameters<Documents["readRevision"]>[0], { revision, actor }: { revision: number | undefined; actor: string }) =>
    revision === undefined ? documents.cutRevision(graph, { reason: "run", actor }) : readRevision(graph, revision);
  const telemetry = closers.add(
    await createTelemetry({
      metrics: config.metrics,
      environment: process.env,
      version: packageJson.version,
      role: config.role,
      nodeTypes: catalog.all().map(({ type }) => type),
      readCounts: () => readRunCounts(database),
      logger,
    }),
    (thing) => thing.close(),
  );
  const plans = createPlans(createPlanStore(database));
  const results = createResultCache(database);
  const preparation = createRunPreparation(catalog);
  const callee = createCallee({
    preparation,
    revisionOf: async (graph, number) => documents.readRevision(graph, number ?? (await documents.publishedNumber(graph))),
  });
  const installationKey = await openInstallationKey(createInstallationStore(database), vault);
  const callbackUrl = createCallbackUrl({ config, listener, logger }, installationKey);
  const engine = createEngine({
    observer: telemetry.observer,
    store: runStore,
    blobs,
    plans,
    results,
    children: createChildren({ plans, blobs, callee, now: Date.now }),
    callbackUrl,
    services: registry,
    implementations: async (type) => implementations.get(type)?.(),
    hub,
    doorbell: queue.doorbell,
    logger,
    onRunChanged: createRunAnnouncer({ runStore, hub, logger }),
    ...(await ownerNames({ config, directory, database })),
    options: {
      leaseMs: config.leaseMs,
      capacity: config.capacity,
      concurrency: config.concurrency,
      labels: config.labels,
      // without a doorbell between processes, looking is how a worker hears of runs
      sweepMs: queue.kind === "memory" && config.role !== "all" ? 1_000 : 5_000,
    },
  });
  const runs = createRunService({ store: runStore, blobs, hub, doorbell: queue.doorbell, plans, preparation, engine, revisionFor });
  const gates = createGateService({ gates: createGateStore(database), plans, doorbell: queue.doorbell });
  const webhooks = closers.add(
    createWebhooks({
      ...{ database, documents, catalog, hub, blobs, logger },
      limits: createCallLimits({ callerAddress: createCallerAddress(config) }),
      begin: runs.start,
      problem: engine.problem,
      deliverCallback: async ({ run, node, path, name, request }) => {
        const message = { type: "callback" as const, node, path: [...path], name, request: { ...request } };
        // the first call answers, however many come before it is looked at
        const isSent = await runStore.send({ run, message, actor: "webhook", dedupeKey: `callback:${node}:${path.join(".")}:${name}` });
        if (isSent) queue.doorbell.ring(run);
        return isSent;
      },
      ...{ installationKey, vault },
    }),
    (thing) => thing.close(),
  );
  const workspaceVariables = createWorkspaceVariables(variableStore);
  const housekeeping: HousekeepingTasks = {
    "re-wrapping of secrets": async () => {
      await vault.resume();
      return 0;
    },
    "results of earlier runs": results.evict,
    variables: async () => {
      const { changes, variables: values } = await workspaceVariables.evict();
      return changes + values;
    },
  };
  return {
    ...{ vault, credentials },
    housekeeping,
    queue,
    hub,
    runs,
    gates,
    documents,
    connections,
    connectionStore,
    variables: workspaceVariables,
    engine,
    telemetry,
    webhooks,
    callbackUrl,
    references,
    listSampleTools: sampleTools.start,
  };
}

/** The connections with their clients, and what is known of their tools. */
async function openConnections({ database, closers, logger }: ServicesGiven, vault: Vault) {
  const connectionStore = createConnectionStore(database);
  await moveConnectionSecrets({ store: connectionStore, vault });
  const loader = createConnectionLoader({ store: connectionStore, vault });
  const guard = createToolGuard({ store: connectionStore, logger });
  closers.add(guard, (thing) => thing.idle());
  const pool = closers.add(
    createMcpPool({ loadConnection: loader.load, onToolsChanged: guard.onToolsChanged, checkCall: guard.checkCall, redact: redactEnvironment, logger }),
    (thing) => thing.close(),
  );
  const sampleTools = createFirstListing({ store: connectionStore, pool, logger });
  const connections = createConnections({ store: connectionStore, secretsOf: loader.secretsOf, pool, vault, logger });
  return { connectionStore, loader, guard, pool, sampleTools, connections };
}

/** What nodes are given by `context.use`: what belongs to a workspace is made for the attempt that asks. */
function createNodeServices(
  given: ServicesGiven & {
    vault: Vault;
    pool: McpPool;
    connectionStore: ConnectionStore;
    secretsOf: (connection: string) => Promise<readonly string[]>;
    variableStore: VariableStore;
    credentialStore: CredentialStore;
  },
): { registry: ServiceRegistry; credentialUse: CredentialUse } {
  const { config, logger, closers, listener, vault, pool, connectionStore: store, secretsOf } = given;
  const registry = createServiceRegistry();
  const egress = closers.add(createEgressClient({ allow: () => [...config.egressAllow], ownListeners: () => [listener] }), (thing) => thing.close());
  const credentialUse = createCredentialUse({ store: given.credentialStore, vault, egress, logger });
  registry.provide(
    sandbox,
    closers.add(createSandbox(), (thing) => thing.close()),
  );
  registry.provide(httpClient, egress);
  registry.provideFor(credentialClient, credentialUse.clientFor);
  registry.provideFor(variables, ({ workspace }) => createRunVariables(given.variableStore, workspace));
  registry.provideFor(toolRegistry, ({ workspace, conceal }) => createWorkspaceTools({ tools: pool, store, workspace, secretsOf, conceal }));
  return { registry, credentialUse };
}

/** Says once, at the start, when the addresses name a process that others may not reach. */
function createCallbackUrl({ config, listener, logger }: Pick<ServicesGiven, "config" | "listener" | "logger">, key: Uint8Array): EngineGiven["callbackUrl"] {
  const addresses = createCallbackAddresses(key);
  const origin = config.publicUrl?.origin ?? listenerOrigin(listener);
  if (config.role !== "all" && config.publicUrl === undefined)
    logger.warn({}, `Callback addresses made by a worker need PUBLIC_URL: without it, those of this ${config.role} process name itself (${origin}).`);
  return (wait) => addresses.make({ ...wait, origin });
}

/**
 * What this process is called as an owner of leases. One that holds its data directory alone knows that whoever held it before is gone:
 * what that one drove goes on at once.
 */
async function ownerNames({
  config,
  directory,
  database,
}: Pick<ServicesGiven, "config" | "directory" | "database">): Promise<Pick<EngineGiven, "owner" | "predecessors">> {
  const own = `${hostname()}-${process.pid}-${randomUUID()}`;
  if (config.role !== "all") return { owner: own };
  const place = await placeOf(directory.path("place"));
  return { owner: `${place}/${own}`, predecessors: database.kind === "pglite" ? "" : `${place}/` };
}

/** A name for the data directory, made once; nobody else is here, because the directory is locked. */
async function placeOf(file: string): Promise<string> {
  const known = await readFile(file, "utf8").catch(() => "");
  if (known.trim() !== "") return known.trim();
  const place = randomUUID();
  await writeFile(file, place, { mode: 0o600 });
  return place;
}

/** One name for all processes that share this database. */
async function installationId(database: Database): Promise<string> {
  return String(await createInstallationStore(database).update("id", (id) => id ?? randomUUID()));
}

function createHub({ queue, runStore, documentStore, logger }: { queue: Queue; runStore: RunStore; documentStore: DocumentStore; logger: Logger }): LiveHub {
  const onError = (error: unknown) => logger.error({ error }, "Live events could not be read; trying again.");
  const { fanout } = queue;
  const recentRuns: Parameters<typeof createLiveFanout>[0]["recentRuns"] = async (graph) => {
    const document = await documentStore.read(graph);
    return document ? (await runStore.list({ workspace: document.workspaceId, graph, limit: 20 })).items : [];
  };
  const others = fanout && createLiveFanout({ fanout, readSummary: runStore.summary, recentRuns, onError });
  return createLiveHub({ readEvents: runStore.readEvents, onError, others });
}

const ANNOUNCE_MS = 40;

/** Tells the watchers of a graph how a run is doing, not more often than anybody can see. */
function createRunAnnouncer({ runStore, hub, logger }: { runStore: RunStore; hub: LiveHub; logger: Logger }): EngineGiven["onRunChanged"] {
  const due = new Set<RunId>();
  const announce = async (run: RunId) => {
    due.delete(run);
    const summary = await runStore.summary(run);
    if (summary) hub.publishRun(summary);
  };
  return (run, graph) => {
    if (due.has(run) || !hub.isGraphWatched(graph)) return;
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
    // its process (80 MB) is started again by whoever uses it
    pool.invalidate(row.id);
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
