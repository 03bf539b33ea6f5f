import { createHmac } from "node:crypto";
import { request as sendRequest } from "node:http";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { runIdSchema } from "#runtime/graph/ids.ts";
import type { Graph } from "#runtime/graph/schema.ts";
import type { ApiError } from "../api-error.ts";
import { silentLogger } from "../logger.ts";
import type { Database } from "../store/database/open-database.ts";
import { createTestDatabase, truncateAll } from "../store/database/test-database.ts";
import { createCallLimits } from "./call-limits.ts";
import { createCallbackAddresses } from "./callback-address.ts";
import { startTestHooks } from "./testing/test-hooks.ts";

let database: Database;
let test: Awaited<ReturnType<typeof startTestHooks>>;
beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(async () => {
  test = await startTestHooks({ database });
});
afterEach(async () => {
  await test.close();
  await truncateAll(database);
});
afterAll(() => database.close());

const json = { "content-type": "application/json" };
const post = (url: string, body: unknown = {}, headers: Record<string, string> = {}) =>
  fetch(url, { method: "POST", headers: { ...json, ...headers }, body: typeof body === "string" ? body : JSON.stringify(body) });
const problem = async (response: Response) => ({ status: response.status, ...((await response.json()) as { code: string }) });
const withoutHook = (graph: Graph): Graph => ({ ...graph, nodes: graph.nodes.map((node) => ({ ...node, type: "start", config: {} })) });
const succeeded = (output: Record<string, unknown>) =>
  ({
    type: "run-finished",
    state: "succeeded",
    output: Object.fromEntries(Object.entries(output).map(([name, value]) => [name, { type: "inline", value }])),
  }) as typeof test.state.end;

describe("a call of a published graph", () => {
  it("is answered 202 with its run, which got what was sent", async () => {
    const { url, graph, revision } = await test.published();
    const response = await post(`${url}?a=1&a=2`, { ref: "main" }, { "x-github-event": "push", authorization: "Bearer secret" });
    expect(response.status).toBe(202);
    const [run] = test.begun;
    expect(await response.json()).toEqual({ run: run?.id });
    expect(run).toMatchObject({ graph, revision, entry: test.node, actor: "ada", startedBy: null, trigger: "webhook", idempotencyKey: undefined });
    expect(run?.input).toMatchObject({ method: "POST", query: { a: ["1", "2"] }, body: { ref: "main" } });
    expect(run?.input.headers).toMatchObject({ "x-github-event": "push" });
    expect(JSON.stringify(run?.input)).not.toContain("secret");
  });

  it("comes from any origin in any content type, and gets nothing it could read or run elsewhere", async () => {
    const { url } = await test.published();
    const response = await fetch(url, {
      method: "POST",
      headers: { origin: "https://evil.example", cookie: "a=b", "content-type": "text/plain" },
      body: "hello",
    });
    expect(response.status).toBe(202);
    expect(response.headers.get("content-security-policy")).toBe("sandbox");
    expect([...response.headers.keys()].filter((name) => name.startsWith("access-control") || name === "set-cookie")).toEqual([]);
  });

  it("under another host name is 421", async () => {
    const { url } = await test.published();
    const status = await new Promise((resolve, reject) => {
      sendRequest(url, { method: "POST", headers: { host: "evil.example" } }, (response) => resolve(response.resume().statusCode))
        .on("error", reject)
        .end();
    });
    expect(status).toBe(421);
    expect(test.begun).toEqual([]);
  });

  it("404 says the same of a token that is none, a graph that is not published, is no longer, or is archived", async () => {
    const graph = await test.createGraph();
    const { url } = await test.hookOf(graph);
    const bodies = [await problem(await post(`${test.origin}/hooks/${"A".repeat(43)}`)), await problem(await post(url))];
    await test.publish(graph);
    expect((await post(url)).status).toBe(202);
    await test.documents.unpublish(graph);
    bodies.push(await problem(await post(url)));
    await test.publish(graph);
    expect((await post(url)).status).toBe(202);
    await test.documents.archive(graph);
    bodies.push(await problem(await post(url)), await problem(await post(`${test.origin}/hooks/nothing`)));
    expect(bodies[0]).toMatchObject({ status: 404, code: "not-found" });
    for (const body of bodies) expect(body).toEqual(bodies[0]);
  });

  it("runs what is published, never the draft", async () => {
    const { url, graph, revision } = await test.published();
    await test.documents.replaceDraft(graph, withoutHook(await test.documents.readDraft(graph)), "local");
    await post(url);
    expect(test.begun.at(-1)).toMatchObject({ revision });
    const next = await test.publish(graph);
    expect((await post(url)).status).toBe(404);
    await test.documents.publish(graph, revision, "grace");
    await post(url);
    expect(next).toBeGreaterThan(revision);
    expect(test.begun.map((run) => run.revision)).toEqual([revision, revision]);
    // runs act as whoever published it last
    expect(test.begun.map((run) => run.actor)).toEqual(["ada", "grace"]);
  });

  it("takes the methods it is told to, and looks begin nothing", async () => {
    const { url } = await test.published({ methods: ["PUT", "get"] });
    const refused = await post(url);
    expect(refused.headers.get("allow")).toBe("GET, PUT, HEAD, OPTIONS");
    expect(await problem(refused)).toMatchObject({ status: 405, code: "method-not-allowed" });
    expect((await fetch(url, { method: "HEAD" })).status).toBe(200);
    const options = await fetch(url, { method: "OPTIONS" });
    expect([options.status, options.headers.get("allow")]).toEqual([204, "GET, PUT, HEAD, OPTIONS"]);
    expect(test.begun).toEqual([]);
    expect((await fetch(`${url}?q=1`)).status).toBe(202);
    expect(test.begun[0]?.input).toMatchObject({ method: "GET", query: { q: "1" }, body: null });
  });

  it("may carry 5 MiB", async () => {
    const { url } = await test.published();
    const text = (bytes: number) => JSON.stringify("x".repeat(bytes - 2));
    expect((await post(url, text(5 * 1024 * 1024))).status).toBe(202);
    expect(await problem(await post(url, text(5 * 1024 * 1024 + 1)))).toMatchObject({ status: 413, code: "too-large" });
    expect(test.begun).toHaveLength(1);
  });

  it("that is not what it says it is, is 400", async () => {
    const { url } = await test.published();
    expect(await problem(await post(url, "{broken"))).toMatchObject({ status: 400, code: "malformed-json" });
  });

  it("too many of one address are 429, and those of another are not", async () => {
    const few = await startTestHooks({ database, limits: createCallLimits({ calls: { points: 2 } }) });
    const [first, second] = [await few.published(), await few.published()];
    const statuses = [await post(first.url), await post(first.url), await post(first.url), await post(second.url)];
    await few.close();
    expect(statuses.map(({ status }) => status)).toEqual([202, 202, 429, 202]);
    expect(Number(statuses[2]?.headers.get("retry-after"))).toBeGreaterThan(0);
  });

  it("who tries addresses is refused, and known ones go on working", async () => {
    const guarded = await startTestHooks({ database, limits: createCallLimits({ misses: { points: 2 } }) });
    const { url } = await guarded.published();
    const statuses = [(await post(url)).status];
    for (const token of ["A", "B", "C"]) statuses.push((await post(`${guarded.origin}/hooks/${token.repeat(43)}`)).status);
    statuses.push((await post(url)).status);
    await guarded.close();
    expect(statuses).toEqual([202, 404, 404, 429, 202]);
  });

  it("is 503 while no run can be recorded, and says nothing of the graph when it cannot run", async () => {
    const { url } = await test.published();
    test.state.problem = "The database is gone.";
    const refused = await problem(await post(url));
    expect(refused).toMatchObject({ status: 503, code: "unavailable" });
    expect(JSON.stringify(refused)).not.toContain("database is gone");
  });
});

describe("signed calls", () => {
  const config = { signature: { on: true } };
  const sign = (secret: string, body: string) => ({ "x-hub-signature-256": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}` });

  it("are taken, others are 401", async () => {
    const { url, graph } = await test.published(config);
    const secret = await test.hooks.secret({ workspace: "workspace_default", graph, node: test.node, actor: "local" });
    const body = '{"a": 1}';
    expect((await post(url, body, sign(secret, body))).status).toBe(202);
    for (const headers of [sign("wrong", body), sign(secret, "{}"), {}]) {
      expect(await problem(await post(url, body, headers))).toMatchObject({ status: 401, code: "wrong-signature" });
    }
    expect(test.begun).toHaveLength(1);
  });

  it("need another secret once the address was replaced, and the old address is gone", async () => {
    const { url, graph } = await test.published(config);
    const of = { workspace: "workspace_default", graph, node: test.node, actor: "local" };
    const before = await test.hooks.secret(of);
    expect((await post(url, "{}", sign(before, "{}"))).status).toBe(202);
    await test.hooks.rotate(of);
    expect((await post(url, "{}", sign(before, "{}"))).status).toBe(404);
    const fresh = await test.hookOf(graph);
    const after = await test.hooks.secret(of);
    expect((await post(fresh.url, "{}", sign(before, "{}"))).status).toBe(401);
    expect((await post(fresh.url, "{}", sign(after, "{}"))).status).toBe(202);
  });

  it("are signed with the secret that the other side chose, which nobody is shown, until the address is replaced", async () => {
    const { url, graph } = await test.published(config);
    const of = { graph, node: test.node, workspace: "workspace_default", actor: "ada" };
    const made = await test.hooks.secret(of);
    const shown = await test.hooks.setSecret(of, "chosen-by-the-other-side");
    expect(url).toContain(shown.token);
    expect(JSON.stringify(shown)).not.toContain("chosen");
    expect((await post(url, "{}", sign("chosen-by-the-other-side", "{}"))).status).toBe(202);
    expect((await post(url, "{}", sign(made, "{}"))).status).toBe(401);
    await expect(test.hooks.secret(of)).rejects.toMatchObject({ code: "conflict" });
    await test.hooks.rotate(of);
    expect(await test.hooks.secret(of)).not.toBe(made);
  });
});

describe("de-duplication", () => {
  it("answers a delivery that comes again with its first run", async () => {
    const { url } = await test.published({ deduplicate: { header: "X-GitHub-Delivery" } });
    const send = async (id?: string) => (await (await post(url, {}, id === undefined ? {} : { "x-github-delivery": id })).json()) as { run: string };
    const [first, again, other, none, noneAgain] = [await send("a"), await send("a"), await send("b"), await send(), await send()];
    expect(again).toEqual(first);
    expect(new Set([first, other, none, noneAgain].map(({ run }) => run)).size).toBe(4);
    expect((await post(url, {}, { "x-github-delivery": "x".repeat(201) })).status).toBe(400);
  });

  it("two hooks do not mistake each other's deliveries", async () => {
    const config = { deduplicate: { header: "x-id" } };
    const [one, two] = [await test.published(config), await test.published(config)];
    await post(one.url, {}, { "x-id": "same" });
    await post(two.url, {}, { "x-id": "same" });
    expect(test.begun).toHaveLength(2);
  });
});

describe("an answer that waits for the run", () => {
  it("is the chosen output, or all of them, or null", async () => {
    test.state.end = succeeded({ result: { ok: true }, other: 2 });
    const answers = [];
    for (const output of ["result", "", "missing"]) {
      const { url } = await test.published({ respond: "when-finished", output });
      const response = await post(url);
      answers.push([response.status, await response.json()]);
    }
    expect(answers).toEqual([
      [200, { ok: true }],
      [200, { result: { ok: true }, other: 2 }],
      [200, null],
    ]);
  });

  it("sends a large output as it is stored", async () => {
    test.state.end = { type: "run-finished", state: "succeeded", output: { result: { type: "blob", hash: "h", bytes: 14, preview: "{" } } };
    const { url } = await test.published({ respond: "when-finished", output: "result" });
    expect(await (await post(url)).json()).toEqual({ large: true });
  });

  it("tells a failure by its code alone", async () => {
    const failure = { code: "http-status", message: "secret.internal answered 500", happened: "no" } as const;
    test.state.end = { type: "run-finished", state: "failed", output: {}, failure };
    const { url } = await test.published({ respond: "when-finished" });
    const answer = await problem(await post(url));
    expect(answer).toMatchObject({ status: 500, code: "http-status", run: test.begun[0]?.id });
    expect(JSON.stringify(answer)).not.toContain("secret.internal");
  });

  it("that is not there in time is 202 with the run", async () => {
    const { url } = await test.published({ respond: "when-finished", timeoutMs: 100 });
    const response = await post(url);
    expect([response.status, await response.json()]).toEqual([202, { run: test.begun[0]?.id }]);
  });

  it("comes to a repeated delivery as well", async () => {
    test.state.end = succeeded({ result: 7 });
    const { url } = await test.published({ respond: "when-finished", output: "result", deduplicate: { header: "x-id" } });
    const answers = [await post(url, {}, { "x-id": "a" }), await post(url, {}, { "x-id": "a" })];
    expect(await Promise.all(answers.map((answer) => answer.json()))).toEqual([7, 7]);
    expect(test.begun).toHaveLength(1);
  });
});

describe("a test call", () => {
  const of = (graph: Awaited<ReturnType<typeof test.createGraph>>) => ({ workspace: "workspace_default", graph, node: test.node, actor: "ada" });

  it("runs the draft once for whoever listens, and shows what came", async () => {
    const graph = await test.createGraph();
    const { testUrl } = await test.hookOf(graph);
    expect(await problem(await post(testUrl))).toMatchObject({ status: 404, detail: expect.stringContaining("Nobody listens") });
    const listening = await test.hooks.listen(of(graph));
    expect(Date.parse(listening.listeningUntil ?? "")).toBeGreaterThan(Date.now() + 60_000);
    const answer = await post(testUrl, { hello: 1 });
    expect(answer.status).toBe(202);
    expect(test.begun).toMatchObject([{ graph, entry: test.node, actor: "ada", trigger: "test", input: { body: { hello: 1 } } }]);
    expect(test.begun[0]?.revision).toBeUndefined();
    expect((await post(testUrl)).status).toBe(404);
    await expect.poll(async () => (await test.hookOf(graph)).lastCall, { timeout: 10_000 }).toMatchObject({ test: true, status: 202, run: test.begun[0]?.id });
    expect(await test.hookOf(graph)).toMatchObject({ listeningUntil: null, published: false });
  });

  it("of many at once, one is taken", async () => {
    const graph = await test.createGraph();
    const { testUrl } = await test.hookOf(graph);
    await test.hooks.listen(of(graph));
    const statuses = await Promise.all([1, 2, 3].map(async () => (await post(testUrl)).status));
    expect(statuses.sort()).toEqual([202, 404, 404]);
  });

  it("is not waited for any more after it was stopped, nor when the address was replaced", async () => {
    const graph = await test.createGraph();
    const { testUrl } = await test.hookOf(graph);
    await test.hooks.listen(of(graph));
    expect((await test.hooks.stopListening(of(graph))).listeningUntil).toBeNull();
    expect((await post(testUrl)).status).toBe(404);
    await test.hooks.listen(of(graph));
    await test.hooks.rotate(of(graph));
    const fresh = await test.hookOf(graph);
    expect([(await post(testUrl)).status, (await post(fresh.testUrl)).status]).toEqual([404, 404]);
  });

  it("that is refused leaves the listening as it is", async () => {
    const graph = await test.createGraph({ methods: ["PUT"] });
    const { testUrl } = await test.hookOf(graph);
    await test.hooks.listen(of(graph));
    expect((await post(testUrl)).status).toBe(405);
    expect((await fetch(testUrl, { method: "PUT" })).status).toBe(202);
  });
});

describe("a graph's hooks", () => {
  it("keep their address, and tell of the draft and of what is published", async () => {
    const graph = await test.createGraph({ methods: ["POST", "GET"], signature: { on: true } });
    const before = await test.hookOf(graph);
    expect(before).toMatchObject({ label: "Hook", published: false, methods: ["GET", "POST"], signed: true, lastCall: null });
    expect(before.token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    await test.publish(graph);
    expect(await test.hookOf(graph)).toMatchObject({ token: before.token, published: true });
    await test.documents.replaceDraft(graph, { ...(await test.documents.readDraft(graph)), nodes: [] }, "local");
    expect(await test.hooks.list({ workspace: "workspace_default", graph: graph, actor: "local" })).toHaveLength(1);
    await test.documents.unpublish(graph);
    expect(await test.hooks.list({ workspace: "workspace_default", graph: graph, actor: "local" })).toEqual([]);
  });

  it("there is none for a node that is none", async () => {
    const graph = await test.createGraph();
    const missing = test.hooks.rotate({ workspace: "workspace_default", graph, node: "node_other" as typeof test.node, actor: "local" });
    await expect(missing).rejects.toMatchObject({ code: "not-found" } satisfies Partial<ApiError>);
  });
});

describe("a callback", () => {
  const made = (path: readonly number[] = [1, 2]) =>
    createCallbackAddresses(test.installationKey).make({ run: runIdSchema.parse("run_a"), node: "node_b", path, name: "answer of Ada", origin: test.origin });

  it("is handed to its run, whatever the method", async () => {
    const response = await post(`${made()}?name=Bob`, { ok: true });
    expect([response.status, await response.json()]).toEqual([200, { accepted: true }]);
    expect(test.delivered).toMatchObject([
      { run: "run_a", node: "node_b", path: [1, 2], name: "answer of Ada", request: { body: { ok: true }, query: { name: "Bob" } } },
    ]);
    expect((await fetch(made([]))).status).toBe(200);
    expect(test.delivered).toHaveLength(2);
  });

  it("that is forged, only looked at, or too late, is not", async () => {
    const forged = made().replace("/node_b/", "/node_c/");
    expect(await problem(await post(forged))).toMatchObject({ status: 404, code: "not-found" });
    expect((await fetch(made(), { method: "HEAD" })).status).toBe(200);
    test.state.runEnded = true;
    expect(await problem(await post(made()))).toMatchObject({ status: 410, code: "gone" });
    expect(test.delivered).toEqual([]);
  });
});

it("no address and no secret stands in the log", async () => {
  const lines: string[] = [];
  const write = (details: object, message: string) => void lines.push(JSON.stringify({ ...details, message }));
  const logged = await startTestHooks({ database, logger: { ...silentLogger, debug: write, info: write, warn: write, error: write, fatal: write } });
  const { url, testUrl, token, graph } = await logged.published({ signature: { on: true } });
  const secret = await logged.hooks.secret({ workspace: "workspace_default", graph, node: logged.node, actor: "local" });
  for (const address of [url, testUrl, `${url}/else`]) await post(address, "{broken");
  await logged.close();
  for (const line of lines) for (const hidden of [token, secret]) expect(line).not.toContain(hidden);
});

it("leaves every other address to the app", async () => {
  expect((await fetch(`${test.origin}/api/graphs`)).status).toBe(418);
});
