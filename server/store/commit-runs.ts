import { inArray, sql } from "drizzle-orm";
import type { RunId } from "#runtime/graph/ids.ts";
import { ImpossibleCommitError, type RunCommit } from "../engine/committer.ts";
import { sqlStateOf } from "./database/database-errors.ts";
import type { Database, Tx } from "./database/open-database.ts";
import { insertEvents } from "./run-events.ts";
import { runInbox } from "./schema/runs.ts";

/**
 * Records what several runs did in one transaction: events, projections, answered inbox rows. The fence is the row's epoch and
 * last number: a driver that lost its lease changes nothing, and a commit whose answer was lost can be sent again.
 */
export async function commitRuns(database: Database, commits: readonly RunCommit[]): Promise<ReadonlySet<RunId>> {
  try {
    return await commitAll(database, commits);
  } catch (error) {
    if (!isFaultOfData(error)) throw error;
    throw new ImpossibleCommitError("The database cannot hold what a run recorded.", { cause: error });
  }
}

/** Data exception, integrity violation, program limit exceeded; or values that are no JSON. */
function isFaultOfData(error: unknown): boolean {
  return ["22", "23", "54"].includes(sqlStateOf(error)?.slice(0, 2) ?? "") || error instanceof TypeError || error instanceof RangeError;
}

function commitAll(database: Database, commits: readonly RunCommit[]): Promise<ReadonlySet<RunId>> {
  return database.transaction(async (tx) => {
    const updated = await updateProjections(tx, commits);
    const missing = commits.filter(({ run }) => !updated.has(run));
    const recorded = await alreadyRecorded(tx, missing);
    const taken = commits.filter(({ run }) => updated.has(run));
    const consumed = taken.flatMap((commit) => commit.consumed);
    if (consumed.length > 0) await tx.delete(runInbox).where(inArray(runInbox.id, consumed));
    await insertEvents(
      tx,
      taken.flatMap(({ run, events }) => events.map((event) => ({ run, workspace: updated.get(run) ?? "", event }))),
    );
    return new Set(missing.map(({ run }) => run).filter((run) => !recorded.has(run)));
  });
}

/** Workspace of each run whose fence let the commit through. */
async function updateProjections(tx: Tx, commits: readonly RunCommit[]): Promise<ReadonlyMap<string, string>> {
  const columns = commits.map(({ run, epoch, events, projection }) => ({
    id: run,
    epoch,
    added: events.length,
    // without events the number is not looked at
    first: events[0]?.seq ?? 0,
    state: projection.state,
    started_at: projection.startedAt,
    finished_at: projection.finishedAt,
    output: projection.output === null ? null : JSON.stringify(projection.output),
    failure: projection.failure === null ? null : JSON.stringify(projection.failure),
    // a text of the database cannot hold NUL; JSON can
    reason: projection.reason?.replaceAll("\0", "\ufffd") ?? null,
    wake_at: projection.wakeAt,
    release: projection.release,
  }));
  const column = <Key extends keyof (typeof columns)[number]>(key: Key) => sql.param(columns.map((row) => row[key]));
  const updated = await tx.execute<{ id: string; workspace_id: string }>(sql`
    UPDATE runs SET state = given.state, started_at = given.started_at, finished_at = given.finished_at, output = given.output::json, failure = given.failure::json,
      held_reason = given.reason, wake_at = given.wake_at, last_seq = runs.last_seq + given.added,
      lease_owner = CASE WHEN given.release THEN NULL ELSE runs.lease_owner END, lease_until = CASE WHEN given.release THEN NULL ELSE runs.lease_until END
    FROM unnest(${column("id")}::text[], ${column("epoch")}::int[], ${column("added")}::int[], ${column("first")}::int[], ${column("state")}::text[],
      ${column("started_at")}::timestamptz[], ${column("finished_at")}::timestamptz[], ${column("output")}::text[], ${column("failure")}::text[],
      ${column("reason")}::text[], ${column("wake_at")}::timestamptz[], ${column("release")}::boolean[])
      AS given(id, epoch, added, first, state, started_at, finished_at, output, failure, reason, wake_at, release)
    WHERE runs.id = given.id AND runs.lease_epoch = given.epoch AND runs.lease_owner IS NOT NULL AND (given.added = 0 OR runs.last_seq = given.first - 1)
    RETURNING runs.id, runs.workspace_id`);
  return new Map(updated.rows.map((row) => [row.id, row.workspace_id]));
}

/** Runs whose commit is in the database already: the answer to an earlier try was lost. */
async function alreadyRecorded(tx: Tx, commits: readonly RunCommit[]): Promise<ReadonlySet<string>> {
  const last = commits.flatMap(({ run, epoch, events }) => (events.length > 0 ? [{ run, epoch, seq: events[events.length - 1]?.seq ?? 0 }] : []));
  if (last.length === 0) return new Set();
  const found = await tx.execute<{ id: string }>(sql`
    SELECT runs.id FROM runs JOIN unnest(${sql.param(last.map(({ run }) => run))}::text[], ${sql.param(last.map(({ epoch }) => epoch))}::int[], ${sql.param(last.map(({ seq }) => seq))}::int[])
      AS given(id, epoch, seq) ON runs.id = given.id WHERE runs.lease_epoch = given.epoch AND runs.last_seq = given.seq`);
  return new Set(found.rows.map((row) => row.id));
}
