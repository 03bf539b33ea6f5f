import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ToolResult } from "#nodes/kit/mcp/service.ts";
import type { EgressClient } from "../../egress/create-egress-client.ts";
import { silentLogger } from "../../logger.ts";
import type { Vault } from "../../vault/vault.ts";
import { createMcpPool, type McpPool } from "../client-pool.ts";
import { type AuthorizationServer, startAuthorizationServer } from "../testing/authorization-server.ts";
import { egressTo } from "../testing/everything.ts";
import { failureOf, toolCall } from "../testing/misbehaving.ts";
import { type MisbehavingHttp, startMisbehavingHttp } from "../testing/misbehaving-http.ts";
import { type Authorization, connectionOf, createAuthorization } from "./authorize.ts";
import { createGrantStore, grantOwner, type Owner } from "./grant-store.ts";
import { createOAuthAccess, type OAuthAccess } from "./oauth-access.ts";

const redirectUrl = "http://127.0.0.1:4400/api/oauth/callback";
let server: MisbehavingHttp;
let authorizer: AuthorizationServer;
let egress: EgressClient;
let pool: McpPool;
let access: OAuthAccess;
let authorization: Authorization;
let owner: Owner & { name: string };
let secrets: Map<string, string>;
let now: number;

beforeEach(async () => {
  now = Date.now();
  secrets = new Map();
  server = await startMisbehavingHttp();
  authorizer = await startAuthorizationServer({ protects: server.url });
  server.behave.refuse = authorizer.refuse;
  egress = egressTo(server.port, authorizer.port);
  const grants = createGrantStore(memoryVault(secrets));
  const given = { grants, egress, redirectUrl, now: () => now };
  access = createOAuthAccess(given);
  authorization = createAuthorization(given);
  owner = { id: "conn_a", workspace: "w", name: "Remote", settings: { transport: "http", url: server.url, auth: { type: "oauth" } } };
  const loadConnection = async () => ({ id: owner.id, revision: 1, name: owner.name, settings: owner.settings, fetch: access.fetchFor(owner) });
  pool = createMcpPool({ loadConnection, logger: silentLogger, limits: { graceMs: 300 } });
});
afterEach(async () => {
  await pool.close();
  await server.stop();
  await authorizer.stop();
  await egress.close();
});

function memoryVault(kept: Map<string, string>): Pick<Vault, "get" | "put" | "remove"> {
  const key = ({ owner: of, name }: { owner: string; name?: string }) => `${of}:${name}`;
  return {
    get: async (place) => {
      const value = kept.get(key(place));
      return value === undefined ? undefined : { value, version: 1 };
    },
    put: async (place) => {
      kept.set(key(place), place.value);
      return 1;
    },
    remove: async (place) => void kept.delete(key(place)),
  };
}

const textOf = ({ content }: ToolResult) => content.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("");
const echo = () => pool.call(toolCall("echo", { text: "hello" }));
async function authorize(by = "ada") {
  const address = await authorization.begin(owner, by);
  const back = Object.fromEntries(authorizer.agree(address).searchParams);
  await authorization.finish(owner, { by, state: back.state ?? "", code: back.code });
  return { address, back };
}

describe("a server that wants OAuth", () => {
  it("is yellow until a person authorizes Heddle, and works from then on", async () => {
    expect(await failureOf(echo())).toMatchObject({ code: "auth", happened: "no", details: { advice: expect.stringContaining("Authorize") } });
    expect(pool.status("a")).toMatchObject({ state: "yellow", detail: expect.stringContaining("needs authorization") });
    const { address } = await authorize();
    expect(Object.fromEntries(address.searchParams)).toMatchObject({
      code_challenge_method: "S256",
      redirect_uri: redirectUrl,
      resource: server.url,
      scope: "tools",
    });
    expect(connectionOf(address.searchParams.get("state") ?? "")).toBe(owner.id);
    expect(textOf(await echo())).toBe("hello");
    expect(authorizer.seen).toEqual(["register", "authorization_code"]);
    expect(pool.status("a").state).toBe("green");
  });

  it("that takes the token back is asked for another one, once for all calls", async () => {
    await authorize();
    await echo();
    authorizer.expire();
    expect((await Promise.all([echo(), echo(), echo()])).map(textOf)).toEqual(["hello", "hello", "hello"]);
    expect(authorizer.seen.filter((grant) => grant === "refresh_token")).toHaveLength(1);
  });

  it("is asked before the token runs out", async () => {
    await authorize();
    now += 3_590_000;
    await echo();
    expect(authorizer.seen).toContain("refresh_token");
  });

  it("that takes everything back needs a person again, who is not registered twice", async () => {
    await authorize();
    await echo();
    authorizer.revoke();
    expect(await failureOf(echo())).toMatchObject({ code: "auth", happened: "no" });
    await authorize();
    expect(textOf(await echo())).toBe("hello");
    expect(authorizer.seen.filter((call) => call === "register")).toHaveLength(1);
  });

  it("gets to see a client that was registered by hand, and its secret only where it belongs", async () => {
    owner = { ...owner, settings: { ...owner.settings, auth: { type: "oauth", clientId: "by-hand", clientSecret: "s3cret-of-client" } } };
    await authorize();
    expect(authorizer.seen).toEqual(["authorization_code"]);
    expect(authorizer.lastTokenRequest().authorization).toBe(`Basic ${Buffer.from("by-hand:s3cret-of-client").toString("base64")}`);
    expect(textOf(await echo())).toBe("hello");
  });

  it("names what must not be seen", async () => {
    await authorize();
    expect(await access.secretsOf(owner)).toEqual([expect.stringMatching(/^access-/), expect.stringMatching(/^refresh-/)]);
  });
});

describe("what was granted", () => {
  it("is destroyed when the connection goes to another host", async () => {
    await authorize();
    expect(secrets.has(`${grantOwner(owner.id)}:grant`)).toBe(true);
    const elsewhere: Owner = { ...owner, settings: { ...owner.settings, url: "https://elsewhere.example.org/mcp" } };
    expect(await access.secretsOf(elsewhere)).toEqual([]);
    expect(secrets.size).toBe(0);
    expect(await failureOf(echo())).toMatchObject({ code: "auth" });
  });
});

describe("who comes back", () => {
  it.each([
    ["is somebody else", (state: string) => ({ by: "eve", state, code: "x" }), "Somebody else"],
    ["has another state", (state: string) => ({ by: "ada", state: `${state.slice(0, -4)}AAAA`, code: "x" }), "over"],
    ["was refused", (state: string) => ({ by: "ada", state, error: "access_denied" }), "did not agree"],
    [
      "comes from another authorization server",
      (state: string) => ({ by: "ada", state, code: "x", issuer: "https://evil.example.org" }),
      "Another authorization server",
    ],
    ["has a code that is none", (state: string) => ({ by: "ada", state, code: "x" }), "authorization failed"],
  ])("and %s gets nothing", async (_, back, message) => {
    const address = await authorization.begin(owner, "ada");
    const failure = await failureOf(authorization.finish(owner, back(address.searchParams.get("state") ?? "")));
    expect(failure.message).toContain(message);
    expect(await failureOf(echo())).toMatchObject({ code: "auth" });
  });

  it("gets nothing after ten minutes, nor a second time", async () => {
    const { back } = await authorize();
    expect((await failureOf(authorization.finish(owner, { by: "ada", state: back.state ?? "", code: back.code }))).message).toContain("over");
    const address = await authorization.begin(owner, "ada");
    now += 11 * 60_000;
    expect((await failureOf(authorization.finish(owner, { by: "ada", state: address.searchParams.get("state") ?? "", code: "x" }))).message).toContain(
      "ten minutes",
    );
  });

  it("is sent to no server that offers none", async () => {
    delete server.behave.refuse;
    expect(await failureOf(authorization.begin(owner, "ada"))).toMatchObject({ code: "auth", message: expect.stringContaining("authorization failed") });
  });
});
