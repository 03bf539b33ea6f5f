import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createId, type ShareId, type TokenId } from "#runtime/graph/ids.ts";
import type { ShareLevel } from "../contract/access.ts";
import { addGraph, addMember, addUser, addWorkspace } from "../people/testing/add-people.ts";
import type { Database } from "../store/database/open-database.ts";
import { createTestDatabase, truncateAll } from "../store/database/test-database.ts";
import { createPlaceStore } from "../store/places.ts";
import { connections } from "../store/schema/connections.ts";
import { documentShares, members, shareOpenings } from "../store/schema/people.ts";
import { runs } from "../store/schema/runs.ts";
import { credentials } from "../store/schema/vault.ts";
import { createStandingStore } from "../store/standings.ts";
import { createAccessFacts } from "./access-facts.ts";
import { type Actor, ANONYMOUS, LOCAL } from "./actor.ts";

let database: Database;
beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(() => truncateAll(database));
afterAll(() => database.close());

const FIRST = "workspace_default";

function start() {
  const stores = { places: createPlaceStore(database), standings: createStandingStore(database) };
  const listeners: (() => void)[] = [];
  const listen = (listener: () => void) => {
    listeners.push(listener);
    return () => undefined;
  };
  const changed = () => {
    for (const listener of listeners) listener();
  };
  return { stores, changed, facts: createAccessFacts({ stores, changes: { listen }, mode: () => "team" }) };
}

async function share(given: { workspace: string; graph: string; level: ShareLevel; user?: string }): Promise<ShareId> {
  const id = createId("share");
  const { workspace, graph, level, user } = given;
  await database.db
    .insert(documentShares)
    .values({ id, workspaceId: workspace, documentId: graph, kind: user ? "person" : "link", level, userId: user ?? null, createdBy: "tester" });
  return id;
}

const tokenOf = (id: string, workspace: string): Actor => ({
  kind: "token",
  id,
  name: "Script",
  token: createId("token") satisfies TokenId,
  workspace,
  scopes: ["read"],
  person: false,
});

describe("where things are", () => {
  it("finds them by their ids", async () => {
    const { facts } = start();
    const workspace = await addWorkspace(database, "Second");
    const graph = await addGraph(database, { workspace });
    const common = { workspaceId: workspace, createdBy: "tester" };
    await database.db.insert(runs).values({ id: "run_1", workspaceId: workspace, graphId: graph, revision: 1, state: "running", plan: "", actor: "x" });
    await database.db.insert(connections).values({ id: "conn_1", ...common, kind: "mcp", name: "c", settings: {}, state: "unknown" });
    await database.db.insert(credentials).values({ id: "cred_1", ...common, name: "c", settings: {}, hosts: [], nodeTypes: [], version: 1 });
    expect(await facts.placeOf(graph)).toEqual({ workspace, document: graph });
    expect(await facts.placeOf("run_1")).toEqual({ workspace, document: graph });
    expect(await facts.placeOf("run_1.17")).toEqual({ workspace, document: graph });
    expect(await facts.placeOf("conn_1")).toEqual({ workspace });
    expect(await facts.placeOf("cred_1")).toEqual({ workspace });
    expect(await facts.placeOf(workspace)).toEqual({ workspace });
    for (const nothing of ["graph_none", "run_none.1", "node_a", "", "__proto__", "run_1.x", "graph_a b"]) expect(await facts.placeOf(nothing)).toBeUndefined();
  });

  it("asks once for what is there, and again for what is not", async () => {
    const { facts, stores, changed } = start();
    const find = vi.spyOn(stores.places, "document");
    const graph = createId("graph");
    expect(await facts.placeOf(graph)).toBeUndefined();
    expect(await facts.placeOf(graph)).toBeUndefined();
    expect(find).toHaveBeenCalledTimes(2);
    const there = await addGraph(database, { workspace: FIRST });
    await Promise.all([facts.placeOf(there), facts.placeOf(there)]);
    changed();
    await facts.placeOf(there);
    expect(find).toHaveBeenCalledTimes(3);
  });
});

describe("what somebody is to a place", () => {
  it("makes the user of the installation an owner of every workspace there is", async () => {
    const { facts } = start();
    const workspace = await addWorkspace(database, "Second");
    for (const there of [FIRST, workspace]) expect(await facts.standing(LOCAL, { workspace: there })).toEqual({ role: "owner", installation: true });
    expect(await facts.standing(LOCAL, { workspace: "workspace_none" })).toEqual({ installation: true });
    expect(await facts.homeOf(LOCAL)).toBe(FIRST);
  });

  it("gives a member their role there and nowhere else", async () => {
    const { facts } = start();
    const [first, second] = [FIRST, await addWorkspace(database, "Second")];
    const ann = await addUser(database, "Ann");
    expect(await facts.homeOf(ann)).toBeUndefined();
    await addMember(database, { workspace: second, user: ann.id, role: "approver" });
    expect(await facts.standing(ann, { workspace: second })).toEqual({ role: "approver" });
    expect(await facts.standing(ann, { workspace: first })).toEqual({});
  });

  it("makes the owners of the first workspace owners of the installation", async () => {
    const { facts } = start();
    const second = await addWorkspace(database, "Second");
    const [ann, ben] = [await addUser(database, "Ann"), await addUser(database, "Ben")];
    await addMember(database, { workspace: FIRST, user: ann.id, role: "owner" });
    await addMember(database, { workspace: second, user: ben.id, role: "owner" });
    expect(await facts.standing(ann, { workspace: second })).toEqual({ installation: true });
    expect(await facts.standing(ben, { workspace: second })).toEqual({ role: "owner" });
    expect(await facts.ownersOf(second)).toEqual(["Ben"]);
  });

  it("takes the strongest of what is shared, and only of links that still exist", async () => {
    const { facts, changed } = start();
    const graph = await addGraph(database, { workspace: FIRST });
    const other = await addGraph(database, { workspace: FIRST });
    const ann = await addUser(database, "Ann");
    await share({ workspace: FIRST, graph, level: "view", user: ann.id });
    const link = await share({ workspace: FIRST, graph, level: "edit" });
    const standing = () => {
      changed();
      return facts.standing(ann, { workspace: FIRST, document: graph });
    };
    expect(await standing()).toEqual({ share: "view" });
    await database.db.insert(shareOpenings).values({ shareId: link, userId: ann.id, workspaceId: FIRST });
    expect(await standing()).toEqual({ share: "edit" });
    await database.db.delete(documentShares).where(eq(documentShares.id, link));
    expect(await standing()).toEqual({ share: "view" });
    expect(await facts.standing(ann, { workspace: FIRST, document: other })).toEqual({});
    expect(await facts.standing(ann, { workspace: FIRST })).toEqual({});
  });

  it("lets a guest view the document of their link, as long as there is one", async () => {
    const { facts, changed } = start();
    const graph = await addGraph(database, { workspace: FIRST });
    const other = await addGraph(database, { workspace: FIRST });
    const link = await share({ workspace: FIRST, graph, level: "edit" });
    const guest: Actor = { kind: "guest", id: "guest_1", name: "Guest", share: link, person: false };
    expect(await facts.standing(guest, { workspace: FIRST, document: graph })).toEqual({ share: "view" });
    expect(await facts.standing(guest, { workspace: FIRST, document: other })).toEqual({});
    expect(await facts.standing(guest, { workspace: FIRST })).toEqual({});
    await database.db.delete(documentShares);
    changed();
    expect(await facts.standing(guest, { workspace: FIRST, document: graph })).toEqual({});
    expect(await facts.homeOf(guest)).toBeUndefined();
  });

  it("holds a token to its workspace, and to the membership of who made it", async () => {
    const { facts, changed } = start();
    const second = await addWorkspace(database, "Second");
    const ann = await addUser(database, "Ann");
    for (const workspace of [FIRST, second]) await addMember(database, { workspace, user: ann.id, role: "owner" });
    const token = tokenOf(ann.id, second);
    expect(await facts.standing(token, { workspace: second })).toEqual({ role: "owner" });
    expect(await facts.standing(token, { workspace: FIRST })).toEqual({});
    expect(await facts.homeOf(token)).toBe(second);
    await database.db.delete(members);
    const graph = await addGraph(database, { workspace: second });
    await share({ workspace: second, graph, level: "edit", user: ann.id });
    changed();
    expect(await facts.standing(token, { workspace: second, document: graph })).toEqual({});
    expect(await facts.standing(tokenOf("local", second), { workspace: second })).toEqual({ role: "owner" });
    expect(await facts.standing(tokenOf("local", second), { workspace: FIRST })).toEqual({});
  });

  it("is nothing for nobody", async () => {
    const { facts } = start();
    expect(await facts.standing(ANONYMOUS, { workspace: FIRST })).toEqual({});
    expect(await facts.homeOf(ANONYMOUS)).toBeUndefined();
  });

  it("is remembered until somebody's access changes, also when that happens while it is looked up", async () => {
    const { facts, stores, changed } = start();
    const ann = await addUser(database, "Ann");
    await addMember(database, { workspace: FIRST, user: ann.id, role: "owner" });
    const read = vi.spyOn(stores.standings, "read");
    const standing = () => facts.standing(ann, { workspace: FIRST });
    await Promise.all([standing(), standing()]);
    await standing();
    expect(read).toHaveBeenCalledTimes(1);
    changed();
    const before = standing();
    await database.db.update(members).set({ role: "viewer" });
    changed();
    await before;
    expect(await standing()).toEqual({ role: "viewer" });
  });

  it("is asked for again after the database failed", async () => {
    const { facts, stores } = start();
    const ann = await addUser(database, "Ann");
    vi.spyOn(stores.standings, "read").mockRejectedValueOnce(new Error("away"));
    await expect(facts.standing(ann, { workspace: FIRST })).rejects.toThrow("away");
    expect(await facts.standing(ann, { workspace: FIRST })).toEqual({});
  });
});
