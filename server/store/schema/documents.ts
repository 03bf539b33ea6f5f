import { sql } from "drizzle-orm";
import { bigint, index, integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { bytes, instant, jsonValue, newestFirst, workspaceId } from "./columns.ts";

export const documents = pgTable(
  "documents",
  {
    id: text("id").primaryKey(),
    workspaceId: workspaceId(),
    kind: text("kind", { enum: ["graph", "agent"] }).notNull(),
    name: text("name").notNull(),
    description: text("description").notNull().default(""),
    publishedRevision: integer("published_revision"),
    /** Who published it: runs that a webhook begins act as they. */
    publishedBy: text("published_by"),
    archivedAt: instant("archived_at"),
    createdAt: instant("created_at").notNull().defaultNow(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
    createdBy: text("created_by").notNull(),
    /** Number of its last update; the next one takes the number after it, with this row locked. */
    lastNumber: bigint("last_number", { mode: "number" }).notNull().default(0),
  },
  // Partial, because `archived_at is null` in front of the sorted column would make Postgres sort all the same.
  (table) => [index("documents_list").on(table.workspaceId, table.kind, newestFirst(table.updatedAt), table.id).where(sql`archived_at is null`)],
);

/** Yjs updates in the order they were committed; `number` counts from 1 within a document. */
export const documentUpdates = pgTable(
  "document_updates",
  {
    documentId: text("document_id").notNull(),
    number: bigint("number", { mode: "number" }).notNull(),
    workspaceId: workspaceId(),
    update: bytes("update").notNull(),
    actor: text("actor").notNull(),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.documentId, table.number] })],
);

/** The state of a document with every update up to and including `number`. */
export const documentSnapshots = pgTable(
  "document_snapshots",
  {
    documentId: text("document_id").notNull(),
    number: bigint("number", { mode: "number" }).notNull(),
    workspaceId: workspaceId(),
    state: bytes("state").notNull(),
    /** Who made the updates it took the place of, with the time of their last one: `{ [actor]: ISO time }`. Kept until a revision names them. */
    authors: jsonValue("authors"),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.documentId, table.number] })],
);

export const revisions = pgTable(
  "revisions",
  {
    documentId: text("document_id").notNull(),
    number: integer("number").notNull(),
    workspaceId: workspaceId(),
    /** Canonical JSON, kept as text: `hash` is over exactly these characters. */
    content: text("content").notNull(),
    hash: text("hash").notNull(),
    referenceValues: jsonValue("reference_values").notNull(),
    message: text("message").notNull().default(""),
    /** What people call it; one with a name is kept for ever. */
    name: text("name"),
    /** `auto`: cut by the server when people stopped editing. */
    reason: text("reason", { enum: ["cut", "run", "restore", "replace", "publish", "auto"] }).notNull(),
    /** When it was last published; it may be another one by now. */
    publishedAt: instant("published_at"),
    createdAt: instant("created_at").notNull().defaultNow(),
    createdBy: text("created_by").notNull(),
    /** Who changed the draft since the revision before, the last one first. */
    authors: text("authors").array().notNull().default([]),
  },
  (table) => [primaryKey({ columns: [table.documentId, table.number] }), index("revisions_by_hash").on(table.documentId, table.hash)],
);
