import { sql } from "drizzle-orm";
import { z } from "zod";
import { graphIdSchema, nodeIdSchema, type RunId, runIdSchema } from "#runtime/graph/ids.ts";
import { iterationPathSchema } from "#runtime/run/events.ts";
import { failureSchema } from "#runtime/run/failure.ts";
import type { InboxMessage } from "../engine/inbox.ts";
import type { Database } from "./database/open-database.ts";

const gateRowSchema = z.object({
  run: runIdSchema,
  seq: z.number(),
  graph: graphIdSchema,
  at: z.date(),
  alive: z.boolean(),
  plan: z.string(),
  event: z.object({ node: nodeIdSchema, path: iterationPathSchema, failure: failureSchema }),
  decided: z.object({ decision: z.enum(["happened", "failed", "again"]), actor: z.string(), note: z.string() }).nullable(),
  decided_at: z.date().nullable(),
});
/** A `node-uncertain` event with what became of it, decided or on its way to the driver. */
export type GateRow = z.infer<typeof gateRowSchema>;

export interface GateStore {
  /** Undecided gates of runs that are alive, newest first. */
  pending(given: { workspace: string; search?: string | undefined; cursor?: string | undefined; limit: number }): Promise<GateRow[]>;
  read(given: { workspace: string; run: RunId; seq: number }): Promise<GateRow | undefined>;
  /** Puts a decision into the run's inbox. False when the run has ended or another decision is there or in the log already. */
  decide(given: { run: RunId; seq: number; message: InboxMessage; actor: string }): Promise<boolean>;
}

/** Gates are read from the log (and the inbox, where a decision waits for the driver): there is no second record of them. */
export function createGateStore(database: Database): GateStore {
  const select = (where: ReturnType<typeof sql>, limit: number) => sql`
    SELECT asked.run_id AS run, asked.seq, runs.graph_id AS graph, asked.at, runs.state NOT IN ('succeeded', 'failed', 'cancelled', 'killed', 'timed-out') AS alive, runs.plan, asked.event,
      COALESCE(decision.event, inbox.message) AS decided_body, COALESCE(decision.event ->> 'actor', inbox.actor) AS decided_by, COALESCE(decision.at, inbox.created_at) AS decided_at
    FROM run_events AS asked JOIN runs ON runs.id = asked.run_id
    LEFT JOIN LATERAL (
      SELECT event, at FROM run_events AS later WHERE later.run_id = asked.run_id AND later.seq > asked.seq AND later.type = 'uncertainty-decided'
        AND later.event ->> 'node' = asked.event ->> 'node' AND (later.event -> 'path')::text = (asked.event -> 'path')::text ORDER BY later.seq LIMIT 1) AS decision ON true
    LEFT JOIN run_inbox AS inbox ON inbox.run_id = asked.run_id AND inbox.dedupe_key = 'gate:' || asked.seq
    WHERE asked.type = 'node-uncertain' AND ${where} ORDER BY asked.run_id DESC, asked.seq DESC LIMIT ${limit}`;
  const query = async (where: ReturnType<typeof sql>, limit: number): Promise<GateRow[]> => {
    const { rows } = await database.db.execute(select(where, limit));
    return rows.map((row) => {
      const body = z.object({ decision: z.string(), note: z.string() }).nullable().parse(row.decided_body);
      const decidedAt = row.decided_at === null ? null : new Date(String(row.decided_at));
      return gateRowSchema.parse({ ...row, at: new Date(String(row.at)), decided: body && { ...body, actor: row.decided_by }, decided_at: decidedAt });
    });
  };
  return {
    pending: ({ workspace, search, cursor, limit }) => {
      const after = cursor ? sql`AND (asked.run_id, asked.seq) < (${cursor.split(".")[0] ?? ""}, ${Number(cursor.split(".")[1])})` : sql``;
      const matching = search ? sql`AND strpos(lower(asked.event::text), lower(${search})) > 0` : sql``;
      const undecided = sql`runs.workspace_id = ${workspace} AND runs.state NOT IN ('succeeded', 'failed', 'cancelled', 'killed', 'timed-out')
        AND decision.event IS NULL AND inbox.id IS NULL ${after} ${matching}`;
      return query(undecided, limit);
    },
    decide: ({ run, seq, message, actor }) =>
      database.transaction(async (tx) => {
        // waits for a commit of the run's driver: a decision moves from the inbox into the log under this lock, and is seen in one of them
        await tx.execute(sql`SELECT 1 FROM runs WHERE id = ${run} FOR UPDATE`);
        const put = await tx.execute(sql`
          INSERT INTO run_inbox (run_id, workspace_id, message, actor, dedupe_key)
          SELECT runs.id, runs.workspace_id, ${JSON.stringify(message)}::json, ${actor}, ${`gate:${seq}`} FROM runs JOIN run_events AS asked ON asked.run_id = runs.id
          WHERE runs.id = ${run} AND asked.seq = ${seq} AND runs.state NOT IN ('succeeded', 'failed', 'cancelled', 'killed', 'timed-out') AND NOT EXISTS (
            SELECT 1 FROM run_events AS later WHERE later.run_id = asked.run_id AND later.seq > asked.seq AND later.type = 'uncertainty-decided'
              AND later.event ->> 'node' = asked.event ->> 'node' AND (later.event -> 'path')::text = (asked.event -> 'path')::text)
          ON CONFLICT (run_id, dedupe_key) DO NOTHING RETURNING id`);
        return put.rows.length > 0;
      }),
    read: async ({ workspace, run, seq }) => (await query(sql`runs.workspace_id = ${workspace} AND asked.run_id = ${run} AND asked.seq = ${seq}`, 1))[0],
  };
}
