import { index, integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { bytes, instant, jsonValue, workspaceId } from "./columns.ts";

/** Credentials without their secrets. */
export const credentials = pgTable(
  "credentials",
  {
    id: text("id").primaryKey(),
    workspaceId: workspaceId(),
    name: text("name").notNull(),
    description: text("description").notNull().default(""),
    /** `credentialSettingsSchema`: its kind and what of it is not secret. */
    settings: jsonValue("settings").notNull(),
    hosts: jsonValue("hosts").notNull(),
    nodeTypes: jsonValue("node_types").notNull(),
    /** The newest version of its secret. */
    version: integer("version").notNull(),
    state: jsonValue("state"),
    lastUsedAt: instant("last_used_at"),
    rotatedAt: instant("rotated_at").notNull().defaultNow(),
    createdAt: instant("created_at").notNull().defaultNow(),
    createdBy: text("created_by").notNull(),
  },
  (table) => [index("credentials_list").on(table.workspaceId, table.name)],
);

/**
 * Every secret of the system, encrypted (`server/vault`). `ownerId` is what it belongs to: a credential, a connection, a hook, or the
 * installation. A row is only readable in its own place: workspace, owner, name and version are part of what is authenticated.
 */
export const secrets = pgTable(
  "secrets",
  {
    workspaceId: workspaceId(),
    ownerId: text("owner_id").notNull(),
    /** Which secret of its owner (`secret`, or the name of an environment variable). */
    name: text("name").notNull(),
    version: integer("version").notNull(),
    /** Names the key that wraps the data key. */
    keyId: text("key_id").notNull(),
    /** Nonce, data key encrypted with the vault's key, tag. */
    wrappedKey: bytes("wrapped_key").notNull(),
    /** Nonce, secret encrypted with the data key, tag. */
    content: bytes("content").notNull(),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.ownerId, table.name, table.version] }), index("secrets_by_key").on(table.keyId)],
);
