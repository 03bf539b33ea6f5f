import { fileURLToPath } from "node:url";
import { catalog } from "#nodes/catalog.data.ts";
import packageJson from "../package.json" with { type: "json" };
import { type AccessRules, createAccessRules } from "./auth/access-rules.ts";
import { cookieNameFor, createAuthenticate } from "./auth/authenticate.ts";
import { may } from "./auth/may.ts";
import { createOneTimeLink } from "./auth/one-time-link.ts";
import { createSessions } from "./auth/sessions.ts";
import { openTokenFile } from "./auth/token-file.ts";
import type { Config } from "./config.ts";
import type { DataDirectory } from "./data-directory.ts";
import { armFailpoints } from "./engine/failpoints.ts";
import { watchInvariants } from "./engine/invariant-watch.ts";
import { createApp } from "./http/app.ts";
import { approvalRoutes } from "./http/approval-routes.ts";
import { connectionRoutes } from "./http/connection-routes.ts";
import { graphRoutes } from "./http/graph-routes.ts";
import { createLimits } from "./http/guards.ts";
import { healthOnly } from "./http/health-only.ts";
import { hookRoutes } from "./http/hook-routes.ts";
import { runRoutes } from "./http/run-routes.ts";
import { type Health, systemRoutes } from "./http/system-routes.ts";
import { variableRoutes } from "./http/variable-routes.ts";
import type { Logger } from "./logger.ts";
import { createAddressFile } from "./start/address-file.ts";
import { type Closers, createClosers } from "./start/closers.ts";
import { createServices, type Services, WORKSPACE } from "./start/create-services.ts";
import { housekeeping } from "./start/housekeeping.ts";
import { type Listener, listen, listenerOrigin } from "./start/listen.ts";
import { seed } from "./start/seed.ts";
import { openDirectoryFor } from "./start/shared-directory.ts";
import { checkInvariants } from "./store/check-invariants.ts";
import { type Database, openDatabase } from "./store/database/open-database.ts";
import { createInstallationStore, type InstallationStore } from "./store/installation.ts";
import { createMetricsPage } from "./telemetry/metrics-page.ts";
import { socketRoutes } from "./ws/socket-routes.ts";
import { acceptSockets } from "./ws/upgrade.ts";

/** A server that works. */
export interface HeddleServer {
  /** Without a slash at its end. */
  url: string;
  /** Makes whoever opens it first a person; absent for a worker. */
  oneTimeUrl: string | undefined;
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
  if (config.role !== "worker") {
    await seed({ installation, connections: services.connectionStore, documents: services.documents, workspace: WORKSPACE, logger });
  }
  if (config.role !== "web") {
    closers.add(services.engine, (thing) => thing.close());
    await services.engine.start();
    closers.add(housekeeping({ tasks: services.housekeeping, logger }), (thing) => thing.close());
    closers.add(watchInvariants({ check: (since) => checkInvariants(database, { since, lateMs: LATE_LEASE_MS }), logger }), (thing) => thing.close());
  }
  if (config.role === "worker") {
    const { metrics } = services.telemetry;
    const token = await openTokenFile(directory.path("token"));
    const authenticate = createAuthenticate({ sessions: createSessions(installation), token, rules, cookieName: cookieNameFor(listener.port) });
    const page = metrics && createMetricsPage({ ...{ metrics, rules, authenticate, may, logger }, workspace: WORKSPACE });
    listener.answerWith(healthOnly(health, "worker", page));
    closers.add(listener, (thing) => thing.close());
    return { url, oneTimeUrl: undefined, services, close: closers.closeAll };
  }
  const oneTimeUrl = await openDoors({ config, logger, closers, directory, listener, installation, rules, services, health, url });
  services.listSampleTools();
  return { url, oneTimeUrl, services, close: closers.closeAll };
}

interface Doors {
  config: Config;
  logger: Logger;
  closers: Closers;
  directory: DataDirectory;
  listener: Listener;
  installation: InstallationStore;
  rules: AccessRules;
  services: Services;
  health: Health;
  url: string;
}

/** Requests and sockets are answered from here on; answers the one-time URL. */
async function openDoors(given: Doors): Promise<string> {
  const { config, logger, closers, directory, listener, rules, services, url } = given;
  const { documents, runs, hub, gates, connections, references } = services;
  const sessions = createSessions(given.installation);
  const cookieName = cookieNameFor(listener.port);
  const authenticate = createAuthenticate({ sessions, token: await openTokenFile(directory.path("token")), rules, cookieName });

  const addressFile = closers.add(createAddressFile(directory.path("server.json")), (thing) => thing.remove());
  const oneTimeUrlOf = (token: string) => `${url}/session/${token}`;
  const writeAddress = (token: string) => addressFile.write({ url, pid: process.pid, oneTimeUrl: oneTimeUrlOf(token) });
  const onChange = (token: string) => void writeAddress(token).catch((error: unknown) => logger.error({ error }, "server.json could not be written."));
  const link = closers.add(createOneTimeLink({ lifetimeMs: ONE_TIME_MS, onChange }), (thing) => thing.close());

  const app = createApp({
    handlings: [
      ...systemRoutes({ health: given.health, catalog, references }),
      ...graphRoutes(documents),
      ...hookRoutes({ hooks: services.webhooks.hooks, origin: url }),
      ...runRoutes({ runs, hub, callbackUrl: services.callbackUrl }),
      ...approvalRoutes(gates),
      ...connectionRoutes(connections),
      ...variableRoutes(services.variables),
    ],
    session: { link, sessions, cookieName, isSecure: rules.isSecure },
    limits: createLimits(),
    workspace: WORKSPACE,
    version: packageJson.version,
    checkAnswers: config.checkAnswers,
    metrics: services.telemetry.metrics,
    ...{ rules, authenticate, may, logger, canvasDirectory },
  });
  const routes = socketRoutes({ documents, runs, hub });
  const sockets = acceptSockets({ server: listener.server, routes, rules, authenticate, may, workspace: WORKSPACE, logger });
  const answerHook = services.webhooks.listener({ isOwnHost: rules.isOwnHost });
  listener.answerWith((request, response) => {
    if (!answerHook(request, response)) app(request, response);
  });
  closers.add(listener, async (thing) => {
    await Promise.all([thing.close(), sockets.close()]);
  });
  const token = link.token();
  await writeAddress(token);
  return oneTimeUrlOf(token);
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
