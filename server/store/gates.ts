import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { graphIdSchema, nodeIdSchema, type RunId, runIdSchema } from "#runtime/graph/ids.ts";
import { waitRequestSchema } from "#runtime/node/outcome.ts";
import { iterationPathSchema } from "#runtime/run/events.ts";
import { failureSchema } from "#runtime/run/failure.ts";
import type { InboxMessage } from "../engine/inbox.ts";
import type { Database } from "./database/open-database.ts";
import { askedEvents, DECISION, IS_OPEN } from "./open-gates.ts";
import { storableText } from "./storable-text.ts";

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
  read(given: { run: RunId; seq: number }): Promise<GateRow | undefined>;
  /** Puts a decision into the run's inbox. False when the run has ended or another decision is there or in the log already. */
  decide(given: { run: RunId; seq: number; message: InboxMessage; actor: string }): Promise<boolean>;
}

const ALIVE = sql.raw(`runs.state NOT IN ('succeeded', 'failed', 'cancelled', 'killed', 'timed-out')`);
/** The states of runs that are alive and may have asked; by workspace and state they are found without those that have ended. */
const MAY_ASK = sql.raw(`('running', 'waiting', 'held')`);

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
  const query = async ({ from, where, limit }: { from: SQL; where: SQL; limit: number }): Promise<GateRow[]> => {
    const { rows } = await database.db.execute(sql`
      SELECT asked.run_id AS run, asked.seq, asked.type, runs.graph_id AS graph, asked.at, ${ALIVE} AS alive, runs.workspace_id AS workspace, runs.plan, asked.event,
        decision.event AS decision, inbox.message, inbox.actor AS sender, COALESCE(decision.at, inbox.created_at) AS decided_at
      FROM ${from} AS asked LEFT JOIN LATERAL ${DECISION} AS decision ON true
      LEFT JOIN run_inbox AS inbox ON inbox.run_id = asked.run_id AND inbox.dedupe_key = 'gate:' || asked.seq
      WHERE ${where} ORDER BY runs.id DESC, asked.seq DESC LIMIT ${limit}`);
    return rows.map(toGateRow);
  };
  return {
    pending: ({ workspace, search, cursor, limit }) => {
      const [run = "", seq] = cursor?.split(".") ?? [];
      const upTo = cursor ? sql`AND id <= ${run}` : sql``;
      const after = cursor ? sql`AND (runs.id, asked.seq) < (${run}, ${Number(seq)})` : sql``;
      const matching = search ? sql`AND strpos(lower(asked.event::text), lower(${storableText(search)})) > 0` : sql``;
      const alive = sql`(SELECT id, workspace_id, graph_id, state, plan FROM runs WHERE workspace_id = ${workspace} AND state IN ${MAY_ASK} ${upTo} ORDER BY id DESC OFFSET 0) AS runs`;
      return query({ from: sql`${alive} CROSS JOIN ${askedEvents()}`, where: sql`${IS_OPEN} ${after} ${matching}`, limit });
    },
    decide: ({ run, seq, message, actor }) =>
      database.transaction(async (tx) => {
        // waits for a commit of the run's driver: a decision moves from the inbox into the log under this lock, and is seen in one of them
        await tx.execute(sql`SELECT 1 FROM runs WHERE id = ${run} FOR UPDATE`);
        const put = await tx.execute(sql`
          INSERT INTO run_inbox (run_id, workspace_id, message, actor, dedupe_key)
          SELECT runs.id, runs.workspace_id, ${JSON.stringify(message)}::json, ${storableText(actor)}, ${`gate:${seq}`}
          FROM runs CROSS JOIN ${askedEvents({ only: sql`AND seq = ${seq}` })} AS asked WHERE runs.id = ${run} AND ${ALIVE} AND NOT EXISTS ${DECISION}
          ON CONFLICT (run_id, dedupe_key) DO NOTHING RETURNING id`);
        return put.rows.length > 0;
      }),
    read: async ({ run, seq }) => {
      const from = sql`runs CROSS JOIN ${askedEvents({ only: sql`AND seq = ${seq}` })}`;
      return (await query({ from, where: sql`runs.id = ${run}`, limit: 1 }))[0];
    },
  };
}

/** Documents are looked into here, not by the database: what people and nodes write may hold what its operators refuse. */
function toGateRow(row: Record<string, unknown>): GateRow {
  const decided = decidedSchema.parse(row.decision ?? row.message);
  const actor = row.decision === null ? row.sender : z.object({ actor: z.string() }).parse(row.decision).actor;
  return gateRowSchema.parse({
    ...row,
    event: { ...(row.event as object), type: row.type },
    at: new Date(String(row.at)),
    decided: decided && { ...decided, actor },
    decided_at: row.decided_at === null ? null : new Date(String(row.decided_at)),
  });
}
