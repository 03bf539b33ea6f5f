import { afterEach, describe, expect, it } from "vitest";
import type { ToolDescription, ToolResult } from "#nodes/kit/mcp/service.ts";
import { silentLogger } from "../logger.ts";
import { createMcpPool, type McpPool, type McpPoolOptions } from "./client-pool.ts";
import type { Clock } from "./clock.ts";
import type { McpConnection, McpConnectionSettings } from "./connection-settings.ts";
import { eventually, failureOf, isRunning, misbehaving, toolCall } from "./testing/misbehaving.ts";

const pools: McpPool[] = [];
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

function poolOf(settings: McpConnectionSettings, others: Partial<McpPoolOptions> = {}) {
  const connection: McpConnection = { id: "a", revision: 1, name: "Sample", settings };
  const loadConnection = async (id: string) => (id === "a" ? { ...connection } : undefined);
  const pool = createMcpPool({ loadConnection, logger: silentLogger, ...others, limits: { graceMs: 300, ...others.limits } });
  pools.push(pool);
  return { pool, connection };
}

/** Stands still; `pass` turns it on. */
function handClock() {
  let now = 1_000_000;
  let timers: { at: number; run: () => void }[] = [];
  const clock: Clock = {
    now: () => now,
    after: (milliseconds, run) => {
      const timer = { at: now + milliseconds, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
  };
  const pass = (milliseconds: number) => {
    now += milliseconds;
    const due = timers.filter(({ at }) => at <= now);
    timers = timers.filter(({ at }) => at > now);
    for (const { run } of due) run();
  };
  return { clock, pass, waiting: () => timers.length };
}

const textOf = ({ content }: ToolResult) => content.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("");
const pidOf = async (pool: McpPool) => Number(textOf(await pool.call(toolCall("pid"))));

describe("a client of a connection", () => {
  it("is started once for concurrent callers, and kept", async () => {
    const { pool } = poolOf(misbehaving());
    expect(pool.status("a").state).toBe("unknown");
    const pids = await Promise.all([pidOf(pool), pidOf(pool), pool.list("a").then(() => pidOf(pool))]);
    expect(new Set(pids).size).toBe(1);
    expect(await pidOf(pool)).toBe(pids[0]);
    expect(pool.status("a")).toMatchObject({ state: "green", detail: "Connected, 16 tools." });
  });

  it("leaves no process behind when the pool closes, nor takes new work", async () => {
    const { pool } = poolOf(misbehaving());
    const pid = await pidOf(pool);
    expect(isRunning(pid)).toBe(true);
    await pool.close();
    expect(isRunning(pid)).toBe(false);
    expect(await failureOf(pool.call(toolCall("pid")))).toMatchObject({ code: "network", happened: "no" });
  });

  it("is killed when it ignores the end of its input and SIGTERM", async () => {
    const { pool } = poolOf(misbehaving("stubborn"));
    const pid = await pidOf(pool);
    const started = Date.now();
    await pool.close();
    expect(Date.now() - started).toBeGreaterThanOrEqual(600);
    expect(isRunning(pid)).toBe(false);
  });

  it("takes the processes it started with it", async () => {
    const { pool } = poolOf(misbehaving());
    const child = Number(textOf(await pool.call(toolCall("child"))));
    expect(isRunning(child)).toBe(true);
    await pool.close();
    await eventually(() => !isRunning(child));
  });

  it("takes them with it also when it crashes, and its calls end although they hold its output open", async () => {
    const { pool } = poolOf(misbehaving());
    const child = Number(textOf(await pool.call(toolCall("child"))));
    expect(await failureOf(pool.call(toolCall("crash")))).toMatchObject({ code: "network", happened: "unknown" });
    await eventually(() => !isRunning(child));
  });

  it("is ended while it is being started", async () => {
    const { pool } = poolOf(misbehaving("mute"));
    const call = failureOf(pool.call(toolCall("pid")));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(pool.status("a").state).toBe("yellow");
    await pool.close();
    expect(await call).toMatchObject({ code: "network", happened: "no" });
  });

  it("is stopped when idle for ten minutes and started again when needed", async () => {
    const { clock, pass } = handClock();
    const { pool } = poolOf(misbehaving(), { clock });
    const pid = await pidOf(pool);
    pass(9 * 60_000);
    expect(await pidOf(pool)).toBe(pid);
    pass(9 * 60_000);
    expect(isRunning(pid)).toBe(true);
    pass(60_000);
    await eventually(() => !isRunning(pid));
    expect(pool.status("a")).toMatchObject({ state: "green", detail: "Works; stopped until it is needed." });
    expect(await pidOf(pool)).not.toBe(pid);
  });

  it("is not stopped during a call, however long", async () => {
    const { clock, pass } = handClock();
    const { pool } = poolOf(misbehaving(), { clock });
    const pid = await pidOf(pool);
    const call = pool.call(toolCall("slow", { steps: 1, everyMs: 150 }));
    await new Promise((resolve) => setTimeout(resolve, 50));
    pass(60 * 60_000);
    expect(textOf(await call)).toBe("done");
    // A server whose input was closed still answers what it was asked: that it goes on shows that nobody stopped it.
    expect(await pidOf(pool)).toBe(pid);
  });

  it("is replaced when the connection has a new revision; the call under way ends in peace", async () => {
    const { pool, connection } = poolOf(misbehaving());
    const pid = await pidOf(pool);
    const slow = pool.call(toolCall("slow", { steps: 1, everyMs: 200 }));
    await new Promise((resolve) => setTimeout(resolve, 50));
    connection.revision = 2;
    expect(await pidOf(pool)).not.toBe(pid);
    expect(textOf(await slow)).toBe("done");
    await eventually(() => !isRunning(pid));
  });

  it("goes when the connection is invalidated", async () => {
    const { pool } = poolOf(misbehaving());
    const pid = await pidOf(pool);
    pool.invalidate("a");
    await eventually(() => !isRunning(pid));
    expect(pool.status("a").state).toBe("unknown");
  });
});

describe("a server that crashes", () => {
  it("is started again by the next call, with growing pauses, and is under quarantine after five crashes in five minutes", async () => {
    const { clock, pass, waiting } = handClock();
    const { pool } = poolOf(misbehaving(), { clock });
    const pauses: number[] = [];
    for (let crash = 1; crash <= 5; crash++) {
      const failed = failureOf(pool.call(toolCall("crash")));
      let paused = 0;
      const isOver = failed.then(() => true);
      while (!(await Promise.race([isOver, new Promise<false>((resolve) => setTimeout(() => resolve(false), 30))]))) {
        if (pool.status("a").state !== "yellow" || waiting() === 0) continue;
        pass(250);
        paused += 250;
      }
      pauses.push(paused);
      expect(await failed).toMatchObject({ code: "network", happened: "unknown", details: { stderr: expect.stringContaining("about to crash") } });
    }
    expect(pauses.slice(0, 2)).toEqual([0, 0]);
    expect(pauses.slice(2)).toEqual([500, 1_000, 2_000]);
    const refused = await failureOf(pool.call(toolCall("echo", { text: "hello" })));
    expect(refused).toMatchObject({ code: "network", happened: "no", retryAfterMs: 15 * 60_000, details: { advice: expect.stringContaining("test") } });
    expect(pool.status("a")).toMatchObject({ state: "red", detail: expect.stringContaining("a passed test lifts this") });

    expect(await pool.test("a")).toMatchObject({ ok: true });
    expect(textOf(await pool.call(toolCall("echo", { text: "hello" })))).toBe("hello");
    expect(pool.status("a").state).toBe("green");
  });

  it("may be tried again after fifteen minutes", async () => {
    const { clock, pass } = handClock();
    const { pool } = poolOf(misbehaving("crash-at-start"), { clock });
    for (let crash = 1; crash <= 5; crash++) {
      await failureOf(pool.call(toolCall("echo"))).then(() => pass(60_000));
    }
    expect((await failureOf(pool.call(toolCall("echo")))).message).toContain("crashed 5 times");
    pass(15 * 60_000);
    expect((await failureOf(pool.call(toolCall("echo")))).message).not.toContain("crashed 5 times");
  });

  it("at its start is told with its output and advice, and the connection is red", async () => {
    const { pool } = poolOf(misbehaving("crash-at-start"));
    const failure = await failureOf(pool.call(toolCall("echo")));
    expect(failure).toMatchObject({
      code: "network",
      happened: "no",
      details: { stderr: "boom: no configuration\n", advice: expect.stringContaining("environment") },
    });
    expect(failure.message).toBe("The server ended with exit code 7 before it answered.");
    expect(pool.status("a")).toMatchObject({ state: "red", detail: expect.stringContaining("exit code 7") });
  });

  it("between calls is seen at once", async () => {
    const { pool } = poolOf(misbehaving());
    process.kill(await pidOf(pool), "SIGKILL");
    await eventually(() => pool.status("a").state === "red");
    expect(pool.status("a").detail).toContain("was ended by SIGKILL by itself");
  });
});

describe("the list of tools", () => {
  it("is read page by page, with a hash over name, description and schemas", async () => {
    const [paged, whole] = await Promise.all([poolOf(misbehaving("paged")).pool.list("a"), poolOf(misbehaving()).pool.list("a")]);
    expect(paged).toHaveLength(16);
    expect(paged).toEqual(whole);
    expect(whole[0]).toEqual({
      name: "echo",
      description: "Says it again.",
      inputSchema: { type: "object", properties: { text: { type: "string" } }, required: ["text"] },
      annotations: { readOnlyHint: true },
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(new Set(whole.map((tool) => tool.hash)).size).toBe(16);
  });

  it("leaves out what is no valid tool", async () => {
    expect(await poolOf(misbehaving("bad-tools")).pool.list("a")).toHaveLength(16);
  });

  it("of a server that registers its tools after the greeting is complete", async () => {
    const { pool } = poolOf(misbehaving("late"));
    expect(textOf(await pool.call(toolCall("echo", { text: "there" })))).toBe("there");
    expect(await poolOf(misbehaving("late")).pool.test("a")).toMatchObject({ ok: true, tools: { length: 16 } });
  });

  it("follows list_changed, one report for a burst", async () => {
    const reports: ToolDescription[][] = [];
    const { pool } = poolOf(misbehaving(), { onToolsChanged: (_, tools) => reports.push(tools) });
    await pool.call(toolCall("change", { names: ["new"] }));
    await eventually(() => reports.length > 1);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(reports.map((tools) => tools.length)).toEqual([16, 17]);
    expect((await pool.list("a")).map((tool) => tool.name)).toContain("new");
  });
});

describe("a test of a connection", () => {
  it("names the server and its tools and leaves nothing running", async () => {
    const { pool } = poolOf(misbehaving());
    const result = await pool.test(misbehaving("normal"));
    expect(result).toMatchObject({ ok: true, server: { name: "misbehaving", version: "1.2.3" }, tools: { length: 16 } });
    expect(result.durationMs).toBeGreaterThan(0);
    expect(pool.status("a").state).toBe("unknown");
  });

  it("says what is wrong with a command that does not exist", async () => {
    const { pool } = poolOf(misbehaving("normal", { command: "no-such-program" }));
    expect(await pool.test("a")).toMatchObject({
      ok: false,
      error: { message: 'The command "no-such-program" was not found.', advice: expect.stringContaining("Install") },
    });
    expect(pool.status("a").state).toBe("red");
  });

  it("gives up on a server that does not answer, and ends it", async () => {
    const { pool } = poolOf(misbehaving("mute"), { limits: { connectTimeoutMs: 400 } });
    expect(await pool.test("a")).toMatchObject({ ok: false, error: { message: "The server did not answer within 0.4 s." } });
  });

  it("removes secrets from what the server wrote", async () => {
    const { pool } = poolOf(misbehaving("crash-at-start"), { redact: (text) => text.replaceAll("configuration", "•••") });
    expect((await pool.test("a")).error?.stderr).toBe("boom: no •••\n");
  });
});
