import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Json } from "#runtime/graph/json.ts";
import type { CredentialSettings } from "./contract/credentials.ts";
import { type SmtpServer, startSmtpServer } from "./mail/testing/smtp-server.ts";
import { dumpTables } from "./store/testing/dump-tables.ts";
import { createCanaries } from "./testing/canaries.ts";
import { openEditor } from "./testing/document-editor.ts";
import { type EchoServer, startEchoServer } from "./testing/echo-server.ts";
import { keepingLogger, readEverything, readFiles } from "./testing/look-everywhere.ts";
import { edgeOf, finished, makeGraph, nodeOf } from "./testing/make-things.ts";
import { REFLECTING_MCP_SERVER } from "./testing/reflecting-mcp-server.ts";
import { type Answer, cookieOf, FIRST_WORKSPACE, NOBODY, startTeamServer, type TeamServer } from "./testing/team-server.ts";

const workspace = FIRST_WORKSPACE;
const canaries = createCanaries();
/** Something to be found everywhere: what is looked at is what there is. */
const openly = createCanaries();
const accessToken = canaries.make("access token of OAuth 2", "plain");

let echo: EchoServer;
let smtp: SmtpServer;
let team: TeamServer;
/** What came from the server, but for what it shows once. */
let received: string[] = [];
let files: Map<string, string>;
let tables: Map<string, string>;
let rotation: Awaited<ReturnType<typeof rotateWhileRunning>>;

const { logger, logged } = keepingLogger();

/** Its answer is the one place where a secret is shown. */
async function shownOnce<T>(work: () => Promise<T>): Promise<T> {
  const before = received.length;
  const result = await work();
  received = received.slice(0, before);
  return result;
}

const owner = () => team.owner;
const must = (to: string, body?: unknown) => team.must(owner(), to, { workspace, body });
const send = (to: string, body?: unknown): Promise<Answer> => team.send(owner(), to, { workspace, body });

beforeAll(async () => {
  echo = await startEchoServer({ accessToken });
  smtp = await startSmtpServer();
  const smtpUrl = new URL(smtp.url);
  smtpUrl.username = "mailer";
  smtpUrl.password = canaries.make("password of the mail server", "plain");
  team = await startTeamServer({
    environment: {
      ...{ HEDDLE_EGRESS_ALLOW: echo.host, HEDDLE_METRICS: "1", SMTP_URL: smtpUrl.href, MAIL_FROM: "heddle@example.org" },
      ...{ OIDC_ISSUER: echo.url, OIDC_CLIENT_ID: "heddle", OIDC_CLIENT_SECRET: canaries.make("secret of the OpenID Connect client") },
    },
    logger,
    onReceived: (text) => void received.push(text),
  });
  const credentials = await makeCredentials();
  await sendCredentials(credentials);
  await renewSecrets(credentials);
  // each of the new ones is sent while the key changes: here one of each kind is
  await sendCredentials(credentials.slice(0, KINDS.length));
  rotation = await rotateWhileRunning(credentials);
  await tryConnections();
  for (let index = 0; index < 4; index++) await tryAccount(index);
  for (let index = 0; index < 4; index++) await tryLinks(index);
  await must("PUT /api/variables/open", { value: openly.make("value of a variable") });
  await readEverything(team, owner(), workspace);
  await team.server.close();
  tables = await dumpTables({ dataDirectory: team.directory });
  files = await readFiles(team.directory);
}, 120_000);
afterAll(async () => {
  await team.close();
  await smtp.close();
  await echo.close();
});

interface Made {
  id: string;
  settings: CredentialSettings;
}

const KINDS: CredentialSettings[] = [
  { kind: "api-key", in: "header", name: "x-key" },
  { kind: "api-key", in: "query", name: "key" },
  { kind: "bearer" },
  { kind: "basic", username: "weaver" },
  { kind: "header", name: "x-secret" },
  { kind: "oauth2-client", tokenUrl: "http://token", clientId: "heddle", scope: "" },
];

async function makeCredentials(): Promise<Made[]> {
  const made: Made[] = [];
  for (const kind of [...KINDS, ...KINDS, ...KINDS]) {
    const settings = kind.kind === "oauth2-client" ? { ...kind, tokenUrl: `${echo.url}/token` } : kind;
    const name = `${settings.kind} ${made.length}`;
    const credential = { name, settings, hosts: [echo.host], secret: canaries.make(`secret of ${name}`) };
    made.push({ id: (await must("POST /api/credentials", credential)).id, settings });
  }
  // what is refused
  const secret = canaries.make("a secret with a wrong host");
  expect((await send("POST /api/credentials", { name: "Wrong", settings: { kind: "bearer" }, hosts: ["no host"], secret })).status).toBe(400);
  const misplaced = canaries.make("a secret in a wrong place");
  expect((await send("POST /api/credentials", { name: "Wrong", settings: { kind: "bearer", token: misplaced }, hosts: [echo.host], secret })).status).toBe(400);
  const broken = `${canaries.make("a secret with a line break")}\n`;
  expect(
    (await send("POST /api/credentials", { name: "Wrong", settings: { kind: "bearer" }, hosts: [echo.host], secret: broken })).status,
  ).toBeGreaterThanOrEqual(400);
  return made;
}

/** Sends each credential to a system that says it back: in body, headers, errors, redirects, and at a length that is kept as a blob. */
async function sendCredentials(credentials: readonly Made[]): Promise<void> {
  const paths = ["/echo?a=1", "/status/403", "/status/500", "/redirect", "/echo?long=1"];
  const call = (credential: string, path: string, name: string) => ({
    ...nodeOf(name, "http-request", { url: `${echo.url}${path}`, credential, failOnStatus: path.startsWith("/status") }),
    policy: { attempts: 1, onFailure: "branch" },
  });
  const use = async ({ id }: Made, index: number) => {
    const nodes = paths.map((path, place) => call(id, path, `node_${index}_${place}`));
    const out = nodeOf("node_out", "output", {});
    const graph = await makeGraph(team, owner(), {
      workspace,
      name: `Calls ${index}`,
      nodes: [...nodes, out],
      edges: [edgeOf(`node_${index}_0.response`, "node_out.value")],
    });
    const live = team.connect(owner(), "/ws/live");
    await live.opened;
    const { id: run } = await must(`POST /api/graphs/${graph}/runs`, {});
    live.socket.send(JSON.stringify({ type: "subscribe", run, after: 0 }));
    // told, not asked for: eighteen that ask again and again keep the server from its runs
    await vi.waitFor(() => expect(live.frames.some((frame) => String(frame).includes("run-finished"))).toBe(true), { timeout: 30_000 });
    const ended = await finished(team, owner(), run);
    expect(ended.nodes[`node_${index}_0`], JSON.stringify(ended)).toMatchObject({ state: "succeeded" });
    await team.send(owner(), `GET /api/runs/${run}/events`, { headers: { accept: "text/event-stream" } });
    live.socket.terminate();
    for (const hash of JSON.stringify(ended).match(/(?<="\$blob":")[0-9a-f]{64}/g) ?? []) await must(`GET /api/runs/${run}/values/${hash}`);
  };
  await Promise.all(credentials.map(use));
}

/** New secrets for the same credentials, and a test of each. */
async function renewSecrets(credentials: readonly Made[]): Promise<void> {
  for (const [index, { id, settings }] of credentials.entries()) {
    await must(`POST /api/credentials/${id}/rotate`, { secret: canaries.make(`next secret of ${settings.kind} ${index}`) });
    await must(`POST /api/credentials/${id}/test`, { url: `${echo.url}/status/${index % 2 === 0 ? 403 : 200}` });
    await must(`PATCH /api/credentials/${id}`, { description: "changed" });
  }
}

/** New keys for the vault, twice, while runs send every credential. */
async function rotateWhileRunning(credentials: readonly Made[]) {
  const nodes = credentials.map(({ id }, index) => nodeOf(`node_${index}`, "http-request", { url: `${echo.url}/echo`, credential: id }));
  const graph = await makeGraph(team, owner(), { workspace, name: "While keys change", nodes: nodes.map((node) => ({ ...node, policy: { attempts: 1 } })) });
  const keys: string[] = [(await must("GET /api/vault")).key];
  let isRotating = true;
  const rotate = async () => {
    for (let times = 0; times < 2; times++) {
      await must("POST /api/vault/rotate");
      const rewrapped = await vi.waitFor(async () => {
        const status = await must("GET /api/vault");
        expect(status).toMatchObject({ waiting: 0, rewrap: { state: "done", problem: null } });
        return status;
      }, 20_000);
      keys.push(rewrapped.key);
    }
    isRotating = false;
  };
  const runs: { state: string }[] = [];
  const run = async () => {
    while (isRotating || runs.length < 6) {
      const { id } = await must(`POST /api/graphs/${graph}/runs`, {});
      runs.push(await finished(team, owner(), id));
    }
  };
  await Promise.all([rotate(), run(), run()]);
  return { keys, runs };
}

async function tryConnections(): Promise<void> {
  const environment = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`SECRET_${index}`, canaries.make(`environment ${canaries.count()}`)]));
  const settings = (source: string, env: Record<string, string>) => ({
    transport: "stdio",
    command: "heddle:node",
    arguments: ["-e", source],
    environment: env,
  });
  const { id } = await must("POST /api/connections", { kind: "mcp", name: "Reflecting", settings: settings(REFLECTING_MCP_SERVER, environment(8)) });
  const tested = await must(`POST /api/connections/${id}/test`, {});
  expect(tested, JSON.stringify(tested)).toMatchObject({ ok: true, tools: 2 });
  for (const tool of ["reflect", "fail"]) await send(`POST /api/connections/${id}/tools/${tool}/call`, {});
  const nodes = ["reflect", "fail"].map((tool) => ({
    ...nodeOf(`node_${tool}`, "mcp-tool", { connection: id, tool }),
    policy: { attempts: 1, onFailure: "branch" },
  }));
  const graph = await makeGraph(team, owner(), { workspace, name: "Tools", nodes });
  const started = await send(`POST /api/graphs/${graph}/runs`, {});
  if (started.status === 202) {
    await finished(team, owner(), started.json.id);
    await must(`GET /api/runs/${started.json.id}/events`);
  }
  await must(`PATCH /api/connections/${id}`, { settings: settings(REFLECTING_MCP_SERVER, environment(4)) });
  // one that dies, with its last words
  const dying = `console.error(JSON.stringify(process.env)); process.exit(3);`;
  const dead = await must("POST /api/connections", { kind: "mcp", name: "Dying", settings: settings(dying, environment(4)) });
  expect(await must(`POST /api/connections/${dead.id}/test`, {})).toMatchObject({ ok: false });
}

/** Their account, from the invitation to a reset of the password. */
async function tryAccount(index: number): Promise<void> {
  const password = canaries.make(`password of person ${index}`);
  const email = `person-${index}@example.org`;
  const { url } = await shownOnce(() => must("POST /api/invitations", { role: "editor", email }));
  const token = canaries.add(`token of invitation ${index}`, url.split("/").at(-1));
  await team.must(NOBODY, "POST /api/invitations/look", { body: { token } });
  const account = { name: `Person ${index}`, email, password };
  const accepted = await shownOnce(() => team.send(NOBODY, "POST /api/invitations/accept", { body: { token, account } }));
  expect(accepted.status).toBe(200);
  const cookie = cookieOf(accepted);
  canaries.add(`cookie of person ${index}`, decodeURIComponent(cookie.split("=").slice(1).join("=")));
  const headers = { cookie, origin: team.url };
  const next = canaries.make(`next password of person ${index}`);
  const body = { current: password, password: next };
  expect((await shownOnce(() => team.send(NOBODY, "POST /api/profile/password", { headers, body }))).status).toBe(204);
  const wrong = canaries.make(`wrong password of person ${index}`);
  expect((await team.send(NOBODY, "POST /api/session", { body: { email, password: wrong } })).status).toBe(401);
  await team.must(NOBODY, "POST /api/password/forgotten", { body: { email } });
  const resetIn = () => /\/reset\/([A-Za-z0-9_-]{20,})/.exec(smtp.mails.findLast(({ to }) => to.includes(email))?.content.replaceAll("=\r\n", "") ?? "")?.[1];
  await vi.waitFor(() => expect(resetIn()).toBeDefined(), { timeout: 15_000 });
  const reset = canaries.add(`token of reset ${index}`, resetIn() ?? "");
  const last = canaries.make(`password of reset ${index}`);
  expect((await team.send(NOBODY, "POST /api/password/reset", { body: { token: reset, password: last } })).status).toBe(204);
}

/** A token, a webhook and a shared link, of a graph that somebody edits. */
async function tryLinks(index: number): Promise<void> {
  const { token } = await shownOnce(() => must("POST /api/tokens", { name: `Token ${index}`, scopes: ["read"] }));
  canaries.add(`API token ${index}`, token);
  await team.must({ name: "script", headers: { authorization: `Bearer ${token}` } }, "GET /api/graphs");
  await team.send({ name: "script", headers: { authorization: `Bearer ${canaries.make(`wrong API token ${index}`, "plain")}` } }, "GET /api/graphs");
  const hook = nodeOf("node_hook", "webhook", { signature: { on: index % 2 === 0 } } as Record<string, Json>);
  const graph = await makeGraph(team, owner(), { workspace, name: `Hook ${index}`, nodes: [hook] });
  const { number } = await must(`POST /api/graphs/${graph}/revisions`, {});
  await must(`POST /api/graphs/${graph}/publish`, { revision: number });
  const secret = canaries.make(`signing secret ${index}`);
  await must(`PUT /api/graphs/${graph}/hooks/node_hook/secret`, { secret });
  const [{ url }] = (await must(`GET /api/graphs/${graph}/hooks`)).items;
  const authorization = `Bearer ${canaries.make(`credential of a webhook's caller ${index}`, "plain")}`;
  const called = await team.send(NOBODY, `POST ${new URL(url).pathname}`, {
    body: {},
    headers: { authorization, cookie: authorization, "x-api-key": authorization },
  });
  if (called.json?.run) await finished(team, owner(), called.json.run);
  const level = index % 2 === 0 ? "view" : "edit";
  const share = await shownOnce(() => must(`POST /api/graphs/${graph}/shares`, { kind: "link", level }));
  const link = canaries.add(`link of share ${index}`, share.url.split("/").at(-1));
  const guest = await shownOnce(() => team.send(NOBODY, "POST /api/shares/open", { body: { token: link } }));
  canaries.add(`cookie of guest ${index}`, cookieOf(guest).split("=").slice(1).join("="));
  const editor = await openEditor(team, owner(), { graph });
  editor.describe(`Hook ${index} described`);
  await vi.waitFor(async () => expect((await must(`GET /api/graphs/${graph}`)).graph.description).toContain("described"), { timeout: 15_000 });
  editor.socket.terminate();
}

describe("a hundred secrets", () => {
  it("were put in, and reached those they were for", () => {
    expect(canaries.count()).toBeGreaterThanOrEqual(100);
    const arrived = canaries.foundIn(echo.seen.join("\n"));
    for (const kind of KINDS) {
      const about = kind.kind === "oauth2-client" ? /access token/ : new RegExp(`secret of ${kind.kind}`);
      expect(
        arrived.some((what) => about.test(what)),
        kind.kind,
      ).toBe(true);
    }
    expect(arrived.filter((what) => what.includes("ecret of")).length).toBeGreaterThanOrEqual(30);
    // the search finds what is there
    expect(canaries.foundIn(Buffer.from(`user:${accessToken} and more`).toString("base64url"))).toEqual(["access token of OAuth 2"]);
  });

  it("are read by runs while the vault's key changes twice", () => {
    expect(new Set(rotation.keys).size).toBe(3);
    expect(rotation.runs.length).toBeGreaterThanOrEqual(6);
    expect(rotation.runs.filter(({ state }) => state !== "succeeded")).toEqual([]);
  });

  it("are in no table", () => {
    expect([...tables].filter(([, text]) => openly.foundIn(text).length > 0).map(([table]) => table)).toContain("variables");
    expect([...tables].map(([table, text]) => [table, canaries.foundIn(text)]).filter(([, found]) => found?.length)).toEqual([]);
    expect([...tables.values()].join("\n").match(/\$argon2id\$/g)?.length).toBeGreaterThanOrEqual(5);
  });

  it("are in no file, whether of the database, a blob or anything else", () => {
    const isBlob = (path: string) => path.includes("blobs");
    expect([...files].some(([path, text]) => isBlob(path) && text.includes("/echo?long=1"))).toBe(true);
    expect([...files].some(([, text]) => openly.foundIn(text).length > 0)).toBe(true);
    expect([...files].map(([path, text]) => [path, canaries.foundIn(text)]).filter(([, found]) => found?.length)).toEqual([]);
  });

  it("are in no line of the log", () => {
    expect(logged.length).toBeGreaterThan(0);
    expect(logged.flatMap((line) => canaries.foundIn(line).map((what) => [what, line.slice(0, 300)]))).toEqual([]);
  });

  it("are in no answer, no stream of events and no frame of a websocket", () => {
    expect(received.some((text) => openly.foundIn(text).length > 0)).toBe(true);
    expect(received.flatMap((text) => canaries.foundIn(text).map((what) => [what, text.slice(0, 600)]))).toEqual([]);
  });
});
