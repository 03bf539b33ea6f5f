import type { RunId } from "#runtime/graph/ids.ts";
import type { EngineGiven } from "../engine/engine.ts";
import { createLiveFanout } from "../engine/live-fanout.ts";
import { createLiveHub, type LiveHub } from "../engine/live-hub.ts";
import type { Logger } from "../logger.ts";
import type { Queue } from "../queue/queue.ts";
import type { DocumentStore } from "../store/documents.ts";
import type { RunStore } from "../store/runs.ts";

/** Live events of runs, of this process and of those it shares a queue with. */
export function createHub({
  queue,
  runStore,
  documentStore,
  logger,
}: {
  queue: Queue;
  runStore: RunStore;
  documentStore: DocumentStore;
  logger: Logger;
}): LiveHub {
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
export function createRunAnnouncer({ runStore, hub, logger }: { runStore: RunStore; hub: LiveHub; logger: Logger }): EngineGiven["onRunChanged"] {
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
