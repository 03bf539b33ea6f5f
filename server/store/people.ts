import { and, asc, eq, exists, inArray, or } from "drizzle-orm";
import type { Database } from "./database/open-database.ts";
import { matches } from "./members.ts";
import { members, users } from "./schema/people.ts";

export interface PersonRow {
  id: string;
  name: string;
  email: string;
}

export interface PeopleStore {
  byEmail(email: string): Promise<PersonRow | undefined>;
  /**
   * Only whom the user `by` may name by address: people of their workspaces ("local" is in all), and those who have shown that they read what is
   * sent there. Anybody can make an account for an address that is not theirs.
   */
  knownTo(by: string, email: string): Promise<PersonRow | undefined>;
  /** Those who are in one of the workspaces, by name; "all": everybody. */
  search(given: { workspaces: readonly string[] | "all"; search?: string | undefined; limit: number }): Promise<PersonRow[]>;
}

/** The owner of the installation, who has no row. */
const LOCAL = "local";

export function createPeopleStore({ db }: Database): PeopleStore {
  const person = { id: users.id, name: users.name, email: users.email };
  return {
    byEmail: async (email) => (await db.select(person).from(users).where(eq(users.email, email.toLowerCase())))[0],
    knownTo: async (by, email) => {
      const theirs = db.select({ workspace: members.workspaceId }).from(members).where(eq(members.userId, by));
      const isNear = exists(
        db
          .select({ user: members.userId })
          .from(members)
          .where(and(eq(members.userId, users.id), by === LOCAL ? undefined : inArray(members.workspaceId, theirs))),
      );
      const found = await db
        .select(person)
        .from(users)
        .where(and(eq(users.email, email.toLowerCase()), or(users.emailVerified, isNear)));
      return found[0];
    },
    search: async ({ workspaces, search, limit }) => {
      if (workspaces.length === 0) return [];
      const isThere =
        workspaces === "all"
          ? undefined
          : exists(
              db
                .select({ user: members.userId })
                .from(members)
                .where(and(eq(members.userId, users.id), inArray(members.workspaceId, [...workspaces]))),
            );
      return db
        .select(person)
        .from(users)
        .where(and(isThere, matches(search)))
        .orderBy(asc(users.name), asc(users.id))
        .limit(limit);
    },
  };
}
