import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Validator } from "@cfworker/json-schema";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createId } from "#runtime/graph/ids.ts";
import { ApiError } from "../api-error.ts";
import type { Actor } from "../auth/actor.ts";
import type { Action } from "../contract/access.ts";
import { POLICIES, type Policy } from "../contract/access.ts";
import { problemDocumentSchema } from "../contract/api-error.ts";
import { oauthCallback } from "../contract/mcp.ts";
import type { Route } from "../contract/route.ts";
import { routes } from "../contract/routes.ts";
import { startTestApp, type TestApp } from "./testing/test-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());
afterEach(() => {
  app.calls.length = 0;
  for (const name of Object.keys(app.answers)) delete app.answers[name];
});

const needsPerson = (policy: Policy) => "person" in policy && policy.person === true;
const addressOf = (route: Route) =>
  route.path.replaceAll(/:(\w+)/g, (_, name) => (name === "id" ? "graph_x" : "1")) + (route.id === oauthCallback.id ? COMES_BACK : "");
/** Who comes from another site is sent on before anything is asked. */
const COMES_BACK = "?here=1";

describe("every route", () => {
  describe("asks may() before it does anything", () => {
    const asked: Action[] = [];
    let denied: TestApp;
    beforeAll(async () => {
      denied = await startTestApp({
        may: (_actor, action) => {
          asked.push(action);
          return { allowed: false, code: "forbidden", message: "Denied by the test." };
        },
      });
    });
    afterAll(() => denied.close());
    afterEach(() => {
      asked.length = 0;
    });

    it.each(routes)("$method $path", async (route) => {
      // a body that fits nothing: looking at it first would answer 400
      const answer = await denied.send(addressOf(route), { method: route.method, body: '{"nonsense"' });
      expect(answer).toMatchObject({ status: 403, json: { code: "forbidden" } });
      expect([...new Set(asked)]).toEqual([route.action]);
      expect(denied.calls).toEqual([]);
    });
  });

  it.each(routes.filter((_route, index) => index % 60 === 0))("$method $path has a handler, or the server does not start", async ({ id }) => {
    await expect(startTestApp({ without: id })).rejects.toThrow(`The route ${id} has no handler.`);
  });

  it.each(routes.filter(({ action }) => needsPerson(POLICIES[action])))("$method $path needs a person", async (route) => {
    const request = { method: route.method, body: {} };
    expect(await app.send(addressOf(route), request)).toMatchObject({ status: 403, json: { code: "person-required" } });
    const cookie = await app.signIn();
    const proven = [{ authorization: `Bearer ${app.token}` }, { cookie, origin: `http://127.0.0.1:${app.port}` }];
    for (const headers of proven) expect((await app.send(addressOf(route), { ...request, headers })).status).not.toBe(403);
  });

  it("answers nothing but its health to those who prove nothing, where loopback is not enough", async () => {
    const open = await startTestApp({ config: { host: "0.0.0.0", publicUrl: new URL("http://127.0.0.1:4400") } });
    expect((await open.send("/api/graphs")).json.code).toBe("unauthenticated");
    expect((await open.send("/api/health/ready")).status).toBe(200);
    expect((await open.send("/api/session")).json).toMatchObject({ actor: "anonymous", person: false });
    expect((await open.send("/api/graphs", { headers: { authorization: `Bearer ${open.token}` } })).status).toBe(200);
    await open.close();
  });
});

describe("bad input", () => {
  const post = (body: unknown, headers: Record<string, string> = {}) => app.send("/api/graphs", { method: "POST", body, headers });

  it.each([
    ["an unknown key", { nam: "x" }, "/nam"],
    ["a wrong type", { name: 3 }, "/name"],
    ["__proto__ deep inside a graph", '{"graph":{"nodes":[{"config":{"__proto__":{"admin":true}}}]}}', "/graph/nodes/0/config/__proto__"],
    ["constructor as a key", { graph: { constructor: 1 } }, "/graph/constructor"],
    ["a body that nests too deep", `{"graph":${"[".repeat(5000)}${"]".repeat(5000)}}`, `/graph${"/0".repeat(31)}`],
  ])("%s is 400 with its path", async (_name, body, path) => {
    const answer = await post(body);
    expect(answer.headers["content-type"]).toBe("application/problem+json");
    expect(problemDocumentSchema.parse(answer.json)).toMatchObject({ status: 400, code: "bad-request", errors: [{ path }] });
    expect(app.calls).toEqual([]);
  });

  it("data of a run may be named constructor, but not __proto__", async () => {
    app.answers.start = async () => ({ run: {} });
    const run = (body: string) => app.send("/api/graphs/graph_x/runs", { method: "POST", body });
    expect((await run('{"input":{"constructor":"Bauhaus"}}')).status).toBe(202);
    expect((await run('{"input":{"a":[{"__proto__":1}]}}')).json.errors[0].path).toBe("/input/a/0/__proto__");
  });

  it("a body that is not JSON is told where it stops being so", async () => {
    const faults = { '{"name": "a",\n "x"  3}': "line 2, column 7", '{"name": }': "there is a }", '{"name": "': "character 10" };
    for (const [body, detail] of Object.entries(faults)) {
      expect((await post(body)).json).toMatchObject({ status: 400, code: "malformed-json", detail: expect.stringContaining(detail) });
    }
  });

  it.each(["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/json; charset=utf-16"])("%s is 415", async (type) => {
    expect((await post("{}", { "content-type": type })).json.code).toBe("unsupported-media-type");
  });

  it("10 MB where 1 MiB is the most are 413, and the connection survives", async () => {
    const answer = await app.send("/api/graphs/graph_x/runs", { method: "POST", body: `{"input":{"a":"${"x".repeat(10_000_000)}"}}` });
    expect(answer.json).toMatchObject({ status: 413, code: "too-large", detail: expect.stringContaining("1 MiB") });
    expect((await app.send("/api/health/live")).status).toBe(200);
  });

  it("a graph may have 12 MiB", async () => {
    const graph = { text: "x".repeat(10_000_000) };
    expect((await post({ graph })).status).toBe(201);
    expect((await post({ graph: { text: "x".repeat(13_000_000) } })).status).toBe(413);
  });

  it("a wrong query and an unknown query are 400, an id that is none is 404", async () => {
    expect((await app.send("/api/graphs/nothing")).json).toMatchObject({ status: 404, code: "not-found", errors: [{ path: "/id" }] });
    expect((await app.send("/api/runs?limit=none")).json.errors[0].path).toBe("/limit");
    expect((await app.send("/api/runs?colour=red")).json.errors[0].path).toBe("/colour");
    expect((await app.send("/api/graphs/%E0%A4%A")).json).toMatchObject({ status: 400, code: "bad-request" });
  });

  it("an address that is not there is 404, another method 405 with those there are", async () => {
    expect((await app.send("/api/nothing")).json).toMatchObject({ status: 404, code: "not-found" });
    const wrong = await app.send("/api/graphs/graph_x", { method: "POST", body: {} });
    expect(wrong).toMatchObject({ status: 405, headers: { allow: "GET, HEAD, PATCH, DELETE" }, json: { code: "method-not-allowed" } });
    expect((await app.send("/api/graphs", { method: "OPTIONS" })).status).toBe(405);
  });
});

describe("errors", () => {
  it("those with a code are answered as they are", async () => {
    app.answers.read = () => {
      throw new ApiError("conflict", "It is over.", { state: "succeeded" });
    };
    expect((await app.send("/api/runs/run_x")).json).toMatchObject({ status: 409, code: "conflict", detail: "It is over.", state: "succeeded" });
  });

  it("a full disk is 507", async () => {
    app.answers.createGraph = () => {
      throw Object.assign(new Error("could not extend file"), { code: "ENOSPC" });
    };
    expect((await app.send("/api/graphs", { method: "POST", body: {} })).json).toMatchObject({ status: 507, code: "storage-full" });
  });

  it("others are logged under an id, and only the id is told", async () => {
    const logged: object[] = [];
    const log = (details: object) => void logged.push(details);
    const own = await startTestApp({ logger: { debug: () => undefined, info: log, warn: log, error: log, fatal: log } });
    own.answers.list = () => {
      throw new Error("select secret from table");
    };
    const answer = await own.send("/api/graphs");
    await own.close();
    const [entry] = logged as { id: string; error: Error }[];
    expect(answer.json).toMatchObject({ status: 500, code: "internal", detail: expect.stringContaining(entry?.id ?? "no id") });
    expect(answer.text).not.toContain("secret");
    expect(entry?.error.message).toContain("secret");
  });

  it("readiness is 503 with the reasons while it cannot work", async () => {
    app.answers.problems = () => ["The database cannot be reached: gone."];
    expect((await app.send("/api/health/ready")).json).toMatchObject({ status: 503, code: "unavailable", detail: expect.stringContaining("gone") });
    expect((await app.send("/api/health/live")).json).toEqual({ status: "ok", version: "1.2.3", database: "pglite", queue: "memory" });
  });
});

describe("who may ask", () => {
  const own = () => `http://127.0.0.1:${app.port}`;
  type Case = [name: string, expected: number, headers: () => Record<string, string> | Promise<Record<string, string>>];
  const change: Case[] = [
    ["neither Origin nor cookie", 201, () => ({})],
    ["our own Origin", 201, () => ({ origin: own(), "sec-fetch-site": "same-origin" })],
    ["our own Origin under the other name of this machine", 201, () => ({ host: `localhost:${app.port}`, origin: `http://localhost:${app.port}` })],
    ["an Origin of another name than Host", 403, () => ({ origin: `http://localhost:${app.port}` })],
    ["another port", 403, () => ({ origin: "http://127.0.0.1:1" })],
    ["another site", 403, () => ({ origin: "https://evil.example" })],
    ["an opaque Origin", 403, () => ({ origin: "null" })],
    ["a cookie without Origin", 403, async () => ({ cookie: await app.signIn() })],
    ["a cookie with our Origin", 201, async () => ({ cookie: await app.signIn(), origin: own() })],
    ["Sec-Fetch-Site: none", 201, () => ({ "sec-fetch-site": "none" })],
    ["Sec-Fetch-Site: same-site", 403, () => ({ "sec-fetch-site": "same-site" })],
    ["Sec-Fetch-Site: cross-site", 403, () => ({ "sec-fetch-site": "cross-site", origin: own() })],
    ["the right token", 201, () => ({ authorization: `Bearer ${app.token}` })],
    ["a wrong token", 401, () => ({ authorization: "Bearer wrong" })],
    ["another scheme", 401, () => ({ authorization: `Basic ${app.token}` })],
    ["the token from another site", 403, () => ({ authorization: `Bearer ${app.token}`, origin: "https://evil.example" })],
    ["another Host", 421, () => ({ host: "evil.example" })],
    ["this machine at another port", 421, () => ({ host: "127.0.0.1:80" })],
  ];
  it.each(change)("a change with %s: %i", async (_name, expected, headers) => {
    expect((await app.send("/api/graphs", { method: "POST", body: {}, headers: await headers() })).status).toBe(expected);
  });

  it("a read with another site's Origin is refused, and nothing is ever shared with another origin", async () => {
    const answer = await app.send("/api/graphs", { headers: { origin: "https://evil.example" } });
    expect(answer.status).toBe(403);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
  });

  it("PUBLIC_URL adds its host and origin, and makes loopback prove itself", async () => {
    const behind = await startTestApp({ config: { publicUrl: new URL("https://heddle.example") } });
    const headers = { host: "heddle.example", origin: "https://heddle.example", authorization: `Bearer ${behind.token}` };
    expect((await behind.send("/api/graphs", { method: "POST", body: {}, headers })).status).toBe(201);
    expect((await behind.send("/api/graphs", { headers: { host: "heddle.example" } })).status).toBe(401);
    const session = await behind.send(`/session/${behind.link.token()}`, { headers: { host: "heddle.example" } });
    expect(session.headers["set-cookie"]?.[0]).toContain("; Secure");
    await behind.close();
  });

  it("too many requests are told when to come back", async () => {
    const few = await startTestApp({ points: 3 });
    const statuses = [];
    for (let index = 0; index < 4; index++) statuses.push((await few.send("/api/health/live")).status);
    const refused = await few.send("/api/health/live");
    await few.close();
    expect(statuses).toEqual([200, 200, 200, 429]);
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    expect(refused.json.retryAfter).toBe(Number(refused.headers["retry-after"]));
  });

  it("a caller who asks too much is told when to come back, in the answer as well", async () => {
    const script: Actor = { kind: "token", id: "user_a", name: "Ann", token: createId("token"), workspace: "workspace_a", scopes: [], person: false };
    const few = await startTestApp({ requests: 1, callers: { script }, may: () => ({ allowed: true }) });
    const ask = () => few.send("/api/graphs", { headers: { authorization: "Bearer script" } });
    const answers = [await ask(), await ask()];
    await few.close();
    expect(answers.map(({ status }) => status)).toEqual([200, 429]);
    expect(answers[1]?.json).toMatchObject({ code: "rate-limited", retryAfter: Number(answers[1]?.headers["retry-after"]) });
    expect(problemDocumentSchema.safeParse(answers[1]?.json).success).toBe(true);
  });

  it("tokens cannot be guessed at leisure", async () => {
    const guarded = await startTestApp();
    for (let index = 0; index < 30; index++) await guarded.send("/api/graphs", { headers: { authorization: `Bearer guess-${index}` } });
    const refused = await guarded.send("/api/graphs", { headers: { authorization: "Bearer once-more" } });
    await guarded.close();
    expect(refused.json.code).toBe("rate-limited");
    expect(refused.json.retryAfter).toBeGreaterThan(0);
    expect(refused.headers["retry-after"]).toBe(String(refused.json.retryAfter));
  });

  it("a stale token keeps nobody else of its address out", async () => {
    const guarded = await startTestApp();
    const stale = { headers: { authorization: "Bearer stale" } };
    for (let index = 0; index < 31; index++) await guarded.send("/api/graphs", stale);
    const answers = [await guarded.send("/api/graphs", stale), await guarded.send("/api/graphs", { headers: { authorization: `Bearer ${guarded.token}` } })];
    await guarded.close();
    expect(answers.map(({ status }) => status)).toEqual([429, 200]);
  });

  it("a refusal that knows when to come back tells so", async () => {
    app.answers.list = () => {
      throw new ApiError("rate-limited", "Enough for today.", { retryAfter: 60 });
    };
    expect((await app.send("/api/graphs")).headers["retry-after"]).toBe("60");
  });
});

describe("the one-time URL", () => {
  it("makes one browser a person, once", async () => {
    const path = `/session/${app.link.token()}`;
    expect((await app.send(path, { method: "HEAD" })).status).toBe(503);
    const opened = await app.send(path);
    expect(opened).toMatchObject({ status: 303, headers: { location: "/" } });
    const cookie = opened.headers["set-cookie"]?.[0] ?? "";
    expect(cookie).toMatch(/; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/);
    const session = await app.send("/api/session", { headers: { cookie: cookie.split(";")[0] ?? "" } });
    expect(session.json).toMatchObject({ actor: "local", person: true });
    const again = await app.send(path);
    expect(again).toMatchObject({ status: 403, headers: { "cache-control": "no-store" } });
    expect(again.headers["set-cookie"]).toBeUndefined();
    expect((await app.send("/api/session")).json.person).toBe(false);
  });
});

describe("what every answer carries", () => {
  it("a content security policy that opens nothing but our own, and the rest", async () => {
    for (const path of ["/api/health/live", "/api/nothing", "/session/x"]) {
      const { headers } = await app.send(path);
      const policy = String(headers["content-security-policy"]).split(";");
      expect(policy).toEqual(
        expect.arrayContaining(["default-src 'none'", "script-src 'self'", "style-src 'self' 'unsafe-inline'", "frame-ancestors 'none'", "base-uri 'none'"]),
      );
      expect(policy.filter((part) => part.includes("unsafe"))).toEqual(["style-src 'self' 'unsafe-inline'"]);
      expect(headers).toMatchObject({ "x-content-type-options": "nosniff", "referrer-policy": "no-referrer", "cross-origin-opener-policy": "same-origin" });
      expect(headers["x-powered-by"]).toBeUndefined();
    }
  });
});

describe("GET /api/openapi.json", () => {
  it("lists every route, and its schemas hold together", async () => {
    const { json } = await app.send("/api/openapi.json");
    expect(json.openapi).toBe("3.1.0");
    for (const route of routes) expect(json.paths[route.path.replaceAll(/:(\w+)/g, "{$1}")][route.method.toLowerCase()].operationId).toBe(route.id);
    const references = [...JSON.stringify(json).matchAll(/"\$ref":"([^"]+)"/g)].map(([, target]) => String(target));
    expect(references.length).toBeGreaterThan(0);
    for (const target of new Set(references)) {
      expect(target).toMatch(/^#\/components\/schemas\//);
      expect(json.components.schemas).toHaveProperty([target.slice("#/components/schemas/".length)]);
    }
    const start = json.paths["/api/graphs/{id}/runs"].post.requestBody.content["application/json"].schema;
    const validator = new Validator({ ...start, components: json.components }, "2020-12");
    expect(validator.validate({ input: { a: [1, { b: null }] } }).valid).toBe(true);
    expect(validator.validate({ input: 3 }).valid).toBe(false);
    expect(validator.validate({ colour: 3 }).valid).toBe(false);
  });
});

describe("the canvas", () => {
  it("is served for navigations, its assets for ever, and what is missing is missing", async () => {
    const directory = await mkdtemp(join(tmpdir(), "heddle-canvas-"));
    await mkdir(join(directory, "assets"));
    await writeFile(join(directory, "index.html"), "<title>canvas</title>");
    await writeFile(join(directory, "assets", "main-abc.js"), "export {}");
    const site = await startTestApp({ canvasDirectory: directory });
    const page = await site.send("/graphs/graph_x/runs", { headers: { accept: "text/html,*/*" } });
    expect(page).toMatchObject({ status: 200, text: "<title>canvas</title>", headers: { "cache-control": "no-store" } });
    const asset = await site.send("/assets/main-abc.js");
    expect(asset).toMatchObject({ status: 200, headers: { "cache-control": "public, max-age=31536000, immutable" } });
    for (const path of ["/assets/old.js", "/favicon.ico", "/assets/..%2findex.html", "/ws/graphs/graph_x"]) expect((await site.send(path)).status).toBe(404);
    await rm(directory, { recursive: true });
    expect(await site.send("/")).toMatchObject({ status: 503, text: expect.stringContaining("npm start") });
    await site.close();
  });
});
