import { and, eq, isNull } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createId } from "#runtime/graph/ids.ts";
import type { Role } from "../contract/access.ts";
import { type Database, openDatabase } from "../store/database/open-database.ts";
import { createTestDatabase, postgresForTests, truncateAll } from "../store/database/test-database.ts";
import { createMemberStore } from "../store/members.ts";
import { createPeopleStore } from "../store/people.ts";
import { apiTokens, documentShares, invitations, members as memberRows, shareOpenings } from "../store/schema/people.ts";
import { createWorkspaceStore } from "../store/workspaces.ts";
import { createMembers } from "./members.ts";
import { addMember, addUser, addWorkspace, type Person } from "./testing/add-people.ts";

const scratch = await postgresForTests();
const kinds = [{ kind: "pglite", open: createTestDatabase }, ...(scratch ? [{ kind: "postgres", open: () => openDatabase({ url: scratch.url }) }] : [])];
afterAll(() => scratch?.drop());

describe.each(kinds)("the members of a workspace ($kind)", ({ open }) => {
  let database: Database;
  let workspace: string;
  beforeAll(async () => {
    database = await open();
  });
  beforeEach(async () => {
    await truncateAll(database);
    workspace = await addWorkspace(database, "Team");
  });
  afterAll(() => database.close());

  function start() {
    const changed = vi.fn(async () => undefined);
    const stores = { store: createMemberStore(database), people: createPeopleStore(database), workspaces: createWorkspaceStore(database) };
    return { members: createMembers({ ...stores, changes: { changed } }), changed };
  }
  const join = async (name: string, role: Role, where = workspace): Promise<Person> => {
    const person = await addUser(database, name);
    await addMember(database, { workspace: where, user: person.id, role });
    return person;
  };
  const rolesNow = async () =>
    (await database.db.select({ role: memberRows.role }).from(memberRows).where(eq(memberRows.workspaceId, workspace))).map(({ role }) => role).sort();

  it("are listed by name, page by page, and found by name and address", async () => {
    const { members } = start();
    for (const name of ["Cleo", "Ann", "Ben"]) await join(name, "viewer");
    await join("Zoe", "owner", await addWorkspace(database, "Other"));
    const first = await members.list({ workspace, limit: 2 });
    expect(first.items.map(({ name }) => name)).toEqual(["Ann", "Ben"]);
    const second = await members.list({ workspace, limit: 2, cursor: first.nextCursor });
    expect(second).toMatchObject({ items: [{ name: "Cleo", role: "viewer" }] });
    expect(second.nextCursor).toBeUndefined();
    const found = async (search: string) => (await members.list({ workspace, limit: 9, search })).items.map(({ name }) => name);
    expect(await found("CLE")).toEqual(["Cleo"]);
    expect(await found("ben@EXAMPLE")).toEqual(["Ben"]);
    expect(await found("zoe")).toEqual([]);
  });

  it("get another role", async () => {
    const { members, changed } = start();
    await join("Ann", "owner");
    const ben = await join("Ben", "viewer");
    expect(await members.setRole({ workspace, user: ben.id }, "editor")).toMatchObject({ before: "viewer", member: { name: "Ben", role: "editor" } });
    expect(changed).toHaveBeenCalledTimes(1);
    await expect(members.setRole({ workspace, user: createId("user") }, "editor")).rejects.toMatchObject({ code: "not-found" });
  });

  it("include an owner, whatever is tried", async () => {
    const { members, changed } = start();
    const ann = await join("Ann", "owner");
    await join("Ben", "editor");
    const member = { workspace, user: ann.id };
    await expect(members.setRole(member, "editor")).rejects.toMatchObject({ code: "conflict" });
    await expect(members.remove(member)).rejects.toMatchObject({ code: "conflict" });
    await expect(members.leave(workspace, ann)).rejects.toMatchObject({ code: "conflict" });
    await members.setRole(member, "owner");
    expect(await rolesNow()).toEqual(["editor", "owner"]);
    expect(changed).toHaveBeenCalledTimes(1);
  });

  it("include an owner after two demoted each other, or left, at once", async () => {
    const { members } = start();
    for (let round = 0; round < 5; round++) {
      await database.db.delete(memberRows);
      const [ann, ben] = [await join(`Ann${round}`, "owner"), await join(`Ben${round}`, "owner")];
      const outcomes = await Promise.allSettled(
        round % 2 === 0
          ? [members.setRole({ workspace, user: ann.id }, "viewer"), members.setRole({ workspace, user: ben.id }, "viewer")]
          : [members.leave(workspace, ann), members.remove({ workspace, user: ben.id })],
      );
      expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      expect(await rolesNow()).toContain("owner");
    }
  });

  it("take their tokens, shares and open invitations with them, of this workspace only", async () => {
    const { members, changed } = start();
    await join("Ann", "owner");
    const ben = await join("Ben", "owner");
    const other = await addWorkspace(database, "Other");
    await addMember(database, { workspace: other, user: ben.id, role: "owner" });
    for (const there of [workspace, other]) {
      const own = { workspaceId: there, userId: ben.id };
      await database.db.insert(apiTokens).values({ ...own, id: createId("token"), name: "t", hash: createId("token"), hint: "h", scopes: ["read"] });
      const share = { ...own, id: createId("share"), documentId: `graph_of_${there}`, level: "view" as const, createdBy: "x" };
      await database.db.insert(documentShares).values({ ...share, kind: "person" });
      await database.db.insert(shareOpenings).values({ ...own, shareId: createId("share") });
      const invitation = { id: createId("invite"), workspaceId: there, role: "owner" as const, tokenHash: createId("invite"), createdBy: ben.id };
      await database.db.insert(invitations).values({ ...invitation, expiresAt: new Date(Date.now() + 60_000) });
    }
    expect(await members.remove({ workspace, user: ben.id })).toMatchObject({ name: "Ben", role: "owner" });
    expect(changed).toHaveBeenCalledTimes(1);
    const { db } = database;
    expect(await db.select({ at: apiTokens.workspaceId }).from(apiTokens).where(isNull(apiTokens.revokedAt))).toEqual([{ at: other }]);
    expect(await db.select({ at: documentShares.workspaceId }).from(documentShares)).toEqual([{ at: other }]);
    expect(await db.select({ at: shareOpenings.workspaceId }).from(shareOpenings)).toEqual([{ at: other }]);
    expect(await db.select({ at: invitations.workspaceId }).from(invitations).where(isNull(invitations.revokedAt))).toEqual([{ at: other }]);
    await expect(members.remove({ workspace, user: ben.id })).rejects.toMatchObject({ code: "not-found" });
  });

  it("cannot come back by an invitation they made as an owner", async () => {
    const { members } = start();
    await join("Ann", "owner");
    const ben = await join("Ben", "owner");
    const invitation = { id: createId("invite"), workspaceId: workspace, role: "owner" as const, tokenHash: "hash", createdBy: ben.id };
    await database.db.insert(invitations).values({ ...invitation, expiresAt: new Date(Date.now() + 60_000) });
    await members.setRole({ workspace, user: ben.id }, "editor");
    expect(
      await database.db
        .select({ id: invitations.id })
        .from(invitations)
        .where(and(isNull(invitations.revokedAt))),
    ).toEqual([]);
  });

  it("find each other in the workspaces they share", async () => {
    const { members } = start();
    const [ann, zoe] = [await join("Ann", "viewer"), await join("Zoe", "owner", await addWorkspace(database, "Other"))];
    await join("Ben", "viewer");
    const names = async (person: Person, search?: string) => (await members.search(person, search)).map(({ name }) => name);
    expect(await names(ann)).toEqual(["Ann", "Ben"]);
    expect(await names(ann, "be")).toEqual(["Ben"]);
    expect(await names(zoe)).toEqual(["Zoe"]);
    expect(await names(await addUser(database, "Nobody"))).toEqual([]);
  });
});
