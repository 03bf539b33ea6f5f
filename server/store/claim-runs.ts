import { sql } from "drizzle-orm";
import { graphIdSchema, runIdSchema } from "#runtime/graph/ids.ts";
import type { ClaimedRun, ClaimRuns } from "../engine/engine.ts";
import type { Database } from "./database/open-database.ts";
import { runs } from "./schema/runs.ts";

const FINAL = sql.raw(`('succeeded', 'failed', 'cancelled', 'killed', 'timed-out')`);

/** Workspaces that have runs, each found by one look at the index. */
const SPACES = sql.raw(`spaces(id) AS (SELECT min(workspace_id) FROM runs
  UNION ALL SELECT (SELECT min(workspace_id) FROM runs WHERE workspace_id > spaces.id) FROM spaces WHERE spaces.id IS NOT NULL)`);

/** Runs that may be due. Each part is found by an index of its own, without a look at every run that waits (OFFSET 0 keeps to that). */
const CANDIDATES =
  sql.raw(`SELECT ready.id FROM spaces CROSS JOIN LATERAL (SELECT id FROM runs WHERE workspace_id = spaces.id AND state IN ('queued', 'running') OFFSET 0) AS ready
  UNION SELECT id FROM runs WHERE state NOT IN ('succeeded', 'failed', 'cancelled', 'killed', 'timed-out') AND wake_at <= now()
  UNION SELECT run_id FROM run_inbox`);

/**
 * Somebody wants the run ended (and said so, or it is winding down already), which needs no worker with its label. Compared as text, which begins with the type: the operators of JSON fail
 * on a message that holds \\u0000.
 */
const IS_TO_END = sql.raw(`((runs.state <> 'held' AND runs.held_reason IS NOT NULL) OR EXISTS (SELECT 1 FROM run_inbox WHERE run_id = runs.id
  AND (starts_with(message::text, '{"type":"cancel"') OR starts_with(message::text, '{"type":"kill"'))))`);

/** Takes the leases of runs that need a driver, in turn from each workspace, so that a crowd in one does not keep the others waiting. */
export async function claimRuns({ db }: Database, given: ClaimRuns): Promise<ClaimedRun[]> {
  const { owner, leaseMs, limit, labels, runs: named, except = [] } = given;
  const isFree = sql`runs.state NOT IN ${FINAL} AND (runs.lease_until IS NULL OR runs.lease_until < now()) AND runs.id <> ALL(${sql.param([...except])}::text[])
    AND (runs.worker IS NULL OR runs.worker = ANY(${sql.param([...labels])}::text[]) OR ${IS_TO_END})`;
  const isDue = sql`${isFree} AND (runs.state IN ('queued', 'running') OR runs.wake_at <= now() OR EXISTS (SELECT 1 FROM run_inbox WHERE run_id = runs.id))`;
  const inTurn = sql`WITH RECURSIVE ${SPACES}, candidates AS (${CANDIDATES})
    SELECT id FROM (SELECT free.id, row_number() OVER (PARTITION BY free.workspace_id ORDER BY free.id) AS turn
      FROM candidates CROSS JOIN LATERAL (SELECT id, workspace_id FROM runs WHERE id = candidates.id AND ${isFree} OFFSET 0) AS free) AS due
    ORDER BY turn, id LIMIT ${limit}`;
  const chosen = named ? sql`runs.id = ANY(${sql.param([...named])}::text[])` : sql`runs.id IN (${inTurn})`;
  const due = sql`SELECT runs.id FROM runs WHERE ${chosen} AND ${isDue} ORDER BY runs.id LIMIT ${limit} FOR UPDATE SKIP LOCKED`;
  const { id, plan, graphId: graph, workspaceId: workspace, revision, worker, leaseEpoch: epoch } = runs;
  const claimed = await db
    .update(runs)
    .set({ leaseOwner: owner, leaseEpoch: sql`${runs.leaseEpoch} + 1`, leaseUntil: sql`now() + ${leaseMs} * interval '1 millisecond'` })
    .where(sql`${runs.id} IN (${due})`)
    .returning({ id, epoch, plan, workspace, graph, revision, worker });
  return claimed.map((row) => ({
    run: runIdSchema.parse(row.id),
    epoch: row.epoch,
    plan: row.plan,
    workspace: row.workspace,
    graph: graphIdSchema.parse(row.graph),
    revision: row.revision,
    worker: row.worker ?? undefined,
  }));
}
