import { sql } from "drizzle-orm";
import { z } from "zod";
import { graphIdSchema, nodeIdSchema, type RunId, runIdSchema } from "#runtime/graph/ids.ts";
import { waitRequestSchema } from "#runtime/node/outcome.ts";
import { iterationPathSchema } from "#runtime/run/events.ts";
import { failureSchema } from "#runtime/run/failure.ts";
import type { InboxMessage } from "../engine/inbox.ts";
import type { Database } from "./database/open-database.ts";

const askedSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("node-uncertain"), node: nodeIdSchema, path: iterationPathSchema, failure: failureSchema }),
  z.object({ type: z.literal("node-waiting"), node: nodeIdSchema, path: iterationPathSchema, request: waitRequestSchema }),
]);
const gateRowSchema = z.object({
  run: runIdSchema,
  seq: z.number(),
  graph: graphIdSchema,
  at: z.date(),
  alive: z.boolean(),
  workspace: z.string(),
  /** Hash of the run's plan. */
  plan: z.string(),
  event: askedSchema,
  decided: z.object({ decision: z.string(), actor: z.string(), note: z.string() }).nullable(),
  decided_at: z.date().nullable(),
});
/** An event by which a run asks a person, with what became of it, decided or on its way to the driver. */
export type GateRow = z.infer<typeof gateRowSchema>;

export interface GateStore {
  /** Undecided gates of runs that are alive, newest first. */
  pending(given: { workspace: string; search?: string | undefined; cursor?: string | undefined; limit: number }): Promise<GateRow[]>;
  read(given: { workspace: string; run: RunId; seq: number }): Promise<GateRow | undefined>;
  /** Puts a decision into the run's inbox. False when the run has ended or another decision is there or in the log already. */
  decide(given: { run: RunId; seq: number; message: InboxMessage; actor: string }): Promise<boolean>;
}

const ALIVE = sql.raw(`runs.state NOT IN ('succeeded', 'failed', 'cancelled', 'killed', 'timed-out')`);
/** A wait is one for a person by its kind; every uncertain write is. */
const ASKS = sql.raw(
  `asked.type IN ('node-uncertain', 'node-waiting') AND (asked.type = 'node-uncertain' OR asked.event -> 'request' ->> 'kind' IN ('person', 'budget'))`,
);
/** The event that ended the wait or the uncertainty: of the same node run and, for a wait, of the same name. */
const DECIDES = sql.raw(`later.run_id = asked.run_id AND later.seq > asked.seq
  AND later.type = CASE asked.type WHEN 'node-uncertain' THEN 'uncertainty-decided' ELSE 'wait-answered' END
  AND later.event ->> 'node' = asked.event ->> 'node' AND (later.event -> 'path')::text = (asked.event -> 'path')::text
  AND (asked.type = 'node-uncertain' OR later.event ->> 'name' = asked.event -> 'request' ->> 'name')`);

/** What a decision looks like in the log (of an uncertainty, of a wait) and in the inbox. */
const decidedSchema = z
  .union([
    z.object({ decision: z.string(), note: z.string() }),
    z.object({ answer: z.object({ kind: z.literal("person"), decision: z.string(), note: z.string() }) }).transform(({ answer }) => answer),
    z.object({ answer: z.object({ kind: z.literal("budget"), decision: z.string() }) }).transform(({ answer }) => ({ decision: answer.decision, note: "" })),
    z.object({ answer: z.object({ kind: z.literal("time") }) }).transform(() => ({ decision: "timed-out", note: "" })),
    z
      .object({ type: z.literal("set-budget"), refuse: z.unknown().optional(), note: z.string() })
      .transform(({ refuse, note }) => ({ decision: refuse ? "refuse" : "raise", note })),
  ])
  .nullable();

/** Gates are read from the log (and the inbox, where a decision waits for the driver): there is no second record of them. */
export function createGateStore(database: Database): GateStore {
  const select = (where: ReturnType<typeof sql>, limit: number) => sql`
    SELECT asked.run_id AS run, asked.seq, asked.type, runs.graph_id AS graph, asked.at, ${ALIVE} AS alive, runs.workspace_id AS workspace, runs.plan, asked.event,
      COALESCE(decision.event, inbox.message) AS decided_body, COALESCE(decision.event ->> 'actor', inbox.actor) AS decided_by, COALESCE(decision.at, inbox.created_at) AS decided_at
    FROM run_events AS asked JOIN runs ON runs.id = asked.run_id
    LEFT JOIN LATERAL (SELECT event, at FROM run_events AS later WHERE ${DECIDES} ORDER BY later.seq LIMIT 1) AS decision ON true
    LEFT JOIN run_inbox AS inbox ON inbox.run_id = asked.run_id AND inbox.dedupe_key = 'gate:' || asked.seq
    WHERE ${ASKS} AND ${where} ORDER BY asked.run_id DESC, asked.seq DESC LIMIT ${limit}`;
  const query = async (where: ReturnType<typeof sql>, limit: number): Promise<GateRow[]> => {
    const { rows } = await database.db.execute(select(where, limit));
    return rows.map((row) => {
      const decided = decidedSchema.parse(row.decided_body);
      const decidedAt = row.decided_at === null ? null : new Date(String(row.decided_at));
      const event = { ...(row.event as object), type: row.type };
      return gateRowSchema.parse({
        ...row,
        event,
        at: new Date(String(row.at)),
        decided: decided && { ...decided, actor: row.decided_by },
        decided_at: decidedAt,
      });
    });
  };
  return {
    pending: ({ workspace, search, cursor, limit }) => {
      const after = cursor ? sql`AND (asked.run_id, asked.seq) < (${cursor.split(".")[0] ?? ""}, ${Number(cursor.split(".")[1])})` : sql``;
      const matching = search ? sql`AND strpos(lower(asked.event::text), lower(${search})) > 0` : sql``;
      return query(sql`runs.workspace_id = ${workspace} AND ${ALIVE} AND decision.event IS NULL AND inbox.id IS NULL ${after} ${matching}`, limit);
    },
    decide: ({ run, seq, message, actor }) =>
      database.transaction(async (tx) => {
        // waits for a commit of the run's driver: a decision moves from the inbox into the log under this lock, and is seen in one of them
        await tx.execute(sql`SELECT 1 FROM runs WHERE id = ${run} FOR UPDATE`);
        const put = await tx.execute(sql`
          INSERT INTO run_inbox (run_id, workspace_id, message, actor, dedupe_key)
          SELECT runs.id, runs.workspace_id, ${JSON.stringify(message)}::json, ${actor}, ${`gate:${seq}`} FROM runs JOIN run_events AS asked ON asked.run_id = runs.id
          WHERE runs.id = ${run} AND asked.seq = ${seq} AND ${ALIVE} AND NOT EXISTS (SELECT 1 FROM run_events AS later WHERE ${DECIDES})
          ON CONFLICT (run_id, dedupe_key) DO NOTHING RETURNING id`);
        return put.rows.length > 0;
      }),
    read: async ({ workspace, run, seq }) => (await query(sql`runs.workspace_id = ${workspace} AND asked.run_id = ${run} AND asked.seq = ${seq}`, 1))[0],
  };
}
