import { createId } from "#runtime/graph/ids.ts";
import { ApiError } from "../api-error.ts";
import { type Job, type JobProgress, jobProgressSchema, jobSchema } from "../contract/jobs.ts";
import type { Logger } from "../logger.ts";
import type { JobQuery, JobRow, JobStore, NewJob } from "../store/jobs.ts";
import type { JobKind } from "./job-kind.ts";
import { createRunner, type RunnerOptions } from "./runner.ts";

interface Place {
  workspace: string;
  id: string;
}

/** Work in the background that outlives a request and the process: recorded, retried, cancelled, told how far it is. */
export interface Jobs {
  /** Kinds are added before `start`. */
  add(kind: JobKind): void;
  /** The job that does it: the one that waits or works already, where it has the same `dedupeKey`. */
  submit(job: Omit<NewJob, "id">): Promise<Job>;
  /** Jobs were put into the table by who had to do it in a transaction of its own: begin with them now. */
  wake(): void;
  list(query: JobQuery): Promise<{ items: Job[]; nextCursor?: string }>;
  /** Jobs of a kind that nobody works on yet though they are due: who has many to submit lets others go first. */
  countDue(kind: string): Promise<number>;
  /** How far jobs are, by id; those that have not said yet are left out. */
  progressOf(ids: readonly string[]): Promise<Map<string, JobProgress>>;
  /** Throws `ApiError("not-found")`, as do the next two. */
  read(place: Place): Promise<Job>;
  /** What its work answered, for what follows from it here; null where it has not. One that is forgotten is over. */
  outcome(place: Place): Promise<{ isOver: boolean; result: unknown }>;
  /** Throws `ApiError("conflict")` when it has ended. */
  cancel(place: Place): Promise<Job>;
  /** Throws `ApiError("conflict")` unless it failed or was cancelled, and where another job does the same by now. */
  retry(place: Place): Promise<Job>;
  /** From here on this process works on jobs. */
  start(): Promise<void>;
  /** Forgets jobs that ended 30 days ago. */
  evict(now?: number): Promise<number>;
  /** Gives back what it works on. */
  close(): Promise<void>;
}

export interface JobsGiven {
  store: JobStore;
  logger: Logger;
  /** Names this process as the owner of leases. */
  owner: string;
  /** Leases of owners whose names begin so are void: they are gone. */
  predecessors?: string | undefined;
  options?: Partial<RunnerOptions>;
}

/** Within which a job that waits is cancelled, with what follows from it. */
const CANCEL_MS = 30_000;
const KEPT_MS = 30 * 86_400_000;

export function createJobs({ store, logger, owner, predecessors, options }: JobsGiven): Jobs {
  const kinds = new Map<string, JobKind>();
  const runner = createRunner({ store, kinds, logger, owner, options });
  const require = async (place: Place): Promise<JobRow> => {
    const row = await store.read(place);
    if (!row) throw new ApiError("not-found", "There is no such job.");
    return row;
  };
  return {
    add: (kind) => {
      if (kinds.has(kind.kind)) throw new Error(`There are two kinds of jobs named ${kind.kind}.`);
      kinds.set(kind.kind, kind);
    },
    submit: async (job) => {
      const { job: row } = await store.add({ ...job, id: createId("job") });
      runner.wake();
      return view(row);
    },
    wake: runner.wake,
    countDue: store.countDue,
    list: async (query) => {
      const { items, ...rest } = await store.list(query);
      return { items: items.map(view), ...rest };
    },
    progressOf: async (ids) => {
      const found = await store.progressOf(ids);
      return new Map([...found].flatMap(([id, given]) => progressOf(given).map((progress) => [id, progress] as const)));
    },
    read: async (place) => view(await require(place)),
    outcome: async (place) => {
      const row = await store.read(place);
      return { isOver: row?.state !== "queued" && row?.state !== "running", result: row?.result ?? null };
    },
    cancel: async (place) => {
      const found = await store.cancel(place, { owner, leaseMs: CANCEL_MS });
      if (!found) throw new ApiError("conflict", `This job has ${wordFor((await require(place)).state)} already.`);
      const { job, isTaken } = found;
      if (!isTaken) {
        runner.heed(job.id);
        return view(job);
      }
      await kinds.get(job.kind)?.ended?.({ ...job, workspace: job.workspaceId }, { state: "cancelled" });
      await store.finish({ id: job.id, epoch: job.leaseEpoch }, { state: "cancelled" });
      return view(await require(place));
    },
    retry: async (place) => {
      const row = await store.retry(place);
      if (!row) throw new ApiError("conflict", whyNotAgain(await require(place)));
      runner.wake();
      return view(row);
    },
    start: async () => {
      if (predecessors !== undefined) await store.releaseOf(predecessors);
      runner.start();
    },
    evict: (now = Date.now()) => store.evict(new Date(now - KEPT_MS)),
    close: runner.close,
  };
}

function whyNotAgain({ state }: JobRow): string {
  if (state === "failed" || state === "cancelled") return "Another job does the same by now. Wait for that one, or cancel it.";
  return `This job ${wordFor(state)}: there is nothing to begin again.`;
}

function wordFor(state: JobRow["state"]): string {
  return { queued: "waits", running: "is worked on", succeeded: "succeeded", failed: "failed", cancelled: "been cancelled" }[state];
}

function progressOf(given: unknown): JobProgress[] {
  const parsed = jobProgressSchema.safeParse(given);
  return parsed.success ? [parsed.data] : [];
}

function view(row: JobRow): Job {
  const { id, kind, title, subject, state, attempts, createdAt, startedAt, finishedAt, failure } = row;
  return jobSchema.parse({
    ...{ id, kind, title, subject, state, attempts },
    progress: progressOf(row.progress)[0] ?? null,
    error: state === "failed" && typeof failure === "string" ? failure : null,
    isEnding: state === "running" && row.cancelRequested,
    createdAt: createdAt.toISOString(),
    startedAt: startedAt?.toISOString() ?? null,
    finishedAt: finishedAt?.toISOString() ?? null,
  });
}
