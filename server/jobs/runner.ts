import { NodeError } from "#runtime/node/node-error.ts";
import type { JobProgress } from "../contract/jobs.ts";
import type { Logger } from "../logger.ts";
import type { JobRow, JobStore } from "../store/jobs.ts";
import { JobError, type JobKind } from "./job-kind.ts";

export interface RunnerOptions {
  /** Milliseconds after which a job whose process is silent goes to another one. */
  leaseMs: number;
  /** Milliseconds between looks for jobs that other processes submitted, or that are due again. */
  lookMs: number;
  /** Milliseconds between reports of how far a job is, and looks whether somebody wants it to end. */
  renewMs: number;
  /** Milliseconds before the second attempt; doubled for each further one. */
  retryMs: number;
}

const DEFAULTS: RunnerOptions = { leaseMs: 30_000, lookMs: 2_000, renewMs: 1_000, retryMs: 5_000 };
const LONGEST_RETRY_MS = 300_000;
const WITHOUT_END =
  "Each time this was worked on, the server ended before it was done. It is not begun again by itself: look into the server's log, then try again or do it in smaller parts.";

export interface Runner {
  start(): void;
  /** There may be something to do. */
  wake(): void;
  /** Somebody wants this job to end: look now, should it be ours. */
  heed(id: string): void;
  close(): Promise<void>;
}

interface Open {
  row: JobRow;
  controller: AbortController;
  progress: JobProgress | undefined;
  done: Promise<void>;
}

/** Why a job ends before its time. */
class Ended extends Error {
  readonly why: "cancelled" | "lost" | "closing";
  constructor(why: Ended["why"]) {
    super(`The job was ended: ${why}.`);
    this.why = why;
  }
}

export interface RunnerGiven {
  store: JobStore;
  kinds: ReadonlyMap<string, JobKind>;
  logger: Logger;
  owner: string;
  options?: Partial<RunnerOptions> | undefined;
}

/** For people: what went wrong inside of Heddle stands in the log, where nobody else reads it. */
function failureOf(error: unknown): string {
  if (error instanceof JobError || error instanceof NodeError) return error.message;
  return "Something went wrong in Heddle. Try again; if it stays so, the server's log says more.";
}

/** Works on jobs of this process, a few of each kind at once. */
export function createRunner({ store, kinds, logger, owner, options }: RunnerGiven): Runner {
  const { leaseMs, lookMs, renewMs, retryMs } = { ...DEFAULTS, ...options };
  /** None is claimed again while it is here: a process that was stopped for longer than a lease goes on, unless another one took the job. */
  const open = new Set<Open>();
  let timer: NodeJS.Timeout | undefined;
  let renewing: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;
  let lookAgain = false;
  let state: "idle" | "working" | "closing" = "idle";

  const room = ({ kind, atOnce }: JobKind) => atOnce - [...open].filter(({ row }) => row.kind === kind).length;
  const look = async (): Promise<void> => {
    for (const kind of kinds.values()) {
      const limit = room(kind);
      if (limit <= 0 || state !== "working") continue;
      const except = [...open].map(({ row }) => row.id);
      for (const row of await store.claim({ owner, leaseMs, limit, except, kinds: [kind.kind] })) begin(kind, row);
    }
  };
  const wake = (): void => {
    if (state !== "working") return;
    lookAgain = true;
    looking ??= (async () => {
      while (lookAgain && state === "working") {
        lookAgain = false;
        await look().catch((error: unknown) => logger.warn({ error }, "Jobs could not be looked for; trying again."));
      }
      looking = undefined;
    })();
  };
  const begin = (kind: JobKind, row: JobRow): void => {
    const entry: Open = { row, controller: new AbortController(), progress: undefined, done: Promise.resolve() };
    open.add(entry);
    entry.done = work(kind, entry)
      .catch((error: unknown) => logger.error({ error, job: row.id }, "A job could not be concluded; another attempt follows when its lease is over."))
      .finally(() => {
        open.delete(entry);
        wake();
      });
  };
  const work = async (kind: JobKind, entry: Open): Promise<void> => {
    const { id, subject, input, attempts, workspaceId: workspace, leaseEpoch: epoch } = entry.row;
    const { signal } = entry.controller;
    const given = { id, workspace, subject, input };
    const report = (progress: JobProgress) => {
      entry.progress = progress;
    };
    try {
      if (entry.row.cancelRequested) throw new Ended("cancelled");
      // what throws is given up sooner: this one ended its process
      if (attempts > kind.attempts) throw new JobError(WITHOUT_END);
      const result = await kind.work({ ...given, attempt: attempts, signal, report });
      if (entry.progress) await store.renew({ id, epoch }, { leaseMs, progress: entry.progress });
      await store.finish({ id, epoch }, { state: "succeeded", result: result ?? null });
    } catch (error) {
      await conclude(kind, { entry, given, error: signal.aborted && signal.reason instanceof Ended ? signal.reason : error });
    }
  };
  const conclude = async (kind: JobKind, { entry, given, error }: { entry: Open; given: Parameters<NonNullable<JobKind["ended"]>>[0]; error: unknown }) => {
    const { id, attempts, leaseEpoch: epoch } = entry.row;
    const lease = { id, epoch };
    if (error instanceof Ended && error.why === "lost") return;
    if (error instanceof Ended && error.why === "closing") return void (await store.giveBack(lease, { afterMs: 0, isUncounted: true }));
    if (error instanceof Ended) {
      // told first: should this process end in between, the next one cancels it again
      await kind.ended?.(given, { state: "cancelled" });
      return void (await store.finish(lease, { state: "cancelled" }));
    }
    const failure = failureOf(error);
    if (!(error instanceof JobError)) logger.warn({ error, job: id, kind: kind.kind, attempts }, "A job failed.");
    if (!(error instanceof JobError) && attempts < kind.attempts) {
      return void (await store.giveBack(lease, { afterMs: Math.min(retryMs * 2 ** (attempts - 1), LONGEST_RETRY_MS), failure }));
    }
    await kind.ended?.(given, { state: "failed", error: failure });
    await store.finish(lease, { state: "failed", failure });
  };
  const renew = async (entry: Open): Promise<void> => {
    const { id, leaseEpoch: epoch } = entry.row;
    const held = await store.renew({ id, epoch }, { leaseMs, progress: entry.progress });
    if (!open.has(entry)) return;
    if (!held) entry.controller.abort(new Ended("lost"));
    else if (held.cancelRequested) entry.controller.abort(new Ended("cancelled"));
  };
  const renewAll = (): void => {
    for (const entry of open) renew(entry).catch((error: unknown) => logger.debug({ error, job: entry.row.id }, "A lease was not renewed."));
  };
  return {
    start: () => {
      if (state !== "idle") return;
      state = "working";
      timer = setInterval(wake, lookMs).unref();
      renewing = setInterval(renewAll, renewMs).unref();
      wake();
    },
    wake,
    heed: (id) => {
      for (const entry of open) if (entry.row.id === id) renew(entry).catch(() => undefined);
    },
    close: async () => {
      state = "closing";
      clearInterval(timer);
      clearInterval(renewing);
      await looking;
      for (const { controller } of open) controller.abort(new Ended("closing"));
      await Promise.all([...open].map(({ done }) => done));
    },
  };
}
