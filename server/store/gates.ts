import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { type GraphId, graphIdSchema, nodeIdSchema, type RunId, runIdSchema } from "#runtime/graph/ids.ts";
import { waitRequestSchema } from "#runtime/node/outcome.ts";
import { iterationPathSchema } from "#runtime/run/events.ts";
import { failureSchema } from "#runtime/run/failure.ts";
import type { GateKind } from "../contract/approvals.ts";
import type { InboxMessage } from "../engine/inbox.ts";
import type { Database } from "./database/open-database.ts";
import { castVote, readVotes, type Vote, type VoteRow } from "./gate-votes.ts";
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
  /** Who started the run, or the first of those that wait for it; null: nobody who is known. */
  starter: z.string().nullable(),
  /** Hash of the run's plan. */
  plan: z.string(),
  event: askedSchema,
  decided: z.object({ decision: z.string(), actor: z.string(), note: z.string() }).nullable(),
  decided_at: z.date().nullable(),
});
/** An event by which a run asks a person, with what became of it, decided or on its way to the driver. */
export type GateRow = z.infer<typeof gateRowSchema>;

export interface GateQuery {
  workspace: string;
  /** `pending`: undecided, of runs that are alive. */
  state: "pending" | "decided";
  kind?: GateKind | undefined;
  graph?: GraphId | undefined;
  /** Of a run, and of those it began and waits for. */
  run?: RunId | undefined;
  search?: string | undefined;
  cursor?: string | undefined;
  limit: number;
}

interface GatePlace {
  run: RunId;
  seq: number;
}

export interface GateStore {
  /** Newest first. */
  list(query: GateQuery): Promise<GateRow[]>;
  /** Undecided gates of all workspaces, the oldest run first, that tell somebody: they name who decides, or have reminders. */
  telling(given: { after: GatePlace | undefined; limit: number }): Promise<GateRow[]>;
  read(place: GatePlace): Promise<GateRow | undefined>;
  votes(place: GatePlace): Promise<VoteRow[]>;
  /**
   * Puts a decision into the run's inbox: `decided`. `late` when the run has ended or another decision is there or in the log already. With `vote` it
   * waits until as many have voted for the same: `voted`.
   */
  decide(given: GatePlace & { message: InboxMessage; actor: string; vote?: Vote | undefined }): Promise<"decided" | "voted" | "late">;
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
    z.object({ type: z.literal("raise"), note: z.string() }).transform(({ note }) => ({ decision: "raise", note })),
    z.object({ type: z.literal("kill"), reason: z.string() }).transform(({ reason }) => ({ decision: "kill", note: reason })),
  ])
  .nullable();

/** Kinds of the runs that a run waits for, so that their questions are its own. */
const AWAITED = sql.raw(`('call', 'tool', 'slice', 'worker')`);

/** Gates are read from the log (and the inbox, where a decision waits for the driver): there is no second record of them. */
export function createGateStore(database: Database): GateStore {
  const query = async ({ from, where, order, limit }: { from: SQL; where: SQL; order?: SQL; limit: number }): Promise<GateRow[]> => {
    const { rows } = await database.db.execute(sql`
      SELECT asked.run_id AS run, asked.seq, asked.type, runs.graph_id AS graph, asked.at, ${ALIVE} AS alive, runs.workspace_id AS workspace,
        NULLIF(COALESCE(runs.started_by, runs.actor), '') AS starter, runs.plan, asked.event,
        decision.event AS decision, inbox.message, inbox.actor AS sender, COALESCE(decision.at, inbox.created_at) AS decided_at
      FROM ${from} AS asked LEFT JOIN LATERAL ${DECISION} AS decision ON true
      LEFT JOIN run_inbox AS inbox ON inbox.run_id = asked.run_id AND inbox.dedupe_key = 'gate:' || asked.seq
      WHERE ${where} ORDER BY ${order ?? sql`runs.id DESC, asked.seq DESC`} LIMIT ${limit}`);
    return rows.map(toGateRow);
  };
  const readGate = async ({ run, seq }: GatePlace) => {
    const from = sql`runs CROSS JOIN ${askedEvents({ only: sql`AND seq = ${seq}` })}`;
    return (await query({ from, where: sql`runs.id = ${run}`, limit: 1 }))[0];
  };
  return {
    list: ({ limit, ...asked }) => query({ ...listed(asked), limit }),
    telling: ({ after, limit }) => {
      const upFrom = after ? sql`AND id >= ${after.run}` : sql``;
      const alive = sql`(SELECT id, workspace_id, graph_id, state, plan, actor, started_by FROM runs WHERE state IN ${MAY_ASK} ${upFrom} ORDER BY id OFFSET 0) AS runs`;
      const tells = sql`(asked.body -> 'request' -> 'approvers' IS NOT NULL OR asked.body -> 'request' -> 'reminders' IS NOT NULL)`;
      const where = sql`${IS_OPEN} AND ${tells} ${after ? sql`AND (runs.id, asked.seq) > (${after.run}, ${after.seq})` : sql``}`;
      return query({ from: sql`${alive} CROSS JOIN ${askedEvents()}`, where, order: sql`runs.id, asked.seq`, limit });
    },
    read: readGate,
    votes: (place) => readVotes(database.db, place),
    decide: ({ run, seq, message, actor, vote }) =>
      database.transaction(async (tx) => {
        // waits for a commit of the run's driver: a decision moves from the inbox into the log under this lock, and is seen in one of them
        await tx.execute(sql`SELECT 1 FROM runs WHERE id = ${run} FOR UPDATE`);
        const asked = sql`FROM runs CROSS JOIN ${askedEvents({ only: sql`AND seq = ${seq}` })} AS asked WHERE runs.id = ${run} AND ${ALIVE} AND ${IS_OPEN}`;
        if (vote) {
          const { rows } = await tx.execute(sql`SELECT runs.workspace_id AS workspace ${asked}`);
          if (rows.length === 0) return "late";
          const agreeing = await castVote(tx, { run, seq, workspace: String(rows[0]?.workspace), user: actor, vote });
          if (agreeing < vote.quorum) return "voted";
        }
        const put = await tx.execute(sql`
          INSERT INTO run_inbox (run_id, workspace_id, message, actor, dedupe_key)
          SELECT runs.id, runs.workspace_id, ${JSON.stringify(message)}::json, ${storableText(actor)}, ${`gate:${seq}`} ${asked}
          ON CONFLICT (run_id, dedupe_key) DO NOTHING RETURNING id`);
        return put.rows.length > 0 ? "decided" : "late";
      }),
  };
}

function listed({ workspace, state, kind, graph, run, search, cursor }: Omit<GateQuery, "limit">): { from: SQL; where: SQL } {
  const [after = "", seq] = cursor?.split(".") ?? [];
  const narrowed = [
    state === "pending" ? sql`AND state IN ${MAY_ASK}` : sql``,
    cursor ? sql`AND id <= ${after}` : sql``,
    graph ? sql`AND graph_id = ${graph}` : sql``,
    run
      ? sql`AND id IN (WITH RECURSIVE tree AS (SELECT ${run}::text AS id UNION SELECT child.id FROM runs AS child JOIN tree ON child.parent_run = tree.id
          WHERE child.purpose IN ${AWAITED}) SELECT id FROM tree)`
      : sql``,
  ];
  const alive = sql`(SELECT id, workspace_id, graph_id, state, plan, actor, started_by FROM runs WHERE workspace_id = ${workspace} ${sql.join(narrowed, sql` `)} ORDER BY id DESC OFFSET 0) AS runs`;
  const isDecided = sql`(inbox.id IS NOT NULL OR decision.event IS NOT NULL)`;
  const conditions = [
    state === "pending" ? IS_OPEN : isDecided,
    ...(cursor ? [sql`(runs.id, asked.seq) < (${after}, ${Number(seq)})`] : []),
    ...(search ? [sql`strpos(lower(asked.event::text), lower(${storableText(search)})) > 0`] : []),
    ...(kind ? [isOfKind(kind)] : []),
  ];
  return { from: sql`${alive} CROSS JOIN ${askedEvents()}`, where: sql.join(conditions, sql` AND `) };
}

function isOfKind(kind: GateKind): SQL {
  if (kind === "uncertain") return sql`asked.type = 'node-uncertain'`;
  if (kind === "budget") return sql`asked.body -> 'request' ->> 'kind' = 'budget'`;
  return sql`(asked.body -> 'request' ->> 'kind' = 'person' AND COALESCE(asked.body -> 'request' ->> 'gate', 'approval') = ${kind})`;
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
