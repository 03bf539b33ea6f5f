import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ConnectionId, credentialIdSchema } from "#runtime/graph/ids.ts";
import { LOCAL_PERSON } from "../auth/actor.ts";
import type { CredentialSettings } from "../contract/credentials.ts";
import type { McpAuth } from "../contract/mcp-settings.ts";
import { createTestCredentials } from "../credentials/testing/test-credentials.ts";
import { silentLogger } from "../logger.ts";
import { createMcpPool, type McpPool } from "../mcp/client-pool.ts";
import { createAuthorization } from "../mcp/oauth/authorize.ts";
import { createGrantStore, grantOwner } from "../mcp/oauth/grant-store.ts";
import { createOAuthAccess } from "../mcp/oauth/oauth-access.ts";
import { type AuthorizationServer, startAuthorizationServer } from "../mcp/testing/authorization-server.ts";
import { failureOf, toolCall } from "../mcp/testing/misbehaving.ts";
import { type MisbehavingHttp, startMisbehavingHttp } from "../mcp/testing/misbehaving-http.ts";
import { createConnectionStore } from "../store/connections.ts";
import type { Database } from "../store/database/open-database.ts";
import { createTestDatabase, truncateAll } from "../store/database/test-database.ts";
import { type Connections, createConnections } from "./connections.ts";
import { type ConnectionLoader, createConnectionLoader } from "./load-connection.ts";
import { createMcpConnections, type McpConnections } from "./mcp-connections.ts";
import { createRemoteAccess } from "./remote-access.ts";

const workspace = "workspace_a";
const SECRET = "canary-s3cr3t";

let database: Database;
let server: MisbehavingHttp;
let authorizer: AuthorizationServer;
let test: Awaited<ReturnType<typeof createTestCredentials>>;
let loader: ConnectionLoader;
let pool: McpPool;
let connections: Connections;
let mcp: McpConnections;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  server = await startMisbehavingHttp();
  authorizer = await startAuthorizationServer({ protects: server.url });
  test = await createTestCredentials(database, { allow: () => [server, authorizer].map(({ port }) => ({ host: "127.0.0.1", port })) });
  const { vault, egress } = test;
  const store = createConnectionStore(database);
  const given = { grants: createGrantStore(vault), egress, redirectUrl: "http://127.0.0.1:4400/api/oauth/callback" };
  const remote = createRemoteAccess({ egress, credentials: test.use, oauth: createOAuthAccess(given) });
  loader = createConnectionLoader({ store, vault, remote });
  pool = createMcpPool({ loadConnection: loader.load, logger: silentLogger, limits: { graceMs: 300 } });
  const models = { test: () => Promise.reject(new Error("There is no model.")) };
  connections = createConnections({
    store,
    vault,
    secretsOf: loader.secretsOf,
    pool,
    models,
    comfyui: models,
    note: async () => undefined,
    logger: silentLogger,
  });
  mcp = createMcpConnections({ store, loader, pool, authorization: createAuthorization(given), logger: silentLogger });
});
afterEach(async () => {
  await pool.close();
  await server.stop();
  await authorizer.stop();
  await test.close();
  await truncateAll(database);
});

const connect = async (auth: McpAuth) => {
  const made = await connections.create({ workspace, name: "Remote", settings: { transport: "http", url: server.url, auth }, actor: LOCAL_PERSON });
  return made.id;
};
const keep = async (settings: CredentialSettings, more: { hosts?: string[]; nodeTypes?: string[] } = {}) => {
  const made = { workspace, actor: "a", name: "Key", description: "", settings, hosts: [`127.0.0.1:${server.port}`], nodeTypes: [], secret: SECRET, ...more };
  return credentialIdSchema.parse((await test.credentials.create(made)).id);
};
const echo = (connection: string, text = "hello") => pool.call(toolCall("echo", { text }, { connection }));

describe("a remote connection with a credential", () => {
  it.each<[CredentialSettings, Record<string, string>]>([
    [{ kind: "bearer" }, { authorization: `Bearer ${SECRET}` }],
    [{ kind: "header", name: "X-Key" }, { "x-key": SECRET }],
    [{ kind: "basic", username: "ada" }, { authorization: `Basic ${Buffer.from(`ada:${SECRET}`).toString("base64")}` }],
  ])("sends it along: %j", async (settings, headers) => {
    const id = await connect({ type: "credential", credential: await keep(settings) });
    await echo(id);
    expect(server.headers()).toMatchObject(headers);
  });

  it("uses a rotated one from the next call on", async () => {
    const credential = await keep({ kind: "bearer" });
    const id = await connect({ type: "credential", credential });
    await echo(id);
    await test.credentials.rotate(credential, "canary-the-next");
    await echo(id);
    expect(server.headers().authorization).toBe("Bearer canary-the-next");
  });

  it("is in another state once the secret or the settings have changed, and is none of another workspace", async () => {
    const credential = await keep({ kind: "bearer" });
    const id = await connect({ type: "credential", credential });
    const states = [await loader.stateOf({ id, workspace })];
    const approved = await loader.bindingOf({ id, workspace });
    expect(await loader.stateOf({ id, workspace })).toBe(states[0]);
    await test.credentials.rotate(credential, "canary-the-next");
    states.push(await loader.stateOf({ id, workspace }));
    expect(await loader.bindingOf({ id, workspace })).toEqual({ revision: approved.revision, access: expect.not.stringMatching(approved.access) });
    await connections.change(id, { settings: { transport: "http", url: server.url, auth: { type: "none" } }, actor: LOCAL_PERSON });
    states.push(await loader.stateOf({ id, workspace }));
    expect(new Set(states).size).toBe(3);
    expect(await loader.bindingOf({ id, workspace })).toEqual({ revision: "2", access: "" });
    expect(await failureOf(loader.stateOf({ id, workspace: "workspace_b" }))).toMatchObject({ code: "not-found" });
  });

  it("shows nobody the secret that its server repeats", async () => {
    const id = await connect({ type: "credential", credential: await keep({ kind: "bearer" }) });
    expect(
      JSON.stringify(await connections.call(id, "echo", { arguments: { text: `your key is ${SECRET}` }, signal: new AbortController().signal })),
    ).not.toContain(SECRET);
    expect(await loader.secretsOf(id)).toContain(SECRET);
  });

  it.each([
    ["for other hosts", { hosts: ["api.example.org"] }, "may not be sent to"],
    ["for some types of nodes", { nodeTypes: ["a-node"] }, "for some types of nodes only"],
  ])("that is %s sends nothing", async (_, more, message) => {
    const id = await connect({ type: "credential", credential: await keep({ kind: "bearer" }, more) });
    expect(await failureOf(echo(id))).toMatchObject({ code: "policy", happened: "no", message: expect.stringContaining(message) });
    expect(server.seen).toEqual([]);
  });
});

describe("a remote connection with OAuth", () => {
  const authorize = async (id: ConnectionId) => {
    const { url } = await mcp.authorize(id, LOCAL_PERSON);
    const back = Object.fromEntries(authorizer.agree(new URL(url)).searchParams);
    return mcp.authorized({ state: back.state ?? "", code: back.code }, LOCAL_PERSON);
  };
  const kept = (id: string) => test.vault.all({ workspace, owner: grantOwner(id) });
  beforeEach(() => {
    server.behave.refuse = authorizer.refuse;
  });

  it("works once a person has authorized it, and its tokens are kept out of answers", async () => {
    const id = await connect({ type: "oauth" });
    await expect.poll(async () => (await connections.read(id, LOCAL_PERSON)).health.state, { timeout: 10_000 }).toBe("yellow");
    expect(await authorize(id)).toEqual({ name: "Remote" });
    await echo(id);
    const [token = ""] = await loader.secretsOf(id);
    expect(token).toMatch(/^access-/);
    expect(JSON.stringify(await connections.call(id, "echo", { arguments: { text: token }, signal: new AbortController().signal }))).not.toContain(token);
    expect((await connections.read(id, LOCAL_PERSON)).health.state).toBe("green");
    // a token that is renewed is the same for what people approved; another authorization is not
    const approved = await loader.bindingOf({ id, workspace });
    authorizer.expire();
    await echo(id);
    expect((await loader.secretsOf(id))[0]).not.toBe(token);
    expect(await loader.bindingOf({ id, workspace })).toEqual(approved);
    await authorize(id);
    expect(await loader.bindingOf({ id, workspace })).not.toEqual(approved);
  });

  it("keeps what it was granted when something else changes, and loses it with the host, or the connection", async () => {
    const id = await connect({ type: "oauth" });
    await authorize(id);
    const change = (url: string) =>
      connections.change(id, { settings: { transport: "http", url, auth: { type: "oauth" }, elicitation: "ask" }, actor: LOCAL_PERSON });
    await change(server.url);
    await echo(id);
    await change("https://elsewhere.example.org/mcp");
    await expect.poll(() => kept(id), { timeout: 10_000 }).toEqual({});
    await change(server.url);
    await authorize(id);
    expect(Object.keys(await kept(id))).toEqual(["grant"]);
    await connections.archive(id);
    expect(await kept(id)).toEqual({});
  });

  it("is not authorized by somebody else, nor where OAuth was not chosen", async () => {
    const id = await connect({ type: "oauth" });
    const { url } = await mcp.authorize(id, LOCAL_PERSON);
    const state = new URL(url).searchParams.get("state") ?? "";
    const eve = { ...LOCAL_PERSON, id: "eve" } as unknown as typeof LOCAL_PERSON;
    await expect(mcp.authorized({ state, code: "x" }, eve)).rejects.toMatchObject({ code: "conflict" });
    await expect(mcp.authorized({ state: "nonsense" }, LOCAL_PERSON)).rejects.toMatchObject({ code: "bad-request" });
    await expect(mcp.authorize(await connect({ type: "none" }), LOCAL_PERSON)).rejects.toMatchObject({ code: "unprocessable" });
  });
});
