import { sql } from "drizzle-orm";
import { boolean, index, integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant, jsonValue, workspaceId } from "./columns.ts";

/** Workflows of ComfyUI in the library: what people say of them, and what lists need of the newest version. */
export const comfyWorkflows = pgTable(
  "comfy_workflows",
  {
    id: text("id").primaryKey(),
    workspaceId: workspaceId(),
    name: text("name").notNull(),
    description: text("description").notNull().default(""),
    category: text("category", { enum: ["generation", "enhancement", "composition", "effects"] }).notNull(),
    tags: text("tags").array().notNull(),
    /** Hash of a stored picture. */
    cover: text("cover"),
    /** Number of the newest version. */
    version: integer("version").notNull(),
    nodes: integer("nodes").notNull(),
    inputs: integer("inputs").notNull(),
    outputs: integer("outputs").notNull(),
    isIncomplete: boolean("is_incomplete").notNull(),
    archivedAt: instant("archived_at"),
    createdAt: instant("created_at").notNull().defaultNow(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
    createdBy: text("created_by").notNull(),
  },
  (table) => [index("comfy_workflows_list").on(table.workspaceId, table.name, table.id).where(sql`archived_at is null`)],
);

/** Each is written once and never changes: graphs name a workflow and a number. */
export const comfyWorkflowVersions = pgTable(
  "comfy_workflow_versions",
  {
    workflowId: text("workflow_id").notNull(),
    number: integer("number").notNull(),
    workspaceId: workspaceId(),
    /** Prompt, inputs, outputs, positions. */
    content: jsonValue("content").notNull(),
    /** Node classes that the server did not have, and what else was told when it was read. */
    missing: jsonValue("missing").notNull(),
    warnings: jsonValue("warnings").notNull(),
    /** SHA-256 of the content. */
    hash: text("hash").notNull(),
    note: text("note").notNull().default(""),
    createdAt: instant("created_at").notNull().defaultNow(),
    createdBy: text("created_by").notNull(),
  },
  (table) => [primaryKey({ columns: [table.workflowId, table.number] })],
);
