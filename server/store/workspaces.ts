import { asc, eq, sql } from "drizzle-orm";
import type { Role } from "../contract/access.ts";
import type { Database, Tx } from "./database/open-database.ts";
import { members } from "./schema/people.ts";
import { workspaces } from "./schema/workspaces.ts";
import { storableText } from "./storable-text.ts";

export interface WorkspaceRow {
  id: string;
  name: string;
  createdAt: Date;
  /** How many there are. */
  members: number;
}

export interface WorkspaceStore {
  /** Without an owner nobody is in it: the owner of the installation is in every workspace. */
  create(workspace: { id: string; name: string; owner: string | undefined }): Promise<WorkspaceRow>;
  read(id: string): Promise<WorkspaceRow | undefined>;
  /** Undefined when there is none. */
  rename(id: string, name: string): Promise<WorkspaceRow | undefined>;
  /** Those of a member, as they joined. */
  ofUser(user: string): Promise<{ id: string; name: string; role: Role }[]>;
  /** All of the installation, the oldest first. */
  all(): Promise<{ id: string; name: string }[]>;
}

export function createWorkspaceStore(database: Database): WorkspaceStore {
  const { db } = database;
  const read = async (id: string): Promise<WorkspaceRow | undefined> =>
    (
      await db
        .select({ id: workspaces.id, name: workspaces.name, createdAt: workspaces.createdAt, members: db.$count(members, eq(members.workspaceId, id)) })
        .from(workspaces)
        .where(eq(workspaces.id, id))
    )[0];
  return {
    create: async ({ id, name, owner }) => {
      const createdAt = await database.transaction(async (tx) => {
        const [row] = await tx
          .insert(workspaces)
          .values({ id, name: storableText(name) })
          .returning();
        if (!row) throw new Error(`The workspace ${id} was not recorded.`);
        if (owner) await tx.insert(members).values({ workspaceId: id, userId: owner, role: "owner", createdBy: owner });
        return row.createdAt;
      });
      return { id, name: storableText(name), createdAt, members: owner ? 1 : 0 };
    },
    read,
    rename: async (id, name) => {
      await db
        .update(workspaces)
        .set({ name: storableText(name) })
        .where(eq(workspaces.id, id));
      return read(id);
    },
    ofUser: (user) =>
      db
        .select({ id: workspaces.id, name: workspaces.name, role: members.role })
        .from(members)
        .innerJoin(workspaces, eq(workspaces.id, members.workspaceId))
        .where(eq(members.userId, user))
        .orderBy(asc(members.createdAt), asc(workspaces.id)),
    all: () => db.select({ id: workspaces.id, name: workspaces.name }).from(workspaces).orderBy(asc(workspaces.createdAt), asc(workspaces.id)).limit(1_000),
  };
}

/** Until the transaction ends nobody else changes who is in the workspace. Taken before any lock on its members, invitations, shares and tokens. */
export async function lockWorkspace(tx: Tx, workspace: string): Promise<void> {
  await tx.execute(sql`SELECT 1 FROM workspaces WHERE id = ${workspace} FOR UPDATE`);
}
