import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { emptyGraph } from "#runtime/graph/schema.ts";
import type { Gate } from "../contract/approvals.ts";
import { type FakeProvider, startFakeProvider } from "../models/testing/fake-provider.ts";
import { type FakeStep, readFakeScript } from "../models/testing/fake-script.ts";
import { edgeOf, nodeOf } from "../testing/make-things.ts";
import { FIRST_WORKSPACE, type Person, startTeamServer, type TeamServer } from "../testing/team-server.ts";

const workspace = FIRST_WORKSPACE;
const PATIENT = { timeout: 30_000, interval: 50 };

/** Somebody else's service, that keeps what it is told. `/silent` never answers. */
async function startService() {
  const seen: { method: string; url: URL; body: string; headers: Record<string, unknown> }[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const url = new URL(request.url ?? "/", "http://service");
    seen.push({ method: request.method ?? "", url, body, headers: request.headers });
    if (url.pathname !== "/silent") response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ got: url.search }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { seen, port, url: `http://127.0.0.1:${port}`, close };
}

let service: Awaited<ReturnType<typeof startService>>;
let provider: FakeProvider;
let team: TeamServer;
let ada: Person;
let connection: string;

/** The script of five calls; each turn is counted as so many tokens. */
function costing(usage: FakeStep["usage"]) {
  const script = readFakeScript("five-calls");
  if (!script) throw new Error("There is no script of five calls.");
  return { ...script, steps: script.steps.map((step) => ({ ...step, usage })) };
}

beforeAll(async () => {
  service = await startService();
  provider = await startFakeProvider({ scripts: { "costs-much": costing({ input: 400, output: 100, cached: 0, written: 0 }) } });
  team = await startTeamServer({ environment: { HEDDLE_EGRESS_ALLOW: `127.0.0.1:${service.port},127.0.0.1:${provider.port}` } });
  ada = await team.join("Ada", { by: team.owner, workspace, role: "editor" });
  const settings = { provider: "anthropic", baseUrl: provider.anthropicUrl, apiKey: "key", defaultModel: "calls-tools" };
  connection = (await must("POST /api/connections", { kind: "model", name: "Models", settings })).id;
});
afterEach(() => {
  service.seen.length = 0;
  provider.requests.length = 0;
});
afterAll(async () => {
  await team?.close();
  await provider?.close();
  await service?.close();
});

const must = (to: string, body?: unknown) => team.must(team.owner, to, { workspace, body });
const detailOf = (run: string) => must(`GET /api/runs/${run}`);
const toolOf = (name: string, path: string, more: { config?: object; policy?: object } = {}) => ({
  ...nodeOf(`node_${name}`, "http-request", {
    ...{ method: "POST", url: `${service.url}${path}`, query: [{ id: "order", name: "order", value: "{{ inputs.order }}" }] },
    ...more.config,
  }),
  label: name,
  ...(more.policy && { policy: more.policy }),
});

/** A run of an agent with these tools, which is told this. */
async function startAgent(given: { tools: ReturnType<typeof toolOf>[]; message: string; config?: Record<string, string | number | boolean>; body?: object }) {
  const { tools, message, config = {}, body = {} } = given;
  const agent = nodeOf("node_agent", "agent", { connection, message, ...config });
  const edges = [edgeOf("node_agent.text", "node_out.value"), ...tools.map(({ id }) => ({ ...edgeOf(`${id}.tool`, "node_agent.tools"), kind: "tool" }))];
  const graph = { ...emptyGraph("Agent"), nodes: [agent, ...tools, nodeOf("node_out", "output", {})], edges };
  const { id } = await must("POST /api/graphs", { graph });
  return (await must(`POST /api/graphs/${id}/runs`, body)).id as string;
}

/** The gate at which a run, or one it waits for, stands. */
async function gateOf(run: string, not?: string): Promise<Gate> {
  return vi.waitFor(async () => {
    const { items } = await must(`GET /api/approvals?run=${run}`);
    const gate = items.find(({ id }: Gate) => id !== not);
    expect(gate, JSON.stringify(await detailOf(run))).toBeDefined();
    return gate;
  }, PATIENT);
}

async function succeeded(run: string) {
  await expect.poll(async () => (await detailOf(run)).finishedAt, PATIENT).not.toBeNull();
  const detail = await detailOf(run);
  expect(detail, JSON.stringify(detail)).toMatchObject({ state: "succeeded" });
  return detail;
}

const decide = (gate: Gate, body: object, by: Person = team.owner) => team.send(by, `POST /api/approvals/${gate.id}/decide`, { workspace, body });
const ordersOf = () => service.seen.map(({ url }) => url.searchParams.get("order"));
const tools = (count: number) => ["one", "two", "three", "four", "five"].slice(0, count).map((name) => toolOf(name, `/${name}`));

describe("a write of an agent that times out after it was sent", () => {
  it.each([
    { decision: "happened", more: { edited: { body: "It is there.", response: {} } }, told: "It is there.", sent: 1 },
    { decision: "again", more: {}, told: "The tool failed.", sent: 2 },
  ])("waits for a person and is made again by nobody else ($decision)", async ({ decision, more, told, sent }) => {
    const policy = { timeoutMs: 1_000, attempts: 3 };
    const run = await startAgent({ tools: [toolOf("order", "/silent", { policy })], message: "blue", config: { autonomy: "autopilot" } });
    const gate = await gateOf(run);
    expect(gate).toMatchObject({ kind: "uncertain", node: "node_order", failure: { code: "timeout" } });
    // of the call, not of the agent
    expect(gate.run).not.toBe(run);
    expect(await detailOf(run)).toMatchObject({ state: "waiting", finishedAt: null });
    expect([service.seen.length, provider.turns()]).toEqual([1, 1]);
    expect(service.seen[0]?.headers["idempotency-key"]).toBeUndefined();

    expect((await decide(gate, { decision, ...more })).status).toBe(200);
    if (decision === "again") {
      const second = await gateOf(run, gate.id);
      expect(second).toMatchObject({ kind: "uncertain", node: "node_order" });
      expect(service.seen).toHaveLength(2);
      expect((await decide(second, { decision: "failed" })).status).toBe(200);
    }
    await succeeded(run);
    expect([service.seen.length, provider.turns()]).toEqual([sent, 2]);
    expect(JSON.stringify(provider.requests.at(-1)?.body)).toContain(told);
  });
});

describe("the review of a call", () => {
  it("is decided once, also by two people at once: the other one is told by whom", async () => {
    for (let round = 0; round < 4; round++) {
      const people = round < 2 ? [team.owner, ada] : [ada, team.owner];
      service.seen.length = 0;
      const run = await startAgent({ tools: tools(1), message: `round-${round}` });
      const gate = await gateOf(run);
      expect(gate.kind).toBe("tool-call");
      const approver = round % 2;
      const answers = await Promise.all(people.map((person, index) => decide(gate, { decision: index === approver ? "approve" : "reject" }, person)));
      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
      const winner = answers.findIndex(({ status }) => status === 200);
      const loser = answers[1 - winner];
      expect(loser?.json).toMatchObject({ decided: { actor: people[winner]?.id } });
      expect(loser?.text).toContain(`${people[winner]?.name} has decided this already`);
      expect(await must(`GET /api/approvals/${gate.id}`)).toMatchObject({ state: "decided", decided: { by: people[winner]?.id } });
      await succeeded(run);
      // what became of it is what the one who won said
      expect(service.seen).toHaveLength(winner === approver ? 1 : 0);
    }
    // whoever comes later is told the same
    const run = await startAgent({ tools: tools(1), message: "later" });
    const gate = await gateOf(run);
    expect((await decide(gate, { decision: "reject" }, ada)).status).toBe(200);
    expect(await decide(gate, { decision: "approve" })).toMatchObject({ status: 409, json: { detail: 'Ada has decided this already: "reject".' } });
    await succeeded(run);
  });

  it("hands the tool the arguments that a person wrote, and tells the model so", async () => {
    const run = await startAgent({ tools: tools(1), message: "blue" });
    const gate = await gateOf(run);
    if (gate.kind !== "tool-call") throw new Error(`It is ${gate.kind}.`);
    const proposed = gate.edit?.value as Record<string, Record<string, string>>;
    const [call = ""] = Object.keys(proposed);
    expect(JSON.stringify(proposed)).toContain("blue");
    expect((await decide(gate, { decision: "approve", edited: { [call]: { order: "green & white" } } })).status).toBe(200);
    await succeeded(run);
    expect(ordersOf()).toEqual(["green & white"]);
    const told = JSON.stringify(provider.requests.at(-1)?.body);
    expect(told).toContain("A person changed the arguments");
    expect(told).toContain("green & white");
    expect(await must(`GET /api/approvals/${gate.id}`)).toMatchObject({ decided: { decision: "approve", by: team.owner.id } });
    const events = (await must(`GET /api/runs/${run}/events`)).items;
    expect(JSON.stringify(events)).toContain("green & white");
  });

  it("takes no arguments that do not fit the tool", async () => {
    const run = await startAgent({ tools: tools(1), message: "blue" });
    const gate = await gateOf(run);
    const [call = ""] = Object.keys(gate.kind === "tool-call" ? (gate.edit?.value as object) : {});
    const answer = await decide(gate, { decision: "approve", edited: { [call]: {} } });
    // refused at once, or asked again
    if (answer.status === 200) expect((await gateOf(run, gate.id)).kind).toBe("tool-call");
    else expect(answer.status).toBe(400);
    expect(service.seen).toEqual([]);
    const open = await gateOf(run, answer.status === 200 ? gate.id : undefined);
    expect((await decide(open, { decision: "reject", note: "Not now." })).status).toBe(200);
    await succeeded(run);
    expect(service.seen).toEqual([]);
    expect(JSON.stringify(provider.requests.at(-1)?.body)).toContain("Not now.");
  });
});

describe("a budget of one cent", () => {
  it("holds the run before the turn that would exceed it, and lets it go on when it is raised", async () => {
    const facts = { title: "Dear", contextTokens: 100_000, maxOutputTokens: 100, prices: { input: "5", output: "10" } };
    await must("PUT /api/models/anthropic/costs-much", { ...facts, abilities: { images: false, tools: true, structured: false, temperature: true } });
    const config = { model: "costs-much", autonomy: "autopilot", askAfterUntrusted: false };
    const run = await startAgent({ tools: tools(5), message: "red", config, body: { budget: 0.01 } });
    const gate = await gateOf(run);
    if (gate.kind !== "budget") throw new Error(`It is ${gate.kind}.`);
    expect(gate).toMatchObject({ kind: "budget", run, node: "node_agent" });
    const turns = provider.turns();
    // 400 tokens read and 100 written
    const turn = 0.003;
    const { cost } = await detailOf(run);
    expect(turns).toBeGreaterThan(0);
    expect(turns).toBeLessThan(4);
    expect(cost).toBe(String(Number((turns * turn).toFixed(10))));
    expect(Number(cost)).toBeLessThanOrEqual(0.01);
    expect(Number(cost) + gate.amount).toBeGreaterThan(0.01);
    expect((await decide(gate, { decision: "raise", edited: { budget: 1 } })).status).toBe(200);
    expect(await succeeded(run)).toMatchObject({ cost: String(Number((4 * turn).toFixed(10))) });
    expect(provider.turns()).toBe(4);
    expect(ordersOf().toSorted()).toEqual(["red-five", "red-four", "red-one", "red-three", "red-two"]);
  });

  it("asks nothing of a model whose first turn would exceed it", async () => {
    const run = await startAgent({ tools: tools(5), message: "red", config: { model: "costs-much", maxOutputTokens: 2_000 }, body: { budget: 0.01 } });
    const gate = await gateOf(run);
    expect([gate.kind, provider.requests.length]).toEqual(["budget", 0]);
    expect((await decide(gate, { decision: "refuse" })).status).toBe(200);
    await expect.poll(async () => (await detailOf(run)).finishedAt, PATIENT).not.toBeNull();
    expect(provider.requests).toEqual([]);
    expect((await detailOf(run)).state).not.toBe("succeeded");
  });
});
