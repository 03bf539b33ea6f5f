import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type WebSocket as Connection, WebSocketServer } from "ws";
import { graphIdSchema, runIdSchema } from "#runtime/graph/ids.ts";
import type { RunEvent } from "#runtime/run/events.ts";
import { backoffMs } from "./backoff.ts";
import { createLiveSocket, type LiveSocket } from "./live-socket.ts";
import { onRefusal } from "./refusals.ts";

const run = runIdSchema.parse("run_1");
const graph = graphIdSchema.parse("graph_1");
const ends: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

interface Server {
  url: string;
  connections: Connection[];
  /** Every message of every connection, in order. */
  requests: unknown[];
}

async function startServer(onConnection: (connection: Connection, count: number) => void = () => {}): Promise<Server> {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  const connections: Connection[] = [];
  const requests: unknown[] = [];
  server.on("connection", (connection) => {
    connections.push(connection);
    connection.on("message", (data) => requests.push(JSON.parse(String(data))));
    onConnection(connection, connections.length);
  });
  await new Promise((resolve) => server.once("listening", resolve));
  ends.push(async () => {
    for (const connection of connections) connection.terminate();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`, connections, requests };
}

function open(url: string): LiveSocket {
  const socket = createLiveSocket({ url, backoff: () => 10 });
  ends.push(socket.close);
  return socket;
}

const event = (seq: number): RunEvent => ({ type: "run-resumed", actor: "local", seq, at: "2026-01-01T00:00:00.000Z" });
const sendEvent = (connection: Connection | undefined, seq: number) => connection?.send(JSON.stringify({ type: "event", run, event: event(seq) }));

function collector() {
  const seen: number[] = [];
  return { seen, event: ({ seq }: RunEvent) => void seen.push(seq), ephemeral: () => {} };
}

describe("live socket", () => {
  test("opens when somebody follows, hands events over, and unsubscribes", async () => {
    const server = await startServer();
    const socket = open(server.url);
    expect(socket.status().state).toBe("idle");
    const follower = collector();
    const stop = socket.followRun(run, 0, follower);
    await vi.waitFor(() => expect(server.requests).toEqual([{ type: "subscribe", run, after: 0 }]));
    sendEvent(server.connections[0], 1);
    sendEvent(server.connections[0], 2);
    await vi.waitFor(() => expect(follower.seen).toEqual([1, 2]));
    stop();
    await vi.waitFor(() => expect(server.requests.at(-1)).toEqual({ type: "unsubscribe", run }));
  });

  test("after a break goes on from the last event, and sends graph subscriptions again", async () => {
    const server = await startServer();
    const socket = open(server.url);
    const follower = collector();
    let begun = 0;
    socket.followRun(run, 0, follower);
    socket.followGraph(graph, { run: () => {}, begun: () => begun++ });
    await vi.waitFor(() => expect(server.requests).toHaveLength(2));
    sendEvent(server.connections[0], 1);
    sendEvent(server.connections[0], 2);
    await vi.waitFor(() => expect(follower.seen).toEqual([1, 2]));
    server.connections[0]?.terminate();
    await vi.waitFor(() =>
      expect(server.requests.slice(2)).toEqual([
        { type: "subscribe", run, after: 2 },
        { type: "subscribe-graph", graph },
      ]),
    );
    expect(begun).toBe(2);
    sendEvent(server.connections[1], 2);
    sendEvent(server.connections[1], 3);
    await vi.waitFor(() => expect(follower.seen).toEqual([1, 2, 3]));
  });

  test("asks again when events are missing", async () => {
    const server = await startServer();
    const follower = collector();
    open(server.url).followRun(run, 0, follower);
    await vi.waitFor(() => expect(server.requests).toHaveLength(1));
    sendEvent(server.connections[0], 1);
    sendEvent(server.connections[0], 3);
    await vi.waitFor(() => expect(server.requests.at(-1)).toEqual({ type: "subscribe", run, after: 1 }));
    expect(follower.seen).toEqual([1]);
  });

  test("two who follow one run share a subscription that starts where the later needs it", async () => {
    const server = await startServer();
    const socket = open(server.url);
    const [first, second] = [collector(), collector()];
    const stopFirst = socket.followRun(run, 2, first);
    await vi.waitFor(() => expect(server.requests).toHaveLength(1));
    socket.followRun(run, 0, second);
    await vi.waitFor(() => expect(server.requests.at(-1)).toEqual({ type: "subscribe", run, after: 0 }));
    for (const seq of [1, 2, 3]) sendEvent(server.connections[0], seq);
    await vi.waitFor(() => expect(second.seen).toEqual([1, 2, 3]));
    expect(first.seen).toEqual([3]);
    stopFirst();
    sendEvent(server.connections[0], 4);
    await vi.waitFor(() => expect(second.seen).toEqual([1, 2, 3, 4]));
    expect(server.requests).toHaveLength(2);
  });

  test("tells that something was refused, so that rights are asked for again", async () => {
    const told = vi.fn();
    ends.push(onRefusal(told));
    const server = await startServer((connection) => connection.send(JSON.stringify({ type: "error", code: "not-found", message: "There is no such graph." })));
    const socket = createLiveSocket({ url: server.url });
    ends.push(socket.close);
    socket.followGraph(graph, { run: () => {}, begun: () => {} });
    await vi.waitFor(() => expect(told).toHaveBeenCalledOnce());
  });

  test("stops with the server's words when it is refused for good", async () => {
    const server = await startServer((connection) => connection.close(4403, "You may not see this."));
    const socket = open(server.url);
    socket.followRun(run, 0, collector());
    await vi.waitFor(() => expect(socket.status()).toEqual({ state: "stopped", message: "You may not see this." }));
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(server.connections).toHaveLength(1);
  });

  test("tries again after a close that may be tried again", async () => {
    const server = await startServer((connection, count) => count < 3 && connection.close(4503, "Shutting down."));
    const socket = open(server.url);
    socket.followRun(run, 0, collector());
    await vi.waitFor(() => expect(server.connections).toHaveLength(3));
    await vi.waitFor(() => expect(socket.status().state).toBe("open"));
    await vi.waitFor(() => expect(server.requests.at(-1)).toEqual({ type: "subscribe", run, after: 0 }));
  });

  test("a wake makes a fresh connection at once", async () => {
    const server = await startServer();
    const socket = open(server.url);
    socket.followRun(run, 0, collector());
    await vi.waitFor(() => expect(server.requests).toHaveLength(1));
    socket.wake();
    await vi.waitFor(() => expect(server.requests).toHaveLength(2));
    expect(server.connections).toHaveLength(2);
  });

  test("what it does not know stops it with advice", async () => {
    const server = await startServer((connection) => connection.send('{"type":"greeting"}'));
    const socket = open(server.url);
    socket.followRun(run, 0, collector());
    await vi.waitFor(() => expect(socket.status()).toMatchObject({ state: "stopped", message: expect.stringContaining("Reload") }));
  });
});

test("the wait doubles up to a cap and is drawn at random from its upper half", () => {
  expect([1, 2, 3, 20].map((failures) => backoffMs(failures, () => 0))).toEqual([150, 300, 600, 7_500]);
  expect(backoffMs(20, () => 0.999)).toBeLessThanOrEqual(15_000);
});
