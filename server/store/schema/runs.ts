import { sql } from "drizzle-orm";
import { bigserial, index, integer, numeric, pgTable, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core";
import { instant, jsonValue, newestFirst, workspaceId } from "./columns.ts";

/** `waiting` and `held` runs are alive too: only these five are final. */
const isAlive = sql`state not in ('succeeded', 'failed', 'cancelled', 'killed', 'timed-out')`;

export const runs = pgTable(
  "runs",
  {
    id: text("id").primaryKey(),
    workspaceId: workspaceId(),
    graphId: text("graph_id").notNull(),
    revision: integer("revision").notNull(),
    state: text("state", { enum: ["queued", "running", "waiting", "held", "succeeded", "failed", "cancelled", "killed", "timed-out"] }).notNull(),
    input: jsonValue("input"),
    output: jsonValue("output"),
    failure: jsonValue("failure"),
    /** JSON of the compiled plan, as text: parsed only by the driver that resumes the run. */
    plan: text("plan").notNull(),
    actor: text("actor").notNull(),
    parentRun: text("parent_run"),
    idempotencyKey: text("idempotency_key"),
    options: jsonValue("options"),
    createdAt: instant("created_at").notNull().defaultNow(),
    startedAt: instant("started_at"),
    finishedAt: instant("finished_at"),
    lastSeq: integer("last_seq").notNull().default(0),
    cost: numeric("cost", { precision: 20, scale: 10, mode: "number" }).notNull().default(0),
    heldReason: text("held_reason"),
    leaseOwner: text("lease_owner"),
    leaseEpoch: integer("lease_epoch").notNull().default(0),
    leaseUntil: instant("lease_until"),
    /** The next timer of the run. */
    wakeAt: instant("wake_at"),
  },
  (table) => [
    index("runs_of_graph").on(table.workspaceId, table.graphId, newestFirst(table.createdAt), table.id),
    index("runs_by_state").on(table.workspaceId, table.state, newestFirst(table.createdAt)),
    index("runs_of_parent").on(table.parentRun).where(sql`parent_run is not null`),
    index("runs_to_wake").on(table.wakeAt).where(isAlive),
    index("runs_to_lease").on(table.leaseUntil).where(isAlive),
    uniqueIndex("runs_idempotency_key").on(table.workspaceId, table.graphId, table.idempotencyKey).where(sql`idempotency_key is not null`),
  ],
);

/** The log of a run: `seq` counts from 1 without gaps, rows are never changed. */
export const runEvents = pgTable(
  "run_events",
  {
    runId: text("run_id").notNull(),
    seq: integer("seq").notNull(),
    workspaceId: workspaceId(),
    type: text("type").notNull(),
    event: jsonValue("event").notNull(),
    at: instant("at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.runId, table.seq] }), index("run_events_that_ask").on(table.runId, table.seq).where(sql`type = 'node-uncertain'`)],
);

/** What others want of a run, until its driver has drained it into the log. A message with a dedupe key is taken once per run. */
export const runInbox = pgTable(
  "run_inbox",
  {
    id: bigserial("id", { mode: "number" }).primaryKey(),
    runId: text("run_id").notNull(),
    workspaceId: workspaceId(),
    message: jsonValue("message").notNull(),
    actor: text("actor").notNull(),
    createdAt: instant("created_at").notNull().defaultNow(),
    dedupeKey: text("dedupe_key"),
  },
  (table) => [index("run_inbox_of_run").on(table.runId), uniqueIndex("run_inbox_dedupe_key").on(table.runId, table.dedupeKey)],
);
