import { and, desc, eq, inArray, lte, not, type SQL, sql } from "drizzle-orm";
import type { JobProgress } from "../contract/jobs.ts";
import { isUniqueViolation } from "./database/database-errors.ts";
import type { Database, Db } from "./database/open-database.ts";
import { jobs } from "./schema/jobs.ts";
import { storableText } from "./storable-text.ts";
import { afterTimeCursor, writeTimeCursor } from "./time-cursor.ts";

export type JobRow = typeof jobs.$inferSelect;

/** A job that a process works on. `epoch` fences what it writes: whoever lost the lease changes nothing. */
export interface Lease {
  id: string;
  epoch: number;
}

export interface NewJob {
  id: string;
  workspace: string;
  kind: string;
  title: string;
  subject: string;
  input: unknown;
  dedupeKey?: string | undefined;
}

export interface JobQuery {
  workspace: string;
  search?: string | undefined;
  state?: JobRow["state"] | "active" | undefined;
  kind?: string | undefined;
  subject?: string | undefined;
  cursor?: string | undefined;
  limit: number;
}

export interface JobStore {
  /** Where an unfinished job of the kind has the same key, that one is answered instead. */
  add(job: NewJob): Promise<{ job: JobRow; isNew: boolean }>;
  read(place: { workspace: string; id: string }): Promise<JobRow | undefined>;
  /** How far jobs are, by id. */
  progressOf(ids: readonly string[]): Promise<Map<string, unknown>>;
  list(query: JobQuery): Promise<{ items: JobRow[]; nextCursor?: string }>;
  /** Jobs of a kind that are due, and that nobody works on yet. */
  countDue(kind: string): Promise<number>;
  /** Takes up to `limit` jobs that are due, or whose lease has run out, the oldest first, but for `except`. */
  claim(given: { owner: string; leaseMs: number; limit: number; kinds: readonly string[]; except?: readonly string[] }): Promise<JobRow[]>;
  /** Lengthens a lease and says how far it is. Undefined: it is lost. */
  renew(lease: Lease, given: { leaseMs: number; progress: JobProgress | undefined }): Promise<{ cancelRequested: boolean } | undefined>;
  /** False when the lease was lost. */
  finish(lease: Lease, outcome: { state: "succeeded" | "failed" | "cancelled"; result?: unknown; failure?: string }): Promise<boolean>;
  /** Gives a job back, to be begun again after a while. `isUncounted`: the attempt was cut short by no fault of the job's. */
  giveBack(lease: Lease, given: { afterMs: number; failure?: string; isUncounted?: boolean }): Promise<boolean>;
  /**
   * Asks for the end of a job. One that waits is leased to who asks (`isTaken`), who says what follows from its end and finishes it: should that
   * process die in between, the next one to claim the job does. Undefined: it has ended already, or there is none.
   */
  cancel(place: { workspace: string; id: string }, given: { owner: string; leaseMs: number }): Promise<{ job: JobRow; isTaken: boolean } | undefined>;
  /** Undefined unless it failed or was cancelled, and no other job does the same by now. */
  retry(place: { workspace: string; id: string }): Promise<JobRow | undefined>;
  /** Leases of a process that is known to be gone. */
  releaseOf(ownerPrefix: string): Promise<void>;
  /** Forgets what ended before an instant; answers how many. */
  evict(before: Date): Promise<number>;
}

const ACTIVE = ["queued", "running"] as const;

export function createJobStore(database: Database): JobStore {
  const { db } = database;
  const isOurs = ({ id, epoch }: Lease) => and(eq(jobs.id, id), eq(jobs.leaseEpoch, epoch), eq(jobs.state, "running"));
  const isAt = ({ workspace, id }: { workspace: string; id: string }) => and(eq(jobs.id, id), eq(jobs.workspaceId, workspace));
  const free = { leaseOwner: null, leaseUntil: null };
  return {
    add: (job) => add(database, job),
    read: async (place) => (await db.select().from(jobs).where(isAt(place)))[0],
    progressOf: async (ids) => {
      if (ids.length === 0) return new Map();
      const rows = await db
        .select({ id: jobs.id, progress: jobs.progress })
        .from(jobs)
        .where(inArray(jobs.id, [...ids]));
      return new Map(rows.map(({ id, progress }) => [id, progress]));
    },
    list: (query) => list(database, query),
    countDue: (kind) => db.$count(jobs, and(eq(jobs.kind, kind), eq(jobs.state, "queued"), lte(jobs.runAfter, sql`now()`))),
    claim: (given) => claim(database, given),
    renew: async (lease, { leaseMs, progress }) => {
      const [row] = await db
        .update(jobs)
        .set({ leaseUntil: sql`now() + ${leaseMs} * interval '1 millisecond'`, ...(progress && { progress }) })
        .where(isOurs(lease))
        .returning({ cancelRequested: jobs.cancelRequested });
      return row;
    },
    finish: async (lease, { state, result, failure }) => {
      const ended = { state, finishedAt: sql`now()`, failure: failure === undefined ? null : storableText(failure), ...free };
      const rows = await db
        .update(jobs)
        .set({ ...ended, ...(result !== undefined && { result }) })
        .where(isOurs(lease))
        .returning({ id: jobs.id });
      return rows.length > 0;
    },
    giveBack: async (lease, { afterMs, failure, isUncounted = false }) => {
      const attempts = isUncounted ? { attempts: sql`greatest(${jobs.attempts} - 1, 0)` } : {};
      const again = { ...attempts, state: "queued" as const, runAfter: sql`now() + ${afterMs} * interval '1 millisecond'`, ...free };
      const rows = await db
        .update(jobs)
        .set({ ...again, ...(failure !== undefined && { failure: storableText(failure) }) })
        .where(isOurs(lease))
        .returning({ id: jobs.id });
      return rows.length > 0;
    },
    cancel: async (place, { owner, leaseMs }) => {
      const lease = { leaseOwner: owner, leaseEpoch: sql`${jobs.leaseEpoch} + 1`, leaseUntil: sql`now() + ${leaseMs} * interval '1 millisecond'` };
      const [waiting] = await db
        .update(jobs)
        .set({ state: "running", cancelRequested: true, ...lease })
        .where(and(isAt(place), eq(jobs.state, "queued")))
        .returning();
      if (waiting) return { job: waiting, isTaken: true };
      const running = and(isAt(place), eq(jobs.state, "running"));
      const [job] = await db.update(jobs).set({ cancelRequested: true }).where(running).returning();
      return job && { job, isTaken: false };
    },
    retry: async (place) => {
      const fresh = { state: "queued" as const, cancelRequested: false, attempts: 0, failure: null, progress: null, finishedAt: null, runAfter: sql`now()` };
      const isDone = sql`EXISTS (SELECT FROM jobs AS other WHERE other.workspace_id = jobs.workspace_id AND other.kind = jobs.kind
        AND other.dedupe_key = jobs.dedupe_key AND other.state IN ('queued', 'running'))`;
      const ended = and(isAt(place), inArray(jobs.state, ["failed", "cancelled"]), not(isDone));
      try {
        return (await db.update(jobs).set(fresh).where(ended).returning())[0];
      } catch (error) {
        // another one was begun in between
        if (isUniqueViolation(error, "jobs_dedupe_key")) return undefined;
        throw error;
      }
    },
    releaseOf: async (prefix) => {
      await db.execute(sql`UPDATE jobs SET lease_until = now() - interval '1 second' WHERE state = 'running' AND starts_with(lease_owner, ${prefix})`);
    },
    evict: async (before) => {
      const gone = sql`${jobs.state} NOT IN ('queued', 'running') AND ${jobs.finishedAt} < ${before.toISOString()}::timestamptz`;
      return (await db.delete(jobs).where(gone).returning({ id: jobs.id })).length;
    },
  };
}

/** Undefined: an unfinished job of the kind has the same key. */
export async function insertJob(db: Db, { id, workspace, kind, title, subject, input, dedupeKey }: NewJob): Promise<JobRow | undefined> {
  const values = { id, kind, title: storableText(title).slice(0, 500), subject, input, state: "queued" as const, workspaceId: workspace };
  const [added] = await db
    .insert(jobs)
    .values({ ...values, ...(dedupeKey !== undefined && { dedupeKey }) })
    .onConflictDoNothing({ target: [jobs.workspaceId, jobs.kind, jobs.dedupeKey], where: sql`state IN ('queued', 'running')` })
    .returning();
  return added;
}

async function add(database: Database, job: NewJob): Promise<{ job: JobRow; isNew: boolean }> {
  const { workspace, kind, dedupeKey } = job;
  const added = await insertJob(database.db, job);
  if (added) return { job: added, isNew: true };
  const same = and(eq(jobs.workspaceId, workspace), eq(jobs.kind, kind), eq(jobs.dedupeKey, dedupeKey ?? ""), inArray(jobs.state, ACTIVE));
  const [known] = await database.db.select().from(jobs).where(same);
  // the other one has ended in between
  return known ? { job: known, isNew: false } : add(database, job);
}

async function claim({ db }: Database, { owner, leaseMs, limit, kinds, except = [] }: Parameters<JobStore["claim"]>[0]): Promise<JobRow[]> {
  const due = sql`SELECT id FROM jobs WHERE kind = ANY(${sql.param([...kinds])}::text[]) AND id <> ALL(${sql.param([...except])}::text[])
    AND ((state = 'queued' AND run_after <= now()) OR (state = 'running' AND lease_until < now()))
    ORDER BY run_after, id LIMIT ${limit} FOR UPDATE SKIP LOCKED`;
  return db
    .update(jobs)
    .set({
      state: "running",
      leaseOwner: owner,
      leaseEpoch: sql`${jobs.leaseEpoch} + 1`,
      leaseUntil: sql`now() + ${leaseMs} * interval '1 millisecond'`,
      attempts: sql`${jobs.attempts} + 1`,
      startedAt: sql`coalesce(${jobs.startedAt}, now())`,
    })
    .where(sql`${jobs.id} IN (${due})`)
    .returning();
}

async function list({ db }: Database, { workspace, search, state, kind, subject, cursor, limit }: JobQuery) {
  const wanted: (SQL | undefined)[] = [
    eq(jobs.workspaceId, workspace),
    state === undefined ? undefined : inArray(jobs.state, state === "active" ? ACTIVE : [state]),
    kind === undefined ? undefined : eq(jobs.kind, kind),
    subject === undefined ? undefined : eq(jobs.subject, subject),
    search ? sql`strpos(lower(${jobs.title}), ${search.toLowerCase()}) > 0` : undefined,
    afterTimeCursor(cursor, jobs),
  ];
  const rows = await db
    .select()
    .from(jobs)
    .where(and(...wanted))
    .orderBy(desc(jobs.createdAt), desc(jobs.id))
    .limit(limit + 1);
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { items: rows.slice(0, limit), ...(last && { nextCursor: writeTimeCursor(last) }) };
}
