import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import express, { type ErrorRequestHandler } from "express";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createId } from "#runtime/graph/ids.ts";
import type { AuditFact, AuditLog } from "../audit/audit-log.ts";
import { createAccess } from "../auth/access.ts";
import { createAccessChanges } from "../auth/access-changes.ts";
import { createAccessFacts } from "../auth/access-facts.ts";
import { type Actor, ANONYMOUS, LOCAL_PERSON } from "../auth/actor.ts";
import { createCallerAddress } from "../auth/caller-address.ts";
import { createGuestOf } from "../auth/guests.ts";
import { createTokens } from "../auth/tokens.ts";
import { silentLogger } from "../logger.ts";
import { createInvitations } from "../people/invitations.ts";
import { createMembers } from "../people/members.ts";
import { createShareProof } from "../people/share-proof.ts";
import { createShares } from "../people/shares.ts";
import { addGraph, addMember, addUser, addWorkspace, type Person } from "../people/testing/add-people.ts";
import { createWorkspaces } from "../people/workspaces.ts";
import { createAccessVersionStore } from "../store/access-version.ts";
import type { Database } from "../store/database/open-database.ts";
import { createTestDatabase, truncateAll } from "../store/database/test-database.ts";
import { createDocumentStore } from "../store/documents.ts";
import { createInstallationStore } from "../store/installation.ts";
import { createInvitationStore } from "../store/invitations.ts";
import { createMemberStore } from "../store/members.ts";
import { createPeopleStore } from "../store/people.ts";
import { createPlaceStore } from "../store/places.ts";
import { users } from "../store/schema/people.ts";
import { createShareStore } from "../store/shares.ts";
import { createStandingStore } from "../store/standings.ts";
import { createTokenStore } from "../store/tokens.ts";
import { createWorkspaceStore } from "../store/workspaces.ts";
import { createActorLimits } from "./actor-limits.ts";
import { mountRoute } from "./mount-route.ts";
import { asApiError, problemOf } from "./problem.ts";
import { sharingRoutes } from "./sharing-routes.ts";
import { tokenRoutes } from "./token-routes.ts";
import { workspaceRoutes } from "./workspace-routes.ts";

const HOME = "workspace_default";
const ORIGIN = "https://heddle.example.org";

let database: Database;
let server: Server;
let port: number;
let recorded: (AuditFact & { by: string; workspace: string })[] = [];
let people = new Map<string, Actor>();
let ann: Person;

beforeAll(async () => {
  database = await createTestDatabase();
  server = createServer(createTestApp());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
});
beforeEach(async () => {
  await truncateAll(database);
  recorded = [];
  ann = await addUser(database, `Ann${createId("item")}`);
  people = new Map<string, Actor>([
    ["local", LOCAL_PERSON],
    ["ann", ann],
  ]);
  await addMember(database, { workspace: HOME, user: ann.id, role: "owner" });
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await database.close();
});

/** The routes of people over their real services; who calls is named by a header. */
function createTestApp() {
  const audit: Pick<AuditLog, "record"> = {
    record: async (fact, { actor, workspace }) => {
      recorded.push({ ...fact, by: actor.name, workspace });
    },
  };
  const mode = () => "team" as const;
  const changes = createAccessChanges({ version: createAccessVersionStore(database), isOn: () => false });
  const facts = createAccessFacts({ stores: { places: createPlaceStore(database), standings: createStandingStore(database) }, changes, mode });
  const peopleStore = createPeopleStore(database);
  const workspaceStore = createWorkspaceStore(database);
  const proof = createShareProof(Buffer.alloc(32, 1));
  const common = { changes, facts, people: peopleStore, origin: ORIGIN, mode };
  const tokens = createTokens({ ...common, installation: createInstallationStore(database), store: createTokenStore(database), onError: () => undefined });
  const handlings = [
    ...workspaceRoutes({
      workspaces: createWorkspaces({ ...common, store: workspaceStore }),
      members: createMembers({ ...common, store: createMemberStore(database), workspaces: workspaceStore }),
      invitations: createInvitations({
        ...common,
        store: createInvitationStore(database),
        workspaceName: async () => "Home",
        mail: { send: async () => false },
      }),
      audit,
      accounts: {
        create: async ({ name, email, also }) => {
          const id = createId("user");
          await database.transaction(async (tx) => {
            await tx.insert(users).values({ id, name, email });
            await also?.(tx, id);
          });
          return { kind: "user", id, name, email, session: "s", person: true };
        },
      },
    }),
    ...tokenRoutes({ tokens, audit }),
    ...sharingRoutes({
      shares: createShares({ ...common, store: createShareStore(database), graphs: createDocumentStore(database), proof }),
      ...{ proof, audit, cookieName: "heddle_guest_1", isSecure: true, callerAddress: createCallerAddress({ publicUrl: undefined }) },
    }),
  ];
  const guestOf = createGuestOf({ proof, cookieName: "heddle_guest_1" });
  const app = express();
  for (const handling of handlings)
    mountRoute(app, handling, {
      access: createAccess(facts),
      audit,
      actorLimits: createActorLimits(),
      checkAnswers: true,
      authenticate: async (request) => {
        const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
        if (token !== undefined) return (await tokens.tokenOf(token)) ?? ANONYMOUS;
        return people.get(String(request.headers["x-who"])) ?? (await guestOf(request)) ?? ANONYMOUS;
      },
    });
  // biome-ignore lint/complexity/useMaxParams: express knows an error handler by its four parameters
  app.use(((error, _request, response, _next) => {
    const problem = problemOf(asApiError(error, silentLogger));
    response.status(problem.status).json(problem);
  }) satisfies ErrorRequestHandler);
  return app;
}

/** `who`: a name of `people`, or headers that say it. */
async function send(who: string | Record<string, string>, request: string, body?: unknown) {
  const [method = "GET", path = "/"] = request.split(" ");
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: { ...(typeof who === "string" ? { "x-who": who } : who), ...(body !== undefined && { "content-type": "application/json" }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, json: text === "" ? undefined : JSON.parse(text), cookie: answer.headers.get("set-cookie") };
}
const invite = async (role: string): Promise<string> => (await send("ann", "POST /api/invitations", { role })).json.url.split("/").at(-1);
const joinAs = async (name: string, role: string): Promise<Person> => {
  const account = { name, email: `${name}@example.org`, password: "a long enough password" };
  const { status } = await send("nobody", "POST /api/invitations/accept", { token: await invite(role), account });
  expect(status).toBe(200);
  const found = await createPeopleStore(database).byEmail(account.email);
  if (!found) throw new Error("No account was made.");
  const person: Person = { kind: "user", id: found.id as Person["id"], name, email: account.email, session: "s", person: true };
  people.set(name, person);
  return person;
};
const actions = () => recorded.map(({ action }) => action);

describe("workspaces over HTTP", () => {
  it("are made, seen, renamed and left", async () => {
    const made = await send("ann", "POST /api/workspaces", { name: "Second" });
    expect(made).toMatchObject({ status: 201, json: { name: "Second", role: "owner", members: 1 } });
    const path = `/api/workspaces/${made.json.id}`;
    expect(await send("ann", `PATCH ${path}`, { name: "Renamed" })).toMatchObject({ status: 200, json: { name: "Renamed" } });
    const ben = await joinAs("ben", "viewer");
    expect((await send("ben", `GET ${path}`)).status).toBe(404);
    await addMember(database, { workspace: made.json.id, user: ben.id, role: "viewer" });
    expect((await send("ann", `POST ${path}/leave`)).status).toBe(409);
    expect((await send("ben", "POST /api/workspaces/workspace_default/leave")).status).toBe(204);
    expect((await send("ben", "GET /api/workspaces/workspace_default")).status).toBe(404);
    expect(recorded.map(({ action, workspace }) => [action, workspace])).toEqual([
      ["workspace.created", made.json.id],
      ["workspace.renamed", made.json.id],
      ["invitation.made", HOME],
      ["member.joined", HOME],
      ["member.left", HOME],
    ]);
  });

  it("are found by who owns the installation, by name", async () => {
    expect(await send("local", "GET /api/workspaces/workspace_default")).toMatchObject({ status: 200, json: { role: "owner", members: 1 } });
  });
});

describe("members over HTTP", () => {
  it("get roles from owners, and learn whom to ask", async () => {
    const ben = await joinAs("ben", "viewer");
    const refused = await send("ben", `PATCH /api/members/${ben.id}`, { role: "owner" });
    expect(refused).toMatchObject({ status: 403, json: { detail: expect.stringContaining(ann.name) } });
    expect(await send("ann", `PATCH /api/members/${ben.id}`, { role: "editor" })).toMatchObject({ status: 200, json: { role: "editor" } });
    expect(recorded.at(-1)).toMatchObject({ action: "member.role-changed", resource: { name: "ben" }, detail: { before: "viewer", role: "editor" } });
    expect((await send("ben", "GET /api/members?search=ben")).json.items).toMatchObject([{ id: ben.id, role: "editor" }]);
    expect((await send("ben", "GET /api/people?search=ben")).json.items).toMatchObject([{ id: ben.id }]);
    expect((await send("ann", `DELETE /api/members/${ben.id}`)).status).toBe(204);
    expect((await send("ben", "GET /api/members")).status).toBe(403);
    expect((await send("nobody", "GET /api/members")).status).toBe(401);
    expect(recorded.at(-1)).toMatchObject({ action: "member.removed", by: ann.name });
  });
});

describe("invitations over HTTP", () => {
  it("let in with a new account, once, and are audited as who joined", async () => {
    const token = await invite("editor");
    expect((await send("nobody", "POST /api/invitations/look", { token })).json).toMatchObject({ role: "editor", invitedBy: ann.name });
    expect((await send("nobody", "POST /api/invitations/accept", { token })).status).toBe(401);
    const account = { name: "Ben", email: "BEN@example.org", password: "a long enough password" };
    expect((await send("ann", "POST /api/invitations/accept", { token, account })).status).toBe(409);
    expect(await send("nobody", "POST /api/invitations/accept", { token, account })).toMatchObject({ status: 200, json: { workspace: HOME } });
    expect((await send("nobody", "POST /api/invitations/accept", { token, account: { ...account, email: "c@example.org" } })).status).toBe(410);
    expect(recorded.at(-1)).toMatchObject({ action: "member.joined", by: "Ben", workspace: HOME, detail: { role: "editor" } });
    expect(JSON.stringify(recorded)).not.toContain(token);
  });

  it("are taken back by owners", async () => {
    const made = await send("ann", "POST /api/invitations", { email: "Cleo@example.org", role: "viewer" });
    expect(made).toMatchObject({ status: 201, json: { email: "cleo@example.org", sent: false, url: expect.stringContaining(`${ORIGIN}/invitation/`) } });
    expect((await send("ann", "GET /api/invitations?state=open")).json.items).toMatchObject([{ id: made.json.id, state: "open" }]);
    expect((await send("ann", `DELETE /api/invitations/${made.json.id}`)).status).toBe(204);
    expect((await send("ann", `DELETE /api/invitations/${made.json.id}`)).status).toBe(404);
    expect(actions()).toEqual(["invitation.made", "invitation.revoked"]);
  });
});

describe("API tokens over HTTP", () => {
  it("do what their scopes say, and nothing once they are revoked", async () => {
    const made = await send("ann", "POST /api/tokens", { name: "CI", scopes: ["read"] });
    expect(made).toMatchObject({ status: 201, json: { name: "CI", state: "active" } });
    const headers = { authorization: `Bearer ${made.json.token}` };
    expect((await send(headers, "GET /api/members")).status).toBe(200);
    expect((await send(headers, "POST /api/tokens", { name: "More", scopes: ["edit"] })).json).toMatchObject({ code: "person-required" });
    expect((await send("ann", "GET /api/tokens")).json.items).toMatchObject([{ id: made.json.id }]);
    expect((await send("ann", `DELETE /api/tokens/${made.json.id}`)).status).toBe(204);
    expect((await send(headers, "GET /api/members")).status).toBe(401);
    expect(actions()).toEqual(["token.made", "token.revoked"]);
    expect(JSON.stringify(recorded)).not.toContain(made.json.token);
  });
});

describe("sharing over HTTP", () => {
  it("opens one graph to a guest by a link, until it ends", async () => {
    const graph = await addGraph(database, { workspace: HOME, name: "Plan" });
    const path = `/api/graphs/${graph}/shares`;
    const { json: share } = await send("ann", `POST ${path}`, { kind: "link", level: "edit" });
    const token = share.url.split("/").at(-1);
    const opened = await send("nobody", "POST /api/shares/open", { token });
    expect(opened).toMatchObject({ status: 200, json: { graph, level: "view" } });
    expect(opened.cookie).toMatch(/^heddle_guest_1=share_\S+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+; Secure$/);
    const cookie = opened.cookie?.split(";")[0] ?? "";
    expect((await send({ cookie }, `GET ${path}`)).status).toBe(401);
    expect((await send("ann", `DELETE ${path}/${share.id}`)).status).toBe(204);
    expect((await send({ cookie }, `GET ${path}`)).status).toBe(404);
    expect((await send("nobody", "POST /api/shares/open", { token })).status).toBe(410);
    expect(recorded).toMatchObject([
      { action: "share.made", resource: { id: graph, name: "Plan" } },
      { action: "share.opened", by: "Guest" },
      { action: "share.ended" },
    ]);
    expect(JSON.stringify(recorded)).not.toContain(token);
  });

  it("writes down once an hour that guests of one network opened a link", async () => {
    const graph = await addGraph(database, { workspace: HOME, name: "Plan" });
    const { json: share } = await send("ann", `POST /api/graphs/${graph}/shares`, { kind: "link", level: "view" });
    const body = { token: share.url.split("/").at(-1) };
    for (let count = 0; count < 5; count++) expect((await send("nobody", "POST /api/shares/open", body)).status).toBe(200);
    expect(actions()).toEqual(["share.made", "share.opened"]);
    const zoe = await addUser(database, "Zoe");
    people.set("zoe", zoe);
    await send("zoe", "POST /api/shares/open", body);
    expect(recorded.at(-1)).toMatchObject({ action: "share.opened", by: "Zoe" });
  });

  it("lets nobody find out for long who has an account", async () => {
    const graph = await addGraph(database, { workspace: HOME, name: "Plan" });
    const ask = (who: string) => send(who, `POST /api/graphs/${graph}/shares`, { kind: "person", email: "none@example.org", level: "view" });
    for (let count = 0; count < 30; count++) expect((await ask("ann")).status).toBe(422);
    expect(await ask("ann")).toMatchObject({ status: 429, json: { code: "rate-limited", retryAfter: expect.any(Number) } });
    expect((await ask("local")).status).toBe(422);
  });

  it("lets a person in without a membership", async () => {
    const graph = await addGraph(database, { workspace: HOME, name: "Plan" });
    const zoe = await addUser(database, "Zoe");
    people.set("zoe", zoe);
    const elsewhere = await addWorkspace(database, "Elsewhere");
    for (const { id } of [ann, zoe]) await addMember(database, { workspace: elsewhere, user: id, role: "viewer" });
    const path = `/api/graphs/${graph}/shares`;
    expect((await send("ann", `POST ${path}`, { kind: "person", email: "none@example.org", level: "view" })).status).toBe(422);
    const { json: share } = await send("ann", `POST ${path}`, { kind: "person", email: zoe.email, level: "view" });
    expect((await send("zoe", "GET /api/shared-graphs")).json.items).toMatchObject([{ id: graph, name: "Plan", level: "view" }]);
    expect(await send("zoe", `GET ${path}`)).toMatchObject({ status: 403, json: { detail: expect.stringContaining("shared with you to view") } });
    expect(await send("ann", `PATCH ${path}/${share.id}`, { level: "edit" })).toMatchObject({ status: 200, json: { level: "edit", name: "Zoe" } });
    expect((await send("ann", `GET ${path}`)).json.items).toMatchObject([{ kind: "person", level: "edit" }]);
    expect((await send("ann", "GET /api/graphs/graph_none/shares")).status).toBe(404);
    expect(recorded.at(-1)).toMatchObject({ action: "share.changed", detail: { before: "view", level: "edit", with: zoe.email } });
  });
});
