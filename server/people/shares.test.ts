import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { GraphId } from "#runtime/graph/ids.ts";
import { createAccessFacts } from "../auth/access-facts.ts";
import { ANONYMOUS, LOCAL } from "../auth/actor.ts";
import { createGuestOf } from "../auth/guests.ts";
import type { Share } from "../contract/sharing.ts";
import { type Database, openDatabase } from "../store/database/open-database.ts";
import { createTestDatabase, postgresForTests, truncateAll } from "../store/database/test-database.ts";
import { createDocumentStore } from "../store/documents.ts";
import { createPeopleStore } from "../store/people.ts";
import { createPlaceStore } from "../store/places.ts";
import { documents } from "../store/schema/documents.ts";
import { members, shareOpenings, users } from "../store/schema/people.ts";
import { createShareStore } from "../store/shares.ts";
import { createStandingStore } from "../store/standings.ts";
import { createShareProof } from "./share-proof.ts";
import { createShares } from "./shares.ts";
import { addGraph, addMember, addUser, addWorkspace, type Person } from "./testing/add-people.ts";

const scratch = await postgresForTests();
const kinds = [{ kind: "pglite", open: createTestDatabase }, ...(scratch ? [{ kind: "postgres", open: () => openDatabase({ url: scratch.url }) }] : [])];
afterAll(() => scratch?.drop());

const proof = createShareProof(Buffer.alloc(32, 7));

describe.each(kinds)("sharing a graph ($kind)", ({ open }) => {
  let database: Database;
  let place: { workspace: string; graph: string };
  let ann: Person;
  beforeAll(async () => {
    database = await open();
  });
  beforeEach(async () => {
    await truncateAll(database);
    const workspace = await addWorkspace(database, "Team");
    place = { workspace, graph: await addGraph(database, { workspace, name: "Plan" }) };
    ann = await addUser(database, "Ann");
    await addMember(database, { workspace, user: ann.id, role: "editor" });
  });
  afterAll(() => database.close());

  function start() {
    const listeners: (() => void)[] = [];
    const changed = vi.fn(async () => {
      for (const listener of listeners) listener();
    });
    const listen = (listener: () => void) => {
      listeners.push(listener);
      return () => undefined;
    };
    const stores = { places: createPlaceStore(database), standings: createStandingStore(database) };
    const facts = createAccessFacts({ stores, changes: { listen }, mode: () => "team" });
    const shares = createShares({
      ...{ store: createShareStore(database), people: createPeopleStore(database), graphs: createDocumentStore(database) },
      ...{ changes: { changed }, facts, proof, origin: "https://heddle.example.org", mode: () => "team" },
    });
    const level = async (person: Person) => (await facts.standing(person, { workspace: place.workspace, document: place.graph })).share;
    const link = async (of: "view" | "edit") => tokenOf((await shares.share(place, { kind: "link", level: of, actor: ann })).share);
    return { shares, facts, changed, level, link };
  }
  /** Somebody of another workspace that Ann is in. */
  async function addColleague(name: string): Promise<Person> {
    const workspace = await addWorkspace(database, "Elsewhere");
    const person = await addUser(database, name);
    for (const { id } of [person, ann]) await addMember(database, { workspace, user: id, role: "viewer" });
    return person;
  }
  const tokenOf = (share: Share) => (share.kind === "link" ? share : expect.unreachable("A link has an address.")).url.split("/").at(-1) ?? "";

  it("with a person gives them what it says, until it ends", async () => {
    const { shares, level, changed } = start();
    const ben = await addColleague("Ben");
    const { share, graphName } = await shares.share(place, { kind: "person", email: "ben@example.org", level: "view", actor: ann });
    expect(share).toMatchObject({ kind: "person", user: ben.id, name: "Ben", level: "view", createdBy: ann.id });
    expect(graphName).toBe("Plan");
    expect(await level(ben)).toBe("view");
    expect(await shares.setLevel(place, { id: share.id, level: "edit" })).toMatchObject({ before: "view", share: { level: "edit" } });
    expect(await level(ben)).toBe("edit");
    expect(await shares.sharedWith(ben)).toMatchObject([{ id: place.graph, name: "Plan", level: "edit", workspace: "Team" }]);
    await shares.end(place, share.id);
    expect(await level(ben)).toBeUndefined();
    expect(await shares.sharedWith(ben)).toEqual([]);
    expect(changed).toHaveBeenCalledTimes(3);
    await expect(shares.end(place, share.id)).rejects.toMatchObject({ code: "not-found" });
  });

  it("with a person twice changes how far, and with nobody says to invite them", async () => {
    const { shares } = start();
    await addColleague("Ben");
    for (const level of ["view", "edit"] as const) await shares.share(place, { kind: "person", email: "ben@example.org", level, actor: ann });
    expect(await shares.list(place)).toMatchObject([{ name: "Ben", level: "edit" }]);
    const unknown = shares.share(place, { kind: "person", email: "nobody@example.org", level: "view", actor: ann });
    await expect(unknown).rejects.toMatchObject({ code: "unprocessable", message: expect.stringContaining("invite") });
  });

  it("with nobody whose address is but a word: anybody makes an account for the address of somebody else", async () => {
    const { shares, level } = start();
    const boss = await addUser(database, "Boss");
    const removed = await addUser(database, "Removed");
    await addMember(database, { workspace: place.workspace, user: removed.id, role: "viewer" });
    await database.db.delete(members).where(eq(members.userId, removed.id));
    await addMember(database, { workspace: await addWorkspace(database, "Theirs"), user: boss.id, role: "owner" });
    const messageFor = (email: string) =>
      shares.share(place, { kind: "person", email, level: "view", actor: ann }).then(
        () => "shared",
        (error: Error) => error.message.replace(email, "…"),
      );
    const said = await Promise.all([boss.email, removed.email, "nobody@example.org"].map(messageFor));
    expect(new Set(said)).toEqual(new Set([expect.stringContaining("invite")]));
    await database.db.update(users).set({ emailVerified: true }).where(eq(users.id, boss.id));
    expect(await messageFor(boss.email)).toBe("shared");
    expect([await level(boss), await level(removed)]).toEqual(["view", undefined]);
  });

  it("with anybody who is in a workspace, for the owner of the installation, who is in all", async () => {
    const { shares, level } = start();
    const zoe = await addUser(database, "Zoe");
    const share = () => shares.share(place, { kind: "person", email: zoe.email, level: "view", actor: LOCAL });
    await expect(share()).rejects.toMatchObject({ code: "unprocessable" });
    await addMember(database, { workspace: await addWorkspace(database, "Other"), user: zoe.id, role: "viewer" });
    await share();
    expect(await level(zoe)).toBe("view");
  });

  it("by a link opens it to who is signed in, for as long as there is the link", async () => {
    const { shares, level, link } = start();
    const ben = await addUser(database, "Ben");
    const token = await link("edit");
    expect(await level(ben)).toBeUndefined();
    expect(await shares.open(token, ben)).toMatchObject({ graph: place.graph, level: "edit", guest: undefined, isNew: true });
    expect(await shares.open(token, ben)).toMatchObject({ isNew: false });
    expect(await level(ben)).toBe("edit");
    expect(await shares.sharedWith(ben)).toMatchObject([{ id: place.graph, level: "edit" }]);
    const [share] = await shares.list(place);
    await shares.end(place, share?.id ?? "");
    expect(await level(ben)).toBeUndefined();
    expect(await database.db.select().from(shareOpenings)).toEqual([]);
    await expect(shares.open(token, ben)).rejects.toMatchObject({ code: "gone" });
  });

  it("by a link lets who is not signed in view, whatever it gives others", async () => {
    const { shares, facts, link } = start();
    const token = await link("edit");
    const { guest, level } = await shares.open(token, ANONYMOUS);
    expect(level).toBe("view");
    const cookie = guest ? proof.cookie(guest) : "";
    const guestOf = createGuestOf({ proof, cookieName: "heddle_guest_1" });
    const requestWith = (value: string) => ({ headers: { cookie: `other=1; heddle_guest_1=${value}` } }) as never;
    const actor = await guestOf(requestWith(cookie));
    expect(actor).toMatchObject({ kind: "guest", name: "Guest", person: false });
    expect(await guestOf(requestWith(`${cookie.slice(0, -2)}xx`))).toBeUndefined();
    expect(await guestOf(requestWith(token))).toBeUndefined();
    const standing = async () => actor && facts.standing(actor, { workspace: place.workspace, document: place.graph });
    expect(await standing()).toEqual({ share: "view" });
    const [share] = await shares.list(place);
    await shares.end(place, share?.id ?? "");
    expect(await standing()).toEqual({});
  });

  it("keeps a guest who they are when they open another link", async () => {
    const { shares, link } = start();
    const [first, second] = [await link("view"), await link("edit")];
    const { guest } = await shares.open(first, ANONYMOUS);
    const actor = guest && ({ kind: "guest", id: guest.id, name: "Guest", share: guest.share, person: false } as const);
    expect((await shares.open(second, actor ?? ANONYMOUS)).guest).toMatchObject({ id: guest?.id });
  });

  it("has at most one link of a level", async () => {
    const { shares, link } = start();
    expect(await link("view")).toBe(await link("view"));
    await link("edit");
    const [view] = await shares.list(place);
    await expect(shares.setLevel(place, { id: view?.id ?? "", level: "edit" })).rejects.toMatchObject({ code: "conflict" });
    expect((await shares.list(place)).map(({ level }) => level).sort()).toEqual(["edit", "view"]);
  });

  it("opens nothing by a token that somebody made up", async () => {
    const { shares, link } = start();
    const token = await link("view");
    const other = createShareProof(Buffer.alloc(32, 8)).token(token.split(".")[0] ?? "");
    for (const wrong of [other, `${token}x`, token.replace("share_", "share_0"), "share_none.aaaa", `${token}.${token}`])
      await expect(shares.open(wrong, ANONYMOUS)).rejects.toMatchObject({ code: "gone" });
  });

  it("tells members what they may do already, and keeps their role", async () => {
    const { shares, link } = start();
    const viewer = await addUser(database, "Vic");
    await addMember(database, { workspace: place.workspace, user: viewer.id, role: "viewer" });
    const token = await link("view");
    expect(await shares.open(token, ann)).toMatchObject({ level: "edit" });
    expect(await shares.open(token, viewer)).toMatchObject({ level: "view" });
    expect(await shares.open(token, LOCAL)).toMatchObject({ level: "edit" });
    expect(await shares.sharedWith(viewer)).toEqual([]);
  });

  it("is about graphs that are there, in their own workspace", async () => {
    const { shares, link } = start();
    const token = await link("view");
    const elsewhere = { ...place, workspace: await addWorkspace(database, "Other") };
    const [share] = await shares.list(place);
    for (const there of [elsewhere, { ...place, graph: "graph_none" as GraphId }]) {
      await expect(shares.list(there)).rejects.toMatchObject({ code: "not-found" });
      await expect(shares.share(there, { kind: "link", level: "edit", actor: ann })).rejects.toMatchObject({ code: "not-found" });
      await expect(shares.end(there, share?.id ?? "")).rejects.toMatchObject({ code: "not-found" });
    }
    await database.db.update(documents).set({ archivedAt: new Date() }).where(eq(documents.id, place.graph));
    await expect(shares.open(token, ANONYMOUS)).rejects.toMatchObject({ code: "gone" });
  });
});
