import { and, asc, eq, gt, isNull, or, sql } from "drizzle-orm";
import type { Role } from "../contract/access.ts";
import type { Database, Tx } from "./database/open-database.ts";
import { readNameCursor, writeNameCursor } from "./name-cursor.ts";
import { apiTokens, documentShares, invitations, members, shareOpenings, users } from "./schema/people.ts";
import { lockWorkspace } from "./workspaces.ts";

export interface MemberRow {
  id: string;
  name: string;
  email: string;
  role: Role;
  joinedAt: Date;
}

export interface MemberQuery {
  workspace: string;
  /** Part of the name or the address, whatever the case. */
  search?: string | undefined;
  cursor?: string | undefined;
  limit: number;
}

interface Membership {
  workspace: string;
  user: string;
}

/** A change of a member, or why there is none. `before`: as they were. */
export type MemberChange = { type: "changed"; before: MemberRow } | { type: "absent" } | { type: "last-owner" };

export interface MemberStore {
  read(membership: Membership): Promise<MemberRow | undefined>;
  /** By name. */
  list(query: MemberQuery): Promise<{ items: MemberRow[]; nextCursor?: string }>;
  /** Whoever is no owner any more has their open invitations revoked: one might let them in again. */
  setRole(membership: Membership, role: Role): Promise<MemberChange>;
  /** With them go their tokens, shares and open invitations in the workspace. */
  remove(membership: Membership): Promise<MemberChange>;
}

export function createMemberStore(database: Database): MemberStore {
  const { db } = database;
  return {
    read: async (membership) => (await selectMembers(db).where(isMember(membership)))[0],
    list: (query) => list(database, query),
    setRole: (membership, role) =>
      change(database, membership, {
        staysOwner: role === "owner",
        apply: async (tx) => {
          await tx.update(members).set({ role }).where(isMember(membership));
          if (role !== "owner") await revokeInvitations(tx, membership);
        },
      }),
    remove: (membership) =>
      change(database, membership, {
        staysOwner: false,
        apply: async (tx) => {
          await tx.delete(members).where(isMember(membership));
          await revokeInvitations(tx, membership);
          await endTokensAndShares(tx, membership);
        },
      }),
  };
}

function selectMembers(db: Pick<Tx, "select">) {
  return db
    .select({ id: users.id, name: users.name, email: users.email, role: members.role, joinedAt: members.createdAt })
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .$dynamic();
}

function isMember({ workspace, user }: Membership) {
  return and(eq(members.workspaceId, workspace), eq(members.userId, user));
}

/** Changes of one workspace happen one after the other: two owners who demote each other at once leave one. */
async function change(
  database: Database,
  { workspace, user }: Membership,
  { staysOwner, apply }: { staysOwner: boolean; apply(tx: Tx): Promise<void> },
): Promise<MemberChange> {
  return database.transaction(async (tx): Promise<MemberChange> => {
    await lockWorkspace(tx, workspace);
    const [before] = await selectMembers(tx).where(isMember({ workspace, user }));
    if (!before) return { type: "absent" };
    if (before.role === "owner" && !staysOwner) {
      const owners = await tx.$count(members, and(eq(members.workspaceId, workspace), eq(members.role, "owner")));
      if (owners < 2) return { type: "last-owner" };
    }
    await apply(tx);
    return { type: "changed", before };
  });
}

async function revokeInvitations(tx: Tx, { workspace, user }: Membership): Promise<void> {
  await tx
    .update(invitations)
    .set({ revokedAt: sql`now()` })
    .where(and(eq(invitations.workspaceId, workspace), eq(invitations.createdBy, user), isNull(invitations.revokedAt), isNull(invitations.acceptedAt)));
}

async function endTokensAndShares(tx: Tx, { workspace, user }: Membership): Promise<void> {
  await tx
    .update(apiTokens)
    .set({ revokedAt: sql`now()` })
    .where(and(eq(apiTokens.workspaceId, workspace), eq(apiTokens.userId, user), isNull(apiTokens.revokedAt)));
  await tx.delete(documentShares).where(and(eq(documentShares.workspaceId, workspace), eq(documentShares.userId, user)));
  await tx.delete(shareOpenings).where(and(eq(shareOpenings.workspaceId, workspace), eq(shareOpenings.userId, user)));
}

async function list({ db }: Database, { workspace, search, cursor, limit }: MemberQuery): Promise<{ items: MemberRow[]; nextCursor?: string }> {
  const [name, id] = readNameCursor(cursor);
  const rows = await selectMembers(db)
    .where(
      and(
        eq(members.workspaceId, workspace),
        matches(search),
        cursor === undefined ? undefined : or(gt(users.name, name), and(eq(users.name, name), gt(users.id, id))),
      ),
    )
    .orderBy(asc(users.name), asc(users.id))
    .limit(limit + 1);
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { items: rows.slice(0, limit), ...(last && { nextCursor: writeNameCursor(last) }) };
}

/** People whose name or address holds the text, whatever the case. */
export function matches(search: string | undefined) {
  const wanted = search?.toLowerCase();
  return wanted ? or(sql`strpos(lower(${users.name}), ${wanted}) > 0`, sql`strpos(${users.email}, ${wanted}) > 0`) : undefined;
}
