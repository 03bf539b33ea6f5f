import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { edgeOf, makeGraph, nodeOf } from "../testing/make-things.ts";
import { type Caller, FIRST_WORKSPACE, NOBODY, type Person, startTeamServer, type TeamServer } from "../testing/team-server.ts";

let team: TeamServer;
let viewer: Person;
let stranger: Person;

beforeAll(async () => {
  team = await startTeamServer();
  viewer = await team.join("Vera", { by: team.owner, workspace: FIRST_WORKSPACE, role: "viewer" });
  stranger = await team.join("Sam", { by: team.owner, workspace: FIRST_WORKSPACE, role: "viewer" });
  await team.must(team.owner, `DELETE /api/members/${stranger.id}`, { workspace: FIRST_WORKSPACE });
}, 120_000);
afterAll(() => team.close());

const OPEN = { isOpen: true, title: "Ask the loom", description: "It **weaves**.", audience: "link", perHour: 100, dailyBudget: null } as const;
const browser = (): Caller => ({ name: "somebody", headers: { origin: team.url } });
const newKey = () => randomBytes(32).toString("base64url");
const publish = async (graph: string) => {
  const { number } = await team.must(team.owner, `POST /api/graphs/${graph}/revisions`, { body: {} });
  await team.must(team.owner, `POST /api/graphs/${graph}/publish`, { body: { revision: number } });
};

/** Echoes a text and hands a file on. */
async function makeForm(settings: Record<string, unknown> = {}): Promise<{ graph: string; token: string; path: string }> {
  const graph = await makeGraph(team, team.owner, {
    workspace: FIRST_WORKSPACE,
    name: "Loom",
    nodes: [
      nodeOf("node_in", "start", {
        fields: [
          { id: "a", name: "topic", title: "Topic", type: "text" },
          { id: "b", name: "photo", title: "Photo", type: "file", required: false },
        ],
      }),
      nodeOf("node_say", "template-text", { template: "About {{ inputs.topic }}" }),
      nodeOf("node_out", "output", { name: "answer" }),
      nodeOf("node_file", "output", { name: "copy" }),
    ],
    edges: [edgeOf("node_in.topic", "node_say.topic"), edgeOf("node_say.text", "node_out.value"), edgeOf("node_in.photo", "node_file.value")],
  });
  await publish(graph);
  return { graph, ...(await opened(graph, settings)) };
}

async function opened(graph: string, settings: Record<string, unknown> = {}) {
  const { form, problem } = await team.must(team.owner, `PUT /api/graphs/${graph}/form`, { body: { ...OPEN, ...settings } });
  expect(problem).toBeNull();
  const token = new URL(form.url).pathname.split("/").at(-1) ?? "";
  return { token, path: `/api/forms/${token}` };
}

async function ended(submission: string, by: Caller = NOBODY) {
  for (let tries = 0; tries < 400; tries++) {
    const view = await team.must(by, `GET /api/submissions/${submission}`);
    if (view.standing.type !== "working") return view;
    await delay(25);
  }
  throw new Error("The submission does not end.");
}

const submit = (path: string, input: Record<string, unknown>, more: { key?: string; proofs?: string[]; by?: Caller } = {}) =>
  team.send(more.by ?? browser(), `POST ${path}/submissions`, { body: { input, key: more.key ?? newKey(), ...(more.proofs && { proofs: more.proofs }) } });

test("somebody with the link fills it in, and reads what came of it and nothing else", async () => {
  const { graph, path } = await makeForm();
  const form = await team.must(NOBODY, `GET ${path}`);
  expect(form).toMatchObject({ title: "Ask the loom", description: "It **weaves**.", files: ["photo"], input: { required: ["topic"] } });
  expect(JSON.stringify(form)).not.toContain(graph);

  const wrong = await submit(path, { topic: 3, other: 1 });
  expect(wrong).toMatchObject({ status: 400, json: { errors: expect.arrayContaining([expect.objectContaining({ path: "/input/topic" })]) } });

  const key = newKey();
  const [first, second] = await Promise.all([submit(path, { topic: "weft" }, { key }), submit(path, { topic: "weft" }, { key })]);
  expect([first.status, second.status]).toEqual([202, 202]);
  expect(second.json.submission).toBe(first.json.submission);
  expect((await submit(path, { topic: "another" }, { key })).status).toBe(409);

  const view = await ended(first.json.submission);
  expect(view).toMatchObject({ title: "Ask the loom", standing: { type: "done", outputs: [{ name: "answer", value: "About weft" }] } });
  expect(JSON.stringify(view)).not.toMatch(/run_|node_|graph_/);
  expect((await team.send(NOBODY, `GET /api/submissions/${first.json.submission.slice(0, -2)}xx`)).status).toBe(410);

  const { items } = await team.must(viewer, `GET /api/graphs/${graph}/form/submissions`);
  expect(items).toEqual([expect.objectContaining({ summary: "weft", state: "succeeded", by: null, run: expect.stringMatching(/^run_/) })]);
  const run = await team.must(team.owner, `GET /api/runs/${items[0].run}`);
  expect(run.actor).toBe(team.owner.id);
  expect((await team.must(viewer, `GET /api/graphs/${graph}/form/submissions?search=nothing`)).items).toEqual([]);
});

test("files come by the form alone, and the output's are its sender's", async () => {
  const { path } = await makeForm();
  const sent = await team.send(browser(), `POST ${path}/files?name=note.txt`, { body: "a note", headers: { "content-type": "text/plain" } });
  expect(sent.status).toBe(201);
  const { file, proof } = sent.json;
  const other = await team.must(team.owner, "POST /api/assets?name=secret.txt", { body: "only for members", headers: { "content-type": "text/plain" } });
  expect((await submit(path, { topic: "x", photo: other }, { proofs: [proof] })).json).toMatchObject({ status: 400, errors: [{ path: "/input/photo" }] });
  expect((await submit(path, { topic: "x", photo: file })).status).toBe(400);

  const { submission } = (await submit(path, { topic: "x", photo: file }, { proofs: [proof] })).json;
  const { standing } = await ended(submission);
  expect(standing.outputs).toContainEqual({ name: "copy", value: file });
  expect((await team.send(NOBODY, `GET /api/submissions/${submission}/files/${file.$asset}?name=note.txt`)).text).toBe("a note");
  expect((await team.send(NOBODY, `GET /api/submissions/${submission}/files/${other.$asset}`)).status).toBe(404);
});

test("who it is for, whether it is open and where it is are the owner's", async () => {
  const { graph, path } = await makeForm({ audience: "members" });
  expect((await team.send(NOBODY, `GET ${path}`)).status).toBe(401);
  expect((await team.send(stranger, `GET ${path}`)).status).toBe(403);
  const { submission } = (await submit(path, { topic: "warp" }, { by: viewer })).json;
  expect((await ended(submission, viewer)).standing.type).toBe("done");
  expect((await team.send(NOBODY, `GET /api/submissions/${submission}`)).status).toBe(401);
  expect((await team.must(viewer, `GET /api/graphs/${graph}/form/submissions`)).items[0].by).toBe(viewer.id);
  expect((await team.send(viewer, `POST /api/graphs/${graph}/form/renew`)).status).toBe(403);

  const renewed = await team.must(team.owner, `POST /api/graphs/${graph}/form/renew`);
  expect((await team.send(viewer, `GET ${path}`)).status).toBe(410);
  const now = `/api/forms/${renewed.form.url.split("/").at(-1)}`;
  expect((await team.send(viewer, `GET ${now}`)).status).toBe(200);
  await opened(graph, { isOpen: false, audience: "members" });
  expect((await submit(now, { topic: "late" }, { by: viewer })).status).toBe(410);
  expect((await team.send(viewer, `GET /api/submissions/${submission}`)).status).toBe(410);
});

test("it takes so many an hour, and what was refused counts for nothing", async () => {
  const { graph, path } = await makeForm({ perHour: 2 });
  expect((await submit(path, {})).status).toBe(400);
  const all = await Promise.all(["a", "b", "c", "d"].map((topic) => submit(path, { topic })));
  expect(all.map(({ status }) => status).toSorted()).toEqual([202, 202, 429, 429]);
  const refused = all.find(({ status }) => status === 429);
  expect(Number(refused?.headers["retry-after"])).toBeGreaterThan(3_000);
  expect((await team.must(viewer, `GET /api/graphs/${graph}/form/submissions`)).items).toHaveLength(2);
});

test("a run that asks a person says whom one waits for, and one that fails keeps why to itself", async () => {
  const graph = await makeGraph(team, team.owner, {
    workspace: FIRST_WORKSPACE,
    name: "Gated",
    nodes: [
      nodeOf("node_in", "start", { fields: [{ id: "a", name: "topic", type: "text" }] }),
      nodeOf("node_gate", "approval", {}),
      nodeOf("node_out", "output", { name: "answer" }),
    ],
    edges: [edgeOf("node_in.topic", "node_gate.value"), edgeOf("node_gate.approved", "node_out.value")],
  });
  expect((await team.must(team.owner, `GET /api/graphs/${graph}/form`)).problem).toContain("Nothing is published");
  await publish(graph);
  const { path } = await opened(graph);
  const { submission } = (await submit(path, { topic: "weft" })).json;
  expect(await ended(submission)).toMatchObject({ standing: { type: "waiting" }, workspace: expect.any(String) });
  const [{ run }] = (await team.must(team.owner, `GET /api/graphs/${graph}/form/submissions`)).items;
  await team.must(team.owner, `POST /api/runs/${run}/cancel`, { body: {} });
  await expect.poll(async () => (await team.must(NOBODY, `GET /api/submissions/${submission}`)).standing).toEqual({ type: "failed", stopped: true });
});

test("whoever submits does not approve it themselves; whoever published what it runs may", async () => {
  const grace = await team.join("Grace", { by: team.owner, workspace: FIRST_WORKSPACE, role: "editor" });
  const nodes = [nodeOf("node_gate", "approval", { notStarter: true }), nodeOf("node_out", "output", { name: "answer" })];
  const edges = [edgeOf("node_gate.decision", "node_out.value")];
  const gated = await makeGraph(team, team.owner, { workspace: FIRST_WORKSPACE, name: "Gated", nodes, edges, settings: { budget: 2 } });
  await publish(gated);
  const caller = await makeGraph(team, team.owner, {
    workspace: FIRST_WORKSPACE,
    name: "Caller",
    nodes: [nodeOf("node_call", "sub-graph", { graph: gated })],
    edges: [],
  });
  await publish(caller);
  const gateOf = async (graph: string, by: Caller, settings: object) => {
    // a day may cost more than the graph lets one run cost
    const { path } = await opened(graph, { dailyBudget: 5, ...settings });
    const sent = await submit(path, {}, { by });
    expect(sent.status, sent.text).toBe(202);
    expect(await ended(sent.json.submission, by)).toMatchObject({ standing: { type: "waiting" } });
    const [{ run }] = (await team.must(team.owner, `GET /api/graphs/${graph}/form/submissions`)).items;
    const [gate] = (await team.must(team.owner, `GET /api/approvals?run=${run}`)).items;
    return { run, decide: (person: Person) => team.send(person, `POST /api/approvals/${gate.id}/decide`, { body: { decision: "approve" } }) };
  };
  for (const graph of [gated, caller]) {
    const { run, decide } = await gateOf(graph, grace, { audience: "members" });
    expect((await team.must(team.owner, `GET /api/runs/${run}`)).actor).toBe(team.owner.id);
    expect((await decide(grace)).status).toBe(403);
    expect((await decide(team.owner)).status).toBe(200);
  }
  const open = await gateOf(gated, browser(), {});
  expect((await open.decide(team.owner)).status).toBe(200);
});
