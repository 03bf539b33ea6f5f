import { setTimeout as delay } from "node:timers/promises";
import type { GraphId, RunId } from "#runtime/graph/ids.ts";
import type { NodeImplementation } from "#runtime/node/define.ts";
import type { ServiceRegistry } from "#runtime/node/service.ts";
import type { Plan } from "#runtime/plan/plan.ts";
import { foldRun } from "#runtime/run/apply-event.ts";
import type { RunEvent } from "#runtime/run/events.ts";
import type { RunState } from "#runtime/run/run-state.ts";
import { writeSnapshot } from "#runtime/run/snapshot.ts";
import type { Blobs } from "../assets/blob-store.ts";
import type { Logger } from "../logger.ts";
import type { Doorbell } from "../queue/doorbell.ts";
import type { ResultCache } from "../store/result-cache.ts";
import type { Children } from "./children.ts";
import { createClaims } from "./claims.ts";
import { type CommitStore, createCommitter, type RunCommit } from "./committer.ts";
import type { InboxEntry } from "./inbox.ts";
import { type Driven, keepLeases } from "./leases.ts";
import type { LiveHub } from "./live-hub.ts";
import { loadRun } from "./load-run.ts";
import { creationOf, type NewRun } from "./new-run.ts";
import { createNodeRunner, type NodeRunner, type NodeRunnerGiven } from "./node-runner.ts";
import type { EngineObserver } from "./observer.ts";
import type { Plans } from "./plans.ts";
import { type DriverEnd, type DriverGiven, RunDriver } from "./run-driver.ts";
import { bytesOf } from "./sizes.ts";
import { createSlots } from "./slots.ts";
import { createWakeTimers } from "./wake-timers.ts";

/** What the engine needs of the store. */
export interface EngineStore extends CommitStore {
  /** Takes the leases of runs that need a driver: named ones, or whichever are due, but for `except`. Raises their epochs. */
  claim(given: ClaimRuns): Promise<ClaimedRun[]>;
  /** Lengthens leases; returns the runs whose lease is still ours. */
  renew(given: { owner: string; leaseMs: number; leases: ReadonlyMap<RunId, number> }): Promise<ReadonlySet<RunId>>;
  /** Ends the leases of owners whose name begins so: only for a process that knows that they are gone. */
  voidLeases(ownersOf: string): Promise<void>;
  /** Runs without a lease whose timer falls due within that many milliseconds. */
  nextWakes(withinMs: number): Promise<{ run: RunId; at: Date }[]>;
  readEvents(run: RunId, after: number, limit: number): Promise<readonly RunEvent[]>;
  /** The newest fold of its log that was kept. */
  readSnapshot(run: RunId): Promise<{ seq: number; state: string } | undefined>;
  /** The oldest messages in a run's inbox. */
  readInbox(run: RunId, limit: number): Promise<InboxEntry[]>;
  /** Which of these runs have something in their inbox. */
  withInbox(runs: readonly RunId[]): Promise<RunId[]>;
}

export interface ClaimRuns {
  owner: string;
  leaseMs: number;
  limit: number;
  /** Runs for workers with a label are left out, but for these. */
  labels: readonly string[];
  runs?: readonly RunId[];
  except?: readonly RunId[];
}

export interface ClaimedRun {
  run: RunId;
  epoch: number;
  workspace: string;
  graph: GraphId;
  revision: number;
  /** Hash of its plan. */
  plan: string;
  /** The label a worker needs to run its nodes. */
  worker?: string | undefined;
}

export interface EngineOptions {
  /** Milliseconds a lease lasts without renewal. */
  leaseMs: number;
  /** Runs this process drives at once. */
  capacity: number;
  /** Milliseconds between looks for due runs; timers and the doorbell make them rare events. */
  sweepMs: number;
  /** Attempts under way at once in this process. */
  concurrency?: number;
  /** What this process has that others do not (`gpu`, say): it takes what asks for that, too. */
  labels?: readonly string[];
  /** Milliseconds that writes under way get to end, and the database to take what is open, when the engine closes. */
  closeMs?: number;
}

export interface EngineGiven {
  store: EngineStore;
  blobs: Blobs;
  services: ServiceRegistry;
  implementations: (type: string) => Promise<NodeImplementation | undefined>;
  hub: LiveHub;
  doorbell: Doorbell;
  plans: Plans;
  results: ResultCache;
  children: Children;
  callbackUrl: NodeRunnerGiven["callbackUrl"];
  observer?: EngineObserver | undefined;
  logger: Logger;
  /** Tells the graph's watchers after something that a list of runs shows has changed. */
  onRunChanged: (run: RunId, graph: GraphId) => void;
  owner: string;
  /** Beginning of the names of owners that are gone now that this process is here. Empty: all there are. Absent: none that it knows of. */
  predecessors?: string | undefined;
  options: EngineOptions;
}

export interface Engine {
  start(): Promise<void>;
  /**
   * Records a run and sees to it that it is driven: here, from this moment on, where there is room for it. Resolves when it is recorded.
   * Throws `LeaseLostError` when its idempotency key was used before.
   */
  launch(run: NewRun, plan: Plan): Promise<void>;
  /** Why the database does not take commits, while it does not. */
  problem(): string | undefined;
  /** Runs driven by this process now. */
  driving(): number;
  close(): Promise<void>;
}

const DEFAULT_CONCURRENCY = 256;
/** Events after which the fold of a log is kept anew. */
const SNAPSHOT_EVENTS = 5_000;
const CLOSE_MS = 10_000;

/** One runner for each workspace: what it stores and reads is that workspace's. */
function createRunners(given: EngineGiven): (workspace: string) => NodeRunner {
  const runners = new Map<string, NodeRunner>();
  return (workspace) => {
    const runner = runners.get(workspace) ?? createNodeRunner({ ...given, blobs: given.blobs(workspace), publish: given.hub.publishEphemeral, now: Date.now });
    runners.set(workspace, runner);
    return runner;
  };
}

/** Drives runs: takes leases, folds logs, hands each run to a driver, and looks after timers. */
export function createEngine(given: EngineGiven): Engine {
  const { store, logger, hub, options } = given;
  const drivers = new Map<RunId, Driven>();
  const timers = createWakeTimers((run) => void claims.look(run));
  let closing = false;
  let sweeper: NodeJS.Timeout | undefined;
  let silence: (() => void) | undefined;

  const committer = createCommitter({
    store,
    onCommitted: (commit, sentAt) => onCommitted(commit, sentAt),
    onProblem: (error) => logger.error({ error }, "The database did not take a commit; trying again."),
    onTransaction: (transaction) => given.observer?.commit(transaction),
  });
  const runnerOf = createRunners(given);
  const labels = options.labels ?? [];
  const hasLabelOf = (worker: string | undefined) => worker === undefined || labels.includes(worker);
  const slots = createSlots(options.concurrency ?? DEFAULT_CONCURRENCY);
  let started = false;

  const claims = createClaims({
    claim: (wish) => store.claim({ ...wish, owner: given.owner, leaseMs: options.leaseMs, labels }),
    room: () => (closing ? 0 : options.capacity - drivers.size),
    driven: () => [...drivers.keys()],
    adopt: (claimed, askedAt) => adopt(claimed, askedAt),
    logger,
  });

  const adopt = async (claimed: ClaimedRun, confirmedAt: number) => {
    timers.clear(claimed.run);
    const { plan, state, events } = await loadRun(claimed, { store, plans: given.plans });
    given.observer?.claimed({ run: claimed.run, plan, events: events ?? [], ...(!events && { state }) });
    drive({ ...claimed, state, plan, bytes: bytesOf(state), confirmedAt });
  };

  const drive = (
    about: Omit<ClaimedRun, "plan"> & { state: RunState; plan: Plan; bytes: number; confirmedAt: number; create?: DriverGiven["create"] },
  ): RunDriver => {
    const { run, epoch, plan } = about;
    const driver = new RunDriver({
      ...about,
      committer,
      runner: runnerOf(about.workspace),
      children: given.children,
      slots,
      isMine: hasLabelOf(about.worker),
      isLeaseFresh: () => performance.now() - (drivers.get(run)?.confirmedAt ?? 0) < options.leaseMs,
      readInbox: (max) => readInbox(run, { store, max, logger }),
      snapshot: snapshotsAfter(about.state.seq),
      onDone: (end) => onDone(run, epoch, end),
      now: Date.now,
      random: Math.random,
    });
    const driven: Driven = { driver, epoch, graph: about.graph, plan, confirmedAt: about.confirmedAt, isRecorded: false };
    drivers.set(run, driven);
    const recorded = () => {
      driven.isRecorded = true;
    };
    driver.created.then(recorded, () => undefined);
    return driver;
  };

  const launch = async (run: NewRun, plan: Plan): Promise<void> => {
    if (!started || closing || !hasLabelOf(run.worker) || drivers.size >= options.capacity) {
      await committer.submit(() => creationOf(run));
      given.doorbell.ring(run.id);
      return;
    }
    const state = foldRun(plan, run.events);
    const create = { run: { ...run, lease: { owner: given.owner, leaseMs: options.leaseMs } }, events: run.events };
    const { id, workspace, graph, revision, worker } = run;
    const driver = drive({ run: id, epoch: 1, workspace, graph, revision, worker, state, plan, bytes: 0, confirmedAt: performance.now(), create });
    await driver.created;
  };

  const onCommitted = ({ run, events, projection, children = [], messages = [] }: RunCommit, sentAt: number) => {
    hub.publish(run, events);
    for (const child of children) given.doorbell.ring(child.id);
    for (const message of messages) given.doorbell.ring(message.run);
    const driven = drivers.get(run);
    if (!driven) return;
    driven.confirmedAt = Math.max(driven.confirmedAt, sentAt);
    given.observer?.committed({ run, plan: driven.plan, events });
    const shown = [projection.state, projection.startedAt?.getTime(), projection.reason].join("/");
    if (events.length > 0 && driven.shown !== shown) given.onRunChanged(run, driven.graph);
    driven.shown = shown;
  };

  const onDone = (run: RunId, epoch: number, end: DriverEnd) => {
    if (drivers.get(run)?.epoch === epoch) drivers.delete(run);
    if (closing) return;
    if (end.type === "lost") given.observer?.leaseLost(run);
    else given.observer?.released(run);
    if (end.type === "failed") logger.error({ error: end.error, run }, "A run's driver failed; the run is taken up again when its lease ends.");
    if (end.type === "released") {
      if (end.poked) void claims.look(run);
      if (end.wakeAt) timers.set(run, end.wakeAt);
    }
    claims.freed();
  };

  /** Finds what no doorbell or timer of this process told of: runs of other processes, rings that were lost, timers set before a restart. */
  const sweep = async () => {
    await claims.look();
    try {
      for (const run of await store.withInbox([...drivers.keys()])) drivers.get(run)?.driver.poke();
      for (const { run, at } of await store.nextWakes(options.sweepMs * 2)) if (!drivers.has(run)) timers.set(run, at);
    } catch (error) {
      logger.error({ error }, "Looking for timers failed; trying again.");
    }
  };

  const leases = keepLeases({
    renew: (held) => store.renew({ owner: given.owner, leaseMs: options.leaseMs, leases: held }),
    drivers,
    leaseMs: options.leaseMs,
    logger,
  });

  return {
    launch,
    start: async () => {
      started = true;
      if (given.predecessors !== undefined) await store.voidLeases(given.predecessors);
      const onRing = (run: RunId) => {
        const driven = drivers.get(run);
        if (driven) driven.driver.poke();
        else void claims.look(run);
      };
      silence = given.doorbell.onRing(onRing, (run) => drivers.has(run));
      sweeper = setInterval(() => void sweep(), options.sweepMs);
      leases.start();
      await sweep();
    },
    problem: committer.problem,
    driving: () => drivers.size,
    close: async () => {
      closing = true;
      silence?.();
      clearInterval(sweeper);
      timers.clearAll();
      const inOrder = async () => {
        await claims.idle();
        await Promise.all([...drivers.values()].map(({ driver }) => driver.close()));
        await committer.idle();
      };
      await Promise.race([inOrder(), delay(options.closeMs ?? CLOSE_MS, undefined, { ref: false })]);
      leases.stop();
      // what has not ended by now is taken up from the log, like after a crash
      for (const { driver } of drivers.values()) driver.abandon();
    },
  };
}

/** A fold of the log is kept anew whenever so many events have been recorded since the last one. */
function snapshotsAfter(seq: number): DriverGiven["snapshot"] {
  let kept = seq;
  return (state) => {
    if (state.seq - kept < SNAPSHOT_EVENTS || state.phase.type === "finished") return undefined;
    kept = state.seq;
    return { seq: state.seq, state: writeSnapshot(state) };
  };
}

async function readInbox(run: RunId, { store, max, logger }: { store: EngineStore; max: number; logger: Logger }): Promise<InboxEntry[]> {
  const entries = await store.readInbox(run, max);
  for (const { id, message } of entries) if (!message) logger.error({ run, id }, "A message to a run is of a kind this version does not know; it is left out.");
  return entries;
}
