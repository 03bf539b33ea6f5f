import { index, integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant, jsonValue, newestFirst, workspaceId } from "./columns.ts";

/** Conversations of people with graphs. */
export const chats = pgTable(
  "chats",
  {
    id: text("id").primaryKey(),
    workspaceId: workspaceId(),
    documentId: text("document_id").notNull(),
    createdBy: text("created_by").notNull(),
    title: text("title").notNull().default(""),
    turns: integer("turns").notNull().default(0),
    createdAt: instant("created_at").notNull().defaultNow(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (table) => [index("chats_of_person").on(table.documentId, table.createdBy, newestFirst(table.updatedAt), table.id)],
);

/** What somebody said, and the run that answers it. */
export const chatTurns = pgTable(
  "chat_turns",
  {
    chatId: text("chat_id")
      .notNull()
      .references(() => chats.id, { onDelete: "cascade" }),
    number: integer("number").notNull(),
    workspaceId: workspaceId(),
    text: text("text").notNull(),
    files: jsonValue("files").notNull(),
    runId: text("run_id").notNull(),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.chatId, table.number] }), index("chat_turns_of_run").on(table.runId)],
);
