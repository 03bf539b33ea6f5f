import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { edgeOf, makeGraph, nodeOf, startRun } from "../testing/make-things.ts";
import { type Caller, FIRST_WORKSPACE, type Person, startTeamServer, type TeamServer } from "../testing/team-server.ts";

const WAITING = { timeout: 10_000, interval: 50 };
let team: TeamServer;
const people = {} as Record<"edda" | "ann" | "ben" | "olga" | "vic", Person>;

beforeAll(async () => {
  team = await startTeamServer();
  const join = (name: string, role: "editor" | "approver" | "operator" | "viewer") => team.join(name, { by: team.owner, workspace: FIRST_WORKSPACE, role });
  people.edda = await join("Edda", "editor");
  people.ann = await join("Ann", "approver");
  people.ben = await join("Ben", "approver");
  people.olga = await join("Olga", "operator");
  people.vic = await join("Vic", "viewer");
}, 60_000);
afterAll(() => team.close());

/** A run that waits at an approval; answers its gate's id. */
async function asked(config: object, by: Caller = people.edda): Promise<{ gate: string; run: string; graph: string }> {
  const nodes = [
    nodeOf("node_in", "start", {}),
    nodeOf("node_ask", "approval", { title: "Send it?", ...config }),
    nodeOf("node_out", "output", { name: "result" }),
  ];
  const graph = await makeGraph(team, people.edda, { workspace: FIRST_WORKSPACE, name: "Asks", nodes, edges: [edgeOf("node_ask.decision", "node_out.value")] });
  const run = await startRun(team, by, { graph });
  const { items } = await team.must(people.vic, `GET /api/approvals?run=${run.id}`);
  return { gate: items[0].id, run: run.id, graph };
}
const decide = (by: Caller, gate: string, body: object = {}) => team.send(by, `POST /api/approvals/${gate}/decide`, { body: { decision: "approve", ...body } });
const read = (by: Caller, gate: string) => team.must(by, `GET /api/approvals/${gate}`);

it("asks whoever decides in general, and tells the others whom to ask", async () => {
  const { gate } = await asked({});
  expect(await read(people.vic, gate)).toMatchObject({ mayDecide: false, whyNot: expect.stringContaining("Ann"), approvers: null, quorum: 1 });
  expect(await read(people.ann, gate)).toMatchObject({ mayDecide: true, whyNot: null });
  expect((await decide(people.vic, gate)).status).toBe(403);
  expect((await decide(people.olga, gate)).status).toBe(403);
  expect((await decide(people.ann, gate)).json).toMatchObject({ state: "decided", decided: { by: people.ann.id } });
});

it("asks those it names, by role or by name, and nobody else", async () => {
  const byRole = await asked({ roles: ["operator"] });
  expect((await decide(people.edda, byRole.gate)).json).toMatchObject({ detail: expect.stringContaining("Olga") });
  expect((await decide(people.olga, byRole.gate)).status).toBe(200);
  const byName = await asked({ people: [people.vic.id] });
  expect(await read(people.ann, byName.gate)).toMatchObject({ approvers: { roles: [], people: [{ id: people.vic.id, name: "Vic" }] }, mayDecide: false });
  expect((await decide(people.ann, byName.gate)).status).toBe(403);
  expect((await decide(people.vic, byName.gate)).status).toBe(200);
});

it("does not let decide who started the run, be it with a token", async () => {
  const { gate } = await asked({ notStarter: true }, people.edda);
  expect((await decide(people.edda, gate)).json).toMatchObject({ status: 403, detail: expect.stringMatching(/You started this run.*Ann/) });
  const { token } = await team.must(people.edda, "POST /api/tokens", { body: { name: "script", scopes: ["read", "run"] } });
  const script: Caller = { name: "a script", headers: { authorization: `Bearer ${token}` } };
  const scripted = await asked({ notStarter: true }, script);
  expect((await decide(people.edda, scripted.gate)).status).toBe(403);
  expect((await decide(script, scripted.gate)).status).toBe(403);
  expect((await decide(people.ann, scripted.gate)).status).toBe(200);
});

it("takes as many as have to agree on the same; whoever says no is enough", async () => {
  const { gate, run } = await asked({ quorum: 2 });
  expect((await decide(people.ann, gate, { note: "Fine." })).json).toMatchObject({
    state: "pending",
    votes: [{ by: { name: "Ann" }, decision: "approve", note: "Fine." }],
  });
  expect((await decide(people.ann, gate)).json).toMatchObject({ state: "pending", votes: [{ by: { name: "Ann" } }] });
  expect((await decide(people.ben, gate)).json).toMatchObject({ state: "decided", decided: { by: people.ben.id } });
  await vi.waitFor(async () => expect(await team.must(people.vic, `GET /api/runs/${run}`)).toMatchObject({ state: "succeeded" }), WAITING);
  const refused = await asked({ quorum: 3 });
  await decide(people.ann, refused.gate);
  expect((await decide(people.ben, refused.gate, { decision: "reject" })).json).toMatchObject({ decided: { decision: "reject" } });
});

it("counts no vote of somebody who may not decide any more", async () => {
  const leaver = await team.join("Lea", { by: team.owner, workspace: FIRST_WORKSPACE, role: "approver" });
  const { gate } = await asked({ quorum: 2 });
  await decide(leaver, gate);
  await team.must(team.owner, `DELETE /api/members/${leaver.id}`, { workspace: FIRST_WORKSPACE });
  expect((await decide(people.ann, gate)).json).toMatchObject({ state: "pending" });
  expect((await decide(people.ben, gate)).json).toMatchObject({ state: "decided" });
});

it("lets one win where two decide at once, and tells the other who", async () => {
  const { gate } = await asked({});
  const answers = await Promise.all([decide(people.ann, gate), decide(people.ben, gate, { decision: "reject" })]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  const winner = answers[0]?.status === 200 ? "Ann" : "Ben";
  expect(answers.find(({ status }) => status === 409)?.json.detail).toContain(`${winner} has decided this already`);
});

it("escalates when its time has come, and not before", async () => {
  const { gate } = await asked({ roles: ["approver"], escalateAfter: 1, escalateUnit: "seconds", escalatePeople: [people.vic.id] });
  await vi.waitFor(async () => expect(await read(people.vic, gate)).toMatchObject({ mayDecide: true, approvers: { people: [{ name: "Vic" }] } }), WAITING);
  expect((await decide(people.vic, gate)).status).toBe(200);
  const later = await asked({ roles: ["approver"], escalateAfter: 1, escalateUnit: "days", escalatePeople: [people.vic.id] });
  expect((await decide(people.vic, later.gate)).status).toBe(403);
});

it("lists by kind, by whose it is and by what became of it, and counts", async () => {
  const mine = await asked({ people: [people.vic.id] });
  const list = async (by: Caller, query: string) => (await team.must(by, `GET /api/approvals?${query}`)).items.map((item: { id: string }) => item.id);
  expect(await list(people.vic, "mine=true")).toEqual([mine.gate]);
  expect(await list(people.ann, "mine=true")).not.toContain(mine.gate);
  expect(await list(people.ann, `graph=${mine.graph}&kind=approval`)).toEqual([mine.gate]);
  expect(await list(people.ann, "kind=budget")).toEqual([]);
  expect((await team.must(people.vic, "GET /api/approvals/count")).mine).toBe(1);
  await decide(people.vic, mine.gate);
  expect(await list(people.vic, "state=decided&mine=true")).toContain(mine.gate);
  expect(await list(people.ben, "state=decided&mine=true")).not.toContain(mine.gate);
  expect((await team.must(people.vic, "GET /api/approvals/count")).mine).toBe(0);
});

it("tells those it names in their inbox, once, tells them live, and takes it back when it is decided", async () => {
  const { socket, frames, opened } = team.connect(people.vic, "/ws/live");
  await opened;
  socket.send(JSON.stringify({ type: "subscribe", inbox: true }));
  const heard = () => frames.map((frame) => JSON.parse(String(frame)));
  const unread = async (by: Caller) => (await team.must(by, "GET /api/inbox?unread=true")).items;
  const { gate } = await asked({ title: "Is it good?", people: [people.vic.id] });
  await vi.waitFor(
    async () => expect(await unread(people.vic)).toMatchObject([{ kind: "gate", gate, body: "Is it good?", isReminder: false, node: { label: "node_ask" } }]),
    WAITING,
  );
  expect(heard()).toContainEqual({ type: "gates", workspace: FIRST_WORKSPACE });
  await vi.waitFor(() => expect(heard().findLast(({ type }) => type === "inbox")).toEqual({ type: "inbox", unread: 1 }), WAITING);
  expect(await team.server.services.gates.notices.sweep()).toBe(0);
  expect((await unread(people.ben)).filter((item: { gate?: string }) => item.gate === gate)).toEqual([]);
  await decide(people.vic, gate);
  await vi.waitFor(async () => expect(await unread(people.vic)).toEqual([]), WAITING);
  socket.close();
});

it("reminds at the instants it names", async () => {
  const { gate } = await asked({ remindAfter: 1, remindUnit: "seconds" });
  await vi.waitFor(async () => {
    await team.server.services.gates.notices.sweep();
    const { items } = await team.must(people.ben, "GET /api/inbox?unread=true");
    expect(items.filter((item: { gate?: string }) => item.gate === gate)).toMatchObject([{ kind: "gate", isReminder: true }]);
  }, WAITING);
});
