import { and, asc, eq, inArray, ne, or } from "drizzle-orm";
import type { Role } from "../contract/access.ts";
import type { Database } from "./database/open-database.ts";
import { members, users } from "./schema/people.ts";

export interface GatePeople {
  /** What somebody is in a workspace; undefined for who is no member. */
  roleOf(workspace: string, user: string): Promise<Role | undefined>;
  hasMembers(workspace: string): Promise<boolean>;
  /** Members with one of the roles, or named, by name. */
  among(given: { workspace: string; roles: readonly Role[]; people: readonly string[]; except?: string | undefined; limit: number }): Promise<Named[]>;
  /** Names of members by id; who is no member is left out. */
  names(workspace: string, people: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

interface Named {
  id: string;
  name: string;
}

/** Members of workspaces, as gates ask for them. */
export function createGatePeople({ db }: Database): GatePeople {
  const named = { id: users.id, name: users.name };
  return {
    roleOf: async (workspace, user) =>
      (
        await db
          .select({ role: members.role })
          .from(members)
          .where(and(eq(members.workspaceId, workspace), eq(members.userId, user)))
      )[0]?.role,
    hasMembers: async (workspace) => (await db.select({ id: members.userId }).from(members).where(eq(members.workspaceId, workspace)).limit(1)).length > 0,
    among: ({ workspace, roles, people, except, limit }) =>
      db
        .select(named)
        .from(members)
        .innerJoin(users, eq(users.id, members.userId))
        .where(
          and(
            eq(members.workspaceId, workspace),
            or(inArray(members.role, [...roles]), inArray(members.userId, [...people])),
            except === undefined ? undefined : ne(members.userId, except),
          ),
        )
        .orderBy(asc(users.name), asc(users.id))
        .limit(limit),
    names: async (workspace, people) => {
      if (people.length === 0) return new Map();
      const rows = await db
        .select(named)
        .from(members)
        .innerJoin(users, eq(users.id, members.userId))
        .where(and(eq(members.workspaceId, workspace), inArray(members.userId, [...people])));
      return new Map(rows.map(({ id, name }) => [id, name]));
    },
  };
}
