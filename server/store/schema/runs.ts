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
    /** Hash of its plan; see `plans`. */
    plan: text("plan").notNull(),
    actor: text("actor").notNull(),
    /** Who began it, where that is not the actor: empty for nobody who is known. */
    startedBy: text("started_by"),
    parentRun: text("parent_run"),
    /** Why its parent began it. */
    purpose: text("purpose", { enum: ["call", "slice", "worker", "error-handler", "rerun"] }),
    /** The label a worker needs to drive it. */
    worker: text("worker"),
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

/** Compiled plans by the hash of their JSON, which is kept as text: many runs share one, and only who drives or shows a run parses it. */
export const plans = pgTable(
  "plans",
  {
    workspaceId: workspaceId(),
    hash: text("hash").notNull(),
    plan: text("plan").notNull(),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.hash] })],
);

/** How each node of a run is doing: follows from its log, written in the same transaction. */
export const nodeRuns = pgTable(
  "node_runs",
  {
    runId: text("run_id").notNull(),
    /** The node's id and, inside of containers, the iteration path: `node_a[3,0]`. */
    nodeKey: text("node_key").notNull(),
    workspaceId: workspaceId(),
    nodeId: text("node_id").notNull(),
    type: text("type").notNull(),
    state: text("state").notNull(),
    attempts: integer("attempts").notNull(),
    startedAt: instant("started_at"),
    finishedAt: instant("finished_at"),
    /** Its code. */
    failure: text("failure"),
  },
  (table) => [primaryKey({ columns: [table.runId, table.nodeKey] })],
);

/** The fold of a run's log up to an event, so that a long log need not be read from its beginning. Only the newest of a run is kept. */
export const runSnapshots = pgTable("run_snapshots", {
  runId: text("run_id").primaryKey(),
  workspaceId: workspaceId(),
  seq: integer("seq").notNull(),
  /** JSON text. */
  state: text("state").notNull(),
});

/** Earlier results of pure and reading nodes, by a hash of all that they depend on. */
export const resultCache = pgTable(
  "result_cache",
  {
    workspaceId: workspaceId(),
    key: text("key").notNull(),
    runId: text("run_id").notNull(),
    nodeId: text("node_id").notNull(),
    outputs: jsonValue("outputs").notNull(),
    createdAt: instant("created_at").notNull().defaultNow(),
    usedAt: instant("used_at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.key] }), index("result_cache_by_use").on(table.workspaceId, table.usedAt)],
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
  (table) => [
    primaryKey({ columns: [table.runId, table.seq] }),
    index("run_events_that_ask").on(table.runId, table.seq).where(sql`type in ('node-uncertain', 'node-waiting')`),
  ],
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
