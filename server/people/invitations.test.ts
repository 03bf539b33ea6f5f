import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createId } from "#runtime/graph/ids.ts";
import { LOCAL } from "../auth/actor.ts";
import type { Role } from "../contract/access.ts";
import type { Mode } from "../contract/session.ts";
import { type Database, openDatabase, type Tx } from "../store/database/open-database.ts";
import { createTestDatabase, postgresForTests, truncateAll } from "../store/database/test-database.ts";
import { createInvitationStore } from "../store/invitations.ts";
import { createPeopleStore } from "../store/people.ts";
import { members, invitations as rows, users } from "../store/schema/people.ts";
import { createDailyCaps, type DailyCaps } from "./daily-caps.ts";
import { createInvitations } from "./invitations.ts";
import { addMember, addUser, addWorkspace, type Person } from "./testing/add-people.ts";

const scratch = await postgresForTests();
const kinds = [{ kind: "pglite", open: createTestDatabase }, ...(scratch ? [{ kind: "postgres", open: () => openDatabase({ url: scratch.url }) }] : [])];
afterAll(() => scratch?.drop());

describe.each(kinds)("invitations ($kind)", ({ open }) => {
  let database: Database;
  let workspace: string;
  let ann: Person;
  beforeAll(async () => {
    database = await open();
  });
  beforeEach(async () => {
    await truncateAll(database);
    workspace = await addWorkspace(database, "Team");
    ann = await addUser(database, "Ann");
    await addMember(database, { workspace, user: ann.id, role: "owner" });
  });
  afterAll(() => database.close());

  function start(mode: Mode = "team", caps?: DailyCaps) {
    const changed = vi.fn(async () => undefined);
    const send = vi.fn(async (_message: { to: string; subject: string; text: string }) => true);
    const invitations = createInvitations({
      store: createInvitationStore(database),
      people: createPeopleStore(database),
      workspaceName: async () => "Team",
      changes: { changed },
      origin: "https://heddle.example.org",
      mail: { send },
      mode: () => mode,
      ...(caps && { caps }),
    });
    const invite = async (given: { email?: string; role?: Role } = {}) => {
      const { url, ...rest } = await invitations.invite({ workspace, email: given.email ?? null, role: given.role ?? "editor", actor: ann });
      return { ...rest, url, token: url.split("/").at(-1) ?? "" };
    };
    return { invitations, invite, changed, send };
  }
  const roleOf = async ({ id }: { id: string }) => (await database.db.select({ role: members.role }).from(members).where(eq(members.userId, id)))[0]?.role;

  it("let in whoever has the link, once", async () => {
    const { invitations, invite, changed, send } = start();
    const { token, sent } = await invite();
    expect(sent).toBe(false);
    expect(send).not.toHaveBeenCalled();
    expect(await invitations.look(token)).toEqual({ workspace: "Team", role: "editor", email: null, invitedBy: "Ann", hasAccount: false });
    const [ben, cleo] = [await addUser(database, "Ben"), await addUser(database, "Cleo")];
    expect(await invitations.accept(token, ben)).toMatchObject({ workspace, role: "editor" });
    expect(changed).toHaveBeenCalledTimes(1);
    expect(await roleOf(ben)).toBe("editor");
    await expect(invitations.accept(token, cleo)).rejects.toMatchObject({ code: "gone" });
    await expect(invitations.look(token)).rejects.toMatchObject({ code: "gone" });
    expect(await roleOf(cleo)).toBeUndefined();
  });

  it("keep only the hash of their token", async () => {
    const { invite } = start();
    const { token } = await invite();
    expect(JSON.stringify(await database.db.select().from(rows))).not.toContain(token);
    expect(Buffer.from(token, "base64url")).toHaveLength(32);
  });

  it("go out by mail, and then let in that address alone", async () => {
    const { invitations, invite, send } = start();
    await addUser(database, "Ben");
    const { token, sent, url } = await invite({ email: "ben@example.org" });
    expect(sent).toBe(true);
    expect(send.mock.calls[0]?.[0]).toMatchObject({ to: "ben@example.org", text: expect.stringContaining(url) });
    expect(await invitations.look(token)).toMatchObject({ email: "ben@example.org", hasAccount: true });
    const never = vi.fn(async () => addUser(database, "Eve"));
    await expect(invitations.accept(token, await addUser(database, "Cleo"))).rejects.toMatchObject({ code: "forbidden" });
    await expect(invitations.acceptAsNew(token, { email: "eve@example.org", makeAccount: never })).rejects.toMatchObject({ code: "forbidden" });
    expect(never).not.toHaveBeenCalled();
    expect(await invitations.look(token)).toMatchObject({ email: "ben@example.org" });
  });

  it("of one person are no relay for mail: so many a day, and links beyond that", async () => {
    const { invite, send } = start("team", createDailyCaps({ "invitation by mail": 1, invitation: 2 }));
    await invite({ email: "ben@example.org" });
    await expect(invite({ email: "cleo@example.org" })).rejects.toMatchObject({ code: "rate-limited", message: expect.stringContaining("Invite with a link") });
    await invite();
    await expect(invite()).rejects.toMatchObject({ code: "rate-limited", message: expect.stringContaining("2 invitations a day") });
    expect(send).toHaveBeenCalledTimes(1);
    expect(await database.db.select().from(rows)).toHaveLength(2);
  });

  it("let in one of two who accept at once", async () => {
    const { invitations, invite } = start();
    for (let round = 0; round < 3; round++) {
      const { token } = await invite();
      const people = [await addUser(database, `Ben${round}`), await addUser(database, `Cleo${round}`)];
      const outcomes = await Promise.allSettled(people.map((person) => invitations.accept(token, person)));
      expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      expect((await Promise.all(people.map(roleOf))).filter(Boolean)).toEqual(["editor"]);
    }
  });

  /** As accounts are made: the rows, and what else belongs to them, in one transaction. */
  const makeAccount = (name: string) => async (also: (tx: Tx, user: string) => Promise<void>) => {
    const id = createId("user");
    const email = `${name}@example.org`;
    await database.transaction(async (tx) => {
      await tx.insert(users).values({ id, name, email });
      await also(tx, id);
    });
    return { id, name, email };
  };

  it("make one account of several that are asked for at once", async () => {
    const { invitations, invite, changed } = start();
    const { token } = await invite();
    const before = await database.db.$count(users);
    const outcomes = await Promise.allSettled(
      ["ben", "cleo", "dan"].map((name) => invitations.acceptAsNew(token, { email: `${name}@example.org`, makeAccount: makeAccount(name) })),
    );
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(outcomes.find(({ status }) => status === "rejected")).toMatchObject({ reason: { code: "gone" } });
    expect(await database.db.$count(users)).toBe(before + 1);
    expect(await database.db.$count(members)).toBe(2);
    expect(changed).toHaveBeenCalledTimes(1);
  });

  it("stay open when the account could not be made", async () => {
    const { invitations, invite } = start();
    const { token } = await invite();
    const failing = () => Promise.reject(new Error("taken"));
    await expect(invitations.acceptAsNew(token, { email: "ben@example.org", makeAccount: failing })).rejects.toThrow("taken");
    const joined = await invitations.acceptAsNew(token, { email: "ben@example.org", makeAccount: makeAccount("ben") });
    expect(await roleOf(joined.user)).toBe("editor");
  });

  it("raise the role of a member, and are not used up by one they give nothing", async () => {
    const { invitations, invite, changed } = start();
    const ben = await addUser(database, "Ben");
    await addMember(database, { workspace, user: ben.id, role: "operator" });
    const [lower, higher] = [await invite({ role: "viewer" }), await invite({ role: "editor" })];
    expect(await invitations.accept(lower.token, ben)).toMatchObject({ workspace, role: undefined });
    expect(await roleOf(ben)).toBe("operator");
    expect(await invitations.look(lower.token)).toMatchObject({ role: "viewer" });
    expect(changed).not.toHaveBeenCalled();
    expect(await invitations.accept(higher.token, ben)).toMatchObject({ role: "editor" });
    expect(await roleOf(ben)).toBe("editor");
  });

  it("end when they are taken back, and after their time", async () => {
    const { invitations, invite } = start();
    const [revoked, expired] = [await invite(), await invite()];
    await invitations.revoke({ workspace, id: revoked.id });
    await database.db
      .update(rows)
      .set({ expiresAt: new Date(Date.now() - 1_000) })
      .where(eq(rows.id, expired.id));
    const ben = await addUser(database, "Ben");
    for (const { token } of [revoked, expired]) {
      await expect(invitations.accept(token, ben)).rejects.toMatchObject({ code: "gone" });
      await expect(invitations.acceptAsNew(token, { email: "x@y.org", makeAccount: () => addUser(database, "X") })).rejects.toMatchObject({ code: "gone" });
    }
    await expect(invitations.revoke({ workspace, id: expired.id })).rejects.toMatchObject({ code: "not-found" });
    await expect(invitations.look("a-token-that-nobody-ever-made")).rejects.toMatchObject({ code: "gone" });
  });

  it("are taken back in their own workspace only", async () => {
    const { invitations, invite } = start();
    const { id } = await invite();
    await expect(invitations.revoke({ workspace: await addWorkspace(database, "Other"), id })).rejects.toMatchObject({ code: "not-found" });
  });

  it("are listed newest first, by state and address, page by page", async () => {
    const { invitations, invite } = start();
    const made = [await invite(), await invite({ email: "ben@example.org" }), await invite()];
    await invitations.revoke({ workspace, id: made[0]?.id ?? "" });
    const list = async (given: Partial<Parameters<typeof invitations.list>[0]>) => invitations.list({ workspace, limit: 10, ...given });
    const ids = (page: { items: { id: string }[] }) => page.items.map(({ id }) => id);
    const newest = made.map(({ id }) => id).reverse();
    expect(new Set(ids(await list({})))).toEqual(new Set(newest));
    const first = await list({ limit: 2 });
    expect([...ids(first), ...ids(await list({ limit: 2, cursor: first.nextCursor }))].sort()).toEqual([...newest].sort());
    expect(ids(await list({ state: "revoked" }))).toEqual([made[0]?.id]);
    expect(ids(await list({ state: "open" }))).toHaveLength(2);
    expect(ids(await list({ search: "BEN" }))).toEqual([made[1]?.id]);
  });

  it("are not made where nobody else can sign in", async () => {
    const { invitations } = start("single-user");
    await expect(invitations.invite({ workspace, email: null, role: "viewer", actor: LOCAL })).rejects.toMatchObject({ code: "conflict" });
  });
});
