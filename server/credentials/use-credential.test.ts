import { sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { HttpRequest } from "#nodes/kit/http/service.ts";
import type { CredentialSettings } from "../contract/credentials.ts";
import type { Database } from "../store/database/open-database.ts";
import { createTestDatabase, truncateAll } from "../store/database/test-database.ts";
import { createTestCredentials, type Other, startOther } from "./testing/test-credentials.ts";

let database: Database;
let test: Awaited<ReturnType<typeof createTestCredentials>>;
let api: Other;
let elsewhere: Other;
let answerApi: Parameters<typeof startOther>[0];
let answerElsewhere: Parameters<typeof startOther>[0];
let now: number;
let concealed: string[];
beforeAll(async () => {
  database = await createTestDatabase();
  api = await startOther((request) => answerApi?.(request) ?? {});
  elsewhere = await startOther((request) => answerElsewhere?.(request) ?? {});
});
afterAll(async () => {
  await api.close();
  await elsewhere.close();
  await database.close();
});
beforeEach(async () => {
  answerApi = undefined;
  answerElsewhere = undefined;
  now = Date.UTC(2026, 0, 1);
  concealed = [];
  api.seen.length = 0;
  elsewhere.seen.length = 0;
  test = await createTestCredentials(database, { allow: () => [api, elsewhere].map(({ port }) => ({ host: "127.0.0.1", port })), now: () => now });
});
afterEach(async () => {
  await test.close();
  await truncateAll(database);
});

const SECRET = "canary-s3cr3t";
const create = async (settings: CredentialSettings, more: { hosts?: string[]; nodeTypes?: string[]; secret?: string } = {}) => {
  const made = { workspace: "workspace_a", actor: "a", name: "Key", description: "", settings, hosts: [api.host], nodeTypes: [], secret: SECRET, ...more };
  return (await test.credentials.create(made)).id;
};
const send = (credential: string, request: Partial<HttpRequest> = {}, scope: { workspace?: string; nodeType?: string } = {}) =>
  test.use.clientFor({ workspace: "workspace_a", nodeType: "http-request", conceal: (secret) => void concealed.push(secret), ...scope }).request({
    method: "GET",
    url: api.origin,
    timeoutMs: 5_000,
    maxBytes: 10_000,
    maxRedirects: 5,
    signal: new AbortController().signal,
    ...request,
    credential,
  });

describe("a call with a credential", () => {
  it.each<[CredentialSettings, Record<string, string>, string]>([
    [{ kind: "bearer" }, { authorization: `Bearer ${SECRET}` }, "/a?b=c%20d"],
    [{ kind: "header", name: "X-Token" }, { "x-token": SECRET }, "/a?b=c%20d"],
    [{ kind: "api-key", in: "header", name: "X-Key" }, { "x-key": SECRET }, "/a?b=c%20d"],
    [{ kind: "api-key", in: "query", name: "key" }, {}, `/a?b=c%20d&key=${SECRET}`],
    [{ kind: "basic", username: "me" }, { authorization: `Basic ${Buffer.from(`me:${SECRET}`).toString("base64")}` }, "/a?b=c%20d"],
  ])("of the kind %j carries it, and the answer does not tell it", async (settings, headers, path) => {
    const id = await create(settings);
    const answer = await send(id, { url: `${api.origin}/a?b=c%20d`, headers: { authorization: "mine", accept: "text/plain" } });
    expect(api.seen).toMatchObject([{ url: path, headers: { accept: "text/plain", ...headers } }]);
    expect(concealed).toContain(SECRET);
    expect(answer.url).toBe(`${api.origin}/a?b=c%20d`);
  });

  it("carries the secret of the newest version", async () => {
    const id = await create({ kind: "bearer" });
    await send(id);
    await test.credentials.rotate(id, "canary-second");
    await send(id);
    expect(api.seen.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${SECRET}`, "Bearer canary-second"]);
  });

  it("leaves nothing to read in what it fails with", async () => {
    const id = await create({ kind: "api-key", in: "query", name: "key" }, { hosts: ["127.0.0.1:1"] });
    const error = await send(id, { url: "http://127.0.0.1:1/" }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "NodeError", code: "policy" });
    const open = await create({ kind: "api-key", in: "query", name: "key" });
    answerApi = () => ({ headers: { "content-length": "20000" } });
    const other = await send(open).catch((thrown: unknown) => thrown);
    expect(other).toMatchObject({ code: "limit" });
    expect(JSON.stringify([error, other, String(error), String(other)])).not.toContain(SECRET);
  });

  it("is not made to a host, for a node type or in a workspace that the credential is not for", async () => {
    const id = await create({ kind: "bearer" }, { nodeTypes: ["http-request"] });
    await expect(send(id, { url: elsewhere.origin })).rejects.toMatchObject({
      code: "policy",
      happened: "no",
      message: expect.stringContaining("without encryption"),
    });
    await expect(send(id, {}, { nodeType: "mcp-tool" })).rejects.toMatchObject({ code: "policy", happened: "no" });
    await expect(send(id, {}, { workspace: "workspace_b" })).rejects.toMatchObject({ code: "not-found", happened: "no" });
    await expect(send("cred_none")).rejects.toMatchObject({ code: "not-found" });
    expect([...api.seen, ...elsewhere.seen, ...concealed]).toEqual([]);
  });

  it("leaves it out once it is sent on to another host, whether that is one of its hosts or not, and keeps it on its own", async () => {
    for (const hosts of [[api.host], [api.host, elsewhere.host]]) {
      for (const settings of [
        { kind: "header", name: "x-token" },
        { kind: "api-key", in: "query", name: "key" },
      ] satisfies CredentialSettings[]) {
        const id = await create(settings, { hosts });
        answerApi = ({ url }) =>
          url.startsWith("/first") ? { status: 307, headers: { location: "/second" } } : { status: 307, headers: { location: elsewhere.origin } };
        await send(id, { url: `${api.origin}/first` });
        const [first, second] = api.seen.splice(0);
        for (const seen of [first, second]) expect(JSON.stringify(seen)).toContain(SECRET);
        expect(elsewhere.seen).toHaveLength(1);
        expect(JSON.stringify(elsewhere.seen.splice(0))).not.toContain(SECRET);
      }
    }
  });

  it("is not made with a secret that was changed in the database", async () => {
    const id = await create({ kind: "bearer" });
    await database.db.execute(sql`UPDATE secrets SET content = set_byte(content, 13, get_byte(content, 13) # 1) WHERE owner_id = ${id}`);
    await expect(send(id)).rejects.toMatchObject({ code: "auth", happened: "no" });
    expect(api.seen).toEqual([]);
  });

  it("is noted to the minute", async () => {
    const id = await create({ kind: "bearer" });
    const lastUsed = async () => (await test.credentials.read(id)).lastUsedAt;
    await send(id);
    await expect.poll(lastUsed).toBe("2026-01-01T00:00:00.000Z");
    now += 30_000;
    await send(id);
    now += 30_000;
    await send(id);
    await expect.poll(lastUsed).toBe("2026-01-01T00:01:00.000Z");
  });

  it("changes its state with everything that decides how it is used", async () => {
    const client = test.use.clientFor({ workspace: "workspace_a", nodeType: "http-request", conceal: () => undefined });
    const id = await create({ kind: "bearer" }, { hosts: [api.host, elsewhere.host] });
    const states = [await client.stateOf(id)];
    await test.credentials.change(id, { name: "Renamed" });
    expect(await client.stateOf(id)).toBe(states[0]);
    await test.credentials.rotate(id, "canary-second");
    states.push(await client.stateOf(id));
    await test.credentials.change(id, { hosts: [api.host] });
    states.push(await client.stateOf(id));
    expect(new Set(states).size).toBe(3);
  });
});

describe("an OAuth 2 client", () => {
  let issued: number;
  beforeEach(() => {
    issued = 0;
    answerElsewhere = () => ({ body: JSON.stringify({ access_token: `canary-token-${++issued}`, token_type: "Bearer", expires_in: 3_600 }) });
  });
  const authorizations = () => api.seen.map(({ headers }) => headers.authorization);
  const createClient = () => create({ kind: "oauth2-client", tokenUrl: `${elsewhere.origin}/token`, clientId: "he ddle", scope: "read" });

  it("gets one token for many calls, and another one shortly before it runs out", async () => {
    const id = await createClient();
    await Promise.all([send(id), send(id), send(id)]);
    expect(elsewhere.seen).toMatchObject([{ method: "POST", url: "/token", body: "grant_type=client_credentials&scope=read" }]);
    expect(elsewhere.seen[0]?.headers.authorization).toBe(`Basic ${Buffer.from(`he+ddle:${SECRET}`).toString("base64")}`);
    expect(authorizations()).toEqual(Array(3).fill("Bearer canary-token-1"));
    expect(concealed).toEqual(expect.arrayContaining([SECRET, "canary-token-1"]));
    expect(JSON.stringify(api.seen)).not.toContain(SECRET);
    now += 3_550_000;
    await send(id);
    expect(authorizations().at(-1)).toBe("Bearer canary-token-2");
  });

  it("fetches another token once when one that it had is refused", async () => {
    const id = await createClient();
    await send(id);
    answerApi = ({ headers }) => ({ status: headers.authorization === "Bearer canary-token-1" ? 401 : 200 });
    expect((await send(id)).status).toBe(200);
    answerApi = () => ({ status: 401 });
    expect((await send(id)).status).toBe(401);
    expect(issued).toBe(3);
  });

  it("sends its secret in the body where the server takes it only there", async () => {
    answerElsewhere = ({ headers, body }) =>
      headers.authorization || !body.includes(`client_secret=${SECRET}`)
        ? { status: 401, body: '{"error":"invalid_client"}' }
        : { body: '{"access_token":"canary-token"}' };
    await send(await createClient());
    expect(authorizations()).toEqual(["Bearer canary-token"]);
  });

  it("asks for no token where its secret would travel without encryption, also when that was stored before it was refused", async () => {
    const id = await createClient();
    const settings = { kind: "oauth2-client", tokenUrl: "http://id.example.org/token", clientId: "heddle", scope: "" };
    await database.db.execute(sql`UPDATE credentials SET settings = ${JSON.stringify(settings)}::json WHERE id = ${id}`);
    await expect(send(id)).rejects.toMatchObject({ code: "policy", happened: "no", message: expect.stringContaining("https") });
    expect(api.seen).toEqual([]);
  });

  it("says that no token was given out, and nothing of what it sent", async () => {
    const id = await createClient();
    answerElsewhere = ({ body, headers }) => ({
      status: 400,
      body: JSON.stringify({ error: "invalid_scope", error_description: `${body} ${headers.authorization}` }),
    });
    const error = await send(id, { method: "POST" }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "auth", happened: "no", message: expect.stringContaining("invalid_scope") });
    expect(String(error)).not.toContain("canary");
    answerElsewhere = () => ({ status: 302, headers: { location: api.origin } });
    await expect(send(id)).rejects.toMatchObject({ code: "auth" });
    expect(api.seen).toEqual([]);
  });

  it("has another token for another secret", async () => {
    const id = await createClient();
    await send(id);
    await test.credentials.rotate(id, "canary-second");
    await send(id);
    expect(authorizations()).toEqual(["Bearer canary-token-1", "Bearer canary-token-2"]);
  });
});
