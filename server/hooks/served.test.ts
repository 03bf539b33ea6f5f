import { createHmac } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Json } from "#runtime/graph/json.ts";
import { emptyGraph } from "#runtime/graph/schema.ts";
import { readConfig } from "../config.ts";
import { silentLogger } from "../logger.ts";
import { type HeddleServer, serve } from "../serve.ts";

let directory: string;
let server: HeddleServer;
/** Another system: it is told where to call back. */
let other: Server;
const told: { callbackUrl: string; run: string }[] = [];
let otherHost: string;
beforeAll(async () => {
  other = createServer((request, response) => {
    request.setEncoding("utf8").on("data", (text: string) => told.push(JSON.parse(text)));
    request.on("end", () => response.end());
  });
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const address = other.address();
  otherHost = `127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
  directory = await mkdtemp(join(tmpdir(), "heddle-hooks-"));
  const environment = { HEDDLE_DATA: directory, PORT: "0", HEDDLE_CHECK_ANSWERS: "1", HEDDLE_EGRESS_ALLOW: otherHost };
  server = await serve(readConfig(environment), { logger: silentLogger });
});
afterAll(async () => {
  await server.close();
  await new Promise((resolve) => other.close(resolve));
  await rm(directory, { recursive: true, force: true });
});

/** `to`: method and address, such as "GET /api/runs". */
const call = async (to: string, body?: unknown, headers: Record<string, string> = {}) => {
  const [method = "GET", path = ""] = to.split(" ");
  const answer = await fetch(path.startsWith("http") ? path : `${server.url}${path}`, {
    method,
    headers: { "content-type": "application/json", ...headers },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, text, json: text === "" ? undefined : JSON.parse(text) };
};

const node = (id: string, type: string, config: Record<string, Json>) => ({ id, type, version: 1, label: id, position: { x: 0, y: 0 }, config });
const edge = (source: string, target: string) => {
  const [[from = "", out = ""], [to = "", into = ""]] = [source.split("."), target.split(".")];
  return { id: `edge_${from}_${to}`, kind: "data", source: { node: from, port: out }, target: { node: to, port: into } };
};

/** A graph that answers with what it was sent, through five nodes; answers its id. */
async function createGraph(config: Record<string, Json>): Promise<string> {
  const passes = ["node_a", "node_b", "node_c"].map((id) => node(id, "transform", { expression: "$" }));
  const nodes = [node("node_hook", "webhook", config), ...passes, node("node_out", "output", { name: "echo" })];
  const edges = [
    edge("node_hook.body", "node_a.input"),
    edge("node_a.result", "node_b.input"),
    edge("node_b.result", "node_c.input"),
    edge("node_c.result", "node_out.value"),
  ];
  const created = await call("POST /api/graphs", { graph: { ...emptyGraph("Echo"), nodes, edges } });
  expect(created, created.text).toMatchObject({ status: 201 });
  return created.json.id;
}

async function publish(graph: string): Promise<void> {
  const { json } = await call(`POST /api/graphs/${graph}/revisions`, {});
  const published = await call(`POST /api/graphs/${graph}/publish`, { revision: json.number });
  expect(published, published.text).toMatchObject({ status: 200 });
}

const hookOf = async (graph: string) => (await call(`GET /api/graphs/${graph}/hooks`)).json.items[0];
const stateOf = async (run: string) => (await call(`GET /api/runs/${run}`)).json.state;

describe("a graph that is called from outside", () => {
  it("answers with its output, again for the same delivery, and takes no call once it is not published", async () => {
    const graph = await createGraph({ respond: "when-finished", output: "echo", deduplicate: { header: "x-id" } });
    const before = await hookOf(graph);
    expect((await call(`POST ${before.url}`, {})).status).toBe(404);
    await publish(graph);
    const answers = [await call(`POST ${before.url}`, { a: [1] }, { "x-id": "one" }), await call(`POST ${before.url}`, { other: 2 }, { "x-id": "one" })];
    for (const answer of answers) expect(answer).toMatchObject({ status: 200, json: { a: [1] } });
    expect((await call(`GET /api/runs?graph=${graph}`)).json.items).toMatchObject([{ state: "succeeded", actor: "local" }]);
    await call(`POST /api/graphs/${graph}/unpublish`, {});
    expect((await call(`POST ${before.url}`, {})).status).toBe(404);
  });

  it("answers at once with a run that is recorded", async () => {
    const graph = await createGraph({});
    await publish(graph);
    const accepted = await call(`POST ${(await hookOf(graph)).url}`, "hello", { "content-type": "text/plain" });
    expect(accepted).toMatchObject({ status: 202 });
    await expect.poll(() => stateOf(accepted.json.run), { timeout: 15_000 }).toBe("succeeded");
    expect((await call(`GET /api/runs/${accepted.json.run}`)).json).toMatchObject({ input: { method: "POST", body: "hello" }, output: { echo: "hello" } });
  });

  it("runs its draft for a test call while somebody listens", async () => {
    const graph = await createGraph({});
    const { testUrl } = await hookOf(graph);
    expect((await call(`POST ${testUrl}`, {})).status).toBe(404);
    expect((await call(`POST /api/graphs/${graph}/hooks/node_hook/listen`)).json.listeningUntil).toEqual(expect.any(String));
    const accepted = await call(`POST ${testUrl}`, { test: true });
    expect(accepted).toMatchObject({ status: 202 });
    await expect.poll(() => stateOf(accepted.json.run), { timeout: 15_000 }).toBe("succeeded");
    await expect.poll(async () => (await hookOf(graph)).lastCall, { timeout: 15_000 }).toMatchObject({ test: true, run: accepted.json.run });
    expect((await call(`DELETE /api/graphs/${graph}/hooks/node_hook/listen`)).json.listeningUntil).toBeNull();
  });

  it("shows its signing secret to a person alone, and takes what is signed with it", async () => {
    const graph = await createGraph({ signature: { on: true } });
    await publish(graph);
    const address = `/api/graphs/${graph}/hooks/node_hook/secret`;
    expect(await call(`POST ${address}`)).toMatchObject({ status: 403, json: { code: "person-required" } });
    const token = (await readFile(join(directory, "token"), "utf8")).trim();
    const { secret } = (await call(`POST ${address}`, undefined, { authorization: `Bearer ${token}` })).json;
    const { url } = await hookOf(graph);
    const signature = `sha256=${createHmac("sha256", secret).update("{}").digest("hex")}`;
    expect((await call(`POST ${url}`, "{}", { "x-hub-signature-256": signature })).status).toBe(202);
    expect((await call(`POST ${url}`, "{ }", { "x-hub-signature-256": signature })).status).toBe(401);
  });

  it("gets another address when it is replaced", async () => {
    const graph = await createGraph({});
    await publish(graph);
    const before = await hookOf(graph);
    expect((await call(`POST ${before.url}`, {})).status).toBe(202);
    const after = await call(`POST /api/graphs/${graph}/hooks/node_hook/rotate`);
    expect(after.json.url).not.toBe(before.url);
    expect([(await call(`POST ${before.url}`, {})).status, (await call(`POST ${after.json.url}`, {})).status]).toEqual([404, 202]);
  });
});

it("a run that waits for a call goes on with what its callback address was sent", async () => {
  const nodes = [node("node_wait", "wait-webhook", { announceTo: `http://${otherHost}/jobs` }), node("node_out", "output", { name: "answer" })];
  const graph = { ...emptyGraph("Waits"), nodes, edges: [edge("node_wait.request", "node_out.value")] };
  const created = await call("POST /api/graphs", { graph });
  const { id } = (await call(`POST /api/graphs/${created.json.id}/runs`, {})).json;
  await expect.poll(() => stateOf(id), { timeout: 15_000 }).toBe("waiting");
  const { callbackUrl } = told.find(({ run }) => run === id) ?? { callbackUrl: "" };
  expect((await call(`GET /api/runs/${id}/callbacks`)).json).toEqual({ items: [{ node: "node_wait", path: [], name: "callback", url: callbackUrl }] });
  const log = JSON.stringify((await call(`GET /api/runs/${id}/events`)).json);
  expect(log).toContain("callback address");
  expect(log).not.toContain(callbackUrl.slice(-43));
  expect((await call(`POST ${callbackUrl.replace(/.{5}$/, "AAAAA")}`, {})).status).toBe(404);
  expect(await call(`POST ${callbackUrl}?from=loom`, { done: true })).toMatchObject({ status: 200, json: { accepted: true } });
  await expect.poll(() => stateOf(id), { timeout: 15_000 }).toBe("succeeded");
  expect((await call(`GET /api/runs/${id}`)).json.output.answer).toMatchObject({ method: "POST", query: { from: "loom" }, body: { done: true } });
  expect(await call(`POST ${callbackUrl}`, {})).toMatchObject({ status: 410, json: { code: "gone" } });
});
