import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { type Config, readConfig } from "./config.ts";
import { silentLogger } from "./logger.ts";
import { type HeddleServer, serve } from "./serve.ts";
import { explainStart } from "./start/start-error.ts";

let directory: string;
let config: Config;
let server: HeddleServer;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "heddle-serve-"));
  config = readConfig({ HEDDLE_DATA: directory, PORT: "0", HEDDLE_CHECK_ANSWERS: "1" });
  server = await serve(config, { logger: silentLogger });
});
afterAll(async () => {
  await server.close();
  await rm(directory, { recursive: true, force: true });
});

const call = async (path: string, request: RequestInit = {}) => {
  const answer = await fetch(`${server.url}${path}`, { redirect: "manual", ...request, headers: { "content-type": "application/json", ...request.headers } });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, text, json: text.startsWith("{") ? JSON.parse(text) : undefined };
};
const post = (path: string, body: unknown, headers: Record<string, string> = {}) => call(path, { method: "POST", body: JSON.stringify(body), headers });

describe("a server that has started", () => {
  it("is ready, and tells its owner alone where it is", async () => {
    expect((await call("/api/health/ready")).json).toMatchObject({ status: "ok", database: "pglite", queue: "memory" });
    const address = JSON.parse(await readFile(join(directory, "server.json"), "utf8"));
    expect(address).toEqual({ url: server.url, pid: process.pid, oneTimeUrl: server.oneTimeUrl });
    for (const file of ["server.json", "token"]) expect((await stat(join(directory, file))).mode & 0o777).toBe(0o600);
  });

  it("makes whoever opens the one-time URL a person; then the address file holds a fresh one", async () => {
    const path = new URL(server.oneTimeUrl ?? "").pathname;
    const opened = await call(path);
    expect(opened).toMatchObject({ status: 303 });
    const cookie = opened.headers.get("set-cookie")?.split(";")[0] ?? "";
    const settings = { transport: "stdio", command: "no-such-program" };
    const connection = { kind: "mcp", name: "Nothing", settings };
    expect((await post("/api/connections", connection)).status).toBe(403);
    expect((await post("/api/connections", connection, { cookie, origin: server.url })).status).toBe(201);
    expect((await call(path)).status).toBe(403);
    await expect.poll(async () => readFile(join(directory, "server.json"), "utf8")).not.toContain(path);
  });

  it("takes the token of the data directory", async () => {
    const token = (await readFile(join(directory, "token"), "utf8")).trim();
    expect((await call("/api/session", { headers: { authorization: `Bearer ${token}` } })).json).toMatchObject({ person: true });
    expect((await call("/api/connections/conn_sample_files", { headers: { authorization: `Bearer ${token}` } })).json.settings.command).toBe("heddle:node");
  });

  it("runs the welcome graph to its end, and streams what happens", async () => {
    expect((await post("/api/graphs/graph_welcome/validate", {})).json).toEqual({ problems: [] });
    const started = await post("/api/graphs/graph_welcome/runs", {});
    expect(started.status).toBe(202);
    const run = started.json.id;
    const stream = await call(`/api/runs/${run}/events`, { headers: { accept: "text/event-stream" } });
    const events = [...stream.text.matchAll(/^data: (.*)$/gm)].map(([, line]) => JSON.parse(String(line)));
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(events.at(-1)).toMatchObject({ type: "run-finished", state: "succeeded" });
    expect((await call(`/api/runs/${run}`)).json).toMatchObject({ state: "succeeded", lastEvent: events.length, output: expect.any(Object) });
    expect((await call(`/api/runs?graph=graph_welcome`)).json.items[0].id).toBe(run);
    expect((await call(`/api/runs/${run}/events?after=1&limit=2`)).json).toMatchObject({ items: [{ seq: 2 }, { seq: 3 }], nextCursor: "3" });
  });

  it("lets a person alone answer a budget gate, or start a run past the graph's budget", async () => {
    const token = (await readFile(join(directory, "token"), "utf8")).trim();
    const person = { authorization: `Bearer ${token}` };
    const nodes = [{ id: "node_in", type: "start", version: 1, label: "Start", position: { x: 0, y: 0 }, config: {} }];
    const graph = { format: "heddle.graph/1", name: "Dear", description: "", settings: { budget: 2 }, nodes, edges: [] };
    const { id } = (await post("/api/graphs", { graph })).json;
    expect((await post(`/api/graphs/${id}/runs`, { budget: 2.5 })).json).toMatchObject({ status: 403, code: "person-required" });
    expect((await post(`/api/graphs/${id}/runs`, { budget: 2.5 }, person)).status).toBe(202);
    const within = await post(`/api/graphs/${id}/runs`, { budget: 1.5 });
    expect(within.status).toBe(202);
    expect((await post(`/api/runs/${within.json.id}/budget`, { budget: 100 })).json).toMatchObject({ status: 403, code: "person-required" });
    expect((await post(`/api/runs/${within.json.id}/budget`, { budget: 100 }, person)).status).not.toBe(403);
  });

  it("uses the result of the same code again, unless the code asks for the time", async () => {
    const run = async (source: string) => {
      const nodes = [
        {
          id: "node_code",
          type: "code",
          version: 1,
          label: "Code",
          position: { x: 0, y: 0 },
          config: { source, outputs: [{ id: "a", name: "result", type: "any" }] },
        },
      ];
      const { id } = (await post("/api/graphs", { graph: { format: "heddle.graph/1", name: "Code", description: "", settings: {}, nodes, edges: [] } })).json;
      const started = (await post(`/api/graphs/${id}/runs`, {})).json;
      await call(`/api/runs/${started.id}/events`, { headers: { accept: "text/event-stream" } });
      const detail = (await call(`/api/runs/${started.id}`)).json;
      return [detail.state, detail.nodes.node_code.state];
    };
    for (const state of ["succeeded", "reused"]) expect(await run("return 6 * 7;")).toEqual(["succeeded", state]);
    for (const _ of [1, 2]) expect(await run("return Date.now() > 0;")).toEqual(["succeeded", "succeeded"]);
  });

  it("refuses a graph and a run with their problems", async () => {
    const graph = { format: "heddle.graph/1", name: "x", description: "", settings: {}, nodes: [{ id: "node_a", type: "nothing" }], edges: [] };
    expect((await post("/api/graphs", { graph })).json).toMatchObject({ status: 422, code: "invalid-graph", problems: expect.any(Array) });
    const empty = await post("/api/graphs", { name: "Empty" });
    expect((await post(`/api/graphs/${empty.json.id}/runs`, {})).json).toMatchObject({ status: 422, code: "invalid-graph", problems: [{ code: "empty" }] });
  });

  it.each([
    "/api/graphs/graph_none",
    "/api/runs/run_none",
    "/api/connections/conn_none",
    "/api/approvals/run_none.1",
    "/api/graphs/graph_welcome/revisions/999",
  ])("%s is 404", async (path) => {
    expect((await call(path)).json).toMatchObject({ status: 404, code: "not-found" });
  });

  it.each([
    "/api/runs?search=%00",
    "/api/graphs?search=%00&cursor=x",
    "/api/connections?search=%00",
    "/api/graphs/graph_welcome/revisions/99999999999",
    "/api/graphs/graph_welcome/revisions?cursor=99999999999",
    "/api/runs/run_none/events?after=99999999999",
    `/api/approvals/run_${"x".repeat(200)}.1`,
    "/api/approvals/run_x.99999999999",
  ])("%s is answered, whatever a database thinks of it", async (path) => {
    expect((await call(path)).status).toBeLessThan(500);
  });

  it("closes a socket to a graph that is not there with a code, and shows a run on /ws/live", async () => {
    const missing = new WebSocket(`${server.url.replace("http", "ws")}/ws/graphs/graph_none`);
    expect(await new Promise((resolve) => missing.once("close", resolve))).toBe(4404);
    const live = new WebSocket(`${server.url.replace("http", "ws")}/ws/live`);
    const finished = new Promise((resolve) =>
      live.on("message", (data) => {
        const message = JSON.parse(String(data));
        if (message.type === "run" && message.run.state === "succeeded") resolve(message.run.id);
      }),
    );
    await new Promise((resolve) => live.once("open", resolve));
    live.send(JSON.stringify({ type: "subscribe", graph: "graph_welcome" }));
    const { json } = await post("/api/graphs/graph_welcome/runs", {});
    expect(await finished).toBe(json.id);
    live.close();
  });
});

describe("a second start", () => {
  it("on the same data directory says who holds it", async () => {
    const error = await serve({ ...config, port: 0 }, { logger: silentLogger }).catch((thrown: unknown) => thrown);
    expect(explainStart(error)).toContain(`held by process ${process.pid}`);
  });

  it("on the same port says that it is another Heddle, and holds nothing afterwards", async () => {
    const other = await mkdtemp(join(tmpdir(), "heddle-serve-"));
    const error = await serve({ ...config, dataDirectory: other, port: Number(new URL(server.url).port) }, { logger: silentLogger }).catch(
      (thrown: unknown) => thrown,
    );
    expect(explainStart(error)).toMatch(/is taken by another Heddle .*\n.*PORT=\d+ npm start/);
    expect(existsSync(join(other, "heddle.lock"))).toBe(false);
    expect(existsSync(join(other, "database"))).toBe(false);
    await rm(other, { recursive: true });
  });
});

describe("a server that is closed", () => {
  it("sends its sockets away until later, lets everything go, and starts again with what was there", async () => {
    await call("/api/graphs/graph_welcome", { method: "DELETE" });
    const socket = new WebSocket(`${server.url.replace("http", "ws")}/ws/live`);
    await new Promise((resolve) => socket.once("open", resolve));
    const closed = new Promise((resolve) => socket.once("close", resolve));
    await server.close();
    expect(await closed).toBe(4503);
    for (const file of ["server.json", "heddle.lock"]) expect(existsSync(join(directory, file))).toBe(false);
    await expect(call("/api/health/live")).rejects.toThrow();

    server = await serve(config, { logger: silentLogger });
    const { items } = (await call("/api/graphs")).json;
    expect(items.map(({ name }: { name: string }) => name)).toContain("Empty");
    expect((await call("/api/runs?graph=graph_welcome")).json.items).toHaveLength(2);
  });
});
