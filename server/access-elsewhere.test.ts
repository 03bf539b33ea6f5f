import { createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type EchoServer, startEchoServer } from "./testing/echo-server.ts";
import { edgeOf, finished, makeGraph, nodeOf } from "./testing/make-things.ts";
import { type Answer, type Caller, cookieOf, FIRST_WORKSPACE, NOBODY, startTeamServer, type TeamServer } from "./testing/team-server.ts";

const ORIGIN = "https://heddle.example.org";
const EVIL = "https://evil.example";
const HTML = '<img src=x onerror="alert(1)">';
const workspace = FIRST_WORKSPACE;

let echo: EchoServer;
let team: TeamServer;
let port: number;
/** The owner's cookie, and nothing else: what a browser sends for whatever page. */
let cookie: Caller;

beforeAll(async () => {
  echo = await startEchoServer();
  port = await freePort();
  team = await startTeamServer({ environment: { HEDDLE_EGRESS_ALLOW: echo.host, PUBLIC_URL: ORIGIN, PORT: String(port) } });
  cookie = { name: "a browser", headers: { cookie: team.owner.headers.cookie ?? "" } };
});
afterAll(async () => {
  await team.close();
  await echo.close();
});

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

const own = { origin: ORIGIN };
const countGraphs = async () => (await team.must(team.owner, "GET /api/graphs")).items.length;

/** What a browser of somebody signed in sends for another site's page, or a wrong name; and what is answered. */
const ELSEWHERE: [string, Record<string, string | undefined>, number][] = [
  ["another site's page", { origin: EVIL }, 403],
  ["a page without an origin", { origin: "null" }, 403],
  ["a page that hides its origin", {}, 403],
  ["the same name without encryption", { origin: "http://heddle.example.org" }, 403],
  ["the same name at another port", { origin: `${ORIGIN}:8443` }, 403],
  ["a name that begins alike", { origin: `${ORIGIN}.evil.example` }, 403],
  ["a page below the same domain", { origin: "https://other.example.org", "sec-fetch-site": "same-site" }, 403],
  ["another site, by the browser's own word", { ...own, "sec-fetch-site": "cross-site" }, 403],
  ["a neighbour, by the browser's own word", { ...own, "sec-fetch-site": "same-site" }, 403],
  ["a name that was made to point here", { host: "rebound.evil.example", origin: "http://rebound.evil.example" }, 421],
  ["such a name with the right port", { host: "rebound.evil.example:4400", ...own }, 421],
  ["a host that begins alike", { host: "heddle.example.org.evil.example", ...own }, 421],
  ["another address of this machine", { host: "127.0.0.2", ...own }, 421],
];

describe("a request from elsewhere, with the cookie of somebody signed in", () => {
  it("is none when it is from here", async () => {
    const before = await countGraphs();
    expect((await team.send(cookie, "POST /api/graphs", { body: {}, headers: { ...own, "sec-fetch-site": "same-origin" } })).status).toBe(201);
    expect(await countGraphs()).toBe(before + 1);
  });

  it.each(ELSEWHERE)("changes nothing: %s", async (_name, headers, status) => {
    const before = await countGraphs();
    for (const to of ["POST /api/graphs", "POST /api/workspaces", "DELETE /api/profile/sessions"]) {
      const answer = await team.send(cookie, to, { body: to.startsWith("POST") ? { name: "Forged" } : undefined, headers });
      expect({ to, status: answer.status }).toEqual({ to, status });
    }
    expect(await countGraphs()).toBe(before);
  });

  it.each(ELSEWHERE)("opens no websocket: %s", async (_name, headers) => {
    for (const path of ["/ws/live", "/ws/graphs/graph_welcome"]) expect(await team.connect(cookie, path, headers).closed).toBe(403);
  });

  it("reads nothing", async () => {
    for (const headers of [{ "sec-fetch-site": "cross-site" }, { "sec-fetch-site": "same-site" }, { origin: EVIL }, { host: "rebound.evil.example" }]) {
      const answer = await team.send(cookie, "GET /api/graphs", { headers });
      expect([403, 421]).toContain(answer.status);
      expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
    }
    const asked = await team.send(cookie, "OPTIONS /api/graphs", { headers: { origin: EVIL, "access-control-request-method": "POST" } });
    expect(asked.status).toBeGreaterThanOrEqual(400);
    expect(Object.keys(asked.headers).filter((name) => name.startsWith("access-control-"))).toEqual([]);
  });

  it("signs nobody in or out", async () => {
    const { email, password } = team.owner;
    const sent = [
      await team.send(NOBODY, "POST /api/session", { body: { email, password }, headers: { origin: EVIL } }),
      await team.send(cookie, "DELETE /api/session", { headers: { origin: EVIL } }),
    ];
    for (const { status, headers } of sent) expect({ status, cookie: headers["set-cookie"] }).toEqual({ status: 403, cookie: undefined });
    expect((await team.send(team.owner, "GET /api/profile")).status).toBe(200);
  });

  it("cannot be written as a form", async () => {
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=a"]) {
      const { status } = await team.send(cookie, "POST /api/graphs", { body: "{}", headers: { ...own, "content-type": type } });
      expect({ type, status }).toEqual({ type, status: 415 });
    }
  });
});

describe("a token", () => {
  it("counts in its header, and nowhere else", async () => {
    const { token } = await team.must(team.owner, "POST /api/tokens", { workspace, body: { name: "Script", scopes: ["read"] } });
    expect((await team.send({ name: "script", headers: { authorization: `Bearer ${token}` } }, "GET /api/graphs")).status).toBe(200);
    for (const name of ["token", "access_token", "api_key", "authorization"]) {
      expect((await team.send(NOBODY, `GET /api/graphs?${name}=${token}`)).status).toBe(401);
      expect(await team.connect(NOBODY, `/ws/live?${name}=${token}`).closed).toBe(4401);
    }
    for (const headers of [{ "x-api-key": token }, { cookie: `heddle_session_${port}=${token}` }, { authorization: token }])
      expect((await team.send(NOBODY, "GET /api/graphs", { headers })).status).toBe(401);
  });
});

describe("cookies", () => {
  const signIn = (headers: Record<string, string> = {}) => {
    const { email, password } = team.owner;
    return team.send(NOBODY, "POST /api/session", { body: { email, password }, headers: { ...own, ...headers } });
  };
  const attributesOf = ({ headers }: Answer) => (headers["set-cookie"] ?? []).map((text) => text.split(/; ?/).slice(1).join("; "));

  it("are kept from scripts, from other sites and from unencrypted connections", async () => {
    const graph = await makeGraph(team, team.owner, { workspace, name: "Shared", nodes: [] });
    const share = await team.must(team.owner, `POST /api/graphs/${graph}/shares`, { body: { kind: "link", level: "view" } });
    const opened = await team.send(NOBODY, "POST /api/shares/open", { body: { token: share.url.split("/").at(-1) } });
    for (const attributes of [attributesOf(await signIn()), attributesOf(opened)]) {
      expect(attributes).toHaveLength(1);
      for (const word of [/HttpOnly/, /SameSite=(Strict|Lax)/, /Secure/, /Path=\//]) expect(attributes[0]).toMatch(word);
      expect(attributes[0]).not.toMatch(/Domain=/i);
    }
  });

  it("that somebody made up are nobody's, and not taken over by signing in", async () => {
    const name = `heddle_session_${port}`;
    const known = cookieOf(await signIn());
    const [, value = ""] = known.split("=");
    const madeUp = ["a".repeat(40), encodeURIComponent(`${"a".repeat(32)}.${"b".repeat(43)}=`), value.split(".")[0] ?? "", `${value.slice(0, -6)}AAAAAA`];
    for (const text of madeUp) {
      const sent = `${name}=${text}`;
      expect((await team.send(NOBODY, "GET /api/profile", { headers: { ...own, cookie: sent } })).status).toBe(401);
      expect(cookieOf(await signIn({ cookie: sent }))).not.toContain(text);
      expect((await team.send(NOBODY, "GET /api/profile", { headers: { ...own, cookie: sent } })).status).toBe(401);
    }
  });

  it("are new with every sign-in, and worth nothing after signing out", async () => {
    const first = cookieOf(await signIn());
    const second = cookieOf(await signIn({ cookie: first }));
    expect(second).not.toBe(first);
    await team.must(NOBODY, "DELETE /api/session", { headers: { ...own, cookie: second } });
    expect((await team.send(NOBODY, "GET /api/profile", { headers: { ...own, cookie: second } })).status).toBe(401);
  });
});

describe("what browsers are sent", () => {
  it.each([
    "/",
    "/sign-in",
    "/owner/x",
    "/graphs/graph_welcome",
    "/invitation/x",
    "/nothing/here",
    "/session/x",
    "/api/session",
    "/api/nothing",
    "/api/openapi.json",
    "/metrics",
  ])("%s cannot be framed, and runs no script of others", async (path) => {
    const { headers } = await team.send(cookie, `GET ${path}`);
    expect(headers["content-security-policy"]).toMatch(/frame-ancestors 'none'/);
    expect(headers["content-security-policy"]).toMatch(/default-src 'none'/);
    expect(headers["content-security-policy"]).not.toMatch(/script-src[^;]*unsafe/);
    expect(headers).toMatchObject({ "x-frame-options": "DENY", "x-content-type-options": "nosniff", "referrer-policy": "no-referrer" });
  });

  const expectHarmless = ({ status, headers, text }: Answer) => {
    expect(text).toContain("onerror");
    expect({ status, type: headers["content-type"] }).toEqual({ status, type: expect.stringMatching(/^application\/(problem\+)?json/) });
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["content-security-policy"]).toMatch(/default-src 'none'|sandbox/);
  };

  it("HTML that people stored, and that runs yield, is data", async () => {
    const nodes = [nodeOf("node_in", "start", {}), nodeOf("node_text", "template-text", { template: HTML }), nodeOf("node_out", "output", {})];
    const graph = await makeGraph(team, team.owner, { workspace, name: HTML, nodes, edges: [edgeOf("node_text.text", "node_out.value")] });
    const { id } = await team.must(team.owner, `POST /api/graphs/${graph}/runs`, { body: {} });
    expect((await finished(team, team.owner, id)).state).toBe("succeeded");
    await team.must(team.owner, `PUT /api/variables/html`, { workspace, body: { value: HTML } });
    for (const path of [`/api/graphs/${graph}`, "/api/graphs", `/api/runs/${id}`, `/api/runs/${id}/events`, "/api/audit", "/api/variables/html"])
      expectHarmless(await team.send(cookie, `GET ${path}`, { headers: { accept: "text/html,*/*" } }));
    const { headers } = await team.send(cookie, `GET /api/graphs/${encodeURIComponent(HTML)}`, { headers: { accept: "text/html" } });
    expect(headers["content-type"]).toMatch(/^application\/problem\+json/);
  });

  it("what a webhook answers is data in a sandbox", async () => {
    const config = { respond: "when-finished", output: "result" };
    const nodes = [nodeOf("node_hook", "webhook", config), nodeOf("node_out", "output", {})];
    const graph = await makeGraph(team, team.owner, { workspace, name: "Hook", nodes, edges: [edgeOf("node_hook.body", "node_out.value")] });
    const { number } = await team.must(team.owner, `POST /api/graphs/${graph}/revisions`, { body: {} });
    await team.must(team.owner, `POST /api/graphs/${graph}/publish`, { body: { revision: number } });
    const [{ url }] = (await team.must(team.owner, `GET /api/graphs/${graph}/hooks`)).items;
    const answer = await team.send(NOBODY, `POST ${new URL(url).pathname}`, { body: HTML, headers: { "content-type": "text/html" } });
    expectHarmless(answer);
    expect(answer).toMatchObject({ status: 200, headers: { "content-security-policy": expect.stringContaining("sandbox") } });
  });
});
