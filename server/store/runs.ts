import { and, desc, eq, getTableColumns, inArray, lt, or, sql } from "drizzle-orm";
import { type GraphId, type RunId, runIdSchema } from "#runtime/graph/ids.ts";
import type { ApiRunState, RunSummary } from "../contract/runs.ts";
import type { EngineStore } from "../engine/engine.ts";
import { type InboxMessage, inboxMessageSchema } from "../engine/inbox.ts";
import { creationOf, type NewRun } from "../engine/new-run.ts";
import { claimRuns } from "./claim-runs.ts";
import { commitRuns } from "./commit-runs.ts";
import type { Database } from "./database/open-database.ts";
import { renewLeases } from "./renew-leases.ts";
import { readEvents } from "./run-events.ts";
import { type RunRow, type SummaryRow, toRunSummary } from "./run-rows.ts";
import { runInbox, runSnapshots, runs } from "./schema/runs.ts";
import { storableText } from "./storable-text.ts";

const { plan: _plan, input: _input, output: _output, ...SUMMARY } = getTableColumns(runs);

const FINAL = sql.raw(`('succeeded', 'failed', 'cancelled', 'killed', 'timed-out')`);

export interface RunQuery {
  workspace: string;
  graph?: GraphId | undefined;
  state?: ApiRunState | undefined;
  /** Runs that this one began; absent: all but calls of tools. */
  parent?: RunId | undefined;
  /** Part of the id or of the failure. */
  search?: string | undefined;
  cursor?: string | undefined;
  limit: number;
}

export interface RunStore extends EngineStore {
  /** Records a run for whoever drives it. False: its idempotency key was used before. */
  create(run: NewRun): Promise<boolean>;
  /** The run that was begun with this key. */
  byKey(given: { workspace: string; graph: GraphId; key: string }): Promise<RunSummary | undefined>;
  read(run: RunId): Promise<RunRow | undefined>;
  summary(run: RunId): Promise<RunSummary | undefined>;
  /** Newest first. */
  list(query: RunQuery): Promise<{ items: RunSummary[]; nextCursor?: string }>;
  /** Puts a message into a run's inbox, unless the run has ended: then false. One whose dedupe key lies there already is as good as sent. */
  send(given: { run: RunId; message: InboxMessage; actor: string; dedupeKey?: string | undefined }): Promise<boolean>;
}

/** Runs, their log and their inbox. Leases are judged by the database's clock. */
export function createRunStore(database: Database): RunStore {
  const { db } = database;
  return {
    create: async (run) => (await commitRuns(database, [creationOf(run)])).size === 0,
    byKey: async ({ workspace, graph, key }) => {
      const [row] = await db
        .select(SUMMARY)
        .from(runs)
        .where(and(eq(runs.workspaceId, workspace), eq(runs.graphId, graph), eq(runs.idempotencyKey, storableText(key))));
      return row && toRunSummary(row);
    },
    read: async (run) => (await db.select().from(runs).where(eq(runs.id, run)))[0],
    summary: async (run) => {
      const [row] = await db.select(SUMMARY).from(runs).where(eq(runs.id, run));
      return row && toRunSummary(row);
    },
    list: (query) => listRuns(database, query),
    send: async ({ run, message, actor, dedupeKey = null }) => {
      const alive = await db.execute(sql`
        WITH alive AS (SELECT id, workspace_id FROM runs WHERE id = ${run} AND state NOT IN ${FINAL}),
        sent AS (INSERT INTO run_inbox (run_id, workspace_id, message, actor, dedupe_key)
          SELECT id, workspace_id, ${JSON.stringify(message)}::json, ${storableText(actor)}, ${dedupeKey} FROM alive ON CONFLICT (run_id, dedupe_key) DO NOTHING)
        SELECT id FROM alive`);
      return alive.rows.length > 0;
    },
    commit: (commits) => commitRuns(database, commits),
    claim: (given) => claimRuns(database, given),
    renew: (given) => renewLeases(database, given),
    voidLeases: async (ownersOf) => {
      await db.execute(sql`UPDATE runs SET lease_owner = NULL, lease_until = NULL WHERE lease_until IS NOT NULL AND starts_with(lease_owner, ${ownersOf})`);
    },
    nextWakes: async (withinMs) => {
      const due = await db
        .select({ id: runs.id, wakeAt: runs.wakeAt })
        .from(runs)
        .where(sql`state NOT IN ${FINAL} AND lease_until IS NULL AND wake_at <= now() + ${withinMs} * interval '1 millisecond'`)
        .orderBy(runs.wakeAt)
        .limit(1_000);
      return due.flatMap(({ id, wakeAt }) => (wakeAt ? [{ run: runIdSchema.parse(id), at: wakeAt }] : []));
    },
    readSnapshot: async (run) =>
      (await db.select({ seq: runSnapshots.seq, state: runSnapshots.state }).from(runSnapshots).where(eq(runSnapshots.runId, run)))[0],
    readEvents: (run, after, limit) => readEvents(database, { run, after, limit }),
    withInbox: async (named) => {
      if (named.length === 0) return [];
      const found = await db
        .selectDistinct({ run: runInbox.runId })
        .from(runInbox)
        .where(inArray(runInbox.runId, [...named]));
      return found.map(({ run }) => runIdSchema.parse(run));
    },
    readInbox: async (run, limit) => {
      const rows = await db.select().from(runInbox).where(eq(runInbox.runId, run)).orderBy(runInbox.id).limit(limit);
      return rows.map((row) => ({ id: row.id, message: inboxMessageSchema.safeParse(row.message).data, actor: row.actor }));
    },
  };
}

async function listRuns(database: Database, query: RunQuery): Promise<{ items: RunSummary[]; nextCursor?: string }> {
  const { workspace, graph, state, cursor, limit } = query;
  const search = query.search && storableText(query.search);
  const matches = search
    ? or(sql`strpos(${runs.id}, ${search}) > 0`, sql`strpos(lower(coalesce(${runs.failure}::text, '')), lower(${search})) > 0`)
    : undefined;
  const rows: SummaryRow[] = await database.db
    .select(SUMMARY)
    .from(runs)
    .where(
      and(
        ...[
          eq(runs.workspaceId, workspace),
          graph && eq(runs.graphId, graph),
          state && eq(runs.state, state),
          cursor ? lt(runs.id, cursor) : undefined,
          matches,
        ],
        query.parent ? eq(runs.parentRun, query.parent) : sql`${runs.purpose} is distinct from 'tool'`,
      ),
    )
    .orderBy(desc(runs.id))
    .limit(limit + 1);
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { items: rows.slice(0, limit).map(toRunSummary), ...(last && { nextCursor: last.id }) };
}
