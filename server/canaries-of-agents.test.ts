import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type AuthorizationServer, startAuthorizationServer } from "./mcp/testing/authorization-server.ts";
import { type FakeProvider, startFakeProvider } from "./models/testing/fake-provider.ts";
import { type FakeScript, fakeScriptSchema } from "./models/testing/fake-script.ts";
import { dumpTables } from "./store/testing/dump-tables.ts";
import { createCanaries } from "./testing/canaries.ts";
import { type EchoServer, startEchoServer } from "./testing/echo-server.ts";
import { keepingLogger, readEverything, readFiles } from "./testing/look-everywhere.ts";
import { edgeOf, finished, nodeOf } from "./testing/make-things.ts";
import { type ReflectingMcpHttp, startReflectingMcpHttp } from "./testing/reflecting-mcp-http.ts";
import { REFLECTING_MCP_SERVER } from "./testing/reflecting-mcp-server.ts";
import { FIRST_WORKSPACE, startTeamServer, type TeamServer } from "./testing/team-server.ts";

const workspace = FIRST_WORKSPACE;
const PROVIDERS = ["anthropic", "openai", "compatible"] as const;
const AGENTS = 5;
const canaries = createCanaries();
/** Something to be found everywhere: what is looked at is what there is. */
const openly = createCanaries();
const question = openly.make("what the agents are asked", "plain");
const accessToken = canaries.make("access token of OAuth 2", "plain");
const scripts: Record<string, FakeScript> = {};
const { logger, logged } = keepingLogger();

let echo: EchoServer;
let provider: FakeProvider;
let server: ReflectingMcpHttp;
let guarded: ReflectingMcpHttp;
let authorizer: AuthorizationServer;
let team: TeamServer;
/** What came from the server, but for what it shows once. */
let received: string[] = [];
let tables: Map<string, string>;
let files: Map<string, string>;
let overMcp: string[] = [];
const states: string[] = [];

const must = (to: string, body?: unknown) => team.must(team.owner, to, { workspace, body });
const send = (to: string, body?: unknown) => team.send(team.owner, to, { workspace, body });

beforeAll(async () => {
  [echo, provider, server, guarded] = await Promise.all([
    startEchoServer({ accessToken }),
    startFakeProvider({ scripts }),
    startReflectingMcpHttp(),
    startReflectingMcpHttp(),
  ]);
  authorizer = await startAuthorizationServer({ protects: guarded.url });
  guarded.refuse = authorizer.refuse;
  const allowed = [echo.host, ...[provider, server, guarded, authorizer].map(({ port }) => `127.0.0.1:${port}`)];
  team = await startTeamServer({
    environment: { HEDDLE_EGRESS_ALLOW: allowed.join(","), HEDDLE_METRICS: "1" },
    logger,
    onReceived: (text) => void received.push(text),
  });
  await refuseMisplaced();
  const models: Awaited<ReturnType<typeof connectModels>>[] = [];
  for (let index = 0; index < AGENTS; index++) models.push(await connectModels(index));
  const tools = [...(await connectProcesses()), ...(await connectRemote()), await authorizeRemote()];
  const credentials = await makeCredentials();
  for (const [index, model] of models.entries()) await callAgent({ ...model, index, tools, credential: credentials[index] ?? "" });
  await readEverything(team, team.owner, workspace);
  await team.server.close();
  tables = await dumpTables({ dataDirectory: team.directory });
  files = await readFiles(team.directory);
}, 240_000);
afterAll(async () => {
  await team?.close();
  for (const each of [echo, provider, server, guarded]) await each?.close();
  await authorizer?.stop();
});

/** Keys and secrets where none belongs. */
async function refuseMisplaced(): Promise<void> {
  const wrong = [
    { kind: "model", settings: { provider: "scripted", apiKey: canaries.make("key of a scripted model") } },
    { kind: "model", settings: { provider: "openai", apiKey: `${canaries.make("key with a line break")}\n` } },
    { kind: "model", settings: { provider: "anthropic", key: canaries.make("key under another name") } },
    { kind: "mcp", settings: { transport: "http", url: server.url, auth: { type: "oauth", secret: canaries.make("client secret under another name") } } },
  ];
  for (const each of wrong) expect((await send("POST /api/connections", { name: "Wrong", ...each })).status).toBe(400);
}

/** Models that say their key back: in words, thoughts, arguments of tools, and errors. */
async function connectModels(index: number): Promise<{ id: string; model: string; failing: string }> {
  const kind = PROVIDERS[index % PROVIDERS.length] ?? "anthropic";
  const baseUrl = kind === "anthropic" ? provider.anthropicUrl : provider.chatUrl;
  // one that was tested and then changed
  const before = canaries.make(`first key of ${kind} ${index}`);
  const settings = { provider: kind, baseUrl, defaultModel: "answers" };
  const { id } = await must("POST /api/connections", { kind: "model", name: `Models ${index}`, settings: { ...settings, apiKey: before } });
  await must(`POST /api/connections/${id}/test`, {});
  await must(`GET /api/connections/${id}/models`);
  const key = canaries.make(`key of ${kind} ${index}`);
  await must(`PATCH /api/connections/${id}`, { settings: { ...settings, apiKey: key } });
  const script = (steps: object[]) => fakeScriptSchema.parse({ title: "Tells its key", description: "", steps });
  const call = ["echo", "process", "remote", "guarded"].map((tool) => ({ tool, arguments: { note: `it is ${key}` } }));
  scripts[`tells-${index}`] = script([
    { when: { turn: 1 }, reasoning: `I know ${key}.`, say: `My key is ${key}.`, call },
    { when: { turn: 2 }, say: `Once more, ${key}: {result}`, call: call.slice(0, 2) },
    { say: `Done with ${key}: {result}` },
  ]);
  scripts[`refuses-${index}`] = script([{ fail: { status: 400, type: "invalid_request_error", message: `Incorrect API key provided: ${key}` } }]);
  return { id, model: `tells-${index}`, failing: `refuses-${index}` };
}

/** MCP servers that are started with secrets in their environment. */
async function connectProcesses(): Promise<string[]> {
  const environment = (what: string, count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`SECRET_${index}`, canaries.make(`${what} ${index} of a tool's process`)]));
  const settings = (env: Record<string, string>) => ({
    ...{ transport: "stdio", command: "heddle:node", arguments: ["-e", REFLECTING_MCP_SERVER] },
    environment: env,
  });
  const ids: string[] = [];
  for (let count = 0; count < 3; count++) {
    const body = { kind: "mcp", name: `Process ${count}`, settings: settings(environment("first variable", 8)) };
    const { id } = await must("POST /api/connections", body);
    expect(await must(`POST /api/connections/${id}/test`, {})).toMatchObject({ ok: true });
    await must(`PATCH /api/connections/${id}`, { settings: settings(environment("variable", 8)) });
    await tryTools(id);
    ids.push(id);
  }
  return ids.slice(0, 1);
}

/** Servers that are shown a credential of each kind, and another one after it was rotated. */
async function connectRemote(): Promise<string[]> {
  const kinds = [
    { kind: "bearer" },
    { kind: "header", name: "x-secret" },
    { kind: "api-key", in: "header", name: "x-key" },
    { kind: "basic", username: "weaver" },
    { kind: "oauth2-client", tokenUrl: `${echo.url}/token`, clientId: "heddle" },
  ];
  const ids: string[] = [];
  for (const settings of [...kinds, ...kinds]) {
    const hosts = [`127.0.0.1:${server.port}`, echo.host];
    const secret = canaries.make(`first ${settings.kind} of remote server ${ids.length}`);
    const { id: credential } = await must("POST /api/credentials", { name: `Remote ${ids.length}`, settings, hosts, secret });
    const remote = { transport: "http", url: server.url, auth: { type: "credential", credential } };
    const { id } = await must("POST /api/connections", { kind: "mcp", name: `Remote ${ids.length}`, settings: remote });
    const tested = await must(`POST /api/connections/${id}/test`, {});
    expect(tested, JSON.stringify(tested)).toMatchObject({ ok: true });
    await must(`POST /api/credentials/${credential}/rotate`, { secret: canaries.make(`${settings.kind} of remote server ${ids.length}`) });
    await tryTools(id);
    ids.push(id);
  }
  return ids.slice(0, 1);
}

/** A server that takes OAuth 2.1, with a client of ours, and with one that registers itself; its tokens are taken back once. */
async function authorizeRemote(): Promise<string> {
  const ids: string[] = [];
  for (const own of [{ clientId: "by-hand", clientSecret: canaries.make("secret of an OAuth client") }, {}]) {
    const settings = { transport: "http", url: guarded.url, auth: { type: "oauth", ...own } };
    const { id } = await must("POST /api/connections", { kind: "mcp", name: `Guarded ${ids.length}`, settings });
    const { url } = await must(`POST /api/connections/${id}/authorize`, {});
    const back = authorizer.agree(new URL(url));
    back.searchParams.set("here", "1");
    const page = await send(`GET ${back.pathname}${back.search}`);
    expect(page.status, page.text).toBe(200);
    canaries.add(`PKCE verifier ${ids.length}`, authorizer.lastTokenRequest().parameters.get("code_verifier") ?? "");
    await tryTools(id);
    authorizer.expire();
    await tryTools(id);
    canaries.add(`refresh token ${ids.length}`, authorizer.lastTokenRequest().parameters.get("refresh_token") ?? "");
    for (const [index, token] of bearersOf(guarded).entries()) canaries.add(`access token ${ids.length}.${index}`, token);
    ids.push(id);
  }
  return ids[1] ?? "";
}

/** Of the requests so far, each once, the ones that are known left out. */
function bearersOf({ seen }: ReflectingMcpHttp): string[] {
  const all = seen.flatMap((text) => /"authorization":"Bearer ([^"]+)"/.exec(text)?.[1] ?? []);
  return [...new Set(all)].filter((token) => canaries.foundIn(token).length === 0);
}

async function tryTools(id: string): Promise<void> {
  for (const tool of ["reflect", "fail", "missing"]) await send(`POST /api/connections/${id}/tools/${tool}/call`, {});
  await must(`GET /api/connections/${id}/log`);
}

async function makeCredentials(): Promise<string[]> {
  const made: string[] = [];
  for (let index = 0; index < AGENTS; index++) {
    const settings = index % 2 === 0 ? { kind: "bearer" } : { kind: "api-key", in: "query", name: "key" };
    const secret = canaries.make(`credential ${index} of an agent's tool`);
    made.push((await must("POST /api/credentials", { name: `Tool ${index}`, settings, hosts: [echo.host], secret })).id);
  }
  return made;
}

/** An agent with tools that say their secrets, run on the canvas, and as a tool of `POST /mcp`. */
async function callAgent(given: { id: string; model: string; failing: string; index: number; tools: string[]; credential: string }): Promise<void> {
  const { id: connection, model, failing, index, tools, credential } = given;
  const [process = "", remote = "", oauth = ""] = tools;
  const labelled = (name: string, type: string, config: Record<string, string>) => ({
    ...nodeOf(`node_${name}`, type, config),
    ...{ label: name, policy: { attempts: 1 } },
  });
  const nodes = (asked: string) => [
    nodeOf("node_agent", "agent", { ...{ connection, model: asked, message: question, autonomy: "autopilot" }, askAfterUntrusted: false, memory: "run" }),
    labelled("echo", "http-request", { method: "POST", url: `${echo.url}/echo?said={{ inputs.note }}`, credential }),
    labelled("process", "mcp-tool", { connection: process, tool: "reflect" }),
    labelled("remote", "mcp-tool", { connection: remote, tool: index % 2 === 0 ? "reflect" : "fail" }),
    labelled("guarded", "mcp-tool", { connection: oauth, tool: "reflect" }),
    nodeOf("node_out", "output", { name: "answer" }),
  ];
  const edges = [
    edgeOf("node_agent.text", "node_out.value"),
    ...["echo", "process", "remote", "guarded"].map((name) => ({ ...edgeOf(`node_${name}.tool`, "node_agent.tools"), kind: "tool" })),
  ];
  const make = async (name: string, asked: string): Promise<string> => {
    const about = { format: "heddle.graph/1", name, description: "", settings: {} };
    const { id } = await must("POST /api/graphs", { graph: { ...about, nodes: nodes(asked), edges } });
    return id;
  };
  const graph = await make(`Canary ${index}`, model);
  await watchRun(graph);
  await watchRun(await make(`Canary failing ${index}`, failing));
  const { number } = await must(`POST /api/graphs/${graph}/revisions`, {});
  await must(`POST /api/graphs/${graph}/publish`, { revision: number });
  await callOverMcp(`skill_canary_${index}`);
}

async function watchRun(graph: string): Promise<void> {
  const live = team.connect(team.owner, "/ws/live");
  await live.opened;
  const { id: run } = await must(`POST /api/graphs/${graph}/runs`, {});
  live.socket.send(JSON.stringify({ type: "subscribe", run, after: 0 }));
  const heardAll = () => live.frames.some((frame) => String(frame).includes("run-finished"));
  await vi.waitFor(async () => expect(heardAll(), JSON.stringify(await must(`GET /api/runs/${run}`))).toBe(true), { timeout: 60_000, interval: 200 });
  const ended = await finished(team, team.owner, run);
  states.push(ended.state);
  await team.send(team.owner, `GET /api/runs/${run}/events`, { headers: { accept: "text/event-stream" } });
  for (const hash of JSON.stringify(ended).match(/(?<="\$blob":")[0-9a-f]{64}/g) ?? []) await must(`GET /api/runs/${run}/values/${hash}`);
  live.socket.terminate();
}

async function callOverMcp(name: string): Promise<void> {
  const before = received.length;
  const { token } = await must("POST /api/tokens", { name, scopes: ["read", "run"] });
  received = received.slice(0, before);
  canaries.add(`API token of ${name}`, token);
  const headers = { authorization: `Bearer ${token}`, accept: "application/json, text/event-stream" };
  const ask = (method: string, params: object) =>
    team.send({ name: "client", headers }, "POST /mcp", { workspace, body: { jsonrpc: "2.0", id: 1, method, params } });
  const listed = await ask("tools/list", {});
  expect(listed.text).toContain(name);
  const called = await ask("tools/call", { name, arguments: {} });
  expect(called.status, called.text).toBe(200);
  // and what a client reads there of all that was run
  const runs = (await must("GET /api/runs?limit=200")).items.map(({ id }: { id: string }) => ({ name: "read_run", arguments: { id } }));
  const graphs = (await must("GET /api/graphs?limit=200")).items.map(({ id }: { id: string }) => ({ name: "read_graph", arguments: { id } }));
  const lists = ["list_runs", "list_graphs", "list_node_types"].map((list) => ({ name: list, arguments: {} }));
  const read = await Promise.all([...runs.slice(0, 12), ...graphs.slice(0, 4), ...lists].map((each) => ask("tools/call", each)));
  const results = read.map(({ text }) => JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? "{}").result);
  expect(results.filter((result) => !result || result.isError)).toEqual([]);
  overMcp = [...overMcp, listed.text, called.text, ...read.map(({ text }) => text)];
}

/** What was sent to models, without the headers that prove who asks. */
const prompts = () => provider.requests.filter(({ method }) => method === "POST").map(({ body }) => JSON.stringify(body));
const foundIn = (texts: readonly string[]) => texts.flatMap((text) => canaries.foundIn(text).map((what) => [what, text.slice(0, 600)]));

describe("a hundred secrets of agents, models and tools", () => {
  it("were put in, and reached those they were for", () => {
    expect(canaries.count()).toBeGreaterThanOrEqual(100);
    const keys = canaries.foundIn(JSON.stringify(provider.requests.map(({ headers }) => headers)));
    expect(keys.filter((what) => what.startsWith("key of"))).toHaveLength(AGENTS);
    expect(keys.filter((what) => what.startsWith("first key of"))).toHaveLength(AGENTS);
    expect(canaries.foundIn([...server.seen, ...echo.seen].join("\n")).length).toBeGreaterThanOrEqual(20);
    expect(canaries.foundIn(guarded.seen.join("\n")).length).toBeGreaterThanOrEqual(4);
    expect(states).toEqual(Array.from({ length: AGENTS }, () => ["succeeded", "failed"]).flat());
  });

  it("are in no prompt", () => {
    expect(prompts().length).toBeGreaterThanOrEqual(AGENTS * 6);
    expect(prompts().filter((text) => openly.foundIn(text).length > 0).length).toBeGreaterThanOrEqual(AGENTS * 6);
    // the tools were called, and what they answered was told
    expect(prompts().filter((text) => text.includes("SECRET_0") && text.includes("mcp-protocol-version")).length).toBeGreaterThan(AGENTS);
    expect(foundIn(prompts())).toEqual([]);
  });

  it("are in no answer of POST /mcp", () => {
    expect(overMcp.filter((text) => text.includes("Done with")).length).toBeGreaterThan(AGENTS);
    expect(overMcp.some((text) => openly.foundIn(text).length > 0)).toBe(true);
    expect(foundIn(overMcp)).toEqual([]);
  });

  it("are in no table and in no file", () => {
    expect([...tables].filter(([, text]) => openly.foundIn(text).length > 0).map(([table]) => table)).toContain("run_events");
    expect([...tables].map(([table, text]) => [table, canaries.foundIn(text)]).filter(([, found]) => found?.length)).toEqual([]);
    expect([...files].map(([path, text]) => [path, canaries.foundIn(text)]).filter(([, found]) => found?.length)).toEqual([]);
  });

  it("are in no line of the log", () => {
    expect(logged.length).toBeGreaterThan(0);
    expect(foundIn(logged)).toEqual([]);
  });

  it("are in no answer, no stream of events and no frame of a websocket", () => {
    expect(received.some((text) => text.includes("Done with"))).toBe(true);
    expect(received.some((text) => text.includes('"token"') && text.includes("Done"))).toBe(true);
    expect(foundIn(received)).toEqual([]);
  });
});
