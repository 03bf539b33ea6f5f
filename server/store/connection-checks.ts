import { eq, sql } from "drizzle-orm";
import type { ConnectionRow } from "./connections.ts";
import type { Database } from "./database/open-database.ts";
import { connections } from "./schema/connections.ts";

export type CheckedRow = ConnectionRow & Pick<typeof connections.$inferSelect, "checkFailures">;

/** When connections are looked at next, for all processes. */
export interface ConnectionChecks {
  /** Those that are due and can be asked without starting anything, for this process alone until `until`. */
  claim(given: { now: Date; until: Date; limit: number }): Promise<CheckedRow[]>;
  /** `failures`: in a row. */
  schedule(id: string, given: { at: Date; failures: number }): Promise<void>;
}

export function createConnectionChecks({ db }: Database): ConnectionChecks {
  return {
    claim: ({ now, until, limit }) =>
      db
        .update(connections)
        .set({ nextCheckAt: until })
        .where(
          sql`${connections.id} IN (SELECT id FROM connections WHERE archived_at IS NULL AND (next_check_at IS NULL OR next_check_at <= ${now.toISOString()}::timestamptz)
            AND NOT (kind = 'mcp' AND settings ->> 'transport' = 'stdio') AND NOT (kind = 'model' AND settings ->> 'provider' = 'scripted')
            ORDER BY next_check_at NULLS FIRST, id LIMIT ${limit} FOR UPDATE SKIP LOCKED)`,
        )
        .returning(),
    schedule: async (id, { at, failures }) => {
      await db.update(connections).set({ nextCheckAt: at, checkFailures: failures }).where(eq(connections.id, id));
    },
  };
}
