import { randomUUID } from "node:crypto";
import { Queue as BullQueue, Worker } from "bullmq";
import { type RunId, runIdSchema } from "#runtime/graph/ids.ts";
import type { Doorbell } from "./doorbell.ts";
import type { Fanout } from "./fanout.ts";
import type { RedisConnection } from "./redis-connection.ts";

const NAME = "rings";
const CHANNEL = "rings";
/** Rings kept for when the connection is back; more are left to the sweep. */
const MAX_MISSED = 10_000;
/** Nothing is kept: a finished job would swallow a new one with its id, and nobody reads them. */
const FORGOTTEN = { count: 0 };

interface Listener {
  onRing(run: RunId): void;
  isDriven(run: RunId): boolean;
}

/**
 * A ring is told to all processes, for the one that drives the run, and is a job of BullMQ, for one process that could drive it.
 * The job carries the run's id and ends at once, whatever becomes of the run: BullMQ decides nothing.
 */
export function createBullDoorbell(given: { commands: RedisConnection; fanout: Fanout; prefix: string }): Doorbell {
  const { commands, fanout, prefix } = given;
  const listeners = new Set<Listener>();
  const missed = new Set<RunId>();
  const workers = new Set<Promise<void>>();
  let worker: Worker | undefined;
  let silence: (() => void) | undefined;
  const jobs = new BullQueue(NAME, { connection: commands.client, prefix, streams: { events: { maxLen: 100 } } });
  jobs.on("error", commands.report);

  const tell = (run: unknown, whom: (listener: Listener, run: RunId) => boolean): boolean => {
    const id = runIdSchema.safeParse(run);
    if (!id.success) return false;
    const told = [...listeners].filter((listener) => whom(listener, id.data));
    for (const listener of told) listener.onRing(id.data);
    return told.length > 0;
  };
  const tellDriver = (run: unknown) => tell(run, (listener, id) => listener.isDriven(id));
  const tellAll = (run: unknown) => tell(run, () => true);

  const send = (run: RunId) => {
    fanout.publish(CHANNEL, run);
    const options = { jobId: `${run}-${randomUUID()}`, attempts: 1, removeOnComplete: true, removeOnFail: true };
    jobs.add("ring", { run }, options).catch(commands.report);
  };
  commands.client.on("ready", () => {
    for (const run of missed) send(run);
    missed.clear();
  });
  const listen = () => {
    silence = fanout.subscribe(CHANNEL, { message: tellDriver, gap: () => undefined });
    const options = { connection: commands.client, prefix, runRetryDelay: 1_000, removeOnComplete: FORGOTTEN, removeOnFail: FORGOTTEN };
    worker = new Worker(NAME, async (job: { data: { run?: unknown } }) => void (tellDriver(job.data.run) || tellAll(job.data.run)), options);
    worker.on("error", commands.report);
  };
  const stopListening = () => {
    silence?.();
    // by force: otherwise it waits for a connection that may never come
    if (worker) workers.add(worker.close(true).catch(commands.report));
    worker = undefined;
  };
  return {
    ring: (run) => {
      if (tellDriver(run)) return;
      if (commands.isReady()) return send(run);
      if (missed.size < MAX_MISSED) missed.add(run);
      tellAll(run);
    },
    onRing: (onRing, isDriven = () => false) => {
      const listener = { onRing, isDriven };
      listeners.add(listener);
      if (listeners.size === 1) listen();
      return () => {
        if (listeners.delete(listener) && listeners.size === 0) stopListening();
      };
    },
    close: async () => {
      listeners.clear();
      missed.clear();
      stopListening();
      await Promise.all([...workers, jobs.close().catch(commands.report)]);
    },
  };
}
