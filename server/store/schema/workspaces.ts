import { pgTable, text } from "drizzle-orm/pg-core";
import { instant, jsonValue, workspaceId } from "./columns.ts";

/** The first migration inserts the row `workspace_default`. */
export const workspaces = pgTable("workspaces", {
  id: text("id").primaryKey(),
  name: text("name").notNull(),
  createdAt: instant("created_at").notNull().defaultNow(),
});

/** Facts about the whole installation, by key (the hash of the session secret, say); `workspace_id` is `workspace_default` for all of them. */
export const installation = pgTable("installation", {
  key: text("key").primaryKey(),
  workspaceId: workspaceId(),
  value: jsonValue("value"),
});
