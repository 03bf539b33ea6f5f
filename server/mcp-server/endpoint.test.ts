import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readConfig } from "../config.ts";
import { silentLogger } from "../logger.ts";
import { type HeddleServer, serve } from "../serve.ts";

let directory: string;
let server: HeddleServer;
let token: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "heddle-mcp-"));
  server = await serve(readConfig({ HEDDLE_DATA: directory, PORT: "0", HEDDLE_CHECK_ANSWERS: "1" }), { logger: silentLogger });
  token = (await readFile(join(directory, "token"), "utf8")).trim();
});
afterAll(async () => {
  await server.close();
  await rm(directory, { recursive: true, force: true });
});

const api = async (path: string, body: unknown, method = "POST") => {
  const answer = await fetch(`${server.url}${path}`, {
    method,
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
  return JSON.parse(await answer.text());
};
const connect = async (headers: Record<string, string> = {}) => {
  const client = new Client({ name: "test", version: "1" });
  await client.connect(new StreamableHTTPClientTransport(new URL("/mcp", server.url), { requestInit: { headers } }) as Parameters<typeof client.connect>[0]);
  return client;
};
const end = (node: string, port: string) => ({ node, port });
const greeting = (name: string) => ({
  format: "heddle.graph/1",
  name,
  description: "Greets somebody by name.",
  settings: {},
  nodes: [
    {
      id: "node_in",
      type: "start",
      version: 1,
      label: "In",
      position: { x: 0, y: 0 },
      config: { fields: [{ id: "f", name: "who", type: "text", required: true }] },
    },
    { id: "node_say", type: "template-text", version: 1, label: "Say", position: { x: 300, y: 0 }, config: { template: "Hello {{ inputs.who }}" } },
    { id: "node_out", type: "output", version: 1, label: "Out", position: { x: 600, y: 0 }, config: { name: "greeting" } },
  ],
  edges: [
    { id: "edge_1", kind: "data", source: end("node_in", "who"), target: end("node_say", "who") },
    { id: "edge_2", kind: "data", source: end("node_say", "text"), target: end("node_out", "value") },
  ],
});
const published = async (name: string) => {
  const graph = await api("/api/graphs", { graph: greeting(name) });
  const { number } = await api(`/api/graphs/${graph.id}/revisions`, {});
  await api(`/api/graphs/${graph.id}/publish`, { revision: number });
  return graph.id as string;
};
type Called = { isError?: boolean; content: { text: string }[]; structuredContent?: Record<string, unknown> };

describe("POST /mcp", () => {
  test("offers published graphs as typed tools, and tells how far their runs are", async () => {
    const id = await published("Greet someone");
    const client = await connect();
    const { tools } = await client.listTools();
    expect(tools.find(({ name }) => name === "skill_greet_someone")).toMatchObject({
      description: "Greets somebody by name.",
      inputSchema: { type: "object", properties: { who: { type: "string" } }, required: ["who"] },
      outputSchema: { type: "object", properties: { greeting: {} } },
    });
    const heard: number[] = [];
    const called = (await client.callTool({ name: "skill_greet_someone", arguments: { who: "Ada" } }, undefined, {
      onprogress: ({ progress }) => heard.push(progress),
    })) as Called;
    expect(called).toMatchObject({ structuredContent: { greeting: "Hello Ada" }, content: [{ text: "Hello Ada" }] });
    expect(heard).toEqual([1, 2, 3]);
    expect((await client.callTool({ name: "skill_greet_someone", arguments: {} })) as Called).toMatchObject({ isError: true });

    // two of one name have names that stay
    const second = await published("Greet someone");
    const names = (await client.listTools()).tools.map(({ name }) => name).filter((name) => name.startsWith("skill_greet"));
    expect(names.sort()).toEqual([`skill_greet_someone_${id.slice(-6)}`, `skill_greet_someone_${second.slice(-6)}`].sort());
    await client.close();
  });

  test("lets a client make a graph, mend it, run it and read what became of it", async () => {
    const client = await connect();
    const tool = async (name: string, given: Record<string, unknown> = {}) => (await client.callTool({ name, arguments: given })) as Called;
    expect((await tool("list_node_types")).structuredContent).toMatchObject({ items: expect.arrayContaining([expect.objectContaining({ type: "output" })]) });
    const made = (await tool("create_graph", { name: "From outside" })).structuredContent as { id: string };
    const broken = { ...greeting("From outside"), edges: [] };
    expect((await tool("validate_graph", { id: made.id, graph: broken })).structuredContent).toMatchObject({
      problems: [{ code: "missing-input" }, { code: "missing-input" }],
    });
    expect((await tool("edit_graph", { id: made.id, graph: { nonsense: true } })).isError).toBe(true);
    expect((await tool("edit_graph", { id: made.id, graph: greeting("From outside") })).isError).toBeUndefined();
    expect((await tool("read_graph", { id: made.id })).structuredContent).toMatchObject({ graph: { nodes: [{}, {}, {}] } });
    const run = (await tool("run_graph", { graph: made.id, input: { who: "Bob" } })).structuredContent as { run: string };
    expect(run).toMatchObject({ state: "succeeded", output: { greeting: "Hello Bob" } });
    expect((await tool("watch_run", { run: run.run })).structuredContent).toMatchObject({ state: "succeeded" });
    expect((await tool("read_run", { id: run.run })).structuredContent).toMatchObject({ state: "succeeded" });
    const refused = await tool("run_graph", { graph: made.id, input: { whom: "Bob" } });
    expect(refused).toMatchObject({ isError: true, content: [{ text: expect.stringContaining("who") }] });
    expect((await tool("read_graph", { id: "graph_nothing" })).isError).toBe(true);
    await client.close();
  });

  test("lists, makes and reads agents of the library, too", async () => {
    const client = await connect();
    const tool = async (name: string, given: Record<string, unknown> = {}) => ((await client.callTool({ name, arguments: given })) as Called).structuredContent;
    const { id } = (await tool("create_agent", { name: "Scout" })) as { id: string };
    expect(await tool("list_agents", { search: "scout" })).toMatchObject({ items: [{ id, kind: "agent", name: "Scout" }] });
    expect(await tool("list_graphs", { search: "scout" })).toMatchObject({ items: [] });
    expect(await tool("read_graph", { id })).toMatchObject({
      kind: "agent",
      graph: { nodes: expect.arrayContaining([expect.objectContaining({ type: "agent" })]) },
    });
    await client.close();
  });

  test("takes no decisions: that is for people", async () => {
    const client = await connect();
    const names = (await client.listTools()).tools.map(({ name }) => name);
    expect(names.filter((name) => /approv|decide|credential|connection|token/.test(name))).toEqual([]);
    await client.close();
  });

  test("refuses foreign pages, wrong tokens, and what is no request of the protocol", async () => {
    const send = (headers: Record<string, string>, method = "POST") =>
      fetch(`${server.url}/mcp`, { method, headers: { "content-type": "application/json", ...headers }, ...(method === "POST" && { body: "{}" }) });
    expect((await send({ origin: "https://evil.example" })).status).toBe(403);
    expect((await send({ authorization: "Bearer hdl_nothing" })).status).toBe(401);
    const get = await send({ accept: "text/event-stream" }, "GET");
    expect([get.status, get.headers.get("allow")]).toEqual([405, "POST"]);
    expect((await send({ accept: "application/json, text/event-stream" })).status).toBe(400);
  });
});
