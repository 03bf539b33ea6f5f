import { fileURLToPath } from "node:url";
import { catalog } from "#nodes/catalog.data.ts";
import packageJson from "../package.json" with { type: "json" };
import type { Access } from "./auth/access.ts";
import { type AccessRules, createAccessRules } from "./auth/access-rules.ts";
import { CALLBACK_PATH } from "./auth/accounts/accounts.ts";
import { createOwnerLink, type OwnerLink } from "./auth/accounts/owner-link.ts";
import { createOneTimeLink } from "./auth/one-time-link.ts";
import type { Config } from "./config.ts";
import type { DataDirectory } from "./data-directory.ts";
import { armFailpoints } from "./engine/failpoints.ts";
import { watchInvariants } from "./engine/invariant-watch.ts";
import { createActorLimits } from "./http/actor-limits.ts";
import { agentRoutes } from "./http/agent-routes.ts";
import { createApp } from "./http/app.ts";
import { approvalRoutes } from "./http/approval-routes.ts";
import { assetRoutes } from "./http/asset-routes.ts";
import { auditRoutes } from "./http/audit-routes.ts";
import { chatRoutes } from "./http/chat-routes.ts";
import { comfyQueueRoutes } from "./http/comfy-queue-routes.ts";
import { comfyWorkflowRoutes } from "./http/comfy-workflow-routes.ts";
import { commentRoutes } from "./http/comment-routes.ts";
import { connectionRoutes } from "./http/connection-routes.ts";
import { costRoutes } from "./http/cost-routes.ts";
import { credentialRoutes } from "./http/credential-routes.ts";
import { formRoutes } from "./http/form-routes.ts";
import { graphRoutes } from "./http/graph-routes.ts";
import { createLimits, type Limits } from "./http/guards.ts";
import type { Handling } from "./http/handle.ts";
import { healthOnly } from "./http/health-only.ts";
import { hookRoutes } from "./http/hook-routes.ts";
import { inboxRoutes } from "./http/inbox-routes.ts";
import { jobRoutes } from "./http/job-routes.ts";
import { knowledgeRoutes } from "./http/knowledge-routes.ts";
import { mcpRoutes } from "./http/mcp-routes.ts";
import { modelRoutes } from "./http/model-routes.ts";
import { runRoutes } from "./http/run-routes.ts";
import { sessionRoutes } from "./http/session-routes.ts";
import { sharingRoutes } from "./http/sharing-routes.ts";
import { type Health, systemRoutes } from "./http/system-routes.ts";
import { tokenRoutes } from "./http/token-routes.ts";
import { toolRoutes } from "./http/tool-routes.ts";
import { variableRoutes } from "./http/variable-routes.ts";
import { vaultRoutes } from "./http/vault-routes.ts";
import { workspaceRoutes } from "./http/workspace-routes.ts";
import type { Logger } from "./logger.ts";
import { type Caller, createCallRoute } from "./mcp-server/call-route.ts";
import { createMcpTools } from "./mcp-server/tools.ts";
import { createAddressFile } from "./start/address-file.ts";
import { type Closers, createClosers } from "./start/closers.ts";
import { createPeople, type People } from "./start/create-people.ts";
import { createServices, type Services, WORKSPACE } from "./start/create-services.ts";
import { housekeeping } from "./start/housekeeping.ts";
import { type Listener, listen, listenerOrigin } from "./start/listen.ts";
import { seed } from "./start/seed.ts";
import { openDirectoryFor } from "./start/shared-directory.ts";
import { checkInvariants } from "./store/check-invariants.ts";
import { type Database, openDatabase } from "./store/database/open-database.ts";
import { createInstallationStore } from "./store/installation.ts";
import { createMetricsPage } from "./telemetry/metrics-page.ts";
import { socketRoutes } from "./ws/socket-routes.ts";
import { acceptSockets } from "./ws/upgrade.ts";

/** A server that works. */
export interface HeddleServer {
  /** Without a slash at its end. */
  url: string;
  /** Makes whoever opens it first a person; absent for a worker, and in team mode. */
  oneTimeUrl: string | undefined;
  /** Makes the first owner; there while team mode has nobody. */
  ownerUrl: string | undefined;
  services: Services;
  close(): Promise<void>;
}

const ONE_TIME_MS = 15 * 60_000;
const PING_MS = 2_000;
/** A lease that is over, or a timer that is due, for so long is nobody's: a sweep takes seconds, and the longest lease ten minutes. */
const LATE_LEASE_MS = 15 * 60_000;
const canvasDirectory = fileURLToPath(new URL("../dist/canvas", import.meta.url));

/** Starts everything, in an order in which nothing is half-done when a step fails. Throws what `explainStart` explains. */
export async function serve(config: Config, { logger }: { logger: Logger }): Promise<HeddleServer> {
  const closers = createClosers(logger);
  try {
    return await start(config, logger, closers);
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
}

async function start(config: Config, logger: Logger, closers: Closers): Promise<HeddleServer> {
  armFailpoints(config.failpoints);
  const directory = closers.add(await openDirectoryFor(config), (thing) => thing.release());
  const databaseKind = config.databaseUrl === undefined ? "pglite" : "postgres";
  const queueKind = config.redisUrl === undefined ? "memory" : "bullmq";
  const facts = { version: packageJson.version, database: databaseKind, queue: queueKind } as const;
  const starting = healthOnly({ ...facts, problems: async () => ["Heddle is starting."] }, "starting");
  const listener = closers.add(await listen({ host: config.host, port: config.port, first: starting }), (thing) => thing.close());
  const database = closers.add(
    await openDatabase(config.databaseUrl === undefined ? { dataDirectory: config.dataDirectory } : { url: config.databaseUrl }),
    (thing) => thing.close(),
  );
  const services = await createServices({ config, logger, closers, directory, database, listener });
  const health: Health = { ...facts, problems: () => findProblems(database, services) };
  const installation = createInstallationStore(database);
  const rules = createAccessRules(config, listener.port);
  const url = urlOf(config, listener.port);

  if (config.role !== "all" && config.redisUrl === undefined) {
    logger.warn({}, "Without REDIS_URL, web and worker processes hear of each other only now and then: runs start late and are not seen while they happen.");
  }
  const people = await createPeople({ ...{ config, logger, closers, directory, database, installation, rules, listener, url }, vault: services.vault });
  if (config.role !== "worker") {
    await seed({ installation, connections: services.connectionStore, documents: services.documents, workspace: WORKSPACE, logger });
  }
  if (config.role !== "web") {
    closers.add(services.engine, (thing) => thing.close());
    await services.engine.start();
    services.gates.notices.start();
    services.connectionHealth.watch.start();
    await services.jobs.start();
    closers.add(housekeeping({ tasks: { ...services.housekeeping, "days of the audit log": people.audit.closeDays }, logger }), (thing) => thing.close());
    closers.add(watchInvariants({ check: (since) => checkInvariants(database, { since, lateMs: LATE_LEASE_MS }), logger }), (thing) => thing.close());
  }
  if (config.role === "worker") {
    const { metrics } = services.telemetry;
    const page = metrics && createMetricsPage({ ...{ metrics, rules, logger }, ...people });
    listener.answerWith(healthOnly(health, "worker", page));
    closers.add(listener, (thing) => thing.close());
    return { url, oneTimeUrl: undefined, ownerUrl: undefined, services, close: closers.closeAll };
  }
  const printed = await openDoors({ config, logger, closers, directory, listener, rules, services, people, health, url });
  services.listSampleTools();
  return { url, ...printed, services, close: closers.closeAll };
}

interface Doors {
  config: Config;
  logger: Logger;
  closers: Closers;
  directory: DataDirectory;
  listener: Listener;
  rules: AccessRules;
  services: Services;
  people: People;
  health: Health;
  url: string;
}

/** Requests and sockets are answered from here on; answers the addresses to print. */
async function openDoors(given: Doors): Promise<Pick<HeddleServer, "oneTimeUrl" | "ownerUrl">> {
  const { config, logger, closers, listener, rules, services, people } = given;
  const { documents, runs, hub, discussion } = services;
  const { link, ownerLink, urls } = await createLinks(given);
  const limits = createLimits(people.callerAddress);
  const handlings = handlingsOf(given, { ownerLink, guesses: limits.guesses });
  const { access: judge, audit } = people;
  const mcpTools = createMcpTools({ ...services, workspaceOf: workspaceOf(judge), callRoute: createCallRoute({ handlings, access: judge, audit }) });
  const app = createApp({
    handlings,
    mcpTools,
    session: { mode: people.modes.mode, link, sessions: people.sessions, cookieName: people.cookieName, isSecure: rules.isSecure },
    provider: config.oidc && { path: CALLBACK_PATH, answer: people.accounts.answerProvider },
    actorLimits: createActorLimits(),
    version: packageJson.version,
    checkAnswers: config.checkAnswers,
    metrics: services.telemetry.metrics,
    onAccessChanged: people.changes.listen,
    ...{ limits, rules, logger, canvasDirectory, access: people.access, authenticate: people.authenticate, audit: people.audit },
  });
  const routes = socketRoutes({ documents, runs, hub, discussion, gateFeed: services.gates.feed, connectionFeed: services.connectionHealth.feed });
  const { access, authenticate, changes } = people;
  const sockets = acceptSockets({
    ...{ server: listener.server, routes, rules, authenticate, access, logger },
    onAccessChanged: changes.listen,
    limits,
    shares: { callerAddress: people.callerAddress },
  });
  const answerHook = services.webhooks.listener({ isOwnHost: rules.isOwnHost });
  listener.answerWith((request, response) => {
    if (!answerHook(request, response)) app(request, response);
  });
  closers.add(listener, async (thing) => {
    await Promise.all([thing.close(), sockets.close()]);
  });
  return urls();
}

/** The links that make whoever has them a person, or the first owner. The newest stand in `server.json`, too. */
async function createLinks({ closers, directory, logger, people, url }: Doors) {
  const { mode } = people.modes;
  const addressFile = closers.add(createAddressFile(directory.path("server.json")), (thing) => thing.remove());
  let ownerUrl: string | null = null;
  const urls = () => ({
    oneTimeUrl: mode() === "single-user" ? `${url}/session/${link.token()}` : undefined,
    ownerUrl: ownerUrl ?? undefined,
  });
  const write = () => addressFile.write({ url, pid: process.pid, ...urls() });
  const rewrite = () => void write().catch((error: unknown) => logger.error({ error }, "server.json could not be written."));
  const link = closers.add(createOneTimeLink({ lifetimeMs: ONE_TIME_MS, onChange: rewrite }), (thing) => thing.close());
  const ownerLink = closers.add(
    createOwnerLink({
      ...{ url, mode, hasUsers: people.accounts.hasUsers },
      onChange: (offered) => {
        if (offered !== null && offered !== ownerUrl) logger.info({}, `Nobody has an account yet. Make the first owner, within 15 minutes: ${offered}`);
        ownerUrl = offered;
        rewrite();
      },
    }),
    (thing) => thing.close(),
  );
  people.modes.onTeam(() => void ownerLink.offer().catch((error: unknown) => logger.error({ error }, "The link for the first owner could not be offered.")));
  ownerUrl = await ownerLink.offer();
  await write();
  return { link, ownerLink, urls };
}

function workspaceOf(access: Access) {
  return async ({ actor, named }: Caller) => {
    const judged = await access.judge(actor, { action: "graph.list", ...(named !== undefined && { workspace: named }) });
    return "workspace" in judged ? judged.workspace : "";
  };
}

function handlingsOf({ services, people, rules, config, health, url }: Doors, links: { ownerLink: OwnerLink; guesses: Limits["guesses"] }): Handling[] {
  const { audit, accounts } = people;
  const graphs = graphRoutes({ documents: services.documents, uses: services.graphUses });
  return [
    ...systemRoutes({ health, catalog, references: services.references }),
    ...sessionRoutes({
      ...{ ...people, ...links, isSecure: rules.isSecure, version: packageJson.version },
      membershipsOf: people.workspaces.of,
      provider: config.oidc?.name ?? null,
      mail: people.mail.isConfigured,
    }),
    ...workspaceRoutes({ ...people, audit, accounts }),
    ...sharingRoutes({ ...{ shares: people.shares, audit, isSecure: rules.isSecure }, ...people.guests }),
    ...tokenRoutes(people),
    ...credentialRoutes(services.credentials),
    ...vaultRoutes(services.vault),
    ...auditRoutes(audit),
    ...graphs,
    ...agentRoutes({ documents: services.documents, graphs }),
    ...chatRoutes(services.chats),
    ...formRoutes({ ...services, ...people }),
    ...commentRoutes({ comments: services.discussion.comments, audit }),
    ...inboxRoutes(services.discussion.inbox),
    ...hookRoutes({ hooks: services.webhooks.hooks, origin: url }),
    ...runRoutes(services),
    ...approvalRoutes(services.gates.service),
    ...costRoutes({ estimate: services.costEstimate }),
    ...connectionRoutes(services.connections, services.tools),
    ...mcpRoutes(services.mcpConnections),
    ...modelRoutes(services.models),
    ...jobRoutes(services.jobs),
    ...knowledgeRoutes(services),
    ...variableRoutes(services.variables),
    ...toolRoutes({ tools: services.tools, uses: services.thingUses }),
    ...comfyWorkflowRoutes(services.workflows.library),
    ...comfyQueueRoutes({ comfy: (workspace) => services.comfyui.clientFor({ workspace }) }),
    ...assetRoutes(services.files),
  ];
}

function urlOf({ publicUrl, host, role }: Config, port: number): string {
  if (publicUrl && role !== "worker") return publicUrl.origin;
  return listenerOrigin({ host, port });
}

/** Why it cannot work now, part by part. */
async function findProblems(database: Database, { engine, documents }: Services): Promise<string[]> {
  const problems: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error("it does not answer")), PING_MS);
  });
  await Promise.race([database.ping(), late])
    .catch((error: unknown) => problems.push(`The database cannot be reached: ${messageOf(error)}.`))
    .finally(() => clearTimeout(timer));
  const committing = engine.problem();
  if (committing) problems.push(`Runs are not being recorded: ${committing}`);
  const storing = documents.problem();
  if (storing) problems.push(`Edits are not being stored: ${messageOf(storing)}`);
  return problems;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
