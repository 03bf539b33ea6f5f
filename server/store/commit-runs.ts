import { sql } from "drizzle-orm";
import type { RunId } from "#runtime/graph/ids.ts";
import { ImpossibleCommitError, type RunCommit } from "../engine/committer.ts";
import { commitColumns } from "./commit-columns.ts";
import { sqlStateOf } from "./database/database-errors.ts";
import type { Database } from "./database/open-database.ts";

/**
 * Records what several runs did in one statement (so in one transaction and one round trip): new runs, events, projections, answered
 * inbox rows. The fence is the row's epoch and last number: a driver that lost its lease changes nothing, and a commit whose answer
 * was lost can be sent again. Returns the runs that were refused.
 */
export async function commitRuns(database: Database, commits: readonly RunCommit[]): Promise<ReadonlySet<RunId>> {
  try {
    const { rows } = await database.prepared<{ id: RunId }>("commit-runs", COMMIT, commitColumns(commits));
    const taken = new Set(rows.map(({ id }) => id));
    const missing = commits.filter(({ run }) => !taken.has(run));
    const recorded = await alreadyRecorded(database, missing);
    return new Set(missing.map(({ run }) => run).filter((run) => !recorded.has(run)));
  } catch (error) {
    if (!isFaultOfData(error)) throw error;
    throw new ImpossibleCommitError("The database cannot hold what a run recorded.", { cause: error });
  }
}

/** Data exception, integrity violation, program limit exceeded; or values that are no JSON. */
function isFaultOfData(error: unknown): boolean {
  return ["22", "23", "54"].includes(sqlStateOf(error)?.slice(0, 2) ?? "") || error instanceof TypeError || error instanceof RangeError;
}

/** The parameters are the columns that `commitColumns` makes, in its order. */
const COMMIT = `
  WITH created AS (
    INSERT INTO runs (id, workspace_id, graph_id, revision, plan, input, actor, idempotency_key, parent_run, purpose, worker, lease_owner, lease_epoch, lease_until,
      state, started_at, finished_at, output, failure, held_reason, wake_at, last_seq, cost)
    SELECT n.id, workspace, graph, revision, plan, input::json, actor, idempotency_key, parent, purpose, worker, lease_owner, CASE WHEN lease_ms IS NULL THEN 0 ELSE 1 END,
      CASE WHEN lease_owner IS NULL THEN NULL ELSE now() + lease_ms * interval '1 millisecond' END, n.state, n.started_at, n.finished_at, n.output::json, n.failure::json, n.reason, n.wake_at, n.last_seq, n.cost
    FROM unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::int[],
      $14::text[], $15::timestamptz[], $16::timestamptz[], $17::text[], $18::text[], $19::text[], $20::timestamptz[], $21::int[], $22::numeric[], $23::text[])
      AS n(id, workspace, graph, revision, plan, input, actor, idempotency_key, parent, purpose, worker, lease_owner, lease_ms,
        state, started_at, finished_at, output, failure, reason, wake_at, last_seq, cost, opener)
    WHERE n.opener IS NULL ON CONFLICT DO NOTHING RETURNING id, workspace_id
  ), updated AS (
    UPDATE runs SET state = g.state, started_at = g.started_at, finished_at = g.finished_at, output = g.output::json, failure = g.failure::json,
      held_reason = g.reason, wake_at = g.wake_at, last_seq = runs.last_seq + g.added, cost = g.cost,
      lease_owner = CASE WHEN g.release THEN NULL ELSE runs.lease_owner END, lease_until = CASE WHEN g.release THEN NULL ELSE runs.lease_until END
    FROM unnest($24::text[], $25::int[], $26::int[], $27::int[], $28::text[], $29::timestamptz[], $30::timestamptz[], $31::text[], $32::text[], $33::text[],
      $34::timestamptz[], $35::boolean[], $36::numeric[]) AS g(id, epoch, added, first, state, started_at, finished_at, output, failure, reason, wake_at, release, cost)
    WHERE runs.id = g.id AND runs.lease_epoch = g.epoch AND runs.lease_owner IS NOT NULL AND (g.added = 0 OR runs.last_seq = g.first - 1)
    RETURNING runs.id, runs.workspace_id
  ), taken AS (SELECT id, workspace_id FROM created UNION ALL SELECT id, workspace_id FROM updated
  ), opened AS (
    INSERT INTO runs (id, workspace_id, graph_id, revision, plan, input, actor, idempotency_key, parent_run, purpose, worker, state, last_seq)
    SELECT n.id, workspace, graph, revision, plan, input::json, actor, idempotency_key, parent, purpose, worker, n.state, n.last_seq
    FROM unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $14::text[], $21::int[], $23::text[])
      AS n(id, workspace, graph, revision, plan, input, actor, idempotency_key, parent, purpose, worker, state, last_seq, opener)
    JOIN taken ON taken.id = n.opener ON CONFLICT DO NOTHING RETURNING id, workspace_id
  ), consumed AS (
    DELETE FROM run_inbox USING taken WHERE run_inbox.id = ANY($37::bigint[]) AND run_inbox.run_id = taken.id
  ), logged AS (
    INSERT INTO run_events (run_id, workspace_id, seq, type, event, at)
    SELECT e.run_id, r.workspace_id, e.seq, e.type, e.event::json, e.at FROM unnest($38::text[], $39::int[], $40::text[], $41::text[], $42::timestamptz[])
      AS e(run_id, seq, type, event, at) JOIN (SELECT * FROM taken UNION ALL SELECT * FROM opened) AS r ON r.id = e.run_id
  ), shown AS (
    INSERT INTO node_runs (run_id, workspace_id, node_key, node_id, type, state, attempts, started_at, finished_at, failure)
    SELECT n.run_id, taken.workspace_id, n.node_key, n.node_id, n.type, n.state, n.attempts, n.started_at, n.finished_at, n.failure
    FROM unnest($43::text[], $44::text[], $45::text[], $46::text[], $47::text[], $48::int[], $49::timestamptz[], $50::timestamptz[], $51::text[])
      AS n(run_id, node_key, node_id, type, state, attempts, started_at, finished_at, failure) JOIN taken ON taken.id = n.run_id
    ON CONFLICT (run_id, node_key) DO UPDATE SET state = excluded.state, attempts = excluded.attempts, started_at = excluded.started_at,
      finished_at = excluded.finished_at, failure = excluded.failure
  ), told AS (
    INSERT INTO run_inbox (run_id, workspace_id, message, actor, dedupe_key)
    SELECT m.run_id, target.workspace_id, m.message::json, m.actor, m.dedupe_key FROM unnest($52::text[], $53::text[], $54::text[], $55::text[], $56::text[])
      AS m(run_id, message, actor, dedupe_key, sender) JOIN taken ON taken.id = m.sender
      JOIN runs AS target ON target.id = m.run_id AND target.state NOT IN ('succeeded', 'failed', 'cancelled', 'killed', 'timed-out')
    ON CONFLICT DO NOTHING
  ), cached AS (
    INSERT INTO result_cache (workspace_id, key, run_id, node_id, outputs)
    SELECT DISTINCT ON (taken.workspace_id, c.key) taken.workspace_id, c.key, c.run_id, c.node_id, c.outputs::json FROM unnest($57::text[], $58::text[], $59::text[], $60::text[])
      AS c(key, run_id, node_id, outputs) JOIN taken ON taken.id = c.run_id
    ON CONFLICT (workspace_id, key) DO UPDATE SET run_id = excluded.run_id, node_id = excluded.node_id, outputs = excluded.outputs, created_at = now(), used_at = now()
  ), kept AS (
    INSERT INTO run_snapshots (run_id, workspace_id, seq, state)
    SELECT s.run_id, taken.workspace_id, s.seq, s.state FROM unnest($61::text[], $62::int[], $63::text[]) AS s(run_id, seq, state) JOIN taken ON taken.id = s.run_id
    ON CONFLICT (run_id) DO UPDATE SET seq = excluded.seq, state = excluded.state
  )
  SELECT id FROM taken`;

/** Runs whose commit is in the database already: the answer to an earlier try was lost. */
async function alreadyRecorded(database: Database, commits: readonly RunCommit[]): Promise<ReadonlySet<string>> {
  const last = commits.flatMap(({ run, epoch, events }) => (events.length > 0 ? [{ run, epoch, seq: events[events.length - 1]?.seq ?? 0 }] : []));
  if (last.length === 0) return new Set();
  const found = await database.db.execute<{ id: string }>(sql`
    SELECT runs.id FROM runs JOIN unnest(${sql.param(last.map(({ run }) => run))}::text[], ${sql.param(last.map(({ epoch }) => epoch))}::int[], ${sql.param(last.map(({ seq }) => seq))}::int[])
      AS given(id, epoch, seq) ON runs.id = given.id WHERE runs.lease_epoch = given.epoch AND runs.last_seq = given.seq`);
  return new Set(found.rows.map((row) => row.id));
}
