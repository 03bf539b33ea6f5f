import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { postgresForTests } from "./store/database/test-database.ts";
import { type DocumentEditor, openEditor } from "./testing/document-editor.ts";
import { type EchoServer, startEchoServer } from "./testing/echo-server.ts";
import { makeGraph, nodeOf } from "./testing/make-things.ts";
import { type Caller, cookieOf, FIRST_WORKSPACE, type ListeningSocket, NOBODY, type Person, startTeamServer, type TeamServer } from "./testing/team-server.ts";

const workspace = FIRST_WORKSPACE;
/** Two seconds on a quiet machine; a busy one gets more. Without being told, sockets look once in a minute. */
const PATIENCE_MS = 5_000;
const WAITING = { timeout: 10_000 };
/** What stays open is looked at for so long. */
const GLANCE_MS = 700;

let echo: EchoServer;
let team: TeamServer;
let graph: string;
/** Goes on for as long as the tests do. */
let run: string;
let printed: string[];

beforeAll(async () => {
  echo = await startEchoServer();
  printed = [];
  const note = (details: object, message: string) => void printed.push(`${message} ${JSON.stringify(details)}`);
  team = await startTeamServer({ logger: { debug: note, info: note, warn: note, error: note, fatal: note } });
  ({ graph, run } = await makeWorkspace(team));
});
afterAll(async () => {
  await team.close();
  await echo.close();
});

async function makeWorkspace(at: TeamServer): Promise<{ graph: string; run: string }> {
  const nodes = [nodeOf("node_wait", "delay", { amount: 1, unit: "hours" })];
  const made = await makeGraph(at, at.owner, { workspace, name: "Long", nodes });
  return { graph: made, run: (await at.must(at.owner, `POST /api/graphs/${made}/runs`, { body: {} })).id };
}

/** Everything that somebody may have open of a graph and its run. */
interface Open {
  editor: DocumentEditor;
  live: ListeningSocket;
  /** Resolves when the stream of events ends. */
  stream: Promise<unknown>;
}

async function openAll(caller: Caller, at: { team: TeamServer; of?: TeamServer; graph: string; run: string } = { team, graph, run }): Promise<Open> {
  const editor = await openEditor(at.team, caller, { graph: at.graph, of: at.of ?? at.team });
  const live = at.team.connect(caller, "/ws/live");
  await live.opened;
  live.socket.send(JSON.stringify({ type: "subscribe", run: at.run, after: 0 }));
  live.socket.send(JSON.stringify({ type: "subscribe", graph: at.graph }));
  await expect.poll(() => live.frames.length, WAITING).toBeGreaterThan(0);
  const { promise: begun, resolve } = Promise.withResolvers<void>();
  const stream = readStream(at, caller, resolve);
  await begun;
  return { editor, live, stream };
}

async function readStream(at: { team: TeamServer; run: string }, caller: Caller, onBegun: () => void): Promise<void> {
  const answer = await fetch(`${at.team.url}/api/runs/${at.run}/events`, { headers: { ...caller.headers, accept: "text/event-stream" } });
  onBegun();
  // a connection that is cut has ended, too
  await answer.text().catch(() => undefined);
}

/** What is closed in time, with which code; the names of what is not. */
async function closedInTime({ editor, live, stream }: Open, withinMs = PATIENCE_MS): Promise<Record<string, unknown>> {
  const late = delay(withinMs, "still open", { ref: false });
  const [graphCode, liveCode, ended] = await Promise.all([
    Promise.race([editor.closed, late]),
    Promise.race([live.closed, late]),
    Promise.race([stream.then(() => "ended"), late]),
  ]);
  return { graph: graphCode, live: liveCode, stream: ended };
}

const descriptionOf = async (): Promise<string> => (await team.must(team.file, `GET /api/graphs/${graph}`)).graph.description;
const memberPath = ({ id }: Person) => `/api/members/${id}`;

/** Types before and after a change of access, and tells what came of it. */
async function whatBecomesOf(caller: Caller, change: () => Promise<unknown>, withinMs?: number) {
  const open = await openAll(caller);
  open.editor.describe(`${caller.name} before`);
  await expect.poll(descriptionOf, WAITING).toBe(`${caller.name} before`);
  await change();
  const closed = await closedInTime(open, withinMs);
  const again = await openEditor(team, caller, { graph });
  again.describe(`${caller.name} after`);
  const code = await Promise.race([again.closed, delay(150)]);
  again.socket.terminate();
  return { ...closed, again: code, isCommitted: (await descriptionOf()) === `${caller.name} after` };
}

const GONE = { live: 4503, stream: "ended", isCommitted: false };

describe("at once, in the same process", () => {
  it("a member who is removed has nothing open any more", async () => {
    const person = await team.join("Removed", { by: team.owner, workspace, role: "editor" });
    const became = await whatBecomesOf(person, () => team.must(team.owner, `DELETE ${memberPath(person)}`, { workspace }));
    expect(became).toEqual({ ...GONE, graph: 4404, again: 4404 });
  });

  it("a member who leaves has nothing open any more", async () => {
    const person = await team.join("Leaver", { by: team.owner, workspace, role: "editor" });
    const became = await whatBecomesOf(person, () => team.must(person, `POST /api/workspaces/${workspace}/leave`));
    expect(became).toEqual({ ...GONE, graph: 4404, again: 4404 });
  });

  it("a member who may only look any more connects again to look, and keeps what they may see", async () => {
    const person = await team.join("Demoted", { by: team.owner, workspace, role: "editor" });
    const demote = () => team.must(team.owner, `PATCH ${memberPath(person)}`, { workspace, body: { role: "viewer" } });
    const became = await whatBecomesOf(person, demote, GLANCE_MS);
    expect(became).toEqual({ graph: 4503, live: "still open", stream: "still open", again: undefined, isCommitted: false });
  });

  it("somebody the graph is shared with no more has nothing open any more", async () => {
    // who shares has a workspace in common with them, which is another than the graph's
    const { id: elsewhere } = await team.must(team.owner, "POST /api/workspaces", { body: { name: "Elsewhere" } });
    const person = await team.join("Shared", { by: team.owner, workspace: elsewhere, role: "viewer" });
    const share = await team.must(team.owner, `POST /api/graphs/${graph}/shares`, { body: { kind: "person", email: person.email, level: "edit" } });
    const became = await whatBecomesOf(person, () => team.must(team.owner, `DELETE /api/graphs/${graph}/shares/${share.id}`));
    expect(became).toEqual({ ...GONE, graph: 4404, again: 4404 });
  });

  it("a guest of a link that is ended has nothing open any more", async () => {
    const share = await team.must(team.owner, `POST /api/graphs/${graph}/shares`, { body: { kind: "link", level: "view" } });
    const opened = await team.send(NOBODY, "POST /api/shares/open", { body: { token: share.url.split("/").at(-1) } });
    const guest = { name: "A guest", headers: { cookie: cookieOf(opened), origin: team.url } };
    const open = await openAll(guest);
    await team.must(team.owner, `DELETE /api/graphs/${graph}/shares/${share.id}`);
    expect(await closedInTime(open)).toEqual({ graph: 4404, live: 4503, stream: "ended" });
  });

  it("a token that is revoked has nothing open any more", async () => {
    const { id, token } = await team.must(team.owner, "POST /api/tokens", { workspace, body: { name: "Script", scopes: ["read", "edit"] } });
    const script = { name: "Script", headers: { authorization: `Bearer ${token}` } };
    const became = await whatBecomesOf(script, () => team.must(team.owner, `DELETE /api/tokens/${id}`, { workspace }));
    expect(became).toEqual({ graph: 4401, live: 4401, stream: "ended", again: 4401, isCommitted: false });
  });

  it("signing out everywhere closes what is open", async () => {
    const person = await team.join("Everywhere", { by: team.owner, workspace, role: "editor" });
    const elsewhere = { ...person, headers: { ...person.headers } };
    await team.signIn(elsewhere);
    const became = await whatBecomesOf(elsewhere, () => team.must(person, "DELETE /api/profile/sessions"));
    expect(became).toEqual({ graph: 4401, live: 4401, stream: "ended", again: 4401, isCommitted: false });
  });

  it("a password that is reset closes what is open", async () => {
    const person = await team.join("Forgetful", { by: team.owner, workspace, role: "editor" });
    await team.must(NOBODY, "POST /api/password/forgotten", { body: { email: person.email } });
    const linkIn = () => printed.map((line) => /\/reset\/([A-Za-z0-9_-]+)/.exec(line)?.[1]).findLast((token) => token !== undefined);
    await expect.poll(linkIn, WAITING).toBeDefined();
    const body = { token: linkIn(), password: "another good password" };
    const became = await whatBecomesOf(person, () => team.must(NOBODY, "POST /api/password/reset", { body }));
    expect(became).toEqual({ graph: 4401, live: 4401, stream: "ended", again: 4401, isCommitted: false });
  });
});

const scratch = await postgresForTests();
describe.runIf(scratch)("soon, in another process on the same Postgres, without Redis", () => {
  let one: TeamServer;
  let two: TeamServer;
  beforeAll(async () => {
    const shared = { DATABASE_URL: scratch?.url, HEDDLE_ROLE: "web" };
    one = await startTeamServer({ environment: shared });
    two = await startTeamServer({ environment: { ...shared, HEDDLE_DATA: one.directory } });
  });
  afterAll(async () => {
    await two.close();
    await one.close();
    await scratch?.drop();
  });

  /** The same session at the other server: cookies are named by the port. */
  const atTwo = (caller: Person): Caller => {
    const cookie = (caller.headers.cookie ?? "").replace(new URL(one.url).port, new URL(two.url).port);
    return { name: caller.name, headers: { cookie, origin: two.url } };
  };

  it("a member who is removed there has nothing open here any more, and nothing that they type is stored", async () => {
    const made = await makeWorkspace(one);
    const person = await one.join("Removed", { by: one.owner, workspace, role: "editor" });
    const open = await openAll(atTwo(person), { team: two, ...made });
    open.editor.describe("before");
    const description = async () => (await two.must(two.file, `GET /api/graphs/${made.graph}`)).graph.description;
    await expect.poll(description, WAITING).toBe("before");
    await one.must(one.owner, `DELETE ${memberPath(person)}`, { workspace });
    expect(await closedInTime(open)).toEqual({ graph: 4404, live: 4503, stream: "ended" });
    open.editor.describe("after");
    expect((await two.send(atTwo(person), `GET /api/graphs/${made.graph}`)).status).toBe(404);
    expect(await description()).toBe("before");
  });
});
