import { createServer, type Server } from "node:http";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { ApiError } from "../api-error.ts";
import { createAccess } from "../auth/access.ts";
import { createAccessRules } from "../auth/access-rules.ts";
import { type Actor, ANONYMOUS, LOCAL } from "../auth/actor.ts";
import { may as realMay } from "../auth/may.ts";
import { singleUserFacts } from "../auth/testing/single-user-facts.ts";
import { silentLogger } from "../logger.ts";
import { acceptSockets, type Sockets } from "./upgrade.ts";

let server: Server;
let sockets: Sockets;
let port = 0;
let actor: Actor | ApiError = LOCAL;
const attached: { id: string; acks: string | null; mayEdit: boolean }[] = [];

beforeAll(async () => {
  server = createServer((_request, response) => response.end());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  port = typeof address === "object" && address !== null ? address.port : 0;
  sockets = acceptSockets({
    server,
    rules: createAccessRules({ host: "127.0.0.1", publicUrl: undefined, devOrigin: "http://127.0.0.1:5173" }, port),
    routes: [
      {
        path: /^\/ws\/graphs\/([^/]+)$/,
        action: "graph.read",
        edit: "graph.edit",
        attach: (socket, { id, query, mayEdit }) => {
          attached.push({ id, acks: query.get("acks"), mayEdit });
          socket.on("message", (data) => socket.send(`heard ${String(data)}`));
        },
      },
    ],
    authenticate: async () => {
      if (actor instanceof ApiError) throw actor;
      return actor;
    },
    access: createAccess(singleUserFacts, (who, action, resource) =>
      resource.id === "graph_closed" ? { allowed: false, code: "forbidden", message: "Not this one." } : realMay(who, action, resource),
    ),
    logger: silentLogger,
    recheckMs: 40,
  });
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
afterEach(() => {
  actor = LOCAL;
  attached.length = 0;
});

function open(path: string, headers: Record<string, string> = {}) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
  const closed = new Promise<number>((resolve) => socket.once("close", resolve));
  const refused = new Promise<number>((resolve) => {
    socket.once("unexpected-response", (_request, response) => {
      resolve(response.statusCode ?? 0);
      socket.terminate();
    });
    socket.on("error", () => resolve(-1));
  });
  const opened = new Promise<"open">((resolve) => socket.once("open", () => resolve("open")));
  const message = new Promise<string>((resolve) => socket.once("message", (data) => resolve(String(data))));
  return { socket, closed, message, result: Promise.race([opened, refused]) };
}

describe("an upgrade", () => {
  it.each([
    ["another Host", { host: "evil.example" }, 403],
    ["another Origin", { origin: "https://evil.example" }, 403],
    ["another local server's Origin", { origin: "http://127.0.0.1:9" }, 403],
    ["a cookie without an Origin", { cookie: "a=b" }, 403],
    ["another site by Sec-Fetch-Site", { "sec-fetch-site": "cross-site" }, 403],
  ])("with %s is refused", async (_name, headers, status) => {
    expect(await open("/ws/graphs/graph_x", headers).result).toBe(status);
    expect(attached).toEqual([]);
  });

  it("to an address that takes none is 404", async () => {
    for (const path of ["/ws/agents/agent_x", "/ws/graphs/", "/", "/api/graphs"]) expect(await open(path).result).toBe(404);
  });

  it.each([
    ["from a script", () => ({})],
    ["from our page", () => ({ origin: `http://127.0.0.1:${port}` })],
    ["from the development server's page", () => ({ origin: "http://127.0.0.1:5173" })],
  ])("%s is taken, and its first message is not lost", async (_name, headers) => {
    const { socket, result, message, closed } = open("/ws/graphs/graph_x?acks=1", headers());
    socket.once("open", () => socket.send("hello"));
    expect(await result).toBe("open");
    expect(await message).toBe("heard hello");
    expect(attached).toEqual([{ id: "graph_x", acks: "1", mayEdit: true }]);
    socket.close();
    await closed;
  });

  it.each([
    ["a missing session", { who: ANONYMOUS, id: "graph_x" }, 4401],
    ["a wrong token", { who: new ApiError("unauthenticated", "Wrong."), id: "graph_x" }, 4401],
    ["missing access", { who: LOCAL, id: "graph_closed" }, 4403],
  ])("with %s is accepted and closed at once", async (_name, { who, id }, code) => {
    actor = who;
    const { result, closed } = open(`/ws/graphs/${id}`);
    expect(await result).toBe("open");
    expect(await closed).toBe(code);
    expect(attached).toEqual([]);
  });

  it("is closed when access is taken away", async () => {
    const { result, closed } = open("/ws/graphs/graph_x");
    expect(await result).toBe("open");
    actor = ANONYMOUS;
    expect(await closed).toBe(4401);
  });

  it("is cut when a message is larger than any may be", async () => {
    const { socket, result, closed } = open("/ws/graphs/graph_x");
    expect(await result).toBe("open");
    socket.send(Buffer.alloc(13 * 1024 * 1024));
    expect(await closed).toBe(1009);
  });

  it("at the end of the server is told to come back later", async () => {
    const { result, closed } = open("/ws/graphs/graph_x");
    expect(await result).toBe("open");
    await sockets.close();
    expect(await closed).toBe(4503);
    expect(await open("/ws/graphs/graph_x").result).toBe(503);
  });
});
