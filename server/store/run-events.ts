import { and, asc, eq, gt } from "drizzle-orm";
import type { RunId } from "#runtime/graph/ids.ts";
import type { RunEvent, RunEventBody } from "#runtime/run/events.ts";
import type { Database } from "./database/open-database.ts";
import { runEvents } from "./schema/runs.ts";

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
