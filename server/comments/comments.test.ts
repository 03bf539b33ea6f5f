import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { makeGraph, nodeOf } from "../testing/make-things.ts";
import { cookieOf, FIRST_WORKSPACE, NOBODY, type Person, startTeamServer, type TeamServer } from "../testing/team-server.ts";

const WAITING = { timeout: 8_000, interval: 20 };
let team: TeamServer;
let graph: string;
const people = {} as Record<"ann" | "ben" | "vic" | "elsa", Person>;

beforeAll(async () => {
  team = await startTeamServer();
  const join = (name: string, role: "editor" | "viewer") => team.join(name, { by: team.owner, workspace: FIRST_WORKSPACE, role });
  people.ann = await join("Ann", "editor");
  people.ben = await join("Ben", "editor");
  people.vic = await join("Vic", "viewer");
  // has an account, and is in another workspace
  people.elsa = await join("Elsa", "viewer");
  await team.must(people.elsa, "POST /api/workspaces", { body: { name: "Elsewhere" } });
  await team.must(team.owner, `DELETE /api/members/${people.elsa.id}`, { workspace: FIRST_WORKSPACE });
}, 60_000);
beforeEach(async () => {
  graph = await makeGraph(team, people.ann, { workspace: FIRST_WORKSPACE, name: "Weave", nodes: [nodeOf("node_a", "start", {})] });
});
afterAll(() => team.close());

const begin = (by: Person, body: string, more: object = {}) => team.must(by, `POST /api/graphs/${graph}/comments`, { body: { body, node: "node_a", ...more } });
const threads = async (by: Person, query = "") => (await team.must(by, `GET /api/graphs/${graph}/comments?${query}`)).items;
const inboxOf = async (person: Person, query = "") => (await team.must(person, `GET /api/inbox?${query}`)).items;
const unreadOf = async (person: Person) => (await team.must(person, "GET /api/inbox/unread")).unread;

it("keeps threads on nodes and on the graph, with who wrote them and what the node was called", async () => {
  const thread = await begin(people.ann, "Why *this* address?");
  await team.must(people.vic, `POST /api/graphs/${graph}/comments`, { body: { body: "Nice graph" } });
  const replied = await team.must(people.ben, `POST /api/graphs/${graph}/comments/${thread.id}/replies`, { body: { body: "It is the new one" } });
  expect(replied).toMatchObject({
    id: thread.id,
    node: "node_a",
    nodeLabel: "node_a",
    resolved: null,
    comments: [
      { body: "Why *this* address?", author: { id: people.ann.id, name: "Ann" }, editedAt: null },
      { body: "It is the new one", author: { name: "Ben" } },
    ],
  });
  expect((await threads(people.ben)).map((one: { node: string }) => one.node)).toEqual([null, "node_a"]);
  expect(await team.must(people.ben, `GET /api/graphs/${graph}/comments/open`)).toEqual({ graph: 1, nodes: { node_a: 1 } });
});

it("finds threads by state, node, text, name and whose they are, page by page", async () => {
  const first = await begin(people.ann, "alpha");
  await begin(people.ben, "beta", { mentions: [people.vic.id] });
  await team.must(people.ben, `POST /api/graphs/${graph}/comments`, { body: { body: "gamma" } });
  await team.must(people.vic, `PUT /api/graphs/${graph}/comments/${first.id}/resolved`, { body: { resolved: true } });
  const bodies = async (query: string, by = people.vic) => (await threads(by, query)).map((one: { comments: { body: string }[] }) => one.comments[0]?.body);
  expect(await bodies("state=resolved")).toEqual(["alpha"]);
  expect(await bodies("state=open")).toEqual(["gamma", "beta"]);
  expect(await bodies("node=node_a")).toEqual(["beta", "alpha"]);
  expect(await bodies("search=BET")).toEqual(["beta"]);
  expect(await bodies("search=ben")).toEqual(["gamma", "beta"]);
  expect(await bodies("mine=true")).toEqual(["beta"]);
  const page = await team.must(people.vic, `GET /api/graphs/${graph}/comments?limit=2`);
  expect(page.items).toHaveLength(2);
  expect(await bodies(`limit=2&cursor=${encodeURIComponent(page.nextCursor)}`)).toEqual(["alpha"]);
  expect(await team.must(people.vic, `GET /api/graphs/${graph}/comments/open`)).toEqual({ graph: 1, nodes: { node_a: 1 } });
});

it("tells those who are mentioned, and those who are answered, once", async () => {
  const thread = await begin(people.ann, "@Ben look", { mentions: [people.ben.id, people.ann.id] });
  expect(await inboxOf(people.ben)).toMatchObject([
    { kind: "mention", by: { name: "Ann" }, thread: thread.id, node: { id: "node_a", label: "node_a" }, graph: { name: "Weave" } },
  ]);
  const reply = `POST /api/graphs/${graph}/comments/${thread.id}/replies`;
  await team.must(people.ben, reply, { body: { body: "@Ann yes", mentions: [people.ann.id] } });
  await team.must(people.vic, reply, { body: { body: "I saw it as well" } });
  expect((await inboxOf(people.ann)).filter((item: { thread: string }) => item.thread === thread.id).map((item: { kind: string }) => item.kind)).toEqual([
    "reply",
    "mention",
  ]);
  expect((await inboxOf(people.ben)).filter((item: { thread: string }) => item.thread === thread.id).map((item: { kind: string }) => item.kind)).toEqual([
    "reply",
    "mention",
  ]);
  expect(await inboxOf(people.vic, "unread=true&search=look")).toEqual([]);
});

it("marks one and all as read, and counts what is left for everybody who follows their inbox", async () => {
  await team.must(people.ben, "POST /api/inbox/read");
  const { socket, frames, opened } = team.connect(people.ben, "/ws/live");
  await opened;
  socket.send(JSON.stringify({ type: "subscribe", inbox: true }));
  const heard = () => frames.map((frame) => JSON.parse(String(frame))).filter(({ type }) => type === "inbox");
  await vi.waitFor(() => expect(heard().at(-1)).toEqual({ type: "inbox", unread: 0 }), WAITING);
  await begin(people.ann, "one", { mentions: [people.ben.id] });
  await begin(people.ann, "two", { mentions: [people.ben.id] });
  await vi.waitFor(() => expect(heard().at(-1)).toEqual({ type: "inbox", unread: 2 }), WAITING);
  const [item] = await inboxOf(people.ben, "unread=true");
  expect(await team.must(people.ben, `PATCH /api/inbox/${item.id}`, { body: { read: true } })).toEqual({ unread: 1 });
  await vi.waitFor(() => expect(heard().at(-1)).toEqual({ type: "inbox", unread: 1 }), WAITING);
  expect((await team.send(people.vic, `PATCH /api/inbox/${item.id}`, { body: { read: false } })).status).toBe(404);
  expect(await team.must(people.ben, "POST /api/inbox/read")).toEqual({ unread: 0 });
  expect(await inboxOf(people.ben, "unread=true")).toEqual([]);
  socket.terminate();
});

it("shows everybody who has the graph open that a thread changed", async () => {
  const { socket, frames, opened } = team.connect(people.vic, "/ws/live");
  await opened;
  socket.send(JSON.stringify({ type: "subscribe", graph }));
  const said = () => frames.map((frame) => JSON.parse(String(frame)));
  // requests are carried out one after the other: when the second is answered, the first has taken effect
  socket.send(JSON.stringify({ type: "subscribe", inbox: true }));
  await vi.waitFor(() => expect(said()).toContainEqual({ type: "inbox", unread: expect.any(Number) }), WAITING);
  const thread = await begin(people.ann, "new");
  const heard = () => said().filter(({ type }) => type === "comments");
  await vi.waitFor(() => expect(heard()).toEqual([{ type: "comments", graph, thread: thread.id }]), WAITING);
  await team.must(people.ann, `DELETE /api/graphs/${graph}/comments/${thread.id}`);
  await vi.waitFor(() => expect(heard()).toHaveLength(2), WAITING);
  socket.terminate();
});

it("lets authors change and delete their own, and those who may edit the graph delete another's, which is written down", async () => {
  const thread = await begin(people.vic, "mine");
  const one = `/api/graphs/${graph}/comments/${thread.id}`;
  expect((await team.send(people.ann, `PATCH ${one}`, { body: { body: "yours" } })).status).toBe(403);
  expect(await team.must(people.vic, `PATCH ${one}`, { body: { body: "still mine", mentions: [people.ben.id] } })).toMatchObject({
    comments: [{ body: "still mine", editedAt: expect.any(String), mentions: [{ name: "Ben" }] }],
  });
  const reply = await team.must(people.ann, `POST ${one}/replies`, { body: { body: "answer" } });
  expect((await team.send(people.vic, `DELETE /api/graphs/${graph}/comments/${reply.comments[1].id}`)).status).toBe(403);
  const before = (await inboxOf(people.ben)).length;
  expect((await team.send(people.ann, `DELETE ${one}`)).status).toBe(204);
  expect(await threads(people.ann)).toEqual([]);
  expect(await inboxOf(people.ben)).toHaveLength(before - 1);
  const { items } = await team.must(team.owner, "GET /api/audit?action=comment.deleted", { workspace: FIRST_WORKSPACE });
  expect(items).toMatchObject([
    { actor: { name: "Ann" }, resource: { id: graph }, detail: { comment: thread.id, author: people.vic.id, comments: 2, ofOthers: 1 } },
  ]);
});

it("keeps a thread that others answered to from who may not edit the graph, and writes down what of theirs went", async () => {
  const thread = await begin(people.vic, "mine");
  const one = `/api/graphs/${graph}/comments/${thread.id}`;
  await team.must(people.ben, `POST ${one}/replies`, { body: { body: "an answer" } });
  const refused = await team.send(people.vic, `DELETE ${one}`);
  expect(refused).toMatchObject({ status: 403, json: { detail: expect.stringContaining("Others have answered") } });
  expect((await threads(people.vic))[0]?.comments).toHaveLength(2);
  const own = await begin(people.ben, "his");
  await team.must(people.vic, `POST /api/graphs/${graph}/comments/${own.id}/replies`, { body: { body: "an answer" } });
  expect((await team.send(people.ben, `DELETE /api/graphs/${graph}/comments/${own.id}`)).status).toBe(204);
  const { items } = await team.must(team.owner, "GET /api/audit?action=comment.deleted&limit=1", { workspace: FIRST_WORKSPACE });
  expect(items).toMatchObject([{ actor: { name: "Ben" }, detail: { comment: own.id, author: people.ben.id, comments: 2, ofOthers: 1 } }]);
});

it("refuses mentions of who may not look, texts that are empty or too long, and comments of guests", async () => {
  const send = (body: object, by: { name: string; headers: Record<string, string> } = people.ann) =>
    team.send(by, `POST /api/graphs/${graph}/comments`, { body });
  expect((await send({ body: "@Elsa", mentions: [people.elsa.id] })).json).toMatchObject({
    status: 422,
    detail: expect.stringContaining("Share it with them first"),
  });
  expect((await send({ body: "  " })).status).toBe(400);
  expect((await send({ body: "é".repeat(2_049) })).status).toBe(400);
  expect((await send({ body: "é".repeat(2_048) })).status).toBe(201);
  expect((await send({ body: "x" }, people.elsa)).status).toBe(404);
  const { url } = await team.must(people.ann, `POST /api/graphs/${graph}/shares`, { body: { kind: "link", level: "view" } });
  const opened = await team.send(NOBODY, "POST /api/shares/open", { body: { token: url.split("/").at(-1) } });
  const guest = { name: "a guest", headers: { cookie: cookieOf(opened), origin: team.url } };
  expect((await team.send(guest, `GET /api/graphs/${graph}/comments`)).json.items).toHaveLength(1);
  expect((await send({ body: "x" }, guest)).status).toBe(401);
});

it("lets those it is shared with take part: they see whom they have to do with, and lose what they were told with the share", async () => {
  const shareId = await linkFor(people.elsa);
  const thread = await begin(people.ann, "@Elsa welcome", { mentions: [people.elsa.id] });
  expect(await unreadOf(people.elsa)).toBe(1);
  await team.must(people.elsa, `POST /api/graphs/${graph}/comments/${thread.id}/replies`, { body: { body: "Thanks @Ann", mentions: [people.ann.id] } });
  const names = async (by: Person) => (await team.must(by, `GET /api/graphs/${graph}/readers`)).items.map(({ name }: { name: string }) => name);
  expect(await names(people.elsa)).toEqual(["Ann"]);
  expect(await names(people.ann)).toEqual(["Ben", "Elsa", "Root", "Vic"]);
  await team.must(people.ann, `DELETE /api/graphs/${graph}/shares/${shareId}`);
  expect(await unreadOf(people.elsa)).toBe(0);
  expect(await inboxOf(people.elsa)).toEqual([]);
});

it("does not tell guests by a search who wrote the revisions", async () => {
  await team.must(people.ann, `POST /api/graphs/${graph}/revisions`, { body: {} });
  const { url } = await team.must(people.ann, `POST /api/graphs/${graph}/shares`, { body: { kind: "link", level: "view" } });
  const opened = await team.send(NOBODY, "POST /api/shares/open", { body: { token: url.split("/").at(-1) } });
  const guest = { name: "a guest", headers: { cookie: cookieOf(opened), origin: team.url } };
  const found = async (by: { name: string; headers: Record<string, string> }, search: string) =>
    (await team.must(by, `GET /api/graphs/${graph}/revisions?search=${search}`)).items.length;
  expect(await found(people.vic, "ann")).toBe(1);
  expect(await found(guest, "ann")).toBe(0);
  expect((await team.must(guest, `GET /api/graphs/${graph}/revisions`)).items).toHaveLength(1);
});

async function linkFor(person: Person): Promise<string> {
  const made = await team.must(people.ann, `POST /api/graphs/${graph}/shares`, { body: { kind: "link", level: "view" } });
  await team.must(person, "POST /api/shares/open", { body: { token: made.url.split("/").at(-1) } });
  return made.id;
}

it("takes comments from tokens that may edit, shows an inbox to those that may read, and only of their workspace", async () => {
  const tokenOf = async (...scopes: string[]) => {
    const { token } = await team.must(people.ben, "POST /api/tokens", { workspace: FIRST_WORKSPACE, body: { name: "Script", scopes } });
    return { name: `a token to ${scopes}`, headers: { authorization: `Bearer ${token}` } };
  };
  const [reads, edits] = [await tokenOf("read"), await tokenOf("edit")];
  await begin(people.ann, "for scripts", { mentions: [people.ben.id] });
  expect((await team.send(reads, `POST /api/graphs/${graph}/comments`, { body: { body: "x" } })).status).toBe(403);
  expect((await team.send(edits, `POST /api/graphs/${graph}/comments`, { body: { body: "x" } })).json.comments[0].author.id).toBe(people.ben.id);
  const [item] = (await team.must(reads, "GET /api/inbox?search=scripts")).items;
  expect(item.body).toBe("for scripts");
  expect((await team.send(reads, `PATCH /api/inbox/${item.id}`, { body: { read: true } })).status).toBe(403);
});

it("writes once what is sent again under the same key, also at the same time, and tells of it once", async () => {
  const more = { key: "key-of-the-canvas", mentions: [people.vic.id] };
  const before = await unreadOf(people.vic);
  const begun = await Promise.all([begin(people.ann, "Once", more), begin(people.ann, "Once", more)]);
  expect(new Set(begun.map(({ id }) => id)).size).toBe(1);
  expect(await threads(people.ann)).toHaveLength(1);
  await vi.waitFor(async () => expect(await unreadOf(people.vic)).toBe(before + 1), WAITING);
  const answer = { body: { body: "Answered once", key: "key-of-the-canvas" } };
  const to = `POST /api/graphs/${graph}/comments/${begun[0].id}/replies`;
  await Promise.all([team.must(people.ben, to, answer), team.must(people.ben, to, answer)]);
  // the key is each person's own
  const { comments } = await team.must(people.vic, to, answer);
  expect(comments.map(({ author }: { author: { name: string } }) => author.name)).toEqual(["Ann", "Ben", "Vic"]);
});
