import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { silentLogger } from "../logger.ts";
import { startTestProcess } from "../test-process.ts";
import { createMcpPool } from "./client-pool.ts";
import { mcpConnectionSettings } from "./connection-settings.ts";
import { eventually, failureOf, isRunning, toolCall } from "./testing/misbehaving.ts";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "heddle-mcp-")));
writeFileSync(join(folder, "note.txt"), "warp and weft");
const settings = mcpConnectionSettings.parse({
  transport: "stdio",
  command: "heddle:node",
  arguments: ["package:@modelcontextprotocol/server-filesystem", folder],
});
const pool = createMcpPool({ loadConnection: async (id) => ({ id, revision: 1, name: "Files", settings }), logger: silentLogger });
afterAll(async () => {
  await pool.close();
  rmSync(folder, { recursive: true });
});

it("a real server is listed, called, refused and tested", async () => {
  const tools = await pool.list("a");
  expect(tools.map((tool) => tool.name)).toEqual(expect.arrayContaining(["read_text_file", "write_file", "list_directory"]));
  const read = await pool.call(toolCall("read_text_file", { path: join(folder, "note.txt") }));
  expect(read.content).toEqual([{ type: "text", text: "warp and weft" }]);
  expect(read.structuredContent).toEqual({ content: "warp and weft" });
  const denied = await failureOf(pool.call(toolCall("read_text_file", { path: "/etc/passwd" })));
  expect(denied).toMatchObject({ code: "tool", message: expect.stringContaining("Access denied") });
  expect(await failureOf(pool.call(toolCall("read_text_file", { path: 7 })))).toMatchObject({ code: "validation", happened: "no" });
  expect(await pool.test("a")).toMatchObject({ ok: true, server: { name: "secure-filesystem-server" } });
});

it("a real server ends when the process that started it is killed", async () => {
  const heddle = startTestProcess(`
    import { openLiveClient } from "#server/mcp/live-client.ts";
    const nothing = () => undefined;
    const client = await openLiveClient({ connection: { settings: ${JSON.stringify(settings)} }, log: { add: nothing }, connectTimeoutMs: 10000, graceMs: 1000,
      signal: new AbortController().signal, redact: (text) => text, onTools: nothing, onClose: nothing });
    console.log(client.pid);
    setInterval(nothing, 1000);
  `);
  const pid = Number(await heddle.line());
  expect(isRunning(pid)).toBe(true);
  await heddle.kill();
  await eventually(() => !isRunning(pid));
});

it("a server is killed when the process that started it exits without closing it", async () => {
  const stubborn = mcpConnectionSettings.parse({ ...settings, arguments: [join(import.meta.dirname, "fixtures/misbehaving-server.mjs"), "stubborn"] });
  const heddle = startTestProcess(`
    import { openLiveClient } from "#server/mcp/live-client.ts";
    const nothing = () => undefined;
    const client = await openLiveClient({ connection: { settings: ${JSON.stringify(stubborn)} }, log: { add: nothing }, connectTimeoutMs: 10000, graceMs: 1000,
      signal: new AbortController().signal, redact: (text) => text, onTools: nothing, onClose: nothing });
    console.log(client.pid);
    setTimeout(() => process.exit(0), 100);
  `);
  const pid = Number(await heddle.line());
  expect(pid).toBeGreaterThan(0);
  await heddle.ended;
  await eventually(() => !isRunning(pid));
});
