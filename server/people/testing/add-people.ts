import { createId, type UserId } from "#runtime/graph/ids.ts";
import type { Actor } from "../../auth/actor.ts";
import type { Role } from "../../contract/access.ts";
import type { Database } from "../../store/database/open-database.ts";
import { documents } from "../../store/schema/documents.ts";
import { members, users } from "../../store/schema/people.ts";
import { workspaces } from "../../store/schema/workspaces.ts";

export type Person = Actor & { kind: "user" };

/** An account without a password. */
export async function addUser(database: Database, name: string): Promise<Person> {
  const id = createId("user");
  const email = `${name.toLowerCase()}@example.org`;
  await database.db.insert(users).values({ id, name, email });
  return { kind: "user", id, name, email, session: `session of ${name}`, person: true };
}

export async function addMember(database: Database, given: { workspace: string; user: UserId; role: Role }): Promise<void> {
  await database.db.insert(members).values({ workspaceId: given.workspace, userId: given.user, role: given.role, createdBy: "tester" });
}

export async function addWorkspace(database: Database, name: string): Promise<string> {
  const id = createId("workspace");
  await database.db.insert(workspaces).values({ id, name });
  return id;
}

export async function addGraph(database: Database, given: { workspace: string; name?: string }): Promise<string> {
  const id = createId("graph");
  await database.db.insert(documents).values({ id, workspaceId: given.workspace, kind: "graph", name: given.name ?? id, createdBy: "tester" });
  return id;
}
