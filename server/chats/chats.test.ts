import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readConfig } from "../config.ts";
import { silentLogger } from "../logger.ts";
import { type HeddleServer, serve } from "../serve.ts";

let directory: string;
let server: HeddleServer;
let token: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "heddle-chats-"));
  server = await serve(readConfig({ HEDDLE_DATA: directory, PORT: "0", HEDDLE_CHECK_ANSWERS: "1" }), { logger: silentLogger });
  token = (await readFile(join(directory, "token"), "utf8")).trim();
});
afterAll(async () => {
  await server.close();
  await rm(directory, { recursive: true, force: true });
});

const api = async (request: string, body?: unknown) => {
  const [method = "GET", path = ""] = request.split(" ");
  const headers = { authorization: `Bearer ${token}`, ...(body !== undefined && { "content-type": "application/json" }) };
  const answer = await fetch(`${server.url}${path}`, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
  const text = await answer.text();
  return { status: answer.status, json: text.startsWith("{") ? JSON.parse(text) : undefined };
};
const end = (node: string, port: string) => ({ node, port });
const node = (id: string, type: string, config: unknown) => ({ id, type, version: 1, label: id, position: { x: 0, y: 0 }, config });
const echo = (text: string) => ({
  format: "heddle.graph/1",
  name: "Echo",
  description: "",
  settings: {},
  nodes: [
    node("node_in", "start", {
      fields: [
        { id: "m", name: "message", type: "paragraph" },
        { id: "t", name: "thread", type: "text", required: false },
      ],
    }),
    node("node_say", "template-text", { template: text }),
    node("node_out", "output", { name: "answer" }),
  ],
  edges: [
    { id: "edge_1", kind: "data", source: end("node_in", "message"), target: end("node_say", "message") },
    ...(text.includes("inputs.thread") ? [{ id: "edge_2", kind: "data", source: end("node_in", "thread"), target: end("node_say", "thread") }] : []),
    { id: "edge_3", kind: "data", source: end("node_say", "text"), target: end("node_out", "value") },
  ],
});

test("somebody talks to a graph: each message is a run, and the answers stand in the conversation", async () => {
  const graph = (await api("POST /api/graphs", { graph: echo("You said {{ inputs.message }} in {{ inputs.thread }}") })).json.id;
  const chats = `/api/graphs/${graph}/chats`;
  expect((await api(`GET /api/graphs/${graph}/chatting`)).json).toEqual({
    name: "Echo",
    published: expect.stringContaining("not published"),
    draft: null,
    files: false,
  });
  const chat = (await api(`POST ${chats}`, {})).json;
  expect(chat).toMatchObject({ title: "", turns: 0 });
  expect((await api(`POST ${chats}/${chat.id}/turns`, { text: "hello" })).status).toBe(409);

  await api(`POST /api/graphs/${graph}/revisions`, {});
  await api(`POST /api/graphs/${graph}/publish`, { revision: 1 });
  const first = await api(`POST ${chats}/${chat.id}/turns`, { text: "hello", idempotencyKey: "one" });
  expect(first).toMatchObject({ status: 202, json: { number: 1, text: "hello" } });
  expect((await api(`POST ${chats}/${chat.id}/turns`, { text: "hello", idempotencyKey: "one" })).json.number).toBe(1);
  const turns = async () => (await api(`GET ${chats}/${chat.id}/turns`)).json.items;
  await expect.poll(async () => (await turns())[0]?.answer, { timeout: 20_000 }).toBe(`You said hello in ${chat.id}`);

  await api(`PUT /api/graphs/${graph}/graph`, echo("Draft: {{ inputs.message }}"));
  expect((await api(`POST ${chats}/${chat.id}/turns`, { text: "again", draft: true })).json.number).toBe(2);
  await expect
    .poll(async () => (await turns()).map(({ answer }: { answer: string }) => answer), { timeout: 20_000 })
    .toEqual(["Draft: again", `You said hello in ${chat.id}`]);
  const [page] = (await api(`GET ${chats}/${chat.id}/turns?limit=1`)).json.items;
  expect(page.number).toBe(2);

  expect((await api(`GET ${chats}?search=HELL`)).json.items).toMatchObject([{ id: chat.id, title: "hello", turns: 2 }]);
  expect((await api(`PATCH ${chats}/${chat.id}`, { title: "Greetings" })).json.title).toBe("Greetings");
  expect((await api(`DELETE ${chats}/${chat.id}`)).status).toBe(204);
  expect((await api(`GET ${chats}/${chat.id}/turns`)).status).toBe(404);
});

test("an agent of the library is a document of its own, made from one to begin with, and called like a graph", async () => {
  const made = await api("POST /api/agents", { name: "Helper" });
  expect(made).toMatchObject({ status: 201, json: { kind: "agent", name: "Helper", graph: { nodes: [{}, {}, {}] } } });
  const { id } = made.json;
  expect((await api("GET /api/agents")).json.items.map((agent: { id: string }) => agent.id)).toEqual([id]);
  expect((await api("GET /api/graphs")).json.items.map((graph: { id: string }) => graph.id)).not.toContain(id);
  expect((await api(`GET /api/agents/${id}`)).json.name).toBe("Helper");
  // it has no model yet, and is complete apart from that
  expect((await api(`POST /api/agents/${id}/validate`, {})).json.problems).toMatchObject([{ code: "incomplete", path: "/connection" }]);
  expect((await api(`POST /api/agents/${id}/revisions`, {})).json.number).toBe(1);
  expect((await api(`POST /api/agents/${id}/publish`, { revision: 1 })).status).toBe(422);
  const greeter = await api("POST /api/agents", { graph: echo("Hi {{ inputs.message }}") });
  await api(`POST /api/agents/${greeter.json.id}/revisions`, {});
  expect((await api(`POST /api/agents/${greeter.json.id}/publish`, { revision: 1 })).json).toMatchObject({ kind: "agent", publishedRevision: 1 });
  const reference = await api(`POST /api/graphs/graph_welcome/references`, { keys: [`graph:${greeter.json.id}`] });
  expect(JSON.stringify(reference.json)).toContain('"kind":"graph"');
  expect((await api(`DELETE /api/agents/${id}`)).status).toBe(204);
});
