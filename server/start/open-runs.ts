import { catalog } from "#nodes/catalog.data.ts";
import { implementations } from "#nodes/catalog.execute.ts";
import { graphDocument } from "#runtime/graph/document.ts";
import type { GraphId } from "#runtime/graph/ids.ts";
import { readPins } from "#runtime/graph/pins.ts";
import packageJson from "../../package.json" with { type: "json" };
import { createCallerAddress } from "../auth/caller-address.ts";
import type { Discussion } from "../comments/create-discussion.ts";
import type { Documents } from "../documents/documents.ts";
import { createCallee } from "../engine/callee.ts";
import { createChildren } from "../engine/children.ts";
import { createEngine, type EngineGiven } from "../engine/engine.ts";
import type { LiveHub } from "../engine/live-hub.ts";
import { createPlans } from "../engine/plans.ts";
import { createRunPreparation } from "../engine/prepare-run.ts";
import { createRunService } from "../engine/run-service.ts";
import { createCallLimits } from "../hooks/call-limits.ts";
import { createCallbackAddresses } from "../hooks/callback-address.ts";
import { createWebhooks } from "../hooks/create-webhooks.ts";
import { openInstallationKey } from "../hooks/installation-key.ts";
import type { Queue } from "../queue/queue.ts";
import { createInstallationStore } from "../store/installation.ts";
import { createPlanStore } from "../store/plans.ts";
import { createResultCache } from "../store/result-cache.ts";
import { readRunCounts } from "../store/run-counts.ts";
import type { RunStore } from "../store/runs.ts";
import { createTelemetry, type Telemetry } from "../telemetry/create-telemetry.ts";
import type { Vault } from "../vault/vault.ts";
import { createForecast, tellOfBudgets } from "./create-budgets.ts";
import { createGates, type GatesGiven } from "./create-gates.ts";
import { createRunAnnouncer } from "./create-hub.ts";
import type { Models } from "./create-models.ts";
import type { ServicesGiven } from "./create-services.ts";
import { listenerOrigin } from "./listen.ts";

interface RunsGiven extends Pick<EngineGiven, "blobs" | "services"> {
  queue: Queue;
  hub: LiveHub;
  runStore: RunStore;
  vault: Vault;
  documents: Documents;
  readRevision: Documents["readRevision"];
  models: Models;
  names: Pick<EngineGiven, "owner" | "predecessors">;
  live: Discussion["live"];
  onRunEnded: GatesGiven["onEnded"];
}

/** All that runs graphs: the engine, who starts runs, the gates where they wait, and the addresses at which others call. */
export async function openRuns(given: ServicesGiven, parts: RunsGiven) {
  const { config, logger, closers, database, listener } = given;
  const { queue, hub, runStore, blobs, vault, documents, readRevision, models, names, services, live, onRunEnded } = parts;
  const revisionFor = async (graph: Parameters<Documents["readRevision"]>[0], { revision, actor }: { revision: number | undefined; actor: string }) =>
    revision === undefined ? documents.cutRevision(graph, { reason: "run", actor }) : readRevision(graph, revision);
  const pinsOf = (graph: GraphId) => documents.rooms.use(graph, ({ doc }) => readPins(graphDocument(doc)));
  const telemetry = closers.add(await openTelemetry(given), (thing) => thing.close());
  const plans = createPlans(createPlanStore(database));
  const results = createResultCache(database);
  const preparation = createRunPreparation(catalog);
  const callee = createCallee({
    preparation,
    revisionOf: async (graph, number) => documents.readRevision(graph, number ?? (await documents.publishedNumber(graph))),
  });
  const installationKey = await openInstallationKey(createInstallationStore(database), vault);
  const callbackUrl = createCallbackUrl({ config, listener, logger }, installationKey);
  const gates = closers.add(createGates({ database, plans, queue, live, onEnded: onRunEnded, logger }), ({ notices }) => notices.close());
  const engine = createEngine({
    observer: telemetry.observer,
    store: runStore,
    blobs,
    plans,
    results,
    children: createChildren({ plans, blobs, callee, now: Date.now }),
    callbackUrl,
    services,
    implementations: async (type) => implementations.get(type)?.(),
    hub: tellOfBudgets(gates.feed.overhear(hub), { database, live, logger, runs: () => runs }),
    doorbell: queue.doorbell,
    logger,
    onRunChanged: createRunAnnouncer({ runStore, hub, logger }),
    ...names,
    options: {
      leaseMs: config.leaseMs,
      capacity: config.capacity,
      concurrency: config.concurrency,
      labels: config.labels,
      // without a doorbell between processes, looking is how a worker hears of runs
      sweepMs: queue.kind === "memory" && config.role !== "all" ? 1_000 : 5_000,
    },
  });
  const forecast = createForecast({ database, documents, models, catalog });
  const runs = createRunService({
    ...{ store: runStore, blobs, hub, doorbell: queue.doorbell, plans, preparation },
    engine,
    revisionFor,
    pinsOf,
    warningsOf: forecast.warnings,
  });
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
  return { telemetry, plans, results, preparation, callbackUrl, gates, engine, forecast, runs, webhooks };
}

function openTelemetry({ config, database, logger }: ServicesGiven): Promise<Telemetry> {
  return createTelemetry({
    ...{ metrics: config.metrics, environment: process.env, version: packageJson.version, role: config.role, logger },
    nodeTypes: catalog.all().map(({ type }) => type),
    readCounts: () => readRunCounts(database),
  });
}

/** Says once, at the start, when the addresses name a process that others may not reach. */
function createCallbackUrl({ config, listener, logger }: Pick<ServicesGiven, "config" | "listener" | "logger">, key: Uint8Array): EngineGiven["callbackUrl"] {
  const addresses = createCallbackAddresses(key);
  const origin = config.publicUrl?.origin ?? listenerOrigin(listener);
  if (config.role !== "all" && config.publicUrl === undefined)
    logger.warn({}, `Callback addresses made by a worker need PUBLIC_URL: without it, those of this ${config.role} process name itself (${origin}).`);
  return (wait) => addresses.make({ ...wait, origin });
}
