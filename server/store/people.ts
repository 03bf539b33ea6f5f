import { and, asc, eq, exists, inArray } from "drizzle-orm";
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
  /** Those who are in one of the workspaces, by name; "all": everybody. */
  search(given: { workspaces: readonly string[] | "all"; search?: string | undefined; limit: number }): Promise<PersonRow[]>;
}

export function createPeopleStore({ db }: Database): PeopleStore {
  const person = { id: users.id, name: users.name, email: users.email };
  return {
    byEmail: async (email) => (await db.select(person).from(users).where(eq(users.email, email.toLowerCase())))[0],
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
