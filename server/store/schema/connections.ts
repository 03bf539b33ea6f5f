import { sql } from "drizzle-orm";
import { boolean, index, integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant, jsonValue, workspaceId } from "./columns.ts";

export const connections = pgTable(
  "connections",
  {
    id: text("id").primaryKey(),
    workspaceId: workspaceId(),
    kind: text("kind", { enum: ["mcp", "comfyui", "model"] }).notNull(),
    name: text("name").notNull(),
    settings: jsonValue("settings").notNull(),
    /** Raised by every change of the settings: approvals and cache keys hold it. */
    revision: integer("revision").notNull().default(1),
    state: text("state").notNull(),
    stateDetail: jsonValue("state_detail"),
    /** When its health is looked at next; a process that looks puts it off first. */
    nextCheckAt: instant("next_check_at"),
    /** Looks in a row that it failed. */
    checkFailures: integer("check_failures").notNull().default(0),
    archivedAt: instant("archived_at"),
    createdAt: instant("created_at").notNull().defaultNow(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
    createdBy: text("created_by").notNull(),
  },
  (table) => [index("connections_list").on(table.workspaceId, table.kind, table.name).where(sql`archived_at is null`)],
);

/** Tools as the server of a connection last described them. A tool whose `hash` is not the approved one is quarantined until somebody approves it. */
export const connectionTools = pgTable(
  "connection_tools",
  {
    connectionId: text("connection_id").notNull(),
    name: text("name").notNull(),
    workspaceId: workspaceId(),
    description: jsonValue("description").notNull(),
    hash: text("hash").notNull(),
    approvedHash: text("approved_hash"),
    /** The description with the approved hash; null where it was not kept. */
    approvedDescription: jsonValue("approved_description"),
    /** The hash for which an editor confirmed that calling the tool changes nothing. */
    readOnlyHash: text("read_only_hash"),
    quarantined: boolean("quarantined").notNull().default(false),
    seenAt: instant("seen_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.connectionId, table.name] })],
);
