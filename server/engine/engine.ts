import { setTimeout as delay } from "node:timers/promises";
import type { RunId } from "#runtime/graph/ids.ts";
import type { NodeImplementation } from "#runtime/node/define.ts";
import type { ServiceRegistry } from "#runtime/node/service.ts";
import { planSchema } from "#runtime/plan/plan.ts";
import { foldRun } from "#runtime/run/apply-event.ts";
import type { RunEvent } from "#runtime/run/events.ts";
import type { BlobStore } from "../assets/blob-store.ts";
import type { Logger } from "../logger.ts";
import type { Doorbell } from "../queue/doorbell.ts";
import { type CommitStore, createCommitter } from "./committer.ts";
import type { InboxEntry } from "./inbox.ts";
import type { LiveHub } from "./live-hub.ts";
import { createNodeRunner } from "./node-runner.ts";
import { type DriverEnd, RunDriver } from "./run-driver.ts";

/** What the engine needs of the store. */
export interface EngineStore extends CommitStore {
  /** Takes the leases of runs that need a driver: named ones, or whichever are due, but for `except`. Raises their epochs. */
  claim(given: ClaimRuns): Promise<ClaimedRun[]>;
  /** Lengthens leases; returns the runs whose lease is still ours. */
  renew(given: { owner: string; leaseMs: number; leases: ReadonlyMap<RunId, number> }): Promise<ReadonlySet<RunId>>;
  /** Ends every lease there is: only for a process that holds the data directory alone. */
  voidLeases(): Promise<void>;
  /** Runs without a lease whose timer falls due within that many milliseconds. */
  nextWakes(withinMs: number): Promise<{ run: RunId; at: Date }[]>;
  readEvents(run: RunId, after: number, limit: number): Promise<readonly RunEvent[]>;
  /** The oldest messages in a run's inbox. */
  readInbox(run: RunId, limit: number): Promise<InboxEntry[]>;
  /** Which of these runs have something in their inbox. */
  withInbox(runs: readonly RunId[]): Promise<RunId[]>;
}

export interface ClaimRuns {
  owner: string;
  leaseMs: number;
  limit: number;
  runs?: readonly RunId[];
  except?: readonly RunId[];
}

export interface ClaimedRun {
  run: RunId;
  epoch: number;
  /** JSON of its plan. */
  plan: string;
}

export interface EngineOptions {
  /** Milliseconds a lease lasts without renewal. */
  leaseMs: number;
  /** Runs this process drives at once. */
  capacity: number;
  /** Milliseconds between looks for due runs; timers and the doorbell make them rare events. */
  sweepMs: number;
  /** Milliseconds that writes under way get to end, and the database to take what is open, when the engine closes. */
  closeMs?: number;
}

export interface EngineGiven {
  store: EngineStore;
  blobs: BlobStore;
  services: ServiceRegistry;
  implementations: (type: string) => Promise<NodeImplementation | undefined>;
  hub: LiveHub;
  doorbell: Doorbell;
  logger: Logger;
  /** Tells the graph's watchers after something that a list of runs shows has changed. */
  onRunChanged: (run: RunId) => void;
  /** Whether no other process can hold a lease on this database. */
  alone: boolean;
  owner: string;
  options: EngineOptions;
}

export interface Engine {
  start(): Promise<void>;
  /** Why the database does not take commits, while it does not. */
  problem(): string | undefined;
  /** Runs driven by this process now. */
  driving(): number;
  close(): Promise<void>;
}

const MAX_TIMER_MS = 2_000_000_000;
const CLOSE_MS = 10_000;
const PAGE = 5_000;

/** Drives runs: takes leases, folds logs, hands each run to a driver, and looks after timers. */
export function createEngine(given: EngineGiven): Engine {
  const { store, logger, hub, options } = given;
  const drivers = new Map<RunId, { driver: RunDriver; epoch: number; shown?: string }>();
  const timers = new Map<RunId, NodeJS.Timeout>();
  /** Runs that somebody rang for, for the next look. */
  const wanted = new Set<RunId>();
  /** The last look left runs to others for want of room. */
  let isFull = false;
  let closing = false;
  let claiming: Promise<void> = Promise.resolve();
  let sweeper: NodeJS.Timeout | undefined;
  let renewer: NodeJS.Timeout | undefined;
  let silence: (() => void) | undefined;

  const committer = createCommitter({
    store,
    onCommitted: ({ run, events, projection }) => {
      hub.publish(run, events);
      const driven = drivers.get(run);
      const shown = [projection.state, projection.startedAt?.getTime(), projection.reason].join("/");
      if (events.length > 0 && driven?.shown !== shown) given.onRunChanged(run);
      if (driven) driven.shown = shown;
    },
    onProblem: (error) => logger.error({ error }, "The database did not take a commit; trying again."),
  });
  const runner = createNodeRunner({
    implementations: given.implementations,
    services: given.services,
    blobs: given.blobs,
    publish: hub.publishEphemeral,
    now: Date.now,
  });

  /** One look at a time; runs named while one is under way go into the next one together. */
  const claim = (named?: RunId): Promise<void> => {
    if (named) wanted.add(named);
    claiming = claiming
      .then(() => (named && wanted.size === 0 ? undefined : look(named && [...wanted])))
      .catch((error) => logger.error({ error }, "Looking for runs failed; trying again."));
    return claiming;
  };

  const look = async (runs: readonly RunId[] | undefined) => {
    wanted.clear();
    const limit = options.capacity - drivers.size;
    isFull = limit <= 0;
    if (closing || isFull) return;
    const claimed = await store.claim({ owner: given.owner, leaseMs: options.leaseMs, limit, except: [...drivers.keys()], ...(runs && { runs }) });
    isFull = claimed.length >= limit;
    const failed = (run: RunId, error: unknown) => logger.error({ error, run }, "A run could not be taken up; trying again when its lease ends.");
    await Promise.all(claimed.map((run) => adopt(run).catch((error: unknown) => failed(run.run, error))));
  };

  const adopt = async ({ run, epoch, plan }: ClaimedRun) => {
    clearTimeout(timers.get(run));
    timers.delete(run);
    const driver = new RunDriver({
      run,
      epoch,
      state: foldRun(planSchema.parse(JSON.parse(plan)), await readLog(run)),
      committer,
      runner,
      readInbox: (max) => readInbox(run, max),
      onDone: (end) => onDone(run, epoch, end),
      now: Date.now,
      random: Math.random,
    });
    drivers.set(run, { driver, epoch });
  };

  const readLog = async (run: RunId): Promise<RunEvent[]> => {
    const events: RunEvent[] = [];
    for (;;) {
      const page = await store.readEvents(run, events.at(-1)?.seq ?? 0, PAGE);
      for (const event of page) events.push(event);
      if (page.length < PAGE) return events;
    }
  };

  const readInbox = async (run: RunId, limit: number) => {
    const entries = await store.readInbox(run, limit);
    for (const { id, message } of entries)
      if (!message) logger.error({ run, id }, "A message to a run is of a kind this version does not know; it is left out.");
    return entries;
  };

  const onDone = (run: RunId, epoch: number, end: DriverEnd) => {
    if (drivers.get(run)?.epoch === epoch) drivers.delete(run);
    if (closing) return;
    if (end.type === "failed") logger.error({ error: end.error, run }, "A run's driver failed; the run is taken up again when its lease ends.");
    if (end.type === "released") {
      if (end.poked) void claim(run);
      if (end.wakeAt) wake(run, end.wakeAt);
    }
    // others may wait for the place that is free now
    if (isFull) void claim();
  };

  const wake = (run: RunId, at: Date) => {
    clearTimeout(timers.get(run));
    const timer = setTimeout(
      () => {
        timers.delete(run);
        void claim(run);
      },
      Math.min(Math.max(at.getTime() - Date.now(), 0) + 1, MAX_TIMER_MS),
    );
    timer.unref();
    timers.set(run, timer);
  };

  /** Finds what no doorbell or timer of this process told of: runs of other processes, rings that were lost, timers set before a restart. */
  const sweep = async () => {
    await claim();
    try {
      for (const run of await store.withInbox([...drivers.keys()])) drivers.get(run)?.driver.poke();
      for (const { run, at } of await store.nextWakes(options.sweepMs * 2)) if (!drivers.has(run)) wake(run, at);
    } catch (error) {
      logger.error({ error }, "Looking for timers failed; trying again.");
    }
  };

  const renew = async () => {
    if (drivers.size === 0) return;
    const leases = new Map([...drivers].map(([run, { epoch }]) => [run, epoch]));
    const kept = await store.renew({ owner: given.owner, leaseMs: options.leaseMs, leases });
    for (const [run, epoch] of leases) {
      if (!kept.has(run) && drivers.get(run)?.epoch === epoch) drivers.get(run)?.driver.abandon();
    }
  };

  return {
    start: async () => {
      if (given.alone) await store.voidLeases();
      const onRing = (run: RunId) => {
        const driven = drivers.get(run);
        if (driven) driven.driver.poke();
        else void claim(run);
      };
      silence = given.doorbell.onRing(onRing, (run) => drivers.has(run));
      sweeper = setInterval(() => void sweep(), options.sweepMs);
      renewer = setInterval(() => renew().catch((error) => logger.error({ error }, "Renewing leases failed; trying again.")), options.leaseMs / 3);
      await sweep();
    },
    problem: committer.problem,
    driving: () => drivers.size,
    close: async () => {
      closing = true;
      silence?.();
      clearInterval(sweeper);
      for (const timer of timers.values()) clearTimeout(timer);
      const inOrder = async () => {
        await claiming;
        await Promise.all([...drivers.values()].map(({ driver }) => driver.close()));
        await committer.idle();
      };
      await Promise.race([inOrder(), delay(options.closeMs ?? CLOSE_MS, undefined, { ref: false })]);
      clearInterval(renewer);
      // what has not ended by now is taken up from the log, like after a crash
      for (const { driver } of drivers.values()) driver.abandon();
    },
  };
}
