import { sql } from "drizzle-orm";
import { bigserial, boolean, index, integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant, newestFirst, workspaceId } from "./columns.ts";

/** Who may call which tool: `subject` is a graph (or an agent), `tool` one of a connection; `*` stands for all of them. */
export const toolRules = pgTable(
  "tool_rules",
  {
    workspaceId: workspaceId(),
    subject: text("subject").notNull(),
    connectionId: text("connection_id").notNull(),
    tool: text("tool").notNull(),
    rule: text("rule", { enum: ["allow", "ask", "deny"] }).notNull(),
    changedBy: text("changed_by").notNull(),
    changedAt: instant("changed_at").notNull().default(sql`now()`),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.subject, table.connectionId, table.tool] })],
);

/** Calls of tools, for their figures. Kept for 90 days. */
export const toolCalls = pgTable(
  "tool_calls",
  {
    id: bigserial("id", { mode: "number" }).primaryKey(),
    workspaceId: workspaceId(),
    connectionId: text("connection_id").notNull(),
    tool: text("tool").notNull(),
    /** Null for a call from the playground. */
    runId: text("run_id"),
    at: instant("at").notNull().defaultNow(),
    milliseconds: integer("milliseconds").notNull(),
    ok: boolean("ok").notNull(),
    /** The failure's code. */
    code: text("code"),
  },
  (table) => [index("tool_calls_of_connection").on(table.connectionId, newestFirst(table.at)), index("tool_calls_by_age").on(table.at)],
);
