import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ToolResult } from "#nodes/kit/mcp/service.ts";
import type { EgressClient } from "../egress/create-egress-client.ts";
import { silentLogger } from "../logger.ts";
import { createMcpPool, type McpPool } from "./client-pool.ts";
import { egressTo, startEverything } from "./testing/everything.ts";
import { eventually, failureOf, toolCall } from "./testing/misbehaving.ts";
import { type MisbehavingHttp, startMisbehavingHttp } from "./testing/misbehaving-http.ts";

let server: MisbehavingHttp;
let egress: EgressClient;
let pool: McpPool;
beforeEach(async () => {
  server = await startMisbehavingHttp();
  egress = egressTo(server.port);
  const connection = {
    id: "a",
    revision: 1,
    name: "Remote",
    settings: { transport: "http", url: server.url, auth: { type: "none" } },
    fetch: egress.fetch,
  } as const;
  pool = createMcpPool({ loadConnection: async (id) => (id === "a" ? connection : undefined), logger: silentLogger, limits: { graceMs: 300 } });
});
afterEach(async () => {
  await pool.close();
  await server.stop();
  await egress.close();
});

const textOf = ({ content }: ToolResult) => content.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("");
const echo = (others = {}) => pool.call(toolCall("echo", { text: "hello" }, others));

describe("a remote server", () => {
  it("is spoken to in one session, which is ended with the pool", async () => {
    expect(textOf(await echo())).toBe("hello");
    server.behave.plain = true;
    expect(textOf(await echo())).toBe("hello");
    expect(server.seen.filter((message) => message === "initialize")).toHaveLength(1);
    expect(server.headers()["mcp-session-id"]).toBe("session-1");
    await pool.close();
    expect(server.seen).toContain("goodbye");
  });

  it("that forgets its sessions is greeted again, without anybody noticing", async () => {
    await echo();
    server.behave.forgetful = true;
    expect(textOf(await echo())).toBe("hello");
    expect(server.seen.filter((message) => message === "initialize")).toHaveLength(2);
    expect(pool.status("a").state).toBe("green");
  });

  it("that breaks the connection in the middle of an answer fails the call at once: what happened is not known", async () => {
    expect(await failureOf(pool.call(toolCall("drop", {}, { timeoutMs: 30_000 })))).toMatchObject({ code: "network", happened: "unknown" });
    expect(textOf(await echo())).toBe("hello");
  });

  it("that numbers its events is asked for the rest after a break", async () => {
    expect(textOf(await pool.call(toolCall("drop-resumable", {}, { timeoutMs: 20_000, maxTimeoutMs: 20_000 })))).toBe("after the break");
    expect(server.seen).toContain("resume 1");
  });

  it.each([true, false])("that answers with too much fails the call (plain: %s)", async (plain) => {
    server.behave.plain = plain;
    expect(await failureOf(pool.call(toolCall("huge")))).toMatchObject({ code: "limit", happened: "unknown" });
    expect(textOf(await echo())).toBe("hello");
  });

  it("that does not answer is given up, and told so", async () => {
    expect(await failureOf(pool.call(toolCall("silent", {}, { timeoutMs: 200 })))).toMatchObject({ code: "timeout", happened: "unknown" });
    await eventually(() => server.seen.includes("notifications/cancelled"));
  });

  it("may add what is no message", async () => {
    expect(textOf(await pool.call(toolCall("noise")))).toBe("still here");
  });

  it.each([
    [500, { code: "http-status", happened: "unknown", details: { status: 500 } }],
    [503, { code: "http-status", happened: "no", details: { status: 503 } }],
    [429, { code: "http-status", happened: "no", details: { status: 429 } }],
    [401, { code: "auth", happened: "no" }],
  ])("that answers a call with the status %i fails it as data", async (status, failure) => {
    await echo();
    server.behave.status = status;
    expect(await failureOf(echo())).toMatchObject(failure);
    delete server.behave.status;
    expect(textOf(await echo())).toBe("hello");
  });

  it("that is slow is waited for as long as the call may take", async () => {
    server.behave.delayMs = 60;
    expect(textOf(await echo())).toBe("hello");
    server.behave.delayMs = 5_000;
    expect(await failureOf(echo({ timeoutMs: 200 }))).toMatchObject({ code: "timeout", happened: "unknown" });
  });

  it("that refuses who asks is yellow, with advice, and never under quarantine", async () => {
    server.behave.status = 401;
    for (let times = 0; times < 6; times++) expect(await failureOf(echo())).toMatchObject({ code: "auth", happened: "no" });
    expect(pool.status("a")).toMatchObject({ state: "yellow", detail: expect.stringContaining("Choose a credential") });
    expect(await pool.test("a")).toMatchObject({ ok: false, error: { isRefused: true } });
    delete server.behave.status;
    expect(textOf(await echo())).toBe("hello");
  });

  it("that cannot be reached is red; one that the guard does not allow says who can allow it", async () => {
    await server.stop();
    expect(await failureOf(echo())).toMatchObject({ code: "network", happened: "no" });
    expect(pool.status("a").state).toBe("red");
    const settings = { transport: "http", url: "http://127.0.0.1:9/mcp", auth: { type: "none" } } as const;
    const other = createMcpPool({ loadConnection: async () => ({ id: "b", revision: 1, name: "Other", settings, fetch: egress.fetch }), logger: silentLogger });
    expect(await failureOf(other.call(toolCall("echo")))).toMatchObject({
      code: "policy",
      happened: "no",
      message: expect.stringContaining("HEDDLE_EGRESS_ALLOW"),
    });
    await other.close();
  });

  it("of the older transport is told from one of the newer", async () => {
    server.behave.status = 405;
    expect((await pool.test("a")).error?.advice).toContain("SSE");
  });
});

it.each(["http", "sse"] as const)("a server over %s that was away is spoken to again", { timeout: 60_000 }, async (transport) => {
  const first = await startEverything(transport);
  const connection = first.connection();
  const { port } = first;
  const everything = createMcpPool({ loadConnection: async () => connection, logger: silentLogger, limits: { graceMs: 300 } });
  const say = () => everything.call(toolCall("echo", { message: "there" }));
  expect(textOf(await say())).toContain("there");
  const running = await first.restart();
  await expect.poll(() => say().then(textOf, () => ""), { timeout: 30_000, interval: 250 }).toContain("there");
  expect(running).toBe(port);
  await everything.close();
  await first.stop();
});
