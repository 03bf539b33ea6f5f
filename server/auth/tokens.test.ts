import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Role } from "../contract/access.ts";
import { createDailyCaps, type DailyCaps } from "../people/daily-caps.ts";
import { addMember, addUser, addWorkspace, type Person } from "../people/testing/add-people.ts";
import { type Database, openDatabase } from "../store/database/open-database.ts";
import { createTestDatabase, postgresForTests, truncateAll } from "../store/database/test-database.ts";
import { createInstallationStore } from "../store/installation.ts";
import { createMemberStore } from "../store/members.ts";
import { createPlaceStore } from "../store/places.ts";
import { apiTokens } from "../store/schema/people.ts";
import { createStandingStore } from "../store/standings.ts";
import { createTokenStore } from "../store/tokens.ts";
import { createAccessFacts } from "./access-facts.ts";
import { type Actor, LOCAL_PERSON } from "./actor.ts";
import { createTokens } from "./tokens.ts";

const scratch = await postgresForTests();
const kinds = [{ kind: "pglite", open: createTestDatabase }, ...(scratch ? [{ kind: "postgres", open: () => openDatabase({ url: scratch.url }) }] : [])];
afterAll(() => scratch?.drop());

let database: Database;
let workspace: string;

/** A process; those that are given the same `listeners` hear of each other's changes. */
function start(listeners = new Set<() => void>(), caps?: DailyCaps) {
  const store = createTokenStore(database);
  const changes = {
    changed: async () => {
      for (const listener of listeners) listener();
    },
    listen: (listener: () => void) => {
      listeners.add(listener);
      return () => undefined;
    },
  };
  const facts = createAccessFacts({ stores: { places: createPlaceStore(database), standings: createStandingStore(database) }, changes, mode: () => "team" });
  const tokens = createTokens({
    store,
    changes,
    facts,
    installation: createInstallationStore(database),
    onError: (error) => expect.unreachable(String(error)),
    ...(caps && { caps }),
  });
  return { tokens, store, changes };
}
const join = async (name: string, role: Role): Promise<Person> => {
  const person = await addUser(database, name);
  await addMember(database, { workspace, user: person.id, role });
  return person;
};
const SCOPES = ["read", "run"] as const;

describe.each(kinds)("an API token ($kind)", ({ open }) => {
  beforeAll(async () => {
    database = await open();
  });
  beforeEach(async () => {
    await truncateAll(database);
    workspace = await addWorkspace(database, "Team");
  });
  afterAll(() => database.close());

  it("is shown once, stored as a hash, and says who sends it", async () => {
    const { tokens } = start();
    const ann = await join("Ann", "editor");
    const made = await tokens.create({ workspace, actor: ann, name: "CI", scopes: [...SCOPES, "read"], days: 90 });
    expect(made.token).toMatch(/^heddle_[A-Za-z0-9_-]{43}$/);
    expect(made.token.startsWith(made.hint)).toBe(true);
    expect(made.hint.length).toBeLessThan(15);
    expect(made.scopes).toEqual(SCOPES);
    expect(JSON.stringify(await database.db.select().from(apiTokens))).not.toContain(made.token.slice(20));
    const { items } = await tokens.list({ workspace, limit: 10 }, ann);
    expect(items).toMatchObject([{ id: made.id, name: "CI", state: "active", lastUsedAt: null, createdBy: { id: ann.id, name: "Ann" } }]);
    expect(JSON.stringify(items)).not.toContain(made.token);
    expect(await tokens.tokenOf(made.token)).toEqual({
      ...{ kind: "token", id: ann.id, name: "Ann", token: made.id, workspace, scopes: SCOPES, person: false },
    });
  });

  it("of single-user mode ends when team mode begins, and one of team mode does not", async () => {
    const { tokens } = start();
    const ann = await join("Ann", "editor");
    const make = (actor: Actor) => tokens.create({ workspace, actor, name: "CI", scopes: ["edit"], days: null });
    const [before, hers] = [await make(LOCAL_PERSON), await make(ann)];
    expect(await tokens.tokenOf(before.token)).toMatchObject({ id: "local" });
    await tokens.endSingleUser();
    expect(await tokens.tokenOf(before.token)).toBeUndefined();
    expect((await tokens.list({ workspace, limit: 10, state: "revoked" }, LOCAL_PERSON)).items).toMatchObject([{ id: before.id }]);
    const later = await make(LOCAL_PERSON);
    await start().tokens.endSingleUser();
    for (const { token } of [hers, later]) expect(await tokens.tokenOf(token)).toBeDefined();
  });

  it("is one of so many that a person may make in a day", async () => {
    const { tokens } = start(undefined, createDailyCaps({ "API token": 1 }));
    const ann = await join("Ann", "editor");
    const create = () => tokens.create({ workspace, actor: ann, name: "CI", scopes: ["read"], days: null });
    await create();
    await expect(create()).rejects.toMatchObject({ code: "rate-limited" });
    expect((await tokens.list({ workspace, limit: 10 }, ann)).items).toHaveLength(1);
  });

  it("costs no query while it is remembered, and one write a minute", async () => {
    const { tokens, store } = start();
    const ann = await join("Ann", "editor");
    const { token } = await tokens.create({ workspace, actor: ann, name: "CI", scopes: ["read"], days: null });
    const [find, used] = [vi.spyOn(store, "find"), vi.spyOn(store, "used")];
    for (let call = 0; call < 50; call++) await tokens.tokenOf(token);
    expect(find).toHaveBeenCalledTimes(1);
    // two when the minute ends in between
    expect(used.mock.calls.length).toBeLessThanOrEqual(2);
    await vi.waitFor(async () => {
      const [row] = (await tokens.list({ workspace, limit: 1 }, ann)).items;
      expect(row?.lastUsedAt).toMatch(/:00\.000Z$/);
    });
  });

  it("stops working at once when it is revoked, in every process", async () => {
    const listeners = new Set<() => void>();
    const [first, second] = [start(listeners), start(listeners)];
    const ann = await join("Ann", "editor");
    const { id, token } = await first.tokens.create({ workspace, actor: ann, name: "CI", scopes: ["read"], days: null });
    for (const { tokens } of [first, second]) expect(await tokens.tokenOf(token)).toBeDefined();
    expect(await first.tokens.revoke({ workspace, id, actor: ann })).toMatchObject({ id, state: "revoked" });
    for (const { tokens } of [first, second]) expect(await tokens.tokenOf(token)).toBeUndefined();
    await expect(first.tokens.revoke({ workspace, id, actor: ann })).rejects.toMatchObject({ code: "not-found" });
  });

  it("expires, also while it is remembered", async () => {
    const { tokens } = start();
    const ann = await join("Ann", "editor");
    const { id, token } = await tokens.create({ workspace, actor: ann, name: "CI", scopes: ["read"], days: 1 });
    await database.db
      .update(apiTokens)
      .set({ expiresAt: new Date(Date.now() + 500) })
      .where(eq(apiTokens.id, id));
    expect(await tokens.tokenOf(token)).toBeDefined();
    await vi.waitFor(async () => expect(await tokens.tokenOf(token)).toBeUndefined(), { timeout: 10_000 });
    expect((await tokens.list({ workspace, limit: 1, state: "expired" }, ann)).items).toMatchObject([{ id, state: "expired" }]);
    expect((await tokens.list({ workspace, limit: 1, state: "active" }, ann)).items).toEqual([]);
  });

  it("ends with the membership of who made it, and does not come back with them", async () => {
    const { tokens, changes } = start();
    await join("Ann", "owner");
    const ben = await join("Ben", "editor");
    const { token } = await tokens.create({ workspace, actor: ben, name: "CI", scopes: ["read"], days: null });
    expect(await tokens.tokenOf(token)).toBeDefined();
    await createMemberStore(database).remove({ workspace, user: ben.id });
    await changes.changed();
    expect(await tokens.tokenOf(token)).toBeUndefined();
    await expect(tokens.create({ workspace, actor: ben, name: "CI", scopes: ["read"], days: null })).rejects.toMatchObject({ code: "forbidden" });
    await addMember(database, { workspace, user: ben.id, role: "editor" });
    await changes.changed();
    expect(await tokens.tokenOf(token)).toBeUndefined();
  });

  it("is seen and revoked by who made it and by owners", async () => {
    const { tokens } = start();
    const [ann, ben, cleo] = [await join("Ann", "owner"), await join("Ben", "editor"), await join("Cleo", "viewer")];
    const ids: string[] = [];
    for (const actor of [ann, ben, cleo]) ids.push((await tokens.create({ workspace, actor, name: actor.name, scopes: ["read"], days: null })).id);
    const names = async (actor: Person) => (await tokens.list({ workspace, limit: 10 }, actor)).items.map(({ name }) => name).sort();
    expect(await names(ann)).toEqual(["Ann", "Ben", "Cleo"]);
    expect(await names(ben)).toEqual(["Ben"]);
    await expect(tokens.revoke({ workspace, id: ids[2] ?? "", actor: ben })).rejects.toMatchObject({ code: "not-found" });
    expect(await tokens.revoke({ workspace, id: ids[2] ?? "", actor: ann })).toMatchObject({ name: "Cleo" });
    await expect(tokens.revoke({ workspace: "workspace_default", id: ids[1] ?? "", actor: LOCAL_PERSON })).rejects.toMatchObject({ code: "not-found" });
  });

  it("can be one of the owner of the installation, who has no account", async () => {
    const { tokens } = start();
    const { token } = await tokens.create({ workspace, actor: LOCAL_PERSON, name: "CI", scopes: ["read"], days: null });
    expect(await tokens.tokenOf(token)).toMatchObject({ kind: "token", id: "local", workspace, person: false });
  });

  it("is none when nobody made it", async () => {
    const { tokens, store } = start();
    const find = vi.spyOn(store, "find");
    for (const text of ["", "heddle_", "heddle_short", `Heddle_${"a".repeat(43)}`]) expect(await tokens.tokenOf(text)).toBeUndefined();
    expect(find).not.toHaveBeenCalled();
    expect(await tokens.tokenOf(`heddle_${"a".repeat(43)}`)).toBeUndefined();
  });

  it("is listed newest first, page by page", async () => {
    const { tokens } = start();
    const ann = await join("Ann", "editor");
    for (const name of ["one", "two", "three"]) await tokens.create({ workspace, actor: ann, name, scopes: ["read"], days: null });
    const first = await tokens.list({ workspace, limit: 2 }, ann);
    const second = await tokens.list({ workspace, limit: 2, cursor: first.nextCursor }, ann);
    expect([...first.items, ...second.items].map(({ name }) => name).sort()).toEqual(["one", "three", "two"]);
    expect(second.nextCursor).toBeUndefined();
    expect((await tokens.list({ workspace, limit: 9, search: "TW" }, ann)).items).toMatchObject([{ name: "two" }]);
  });
});
