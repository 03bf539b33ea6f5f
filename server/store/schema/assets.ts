import { bigint, boolean, index, integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant, newestFirst, workspaceId } from "./columns.ts";

/** The files of a workspace; the bytes themselves lie in the blob store under their hash, beside large values of runs, which have no row here. */
export const assets = pgTable(
  "assets",
  {
    workspaceId: workspaceId(),
    hash: text("hash").notNull(),
    name: text("name").notNull(),
    mediaType: text("media_type").notNull(),
    kind: text("kind", { enum: ["image", "video", "audio", "text", "document", "other"] }).notNull(),
    bytes: bigint("bytes", { mode: "number" }).notNull(),
    width: integer("width"),
    height: integer("height"),
    /** Stays until somebody deletes it, though nothing refers to it. */
    isKept: boolean("is_kept").notNull().default(false),
    createdAt: instant("created_at").notNull().defaultNow(),
    /** When it was last brought, looked at, or found to be referred to. */
    seenAt: instant("seen_at").notNull().defaultNow(),
    /** Until then its content is being removed, and nobody brings it. */
    goingUntil: instant("going_until"),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.hash] }),
    index("assets_list").on(table.workspaceId, newestFirst(table.createdAt), newestFirst(table.hash)),
    index("assets_by_sight").on(table.seenAt),
  ],
);

/** Who brought a file, or which run made it. */
export const assetOrigins = pgTable(
  "asset_origins",
  {
    workspaceId: workspaceId(),
    hash: text("hash").notNull(),
    type: text("type", { enum: ["upload", "run"] }).notNull(),
    /** Of `upload` the actor, of `run` the run. */
    origin: text("origin").notNull(),
    graphId: text("graph_id").notNull().default(""),
    nodeType: text("node_type").notNull().default(""),
    at: instant("at").notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.hash, table.type, table.origin, table.nodeType] }),
    index("asset_origins_by_graph").on(table.workspaceId, table.graphId, table.hash),
    index("asset_origins_by_run").on(table.origin, table.hash),
  ],
);

/**
 * What the log of a run, and each large value in the blob store, refers to: files, and of a log also such values. Written with them, because
 * logs are too long to be searched.
 */
export const assetUses = pgTable(
  "asset_uses",
  {
    workspaceId: workspaceId(),
    hash: text("hash").notNull(),
    /** `unread`: a value of a log from before uses were noted, which is yet to be searched for files. */
    holder: text("holder", { enum: ["run", "value", "unread"] }).notNull(),
    /** Of the run, or the hash of the value; of `unread` the same word. */
    holderId: text("holder_id").notNull(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.hash, table.holder, table.holderId] }), index("asset_uses_of_holder").on(table.holderId)],
);
