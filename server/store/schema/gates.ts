import { integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant, jsonValue, workspaceId } from "./columns.ts";

/** Decisions of a gate that takes several people who agree, while there are too few. One for each person: who decides again replaces theirs. */
export const gateVotes = pgTable(
  "gate_votes",
  {
    runId: text("run_id").notNull(),
    /** Number of the event that asked. */
    seq: integer("seq").notNull(),
    userId: text("user_id").notNull(),
    workspaceId: workspaceId(),
    decision: text("decision").notNull(),
    edited: jsonValue("edited"),
    /** Of what was edited: only votes for the same count together. */
    digest: text("digest").notNull(),
    note: text("note").notNull(),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.runId, table.seq, table.userId] })],
);
