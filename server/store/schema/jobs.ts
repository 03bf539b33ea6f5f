import { sql } from "drizzle-orm";
import { boolean, index, integer, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import { instant, jsonValue, newestFirst, workspaceId } from "./columns.ts";

/** All background work that is not a run. */
export const jobs = pgTable(
  "jobs",
  {
    id: text("id").primaryKey(),
    workspaceId: workspaceId(),
    kind: text("kind").notNull(),
    /** For people: what is done with what. */
    title: text("title").notNull().default(""),
    /** Id of what it is about; empty for nothing in particular. */
    subject: text("subject").notNull().default(""),
    state: text("state", { enum: ["queued", "running", "succeeded", "failed", "cancelled"] }).notNull(),
    input: jsonValue("input"),
    progress: jsonValue("progress"),
    result: jsonValue("result"),
    failure: jsonValue("failure"),
    /** While it is unfinished there is no other one of this kind with the same. */
    dedupeKey: text("dedupe_key"),
    attempts: integer("attempts").notNull().default(0),
    runAfter: instant("run_after").notNull().defaultNow(),
    leaseOwner: text("lease_owner"),
    leaseEpoch: integer("lease_epoch").notNull().default(0),
    leaseUntil: instant("lease_until"),
    cancelRequested: boolean("cancel_requested").notNull().default(false),
    createdAt: instant("created_at").notNull().defaultNow(),
    startedAt: instant("started_at"),
    finishedAt: instant("finished_at"),
  },
  (table) => [
    index("jobs_to_claim").on(table.runAfter, table.id).where(sql`state = 'queued'`),
    index("jobs_to_reclaim").on(table.leaseUntil).where(sql`state = 'running'`),
    index("jobs_list").on(table.workspaceId, table.state, newestFirst(table.createdAt), table.id),
    index("jobs_by_subject").on(table.subject).where(sql`state IN ('queued', 'running')`),
    uniqueIndex("jobs_dedupe_key").on(table.workspaceId, table.kind, table.dedupeKey).where(sql`state IN ('queued', 'running')`),
  ],
);
