import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "./database/open-database.ts";
import { askedEvents, IS_OPEN } from "./open-gates.ts";

const count = z.coerce.number();
const countsSchema = z.object({ due: count, waiting: count, gates: count });

/** How many runs are due without a lease, how many wait, and how many gates nobody has decided. For all workspaces: for operators. */
export async function readRunCounts(database: Database): Promise<z.infer<typeof countsSchema>> {
  const { rows } = await database.db.execute(sql`
    WITH alive AS (SELECT id, state, lease_until, wake_at FROM runs WHERE state NOT IN ('succeeded', 'failed', 'cancelled', 'killed', 'timed-out'))
    SELECT
      (SELECT count(*) FROM alive WHERE (lease_until IS NULL OR lease_until < now())
        AND (state IN ('queued', 'running') OR wake_at <= now() OR EXISTS (SELECT 1 FROM run_inbox WHERE run_id = alive.id))) AS due,
      (SELECT count(*) FROM alive WHERE state = 'waiting') AS waiting,
      (SELECT count(*) FROM alive AS runs CROSS JOIN ${askedEvents()} AS asked WHERE ${IS_OPEN}) AS gates`);
  return countsSchema.parse(rows[0]);
}
