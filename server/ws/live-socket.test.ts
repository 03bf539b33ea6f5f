import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { createId } from "#runtime/graph/ids.ts";
import { ApiError } from "../api-error.ts";
import { createLiveHub } from "../engine/live-hub.ts";
import { attachLiveSocket, type LiveSocketGiven } from "./live-socket.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function open(authorize: LiveSocketGiven["authorize"]) {
  const server = createServer();
  const sockets = new WebSocketServer({ server });
  const attached = new Promise<ReturnType<typeof attachLiveSocket>>((resolve) => {
    const hub = createLiveHub({ readEvents: async () => [], onError: () => undefined });
    sockets.on("connection", (socket) =>
      resolve(attachLiveSocket({ socket, hub, authorize, followComments: noStop, followInbox: noStop, followGates: noStop, followConnections: noStop })),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  closers.push(async () => {
    client.terminate();
    sockets.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const closed = new Promise<number>((resolve) => client.once("close", resolve));
  const heard: { type: string; code?: string }[] = [];
  client.on("message", (data) => heard.push(JSON.parse(String(data))));
  await new Promise((resolve) => client.once("open", resolve));
  return { client, closed, heard, attached: await attached };
}
const noStop = () => () => undefined;
const subscribe = () => JSON.stringify({ type: "subscribe-graph", graph: createId("graph") });

describe("a live socket", () => {
  it("is closed when it asks for more than anybody needs, though each request may be answered at once", async () => {
    const { client, closed } = await open(async () => undefined);
    for (let message = 0; message < 1_000; message++) client.send(JSON.stringify({ type: "unsubscribe" }));
    expect(await closed).toBe(4529);
  });

  it("takes what a canvas asks for after a reconnect, and says what may not be seen", async () => {
    const { client, heard } = await open(async () => {
      throw new ApiError("not-found", "There is no such graph.");
    });
    for (let message = 0; message < 200; message++) client.send(subscribe());
    await expect.poll(() => heard.length).toBe(200);
    expect(heard[0]).toMatchObject({ type: "error", code: "not-found" });
  });

  it.each([
    ["no JSON", "{"],
    ["no request", '{"type":"explode"}'],
    ["longer than a request is", JSON.stringify({ type: "unsubscribe", run: "x".repeat(10_000) })],
    ["bytes", Buffer.from('{"type":"unsubscribe"}')],
  ])("is closed by what is %s", async (_name, message) => {
    const { client, closed } = await open(async () => undefined);
    client.send(message);
    expect(await closed).toBe(4400);
  });

  it("is judged by what it follows before what waits in its queue is looked at", async () => {
    const followed = createId("graph");
    let isGone = false;
    let reached = () => {};
    const stuck = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const { client, heard, attached } = await open(async (resource) => {
      if ("graph" in resource && resource.graph === followed) {
        if (isGone) throw new ApiError("not-found", "There is no such graph.");
        return;
      }
      reached();
      await new Promise(() => undefined);
    });
    client.send(JSON.stringify({ type: "subscribe-graph", graph: followed }));
    client.send(subscribe());
    await stuck;
    isGone = true;
    await expect(attached.requireAll()).rejects.toMatchObject({ code: "not-found" });
    expect(heard).toEqual([]);
  });
});
