import { index, integer, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import { instant, jsonValue, workspaceId } from "./columns.ts";

/** Addresses at which webhook nodes are called: one for each webhook node of a graph. */
export const hooks = pgTable(
  "hooks",
  {
    id: text("id").primaryKey(),
    workspaceId: workspaceId(),
    graphId: text("graph_id").notNull(),
    nodeId: text("node_id").notNull(),
    /** Part of the address; whoever has it may call. */
    token: text("token").notNull(),
    /** Raised when the token is replaced; part of what the signing secret is derived from. */
    generation: integer("generation").notNull().default(1),
    createdAt: instant("created_at").notNull().defaultNow(),
    createdBy: text("created_by").notNull(),
    /** Until then the next call of the test address runs the draft. */
    listeningUntil: instant("listening_until"),
    listeningBy: text("listening_by"),
    /** When it was called last, and what came of it. */
    lastCall: jsonValue("last_call"),
  },
  (table) => [
    uniqueIndex("hooks_token").on(table.token),
    uniqueIndex("hooks_of_node").on(table.graphId, table.nodeId),
    index("hooks_of_graph").on(table.workspaceId, table.graphId),
  ],
);
