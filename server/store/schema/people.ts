import { sql } from "drizzle-orm";
import { boolean, index, integer, pgTable, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core";
import { instant, jsonValue, workspaceId } from "./columns.ts";

/**
 * Accounts and their sessions, in the shape better-auth asks for (https://better-auth.com/docs/concepts/database). People belong to the
 * installation and may be members of several workspaces: these four tables are the only ones without a workspace.
 */
export const users = pgTable("users", {
  id: text("id").primaryKey(),
  name: text("name").notNull(),
  /** Lower case. */
  email: text("email").notNull().unique(),
  emailVerified: boolean("email_verified").notNull().default(false),
  image: text("image"),
  createdAt: instant("created_at").notNull().defaultNow(),
  updatedAt: instant("updated_at").notNull().defaultNow(),
});

export const userSessions = pgTable(
  "user_sessions",
  {
    id: text("id").primaryKey(),
    userId: text("user_id").notNull(),
    token: text("token").notNull().unique(),
    expiresAt: instant("expires_at").notNull(),
    ipAddress: text("ip_address"),
    userAgent: text("user_agent"),
    createdAt: instant("created_at").notNull().defaultNow(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (table) => [index("user_sessions_of_user").on(table.userId)],
);

/** Ways to sign in: a password (its argon2id hash), or a subject of the OpenID Connect provider. */
export const userAccounts = pgTable(
  "user_accounts",
  {
    id: text("id").primaryKey(),
    userId: text("user_id").notNull(),
    accountId: text("account_id").notNull(),
    providerId: text("provider_id").notNull(),
    accessToken: text("access_token"),
    refreshToken: text("refresh_token"),
    idToken: text("id_token"),
    accessTokenExpiresAt: instant("access_token_expires_at"),
    refreshTokenExpiresAt: instant("refresh_token_expires_at"),
    scope: text("scope"),
    password: text("password"),
    createdAt: instant("created_at").notNull().defaultNow(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (table) => [index("user_accounts_of_user").on(table.userId), uniqueIndex("user_accounts_of_provider").on(table.providerId, table.accountId)],
);

export const userVerifications = pgTable(
  "user_verifications",
  {
    id: text("id").primaryKey(),
    identifier: text("identifier").notNull(),
    value: text("value").notNull(),
    expiresAt: instant("expires_at").notNull(),
    createdAt: instant("created_at").notNull().defaultNow(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (table) => [index("user_verifications_by_identifier").on(table.identifier)],
);

export const members = pgTable(
  "members",
  {
    workspaceId: workspaceId(),
    userId: text("user_id").notNull(),
    role: text("role", { enum: ["owner", "editor", "approver", "operator", "viewer"] }).notNull(),
    createdAt: instant("created_at").notNull().defaultNow(),
    createdBy: text("created_by").notNull(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.userId] }), index("members_of_user").on(table.userId)],
);

export const invitations = pgTable(
  "invitations",
  {
    id: text("id").primaryKey(),
    workspaceId: workspaceId(),
    /** Null: whoever has the link. */
    email: text("email"),
    role: text("role", { enum: ["owner", "editor", "approver", "operator", "viewer"] }).notNull(),
    tokenHash: text("token_hash").notNull().unique(),
    expiresAt: instant("expires_at").notNull(),
    acceptedAt: instant("accepted_at"),
    acceptedBy: text("accepted_by"),
    revokedAt: instant("revoked_at"),
    createdAt: instant("created_at").notNull().defaultNow(),
    createdBy: text("created_by").notNull(),
  },
  (table) => [index("invitations_list").on(table.workspaceId, table.createdAt)],
);

/** Documents opened to people beyond the members of their workspace. A link's address carries its own proof: nothing of it is stored. */
export const documentShares = pgTable(
  "document_shares",
  {
    id: text("id").primaryKey(),
    workspaceId: workspaceId(),
    documentId: text("document_id").notNull(),
    kind: text("kind", { enum: ["person", "link"] }).notNull(),
    level: text("level", { enum: ["view", "edit"] }).notNull(),
    /** Of a person. */
    userId: text("user_id"),
    createdAt: instant("created_at").notNull().defaultNow(),
    createdBy: text("created_by").notNull(),
  },
  (table) => [
    uniqueIndex("document_shares_of_person").on(table.documentId, table.userId).where(sql`kind = 'person'`),
    uniqueIndex("document_shares_of_link").on(table.documentId, table.level).where(sql`kind = 'link'`),
    index("document_shares_of_user").on(table.userId),
  ],
);

/** Who opened a link while signed in: the share lasts as long as the link does. */
export const shareOpenings = pgTable(
  "share_openings",
  {
    shareId: text("share_id").notNull(),
    userId: text("user_id").notNull(),
    workspaceId: workspaceId(),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.shareId, table.userId] }), index("share_openings_of_user").on(table.userId)],
);

export const apiTokens = pgTable(
  "api_tokens",
  {
    id: text("id").primaryKey(),
    workspaceId: workspaceId(),
    userId: text("user_id").notNull(),
    name: text("name").notNull(),
    /** SHA-256 of the whole token, which is 256 random bits. */
    hash: text("hash").notNull().unique(),
    hint: text("hint").notNull(),
    scopes: jsonValue("scopes").notNull(),
    expiresAt: instant("expires_at"),
    lastUsedAt: instant("last_used_at"),
    revokedAt: instant("revoked_at"),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (table) => [index("api_tokens_list").on(table.workspaceId, table.userId)],
);

/** What was done, by whom; rows are only ever added. */
export const auditEntries = pgTable(
  "audit_entries",
  {
    workspaceId: workspaceId(),
    /** From 1 within the workspace, without gaps. */
    number: integer("number").notNull(),
    at: instant("at").notNull(),
    actor: text("actor").notNull(),
    actorName: text("actor_name").notNull(),
    token: text("token"),
    action: text("action").notNull(),
    resourceKind: text("resource_kind").notNull(),
    resourceId: text("resource_id").notNull(),
    resourceName: text("resource_name").notNull(),
    detail: jsonValue("detail").notNull(),
    address: text("address").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.number] }),
    index("audit_by_time").on(table.workspaceId, table.at),
    index("audit_by_actor").on(table.workspaceId, table.actor),
    index("audit_by_resource").on(table.workspaceId, table.resourceId),
  ],
);

/** The hash over a day's entries and the day before's hash. */
export const auditDays = pgTable(
  "audit_days",
  {
    workspaceId: workspaceId(),
    /** UTC, `2026-11-21`. */
    day: text("day").notNull(),
    lastNumber: integer("last_number").notNull(),
    hash: text("hash").notNull(),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.day] })],
);
