import { and, desc, eq, inArray, type SQL, sql } from "drizzle-orm";
import type { JobProgress } from "../contract/jobs.ts";
import type { Database } from "./database/open-database.ts";
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
  /** Takes up to `limit` jobs that are due, or whose lease has run out, the oldest first. */
  claim(given: { owner: string; leaseMs: number; limit: number; kinds: readonly string[] }): Promise<JobRow[]>;
  /** Lengthens a lease and says how far it is. Undefined: it is lost. */
  renew(lease: Lease, given: { leaseMs: number; progress: JobProgress | undefined }): Promise<{ cancelRequested: boolean } | undefined>;
  /** False when the lease was lost. */
  finish(lease: Lease, outcome: { state: "succeeded" | "failed" | "cancelled"; result?: unknown; failure?: string }): Promise<boolean>;
  /** Gives a job back, to be begun again after a while. */
  giveBack(lease: Lease, given: { afterMs: number; failure?: string }): Promise<boolean>;
  /** Ends a job that nobody works on, and asks for the end of another one. Undefined: it has ended already, or there is none. */
  cancel(place: { workspace: string; id: string }): Promise<JobRow | undefined>;
  /** Undefined unless it failed or was cancelled. */
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
      const ended = { state, dedupeKey: null, finishedAt: sql`now()`, failure: failure === undefined ? null : storableText(failure), ...free };
      const rows = await db
        .update(jobs)
        .set({ ...ended, ...(result !== undefined && { result }) })
        .where(isOurs(lease))
        .returning({ id: jobs.id });
      return rows.length > 0;
    },
    giveBack: async (lease, { afterMs, failure }) => {
      const again = { state: "queued" as const, runAfter: sql`now() + ${afterMs} * interval '1 millisecond'`, ...free };
      const rows = await db
        .update(jobs)
        .set({ ...again, ...(failure !== undefined && { failure: storableText(failure) }) })
        .where(isOurs(lease))
        .returning({ id: jobs.id });
      return rows.length > 0;
    },
    cancel: async (place) => {
      const [waiting] = await db
        .update(jobs)
        .set({ state: "cancelled", dedupeKey: null, finishedAt: sql`now()`, cancelRequested: true })
        .where(and(isAt(place), eq(jobs.state, "queued")))
        .returning();
      if (waiting) return waiting;
      const running = and(isAt(place), eq(jobs.state, "running"));
      return (await db.update(jobs).set({ cancelRequested: true }).where(running).returning())[0];
    },
    retry: async (place) => {
      const fresh = { state: "queued" as const, cancelRequested: false, attempts: 0, failure: null, progress: null, finishedAt: null, runAfter: sql`now()` };
      const ended = and(isAt(place), inArray(jobs.state, ["failed", "cancelled"]));
      return (await db.update(jobs).set(fresh).where(ended).returning())[0];
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

async function add(database: Database, { id, workspace, kind, title, subject, input, dedupeKey }: NewJob): Promise<{ job: JobRow; isNew: boolean }> {
  const values = { id, kind, title: storableText(title).slice(0, 500), subject, input, state: "queued" as const, workspaceId: workspace };
  const [added] = await database.db
    .insert(jobs)
    .values({ ...values, ...(dedupeKey !== undefined && { dedupeKey }) })
    .onConflictDoNothing({ target: [jobs.workspaceId, jobs.kind, jobs.dedupeKey] })
    .returning();
  if (added) return { job: added, isNew: true };
  const same = and(eq(jobs.workspaceId, workspace), eq(jobs.kind, kind), eq(jobs.dedupeKey, dedupeKey ?? ""));
  const [known] = await database.db.select().from(jobs).where(same);
  // the other one has ended in between
  return known ? { job: known, isNew: false } : add(database, { id, workspace, kind, title, subject, input, dedupeKey });
}

async function claim({ db }: Database, { owner, leaseMs, limit, kinds }: Parameters<JobStore["claim"]>[0]): Promise<JobRow[]> {
  const due = sql`SELECT id FROM jobs WHERE kind = ANY(${sql.param([...kinds])}::text[])
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
