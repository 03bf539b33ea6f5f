import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import { createEgressClient, type EgressClient } from "./create-egress-client.ts";

let port: number;
let seen: string[];
const clients: EgressClient[] = [];
const http = createServer((_request, response) => void response.writeHead(302, { location: "http://127.0.0.1:1/" }).end());
const sockets = new WebSocketServer({ noServer: true });

beforeAll(async () => {
  seen = [];
  http.on("upgrade", (request, socket, head) => {
    seen.push(`${request.url} ${request.headers["x-proof"]} ${request.headers.host}`);
    if (request.url === "/silent") return;
    if (request.url === "/elsewhere") return void socket.end("HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n");
    if (request.url === "/closed") return void socket.end("HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n");
    sockets.handleUpgrade(request, socket, head, (opened) => {
      opened.on("message", (data) => opened.send(`heard ${String(data)}`));
    });
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  port = (http.address() as AddressInfo).port;
});
afterAll(async () => {
  for (const client of clients) await client.close();
  for (const socket of sockets.clients) socket.terminate();
  http.closeAllConnections();
  http.close();
});

interface Opening {
  host?: string;
  allowed?: string[];
  own?: boolean;
  signal?: AbortSignal;
}

function open(path: string, { host = "127.0.0.1", allowed = [host], own = false, signal = new AbortController().signal }: Opening = {}) {
  const client = createEgressClient({
    allow: () => allowed.map((each) => ({ host: each, port })),
    ownListeners: () => (own ? [{ host: "127.0.0.1", port }] : []),
    lookup: async () => [{ address: "127.0.0.1", family: 4 }],
  });
  clients.push(client);
  return client.openSocket({ url: `http://${host}:${port}${path}`, headers: { "x-proof": "yes" }, mostBytes: 50, signal });
}

it("speaks with who is allowed, by the address that was checked", async () => {
  const socket = await open("/talk?clientId=a", { host: "pictures.example" });
  const heard = new Promise((resolve) => socket.once("message", (data) => resolve(String(data))));
  socket.send("hello");
  expect(await heard).toBe("heard hello");
  expect(seen).toContain(`/talk?clientId=a yes pictures.example:${port}`);
  const ended = new Promise((resolve) => socket.once("error", resolve));
  socket.send("a".repeat(100));
  // a message that is too long ends it
  expect(await ended).toMatchObject({ code: "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH" });
});

it("opens nothing to addresses that are not allowed, or to itself", async () => {
  seen.length = 0;
  await expect(open("/talk", { allowed: [] })).rejects.toMatchObject({ code: "policy", happened: "no" });
  await expect(open("/talk", { host: "inside.example", allowed: [] })).rejects.toMatchObject({ code: "policy" });
  await expect(open("/talk", { own: true })).rejects.toMatchObject({ code: "policy" });
  expect(seen).toEqual([]);
});

it("follows no redirect, and says who refuses", async () => {
  await expect(open("/elsewhere")).rejects.toMatchObject({ code: "http-status", details: { status: 302 } });
  await expect(open("/closed")).rejects.toMatchObject({ code: "auth", details: { status: 401 } });
});

it("is left where nobody waits any more", async () => {
  const stop = new AbortController();
  const opening = open("/silent", { signal: stop.signal });
  setTimeout(() => stop.abort(new Error("enough")), 50);
  await expect(opening).rejects.toThrow("enough");
});
