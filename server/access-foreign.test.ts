import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Json } from "#runtime/graph/json.ts";
import { emptyGraph } from "#runtime/graph/schema.ts";
import { type AccessScene, startAccessScene } from "./testing/access-scene.ts";
import { edgeOf, finished, type GraphParts, makeThings, nodeOf, type Things } from "./testing/make-things.ts";
import type { Person, TeamServer } from "./testing/team-server.ts";

let scene: AccessScene;
let team: TeamServer;
/** What belongs to others, and what belongs to who asks. */
let here: Things;
let there: Things;
/** Owns the workspace of `there`, and is in no other. */
let asker: Person;

beforeAll(async () => {
  scene = await startAccessScene();
  ({ team, things: here } = scene);
  const { person } = scene.askerCalled("an owner elsewhere");
  if (!person) throw new Error("They have no account.");
  asker = person;
  const { workspace } = await team.must(asker, "GET /api/session");
  there = await makeThings({ team, echo: scene.echo, by: asker, workspace: workspace.id, mark: "Elba" });
  await team.must(team.file, `POST /api/graphs/${here.graph}/publish`, { body: { revision: 1 } });
});
afterAll(() => scene.close());

const send = (to: string, body?: unknown) => team.send(asker, to, { workspace: there.workspace, body });
const inHere = (to: string) => team.must(team.file, to, { workspace: here.workspace });
const runsHere = async () => (await inHere(`GET /api/runs?graph=${here.graph}`)).items.length;

/** What comes of a graph of one's own: what its problems and its run say. */
async function tryGraph({ nodes, edges = [] }: GraphParts, settings: Record<string, Json> = {}) {
  const { status, json, text } = await send("POST /api/graphs", { graph: { ...emptyGraph("Trying"), settings, nodes, edges } });
  if (status !== 201) return { said: text, state: "not made" };
  const validated = await send(`POST /api/graphs/${json.id}/validate`, {});
  const started = await send(`POST /api/graphs/${json.id}/runs`, {});
  const said = [text, validated.text, started.text];
  if (started.status !== 202) return { said: said.join("\n"), state: "not begun" };
  const ended = await finished(team, asker, started.json.id);
  const events = await send(`GET /api/runs/${started.json.id}/events`);
  return { said: [...said, JSON.stringify(ended), events.text].join("\n"), state: ended.state };
}

describe("what a graph names of another workspace", () => {
  it("is no credential that it can use", async () => {
    const before = scene.echo.seen.length;
    const config = { url: `${scene.echo.url}/echo`, credential: here.credential };
    const { said, state } = await tryGraph({ nodes: [nodeOf("node_call", "http-request", config)] });
    expect(["failed", "not begun"]).toContain(state);
    expect(said).not.toContain(here.mark);
    expect(scene.echo.seen).toHaveLength(before);
    const own = await tryGraph({ nodes: [nodeOf("node_call", "http-request", { ...config, credential: there.credential })] });
    expect(own.state).toBe("succeeded");
    expect(scene.echo.seen.at(-1)).toContain("secret-of-Elba");
  });

  it("is no connection whose tools it can call, or see", async () => {
    const { said, state } = await tryGraph({ nodes: [nodeOf("node_tool", "mcp-tool", { connection: here.connection, tool: "read" })] });
    expect(["failed", "not begun"]).toContain(state);
    expect(said).not.toContain(here.mark);
  });

  it.each([{}, { revision: 1 }])("is no graph that it can run as a step: %j", async (which) => {
    const before = await runsHere();
    const { said, state } = await tryGraph({ nodes: [nodeOf("node_sub", "sub-graph", { graph: here.graph, ...which })] });
    expect(["failed", "not begun"]).toContain(state);
    expect(said).not.toContain(here.mark);
    expect(await runsHere()).toBe(before);
  });

  it("is no graph that handles its errors", async () => {
    const before = await runsHere();
    const nodes = [nodeOf("node_fails", "http-request", { url: `${scene.echo.url}/status/400` })];
    const { said, state } = await tryGraph({ nodes }, { errorGraph: here.graph });
    expect(state).toBe("failed");
    expect(said).not.toContain(here.mark);
    expect(await runsHere()).toBe(before);
  });

  it("is no variable", async () => {
    const nodes = [nodeOf("node_get", "get-variable", { scope: "workspace", name: here.variable }), nodeOf("node_out", "output", {})];
    const { said } = await tryGraph({ nodes, edges: [edgeOf("node_get.value", "node_out.value")] });
    expect(said).not.toContain(`${here.mark} value`);
    expect(said).toContain('"found":false');
  });

  it("is looked up as what is not there", async () => {
    const keys = [`graph:${here.graph}`, `graph:${here.graph}@1`, `tool:${here.connection}/read`];
    const { text, json } = await send(`POST /api/graphs/${there.graph}/references`, { keys });
    expect(Object.values(json.references)).toMatchObject(keys.map(() => ({ kind: "missing" })));
    expect(text).not.toContain(here.mark);
  });
});

describe("what a request names of another workspace", () => {
  it("is no run to go on from", async () => {
    const { status, text } = await send(`POST /api/graphs/${there.graph}/runs`, { from: { run: here.run, at: "failure" } });
    expect(status).toBe(400);
    expect(text).not.toContain(here.mark);
  });

  it("is no graph whose runs are listed", async () => {
    for (const query of [`graph=${here.graph}`, `graph=${there.graph}&graph=${here.graph}`, `graph[]=${here.graph}`]) {
      const { status, text } = await send(`GET /api/runs?${query}`);
      expect({ query, status }).toEqual({ query, status: query.startsWith("graph=graph_") && !query.includes("&") ? 404 : 400 });
      expect(text).not.toContain(here.run);
    }
  });

  it("is no large value of one's own run", async () => {
    expect((await send(`GET /api/runs/${there.run}/values/${there.hash}`)).status).toBe(200);
    expect((await send(`GET /api/runs/${there.run}/values/${here.hash}`)).status).toBe(404);
  });

  it("begins a run of its own under a key that is used there", async () => {
    const body = { entry: "node_in", idempotencyKey: "the same" };
    const theirs = await team.must(team.file, `POST /api/graphs/${here.graph}/runs`, { body });
    expect((await send(`POST /api/graphs/${there.graph}/runs`, body)).json.id).not.toBe(theirs.id);
  });

  it("is nothing that can be ended or changed", async () => {
    const member = scene.askerCalled("the viewer").person?.id;
    const body = { name: "Theirs", scopes: ["read"] };
    const token = await team.must(scene.askerCalled("the editor").caller, "POST /api/tokens", { workspace: here.workspace, body });
    const invitation = await team.must(team.file, "POST /api/invitations", { workspace: here.workspace, body: { role: "viewer" } });
    const requests: [string, unknown?][] = [
      [`DELETE /api/tokens/${token.id}`],
      [`DELETE /api/invitations/${invitation.id}`],
      [`DELETE /api/members/${member}`],
      [`PATCH /api/members/${member}`, { role: "owner" }],
      [`DELETE /api/graphs/${there.graph}/shares/${here.shares.edit}`],
      [`PATCH /api/graphs/${there.graph}/shares/${here.shares.view}`, { level: "edit" }],
      [`DELETE /api/variables/${here.variable}`],
    ];
    for (const [to, body] of requests) expect({ to, status: (await send(to, body)).status }).toEqual({ to, status: 404 });
    const stillThere = async (list: string, id: string | undefined) =>
      (await inHere(`GET ${list}`)).items.find((item: { id?: string; name?: string }) => [item.id, item.name].includes(id));
    expect(await stillThere("/api/tokens", token.id)).toMatchObject({ state: "active" });
    expect(await stillThere("/api/invitations", invitation.id)).toMatchObject({ state: "open" });
    expect(await stillThere("/api/members", member)).toMatchObject({ role: "viewer" });
    expect(await stillThere(`/api/graphs/${here.graph}/shares`, here.shares.edit)).toMatchObject({ level: "edit" });
    expect(await stillThere(`/api/graphs/${here.graph}/shares`, here.shares.view)).toMatchObject({ level: "view" });
    expect(await stillThere("/api/variables", here.variable)).toBeDefined();
  });

  it("shows a person nobody of a workspace that they are not in", async () => {
    expect((await send("GET /api/people?search=viewer")).json.items).toEqual([]);
    expect((await send(`GET /api/audit?resource=${here.graph}`)).json.items).toEqual([]);
  });

  it("is closed to tokens of one workspace by another's name", async () => {
    const { caller } = scene.askerCalled("a token to read");
    expect(await team.send(caller, "GET /api/graphs", { workspace: there.workspace })).toMatchObject({ status: 403, json: { code: "forbidden" } });
    expect((await team.send(caller, `GET /api/graphs/${there.graph}`)).status).toBe(404);
  });
});
