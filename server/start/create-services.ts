import { randomUUID } from "node:crypto";
import { catalog } from "#nodes/catalog.data.ts";
import type { Chats } from "../chats/chats.ts";
import type { ComfyClients } from "../comfyui/client.ts";
import { createDiscussion, type Discussion } from "../comments/create-discussion.ts";
import type { Config } from "../config.ts";
import type { Connections } from "../connections/connections.ts";
import type { McpConnections } from "../connections/mcp-connections.ts";
import { findUses } from "../credentials/credential-uses.ts";
import { type Credentials, createCredentials } from "../credentials/credentials.ts";
import { createCredentialUse } from "../credentials/use-credential.ts";
import type { DataDirectory } from "../data-directory.ts";
import { createDocuments, type Documents } from "../documents/documents.ts";
import { type History, keepHistory } from "../documents/keep-history.ts";
import { createRevisionCache } from "../documents/revision-cache.ts";
import { createEgressClient } from "../egress/create-egress-client.ts";
import type { Engine, EngineGiven } from "../engine/engine.ts";
import type { LiveHub } from "../engine/live-hub.ts";
import type { RunService } from "../engine/run-service.ts";
import type { Forms } from "../forms/forms.ts";
import type { Submissions } from "../forms/submissions.ts";
import { createGraphReferences } from "../graph-reference.ts";
import type { Webhooks } from "../hooks/create-webhooks.ts";
import type { CostRoutesGiven } from "../http/cost-routes.ts";
import type { GraphRoutesGiven } from "../http/graph-routes.ts";
import type { ToolRoutesGiven } from "../http/tool-routes.ts";
import type { Jobs } from "../jobs/jobs.ts";
import type { FindThings } from "../knowledge/find/find-things.ts";
import type { Knowledge } from "../knowledge/knowledge.ts";
import { createCollectionReferences } from "../knowledge/run-knowledge.ts";
import type { Logger } from "../logger.ts";
import { createQueue, type Queue } from "../queue/queue.ts";
import { createReferences, type LookUp } from "../references.ts";
import type { ConnectionStore } from "../store/connections.ts";
import { createCredentialStore } from "../store/credentials.ts";
import type { Database } from "../store/database/open-database.ts";
import { createDocumentUpdateStore } from "../store/document-updates.ts";
import { createDocumentStore } from "../store/documents.ts";
import { createInstallationStore } from "../store/installation.ts";
import { createMemoryStore } from "../store/memory.ts";
import { createRevisionHistoryStore } from "../store/revision-history.ts";
import { createRevisionStore } from "../store/revisions.ts";
import { createRunStore } from "../store/runs.ts";
import { createToolStore } from "../store/tools.ts";
import { createVariableStore } from "../store/variables.ts";
import type { Telemetry } from "../telemetry/create-telemetry.ts";
import { createTools, type Tools } from "../tools/tools.ts";
import { createWorkspaceVariables, type WorkspaceVariables } from "../variables/variables.ts";
import { openVault, type Vault } from "../vault/vault.ts";
import type { Closers } from "./closers.ts";
import { type FileParts, openFileParts } from "./create-assets.ts";
import { wireChats } from "./create-chats.ts";
import { wireForms } from "./create-forms.ts";
import type { Gates } from "./create-gates.ts";
import { createHub } from "./create-hub.ts";
import { wireFind, wireKnowledge } from "./create-knowledge.ts";
import type { Models } from "./create-models.ts";
import { createWorkflows, type Workflows } from "./create-workflows.ts";
import type { HousekeepingTasks } from "./housekeeping.ts";
import { housekeepingTasks } from "./housekeeping-tasks.ts";
import { listenerOrigin } from "./listen.ts";
import { createNodeServices } from "./node-services.ts";
import { openConnections } from "./open-connections.ts";
import { openRuns } from "./open-runs.ts";
import { ownerNames } from "./owner-names.ts";
import type { ConnectionHealth } from "./watch-health.ts";

export const WORKSPACE = "workspace_default";

export interface Services {
  vault: Vault;
  credentials: Credentials;
  queue: Queue;
  hub: LiveHub;
  runs: RunService;
  gates: Gates;
  /** What a run of a graph may cost. */
  costEstimate: CostRoutesGiven["estimate"];
  documents: Documents;
  chats: Chats;
  forms: Forms;
  /** Of forms, for those who fill them in. */
  submissions: Submissions;
  discussion: Discussion;
  /** Which nodes of other graphs call a graph. */
  graphUses: GraphRoutesGiven["uses"];
  connections: Connections;
  tools: Tools;
  /** Which nodes name a thing, and something else besides. */
  thingUses: ToolRoutesGiven["uses"];
  telemetry: Telemetry;
  mcpConnections: McpConnections;
  models: Models;
  comfyui: ComfyClients;
  /** Those of ComfyUI. */
  workflows: Workflows;
  jobs: Jobs;
  knowledge: Knowledge;
  /** Finds things by what they do. */
  find: FindThings;
  connectionStore: ConnectionStore;
  connectionHealth: ConnectionHealth;
  variables: WorkspaceVariables;
  files: FileParts;
  assets: FileParts["assets"];
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
  const fileParts = await openFileParts({ database, directory, s3: config.s3 });
  const { blobs } = fileParts;
  const vault = closers.add(await openVault({ database, keyFile: directory.path("vault.key"), environment: process.env, logger }), (thing) => thing.close());
  const documentStore = createDocumentStore(database);
  const hub = createHub({ queue, runStore, documentStore, logger });

  const outgoing = openOutgoing(given, vault);
  const { connectionHealth, connectionStore, loader, guard, pool, sampleTools, connections, mcpConnections, models, comfyui } = await openConnections(given, {
    vault,
    ...outgoing,
    blobs,
    installation: () => installationId(database),
    fanout: queue.fanout,
  });
  const workflows = createWorkflows({ database, comfyui, files: fileParts.files });
  const names = await ownerNames({ config, directory, database });
  const { jobs, knowledge } = wireKnowledge({ ...given, ...outgoing, names, files: fileParts.files, models, connectionStore });
  const references = createReferences({
    store: connectionStore,
    settled: async () => {
      await sampleTools.settled();
      await guard.idle();
    },
    graph: createGraphReferences({ documents: documentStore, revisions: createRevisionStore(database), catalog }),
    workflow: workflows.reference,
    collection: createCollectionReferences(knowledge),
  });

  const variableStore = createVariableStore(database);
  const toolStore = createToolStore(database);
  const memoryStore = createMemoryStore(database);
  const registry = createNodeServices({
    ...given,
    ...outgoing,
    pool,
    models,
    comfyui,
    workflows,
    connectionStore,
    loader,
    variableStore,
    toolStore,
    memoryStore,
    files: fileParts,
    knowledge,
  });

  const documents = closers.add(
    createDocuments({ database, catalog, references, logger, fanout: queue.fanout, onPublishedChanged: (graph) => webhooks.publishedChanged(graph) }),
    (thing) => thing.close(),
  );
  const updates = createDocumentUpdateStore(database);
  const credentials = createCredentials({ store: outgoing.credentialStore, vault, use: outgoing.credentialUse, updates });
  const history = closers.add(startHistory(given, documents), (thing) => thing.close());
  const readRevision = createRevisionCache(documents.readRevision);
  const discussion = createDiscussion({ database, documents, fanout: queue.fanout, logger });
  const driven = await openRuns(given, {
    ...{ queue, hub, runStore, blobs, vault, documents, readRevision, models, names, services: registry, live: discussion.live, onRunEnded: pool.endRun },
  });
  const { telemetry, plans, results, preparation, callbackUrl, gates, engine, forecast, runs, webhooks } = driven;
  const workspaceVariables = createWorkspaceVariables(variableStore);
  const tools = createTools({ store: toolStore, connections: connectionStore });
  return {
    ...{ vault, credentials },
    housekeeping: housekeepingTasks({
      ...{ vault, results, history, discussion, tools, variables: workspaceVariables, memory: memoryStore, files: fileParts.library, jobs, knowledge },
    }),
    queue,
    hub,
    runs,
    gates,
    costEstimate: forecast.read,
    documents,
    ...wireForms({
      ...{ database, documents, readRevision, preparation, plans, catalog, blobs, vault },
      ...{ begin: runs.start, problem: engine.problem, origin: config.publicUrl?.origin ?? listenerOrigin(listener) },
    }),
    chats: wireChats({
      ...{ database, documents, runs, blobs, catalog, references },
      workspaceOf: async (graph) => (await documentStore.read(graph))?.workspaceId ?? "",
    }),
    discussion,
    graphUses: (thing) => findUses({ store: outgoing.credentialStore, updates }, { ...thing, but: thing.id }),
    connections,
    tools,
    thingUses: (thing) => findUses({ store: outgoing.credentialStore, updates }, thing),
    mcpConnections,
    models,
    comfyui,
    workflows,
    jobs,
    knowledge,
    find: wireFind({ knowledge, catalog, documents, tools, workflows, logger }),
    ...{ connectionStore, connectionHealth },
    variables: workspaceVariables,
    ...{ files: fileParts, assets: fileParts.assets },
    engine,
    telemetry,
    webhooks,
    callbackUrl,
    references,
    listSampleTools: sampleTools.start,
  };
}

function startHistory({ config, database, logger }: ServicesGiven, documents: Documents): History {
  const history = keepHistory({ store: createRevisionHistoryStore(database), cut: (id) => documents.cutRevision(id, { reason: "auto" }), logger });
  // who takes edits also keeps what they led to
  if (config.role !== "worker") history.start();
  return history;
}

/** The one way out, and what is sent along on it. */
function openOutgoing({ config, database, closers, listener, logger }: ServicesGiven, vault: Vault) {
  const egress = closers.add(createEgressClient({ allow: () => [...config.egressAllow], ownListeners: () => [listener] }), (thing) => thing.close());
  const credentialStore = createCredentialStore(database);
  return { egress, credentialStore, credentialUse: createCredentialUse({ store: credentialStore, vault, egress, logger }) };
}

/** One name for all processes that share this database. */
async function installationId(database: Database): Promise<string> {
  return String(await createInstallationStore(database).update("id", (id) => id ?? randomUUID()));
}
