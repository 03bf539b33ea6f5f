import { and, desc, eq, isNotNull, isNull, type SQL, sql } from "drizzle-orm";
import { ROLES, type Role } from "../contract/access.ts";
import type { Invitation } from "../contract/workspaces.ts";
import type { Database, Tx } from "./database/open-database.ts";
import { invitations, members, users } from "./schema/people.ts";
import { workspaces } from "./schema/workspaces.ts";
import { afterTimeCursor, writeTimeCursor } from "./time-cursor.ts";
import { lockWorkspace } from "./workspaces.ts";

export type InvitationState = Invitation["state"];
type Row = typeof invitations.$inferSelect;
export type InvitationRow = Omit<Row, "tokenHash"> & { state: InvitationState };

export interface NewInvitation {
  id: string;
  workspace: string;
  email: string | null;
  role: Role;
  tokenHash: string;
  expiresAt: Date;
  actor: string;
}

export interface InvitationQuery {
  workspace: string;
  state?: InvitationState | undefined;
  /** Part of the address. */
  search?: string | undefined;
  cursor?: string | undefined;
  limit: number;
}

/** What came of joining. `present`: they were a member already with at least this role, and the invitation was not used up. */
export type Joining = { type: "joined"; before: Role | null } | { type: "present" } | { type: "over" };

export interface InvitationStore {
  create(invitation: NewInvitation): Promise<InvitationRow>;
  /** Newest first. */
  list(query: InvitationQuery): Promise<{ items: InvitationRow[]; nextCursor?: string }>;
  /** Answers the revoked one; undefined when there is no open one. */
  revoke(given: { workspace: string; id: string }): Promise<InvitationRow | undefined>;
  /** By the hash of its token, with the names of its workspace and of who invites. */
  find(tokenHash: string): Promise<(InvitationRow & { workspaceName: string; invitedBy: string | null }) | undefined>;
  /** Makes somebody a member: for one caller of several. A role is never taken away: the stronger one stays. `tx`: as part of that. */
  accept(id: string, user: string, tx?: Tx): Promise<Joining>;
}

export function createInvitationStore(database: Database): InvitationStore {
  const { db } = database;
  return {
    create: async ({ id, workspace, email, role, tokenHash, expiresAt, actor }) => {
      const [row] = await db.insert(invitations).values({ id, workspaceId: workspace, email, role, tokenHash, expiresAt, createdBy: actor }).returning();
      if (!row) throw new Error(`The invitation ${id} was not recorded.`);
      return show(row);
    },
    list: (query) => list(database, query),
    revoke: async ({ workspace, id }) => {
      const [row] = await db
        .update(invitations)
        .set({ revokedAt: sql`now()` })
        .where(and(eq(invitations.id, id), eq(invitations.workspaceId, workspace), isState("open")))
        .returning();
      return row && show(row);
    },
    find: async (tokenHash) => {
      const [found] = await db
        .select({ row: invitations, workspaceName: workspaces.name, invitedBy: users.name })
        .from(invitations)
        .innerJoin(workspaces, eq(workspaces.id, invitations.workspaceId))
        .leftJoin(users, eq(users.id, invitations.createdBy))
        .where(eq(invitations.tokenHash, tokenHash));
      return found && { ...show(found.row), workspaceName: found.workspaceName, invitedBy: found.invitedBy };
    },
    accept: (id, user, tx) => (tx ? accept(tx, id, user) : database.transaction((own) => accept(own, id, user))),
  };
}

async function accept(tx: Tx, id: string, user: string): Promise<Joining> {
  const invitation = await read(tx, id);
  await lockWorkspace(tx, invitation.workspaceId);
  const [open] = await tx
    .select({ id: invitations.id })
    .from(invitations)
    .where(and(eq(invitations.id, id), isState("open")))
    .for("update");
  if (!open) return { type: "over" };
  const [member] = await tx
    .select({ role: members.role })
    .from(members)
    .where(and(eq(members.workspaceId, invitation.workspaceId), eq(members.userId, user)));
  if (member && ROLES.indexOf(member.role) <= ROLES.indexOf(invitation.role)) return { type: "present" };
  await tx.update(invitations).set({ acceptedAt: sql`now()`, acceptedBy: user }).where(eq(invitations.id, id));
  await join(tx, invitation, user);
  return { type: "joined", before: member?.role ?? null };
}

async function read(tx: Tx, id: string): Promise<Row> {
  const [row] = await tx.select().from(invitations).where(eq(invitations.id, id));
  if (!row) throw new Error(`There is no invitation ${id}.`);
  return row;
}

async function join(tx: Tx, { workspaceId, role, createdBy }: Row, user: string): Promise<void> {
  await tx
    .insert(members)
    .values({ workspaceId, userId: user, role, createdBy })
    .onConflictDoUpdate({ target: [members.workspaceId, members.userId], set: { role } });
}

function isState(state: InvitationState): SQL | undefined {
  switch (state) {
    case "revoked":
      return isNotNull(invitations.revokedAt);
    case "accepted":
      return and(isNull(invitations.revokedAt), isNotNull(invitations.acceptedAt));
    case "expired":
      return and(isNull(invitations.revokedAt), isNull(invitations.acceptedAt), sql`${invitations.expiresAt} <= now()`);
    case "open":
      return and(isNull(invitations.revokedAt), isNull(invitations.acceptedAt), sql`${invitations.expiresAt} > now()`);
  }
}

function show({ tokenHash: _secret, ...row }: Row): InvitationRow {
  return { ...row, state: row.revokedAt ? "revoked" : row.acceptedAt ? "accepted" : row.expiresAt.getTime() <= Date.now() ? "expired" : "open" };
}

async function list({ db }: Database, query: InvitationQuery): Promise<{ items: InvitationRow[]; nextCursor?: string }> {
  const { workspace, state, search, cursor, limit } = query;
  const rows = await db
    .select()
    .from(invitations)
    .where(
      and(
        eq(invitations.workspaceId, workspace),
        state && isState(state),
        search ? sql`strpos(${invitations.email}, ${search.toLowerCase()}) > 0` : undefined,
        afterTimeCursor(cursor, invitations),
      ),
    )
    .orderBy(desc(invitations.createdAt), desc(invitations.id))
    .limit(limit + 1);
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { items: rows.slice(0, limit).map(show), ...(last && { nextCursor: writeTimeCursor(last) }) };
}
