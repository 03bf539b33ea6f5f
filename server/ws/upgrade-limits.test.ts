import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { createAccess } from "../auth/access.ts";
import { createAccessRules } from "../auth/access-rules.ts";
import { type Actor, ANONYMOUS, LOCAL } from "../auth/actor.ts";
import { singleUserFacts } from "../auth/testing/single-user-facts.ts";
import { createLimits } from "../http/guards.ts";
import { silentLogger } from "../logger.ts";
import { acceptSockets, type UpgradeGiven } from "./upgrade.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function serve(given: Pick<UpgradeGiven, "limits" | "shares">) {
  const state = { actor: ANONYMOUS as Actor };
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const opened: { destroy(): void }[] = [];
  const rules = createAccessRules({ host: "127.0.0.1", publicUrl: undefined, devOrigin: undefined }, port);
  acceptSockets({
    ...{ ...given, server, rules, logger: silentLogger, access: createAccess(singleUserFacts), authenticate: async () => state.actor },
    routes: [{ path: /^\/ws\/live$/, action: "live.open", attach: (socket) => socket.send("served") }],
  });
  closers.push(async () => {
    for (const one of opened) one.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  /** A client that says hello and then nothing: it answers no close, and keeps its half open. Tells the status it got. */
  const mute = async (): Promise<{ socket: Socket; status: string }> => {
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    opened.push(socket);
    socket.on("error", () => undefined);
    const head = ["GET /ws/live HTTP/1.1", `Host: 127.0.0.1:${port}`, "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"];
    socket.write([...head, `Sec-WebSocket-Key: ${Buffer.alloc(16).toString("base64")}`, "", ""].join("\r\n"));
    const answer = await new Promise<string>((resolve) => socket.once("data", (data) => resolve(String(data))));
    socket.resume();
    return { socket, status: answer.split(" ")[1] ?? "" };
  };
  /** Answers what the client hears first, or the code it is closed with. */
  const open = async (): Promise<string | number> => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/live`);
    opened.push({ destroy: () => socket.terminate() });
    return new Promise((resolve) => {
      socket.once("message", (data) => resolve(String(data)));
      socket.once("close", resolve);
    });
  };
  return { state, mute, open };
}

describe("sockets that are refused", () => {
  it("take nobody's place, and are cut though they answer nothing", async () => {
    const { state, mute, open } = await serve({ shares: { most: { all: 1 } } });
    const refused = await Promise.all(Array.from({ length: 5 }, mute));
    expect(refused.map(({ status }) => status)).toEqual(["101", "101", "101", "101", "101"]);
    const cut = Promise.all(refused.map(({ socket }) => new Promise((resolve) => socket.once("end", resolve))));
    state.actor = LOCAL;
    expect(await open()).toBe("served");
    await cut;
  });

  it("are answered without a word when there are very many", async () => {
    const { state, mute, open } = await serve({ shares: { most: { refused: 2 } } });
    expect([(await mute()).status, (await mute()).status, (await mute()).status]).toEqual(["101", "101", "429"]);
    state.actor = LOCAL;
    expect(await open()).toBe("served");
    state.actor = ANONYMOUS;
    // those that were told are gone: there is room again
    await expect.poll(async () => (await mute()).status, { timeout: 10_000 }).toBe("101");
  });
});

describe("sockets that are served", () => {
  it("have an end, which is told", async () => {
    const { state, open } = await serve({ shares: { most: { all: 1 } } });
    state.actor = LOCAL;
    expect([await open(), await open()]).toEqual(["served", 4529]);
  });

  it("may be opened so often by one address", async () => {
    const limits = createLimits(() => "203.0.113.9");
    const { mute } = await serve({ limits });
    while (await limits.upgrade({ headers: {}, socket: {} as Socket }));
    expect((await mute()).status).toBe("429");
  });
});
