import { and, desc, eq, exists, gt, isNull, lt, ne, sql } from "drizzle-orm";
import type { UserId } from "#runtime/graph/ids.ts";
import type { Database, Db, Tx } from "./database/open-database.ts";
import { invitations, members, userAccounts, userSessions, users, userVerifications } from "./schema/people.ts";
import { workspaces } from "./schema/workspaces.ts";

export type UserRow = typeof users.$inferSelect;
export type UserSessionRow = Omit<typeof userSessions.$inferSelect, "token">;

export interface NewUser {
  id: UserId;
  name: string;
  /** Lower case. */
  email: string;
  /** Whether it was shown that they read what is sent there: only then a provider's word for the address opens the account. */
  emailVerified: boolean;
  passwordHash: string;
}

/** Accounts, beyond what better-auth does with its tables by itself. */
export interface AccountStore {
  hasUsers(): Promise<boolean>;
  /** With a password. `also` happens in the same transaction. Throws a unique violation when the address has an account. */
  create(user: NewUser, also?: (tx: Tx) => Promise<void>): Promise<void>;
  /** The owner of the first workspace; false, and nothing done, when there is somebody already. */
  createOwner(user: NewUser): Promise<boolean>;
  read(id: string): Promise<(UserRow & { hasPassword: boolean }) | undefined>;
  rename(id: string, name: string): Promise<void>;
  markVerified(id: string): Promise<void>;
  passwordHash(id: string): Promise<string | undefined>;
  setPasswordHash(id: string, hash: string): Promise<void>;
  /** False, and nothing done, when it is another one by now. */
  replacePasswordHash(id: string, hash: { from: string; to: string }): Promise<boolean>;
  byEmail(email: string): Promise<{ id: string; passwordHash: string | undefined } | undefined>;
  /** Those that last, the one used last first. */
  sessions(user: string): Promise<UserSessionRow[]>;
  /** False when they have no such session. */
  endSession(given: { user: string; id: string }): Promise<boolean>;
  endSessions(user: string, except?: string): Promise<void>;
  dropExpiredSessions(): Promise<void>;
  /** Links that were sent and not used. */
  dropResets(user: string): Promise<void>;
  /**
   * Whether an open invitation names the address, or is the one of the token and names none: it then names this one from now on, so that it lets
   * in nobody else.
   */
  takeInvitation(given: { email: string; tokenHash?: string | undefined }): Promise<boolean>;
}

const FIRST_WORKSPACE = "workspace_default";
/** What better-auth calls the way in by password. */
const PASSWORD = "credential";

export function createAccountStore(database: Database): AccountStore {
  const { db } = database;
  const passwordOf = (id: string) => and(eq(userAccounts.userId, id), eq(userAccounts.providerId, PASSWORD));
  return {
    hasUsers: () => hasUsers(db),
    create: (user, also) =>
      database.transaction(async (tx) => {
        await insert(tx, user);
        await also?.(tx);
      }),
    createOwner: (user) =>
      database.transaction(async (tx) => {
        // one after another: the second finds the first
        await tx.select({ id: workspaces.id }).from(workspaces).where(eq(workspaces.id, FIRST_WORKSPACE)).for("update");
        if (await hasUsers(tx)) return false;
        await insert(tx, user);
        await tx.insert(members).values({ workspaceId: FIRST_WORKSPACE, userId: user.id, role: "owner", createdBy: user.id });
        return true;
      }),
    read: async (id) => {
      const hasPassword = exists(db.select().from(userAccounts).where(passwordOf(id)));
      const [row] = await db
        .select({ user: users, hasPassword: sql<boolean>`${hasPassword}` })
        .from(users)
        .where(eq(users.id, id));
      return row && { ...row.user, hasPassword: row.hasPassword };
    },
    rename: async (id, name) => void (await db.update(users).set({ name, updatedAt: new Date() }).where(eq(users.id, id))),
    markVerified: async (id) => void (await db.update(users).set({ emailVerified: true }).where(eq(users.id, id))),
    passwordHash: async (id) => (await db.select({ hash: userAccounts.password }).from(userAccounts).where(passwordOf(id)))[0]?.hash ?? undefined,
    setPasswordHash: async (id, hash) => void (await db.update(userAccounts).set({ password: hash, updatedAt: new Date() }).where(passwordOf(id))),
    replacePasswordHash: async (id, { from, to }) => {
      const replaced = await db
        .update(userAccounts)
        .set({ password: to, updatedAt: new Date() })
        .where(and(passwordOf(id), eq(userAccounts.password, from)))
        .returning({ id: userAccounts.id });
      return replaced.length > 0;
    },
    byEmail: async (email) => {
      const [row] = await db
        .select({ id: users.id, hash: userAccounts.password })
        .from(users)
        .leftJoin(userAccounts, and(eq(userAccounts.userId, users.id), eq(userAccounts.providerId, PASSWORD)))
        .where(eq(users.email, email));
      return row && { id: row.id, passwordHash: row.hash ?? undefined };
    },
    takeInvitation: (given) => takeInvitation(db, given),
    ...sessionsIn(db),
  };
}

function sessionsIn(db: Db): Pick<AccountStore, "sessions" | "endSession" | "endSessions" | "dropExpiredSessions" | "dropResets"> {
  const { id, userId, expiresAt, ipAddress, userAgent, createdAt, updatedAt } = userSessions;
  return {
    sessions: (user) =>
      db
        .select({ id, userId, expiresAt, ipAddress, userAgent, createdAt, updatedAt })
        .from(userSessions)
        .where(and(eq(userId, user), gt(expiresAt, new Date())))
        .orderBy(desc(updatedAt)),
    endSession: async (given) => {
      const ended = await db
        .delete(userSessions)
        .where(and(eq(id, given.id), eq(userId, given.user)))
        .returning({ id });
      return ended.length > 0;
    },
    endSessions: async (user, except) => {
      await db.delete(userSessions).where(and(eq(userId, user), except === undefined ? undefined : ne(id, except)));
    },
    dropExpiredSessions: async () => {
      await db.delete(userSessions).where(lt(expiresAt, new Date()));
    },
    // their value is the user's id alone; that of a sign-in with the provider is a JSON object
    dropResets: async (user) => {
      await db.delete(userVerifications).where(eq(userVerifications.value, user));
    },
  };
}

async function hasUsers(db: Db): Promise<boolean> {
  return (await db.select({ id: users.id }).from(users).limit(1)).length > 0;
}

async function insert(tx: Tx, { passwordHash, ...user }: NewUser): Promise<void> {
  await tx.insert(users).values(user);
  await tx.insert(userAccounts).values({ id: user.id, userId: user.id, accountId: user.id, providerId: PASSWORD, password: passwordHash });
}

async function takeInvitation(db: Db, { email, tokenHash }: { email: string; tokenHash?: string | undefined }): Promise<boolean> {
  const isOpen = and(isNull(invitations.acceptedAt), isNull(invitations.revokedAt), gt(invitations.expiresAt, new Date()));
  const named = await db
    .select({ id: invitations.id })
    .from(invitations)
    .where(and(isOpen, eq(sql`lower(${invitations.email})`, email)))
    .limit(1);
  if (named.length > 0 || tokenHash === undefined) return named.length > 0;
  const taken = await db
    .update(invitations)
    .set({ email })
    .where(and(isOpen, isNull(invitations.email), eq(invitations.tokenHash, tokenHash)))
    .returning({ id: invitations.id });
  return taken.length > 0;
}
