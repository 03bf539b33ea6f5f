import { and, asc, eq, gt, sql } from "drizzle-orm";
import type { RunId } from "#runtime/graph/ids.ts";
import type { RunEvent, RunEventBody } from "#runtime/run/events.ts";
import type { Database, Tx } from "./database/open-database.ts";
import { runEvents } from "./schema/runs.ts";

interface NewEvent {
  run: RunId;
  workspace: string;
  event: RunEvent;
}

/** Appends events, all runs in one statement. Fails on a number that is taken: the log is never rewritten. */
export async function insertEvents(tx: Tx, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  const columns = {
    runs: events.map(({ run }) => run as string),
    workspaces: events.map(({ workspace }) => workspace),
    seqs: events.map(({ event }) => event.seq),
    types: events.map(({ event }) => event.type as string),
    bodies: events.map(({ event: { seq: _, at: __, ...body } }) => JSON.stringify(body)),
    times: events.map(({ event }) => event.at),
  };
  await tx.execute(sql`
    INSERT INTO run_events (run_id, workspace_id, seq, type, event, at)
    SELECT run_id, workspace_id, seq, type, event::json, at FROM unnest(
      ${sql.param(columns.runs)}::text[], ${sql.param(columns.workspaces)}::text[], ${sql.param(columns.seqs)}::int[],
      ${sql.param(columns.types)}::text[], ${sql.param(columns.bodies)}::text[], ${sql.param(columns.times)}::timestamptz[]
    ) AS added(run_id, workspace_id, seq, type, event, at)`);
}

/** A run's events after a number, in order. What is stored was checked when it was written and is not parsed again. */
export async function readEvents(database: Database, given: { run: RunId; after: number; limit: number }): Promise<RunEvent[]> {
  const rows = await database.db
    .select({ seq: runEvents.seq, at: runEvents.at, event: runEvents.event })
    .from(runEvents)
    .where(and(eq(runEvents.runId, given.run), gt(runEvents.seq, given.after)))
    .orderBy(asc(runEvents.seq))
    .limit(given.limit);
  return rows.map((row) => ({ ...(row.event as RunEventBody), seq: row.seq, at: row.at.toISOString() }));
}
