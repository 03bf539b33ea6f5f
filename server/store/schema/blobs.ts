import { bigint, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant, workspaceId } from "./columns.ts";

/** What the blob store holds; the bytes themselves lie on disk under their hash. */
export const blobs = pgTable(
  "blobs",
  {
    workspaceId: workspaceId(),
    hash: text("hash").notNull(),
    bytes: bigint("bytes", { mode: "number" }).notNull(),
    mediaType: text("media_type").notNull(),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.hash] })],
);
