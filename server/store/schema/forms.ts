import { boolean, index, integer, numeric, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import { instant, newestFirst, workspaceId } from "./columns.ts";

/** Forms by which graphs are shared: at most one for each. */
export const forms = pgTable(
  "forms",
  {
    id: text("id").primaryKey(),
    workspaceId: workspaceId(),
    documentId: text("document_id").notNull(),
    /** The end of its address; whoever has it may use the form, as far as `audience` goes. */
    token: text("token").notNull(),
    isOpen: boolean("is_open").notNull(),
    title: text("title").notNull(),
    description: text("description").notNull(),
    audience: text("audience", { enum: ["members", "link"] }).notNull(),
    perHour: integer("per_hour").notNull(),
    /** Dollars. */
    dailyBudget: numeric("daily_budget", { precision: 12, scale: 2, mode: "number" }),
    createdAt: instant("created_at").notNull().defaultNow(),
    createdBy: text("created_by").notNull(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (table) => [uniqueIndex("forms_of_document").on(table.documentId), uniqueIndex("forms_token").on(table.token)],
);

/** What was submitted, and the run it began. */
export const formSubmissions = pgTable(
  "form_submissions",
  {
    id: text("id").primaryKey(),
    workspaceId: workspaceId(),
    formId: text("form_id").notNull(),
    /** Hash of the key that its sender made up: a second one with the same key is the first. */
    key: text("key").notNull(),
    /** Hash of what was filled in. */
    digest: text("digest").notNull(),
    /** The beginning of what was filled in. */
    summary: text("summary").notNull(),
    /** The member who sent it; null for whoever had the link. */
    sentBy: text("sent_by"),
    /** Null until it has begun. */
    runId: text("run_id"),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex("form_submissions_key").on(table.formId, table.key),
    index("form_submissions_newest").on(table.formId, newestFirst(table.createdAt), table.id),
  ],
);
