import { sql } from "drizzle-orm";
import { index, integer, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import { instant, newestFirst, workspaceId } from "./columns.ts";

/** What people say about a document or one of its nodes. The first comment of a thread bears the thread's id. */
export const comments = pgTable(
  "comments",
  {
    id: text("id").primaryKey(),
    workspaceId: workspaceId(),
    documentId: text("document_id").notNull(),
    threadId: text("thread_id").notNull(),
    /** Of the first: null for the document as a whole. The node may be gone. */
    nodeId: text("node_id"),
    /** Of the first: what the node was called then. */
    nodeLabel: text("node_label").notNull().default(""),
    body: text("body").notNull(),
    mentions: text("mentions").array().notNull().default([]),
    createdAt: instant("created_at").notNull().defaultNow(),
    createdBy: text("created_by").notNull(),
    editedAt: instant("edited_at"),
    /** Of the first. */
    resolvedAt: instant("resolved_at"),
    resolvedBy: text("resolved_by"),
  },
  (table) => [
    index("comments_of_document").on(table.documentId, newestFirst(table.createdAt), table.id).where(sql`id = thread_id`),
    index("comments_of_thread").on(table.threadId, table.createdAt),
    index("comments_by_author").on(table.documentId, table.createdBy),
  ],
);

/** What somebody was told. Shown while they may see the document. */
export const inboxItems = pgTable(
  "inbox_items",
  {
    id: text("id").primaryKey(),
    workspaceId: workspaceId(),
    userId: text("user_id").notNull(),
    kind: text("kind", { enum: ["mention", "reply", "gate", "budget"] }).notNull(),
    documentId: text("document_id").notNull(),
    /** Null for what tells of no comment. */
    threadId: text("thread_id"),
    commentId: text("comment_id"),
    /** Of a gate: the event that asks, what is asked, of which node. Of a budget: the event that warns, in words, and whose budget it is. */
    runId: text("run_id"),
    seq: integer("seq"),
    gateTitle: text("gate_title"),
    gateNode: text("gate_node"),
    gateLabel: text("gate_label"),
    /** Of a gate: 0 for the first time they are told, then which reminder. */
    notice: integer("notice"),
    createdAt: instant("created_at").notNull().defaultNow(),
    readAt: instant("read_at"),
  },
  (table) => [
    index("inbox_items_list").on(table.userId, newestFirst(table.createdAt), table.id),
    index("inbox_items_unread").on(table.userId).where(sql`read_at is null`),
    index("inbox_items_of_thread").on(table.threadId),
    uniqueIndex("inbox_items_of_gate").on(table.runId, table.seq, table.notice, table.userId).where(sql`run_id is not null`),
  ],
);
