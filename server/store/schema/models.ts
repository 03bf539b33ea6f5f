import { pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant, jsonValue, workspaceId } from "./columns.ts";

/** What workspaces say of models: abilities and prices that differ from what ships with Heddle, or that it knows nothing of. */
export const models = pgTable(
  "models",
  {
    workspaceId: workspaceId(),
    provider: text("provider").notNull(),
    model: text("model").notNull(),
    facts: jsonValue("facts").notNull(),
    changedAt: instant("changed_at").notNull().defaultNow(),
    changedBy: text("changed_by").notNull(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.provider, table.model] })],
);
