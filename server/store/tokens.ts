import { and, desc, eq, isNotNull, isNull, or, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { type Scope, scopeSchema } from "../contract/access.ts";
import type { Token } from "../contract/tokens.ts";
import type { Database } from "./database/open-database.ts";
import { apiTokens, members, users } from "./schema/people.ts";
import { storableText } from "./storable-text.ts";
import { afterTimeCursor, writeTimeCursor } from "./time-cursor.ts";
import { lockWorkspace } from "./workspaces.ts";

export type TokenState = Token["state"];

/** Stands for the owner of the installation, who has no account. */
const LOCAL = "local";

export interface TokenRow {
  id: string;
  workspace: string;
  /** Whose it is. */
  user: string;
  userName: string;
  name: string;
  hint: string;
  scopes: Scope[];
  expiresAt: Date | null;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
  createdAt: Date;
  state: TokenState;
}

export interface NewToken {
  id: string;
  workspace: string;
  user: string;
  name: string;
  hash: string;
  hint: string;
  scopes: readonly Scope[];
  expiresAt: Date | null;
}

export interface TokenQuery {
  workspace: string;
  /** Absent: everybody's. */
  user?: string | undefined;
  state?: TokenState | undefined;
  /** Part of the name. */
  search?: string | undefined;
  cursor?: string | undefined;
  limit: number;
}

export interface TokenStore {
  /** Undefined for who is not in the workspace (any more). */
  create(token: NewToken): Promise<TokenRow | undefined>;
  /** Newest first. */
  list(query: TokenQuery): Promise<{ items: TokenRow[]; nextCursor?: string }>;
  /** Answers the revoked one; undefined when there is none that works. Without `user`, whoever it belongs to. */
  revoke(given: { workspace: string; id: string; user: string | undefined }): Promise<TokenRow | undefined>;
  /** In all workspaces. */
  revokeAllOf(user: string): Promise<void>;
  /** One that was neither revoked nor has expired, of somebody who is still in its workspace. */
  find(hash: string): Promise<TokenRow | undefined>;
  /** Writes down that it was used, unless it was within the last minute. */
  used(id: string): Promise<void>;
}

export function createTokenStore(database: Database): TokenStore {
  const { db } = database;
  const isThere = or(eq(apiTokens.userId, LOCAL), isNotNull(members.userId));
  const select = () =>
    db
      .select({ row: apiTokens, userName: users.name })
      .from(apiTokens)
      .leftJoin(users, eq(users.id, apiTokens.userId))
      .leftJoin(members, and(eq(members.workspaceId, apiTokens.workspaceId), eq(members.userId, apiTokens.userId)));
  const read = async (where: SQL | undefined): Promise<TokenRow | undefined> => {
    const [found] = await select().where(where);
    return found && show(found);
  };
  return {
    create: async (token) => ((await insert(database, token)) ? read(eq(apiTokens.id, token.id)) : undefined),
    list: async ({ workspace, user, state, search, cursor, limit }) => {
      const rows = await select()
        .where(
          and(
            eq(apiTokens.workspaceId, workspace),
            user === undefined ? undefined : eq(apiTokens.userId, user),
            state && isState(state),
            search ? sql`strpos(lower(${apiTokens.name}), ${search.toLowerCase()}) > 0` : undefined,
            afterTimeCursor(cursor, apiTokens),
          ),
        )
        .orderBy(desc(apiTokens.createdAt), desc(apiTokens.id))
        .limit(limit + 1);
      const last = rows.length > limit ? rows[limit - 1] : undefined;
      return { items: rows.slice(0, limit).map(show), ...(last && { nextCursor: writeTimeCursor(last.row) }) };
    },
    revoke: async ({ workspace, id, user }) => {
      const revoked = await db
        .update(apiTokens)
        .set({ revokedAt: sql`now()` })
        .where(
          and(
            eq(apiTokens.id, id),
            eq(apiTokens.workspaceId, workspace),
            user === undefined ? undefined : eq(apiTokens.userId, user),
            isNull(apiTokens.revokedAt),
          ),
        )
        .returning({ id: apiTokens.id });
      return revoked.length > 0 ? read(eq(apiTokens.id, id)) : undefined;
    },
    revokeAllOf: async (user) => {
      await db
        .update(apiTokens)
        .set({ revokedAt: sql`now()` })
        .where(and(eq(apiTokens.userId, user), isNull(apiTokens.revokedAt)));
    },
    find: (hash) => read(and(eq(apiTokens.hash, hash), isState("active"), isThere)),
    used: async (id) => {
      await db
        .update(apiTokens)
        .set({ lastUsedAt: sql`date_trunc('minute', now())` })
        .where(and(eq(apiTokens.id, id), or(isNull(apiTokens.lastUsedAt), sql`${apiTokens.lastUsedAt} < date_trunc('minute', now())`)));
    },
  };
}

/** Nobody who is being removed from the workspace gets one. */
async function insert(database: Database, { id, workspace, user, name, hash, hint, scopes, expiresAt }: NewToken): Promise<boolean> {
  return database.transaction(async (tx) => {
    await lockWorkspace(tx, workspace);
    const isMember = await tx.$count(members, and(eq(members.workspaceId, workspace), eq(members.userId, user)));
    if (user !== LOCAL && !isMember) return false;
    await tx.insert(apiTokens).values({ id, workspaceId: workspace, userId: user, name: storableText(name), hash, hint, scopes, expiresAt });
    return true;
  });
}

function isState(state: TokenState): SQL | undefined {
  switch (state) {
    case "revoked":
      return isNotNull(apiTokens.revokedAt);
    case "expired":
      return and(isNull(apiTokens.revokedAt), sql`${apiTokens.expiresAt} <= now()`);
    case "active":
      return and(isNull(apiTokens.revokedAt), or(isNull(apiTokens.expiresAt), sql`${apiTokens.expiresAt} > now()`));
  }
}

function show({ row, userName }: { row: typeof apiTokens.$inferSelect; userName: string | null }): TokenRow {
  const { id, workspaceId, userId, name, hint, expiresAt, lastUsedAt, revokedAt, createdAt } = row;
  const state = revokedAt ? "revoked" : expiresAt && expiresAt.getTime() <= Date.now() ? "expired" : "active";
  const scopes = z.array(scopeSchema).parse(row.scopes);
  return { id, workspace: workspaceId, user: userId, userName: userName ?? "You", name, hint, scopes, expiresAt, lastUsedAt, revokedAt, createdAt, state };
}
