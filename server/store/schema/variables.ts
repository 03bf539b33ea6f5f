import { index, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant, jsonValue, workspaceId } from "./columns.ts";

/** Values that runs share. `scope` is empty for those of the workspace, else the id of the run they belong to. */
export const variables = pgTable(
  "variables",
  {
    workspaceId: workspaceId(),
    scope: text("scope").notNull().default(""),
    name: text("name").notNull(),
    value: jsonValue("value"),
    description: text("description").notNull().default(""),
    updatedAt: instant("updated_at").notNull().defaultNow(),
    updatedBy: text("updated_by").notNull(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.scope, table.name] })],
);

/** Changes made with an idempotency key, so that each is made once: what it answered is answered again. */
export const variableChanges = pgTable(
  "variable_changes",
  {
    workspaceId: workspaceId(),
    key: text("key").notNull(),
    value: jsonValue("value"),
    at: instant("at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.key] }), index("variable_changes_by_time").on(table.at)],
);
