import { index, integer, pgTable, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core";
import { instant, jsonValue, workspaceId } from "./columns.ts";

/** Conversations that agents go on with: of one agent in one run (`owner`), or of a graph (`owner` empty, and a name that the graph gives). */
export const memoryThreads = pgTable(
  "memory_threads",
  {
    id: text("id").primaryKey(),
    workspaceId: workspaceId(),
    graphId: text("graph_id").notNull(),
    /** The run and the node it belongs to; empty for one that runs share. */
    run: text("run").notNull().default(""),
    node: text("node").notNull().default(""),
    key: text("key").notNull(),
    /** What was said up to `summarisedTo`, in short. */
    summary: text("summary").notNull().default(""),
    summarisedTo: integer("summarised_to").notNull().default(0),
    lastPosition: integer("last_position").notNull().default(0),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (table) => [uniqueIndex("memory_threads_by_name").on(table.workspaceId, table.graphId, table.run, table.node, table.key)],
);

/** What was said, in order. `added` is the key it was added under, so that it is added once. */
export const memoryMessages = pgTable(
  "memory_messages",
  {
    workspaceId: workspaceId(),
    threadId: text("thread_id").notNull(),
    position: integer("position").notNull(),
    message: jsonValue("message"),
    added: text("added").notNull(),
    at: instant("at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.threadId, table.position] }), index("memory_messages_added").on(table.threadId, table.added)],
);
