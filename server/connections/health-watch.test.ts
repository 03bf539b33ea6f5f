import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { ConnectionId } from "#runtime/graph/ids.ts";
import { silentLogger } from "../logger.ts";
import { createMcpPool } from "../mcp/client-pool.ts";
import { misbehaving, toolCall } from "../mcp/testing/misbehaving.ts";
import { createWorkspaceFeed } from "../queue/workspace-feed.ts";
import { createConnectionChecks } from "../store/connection-checks.ts";
import { createConnectionStore } from "../store/connections.ts";
import type { Database } from "../store/database/open-database.ts";
import { createTestDatabase, truncateAll } from "../store/database/test-database.ts";
import { createHealthWatch, type SeenHealth } from "./health-watch.ts";
import { tellStates } from "./tell-states.ts";

const MINUTE_MS = 60_000;
const workspace = "workspace_a";

let database: Database;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());
afterEach(() => truncateAll(database));

async function scene() {
  const feed = createWorkspaceFeed("connections", undefined);
  const told: string[] = [];
  feed.follow((changed) => told.push(changed));
  const store = tellStates(createConnectionStore(database), feed);
  const pool = createMcpPool({
    loadConnection: async (id) => ({ id, revision: 1, name: id, settings: misbehaving() }),
    logger: silentLogger,
    limits: { graceMs: 300 },
  });
  const made = (id: string, kind: "mcp" | "model", settings: object) => store.create({ id, workspace, kind, name: id, settings, actor: "ada" });
  await made("conn_remote", "mcp", { transport: "http", url: "https://mcp.example.org/mcp" });
  await made("conn_model", "model", { provider: "openai", apiKey: "heddle:secret" });
  await made("conn_program", "mcp", { transport: "stdio", command: "server" });
  await made("conn_demo", "model", { provider: "scripted" });
  let now = Date.UTC(2026, 0, 1);
  const asked: string[] = [];
  const answers = new Map<string, SeenHealth>();
  const ask = async (id: ConnectionId) => {
    asked.push(id);
    return answers.get(id) ?? { state: "green" as const, detail: "Answers." };
  };
  const watch = () =>
    createHealthWatch({
      checks: createConnectionChecks(database),
      ...{ store, pool, logger: silentLogger, now: () => now, random: () => 0.5 },
      ask: { mcp: ask, model: ask, comfyui: ask },
    });
  const after = async (minutes: number) => {
    now += minutes * MINUTE_MS;
    asked.length = 0;
    await watch().look();
    return asked.toSorted();
  };
  const healthOf = async (id: string) => {
    const row = await store.read(id);
    return { state: row?.state, ...(row?.stateDetail as { detail?: string } | null) };
  };
  return { pool, watch, asked, answers, after, healthOf, told };
}

it("asks what can be asked without starting anything, every five minutes, in one process at a time, and tells of changes", async () => {
  const { watch, asked, after, healthOf, told, pool } = await scene();
  await Promise.all([watch().look(), watch().look()]);
  expect(asked.toSorted()).toEqual(["conn_model", "conn_remote"]);
  expect(await healthOf("conn_model")).toMatchObject({ state: "green", detail: "Answers." });
  expect(told).toEqual([workspace, workspace]);
  expect(await after(4)).toEqual([]);
  expect(await after(2)).toEqual(["conn_model", "conn_remote"]);
  // nothing has changed
  expect(told).toHaveLength(2);
  await pool.close();
});

it("asks what fails again soon, then more and more seldom", async () => {
  const { answers, after, healthOf, pool } = await scene();
  answers.set("conn_model", { state: "red", detail: "The key was refused." });
  const minutes: number[] = [];
  for (let minute = 0; minute <= 32; minute++) if ((await after(minute === 0 ? 0 : 1)).includes("conn_model")) minutes.push(minute);
  expect(minutes).toEqual([0, 1, 3, 7, 15, 31]);
  expect(await healthOf("conn_model")).toMatchObject({ state: "red", detail: "The key was refused." });
  answers.clear();
  expect(await after(60)).toContain("conn_model");
  expect((await healthOf("conn_model")).state).toBe("green");
  await pool.close();
});

it("pings a program that runs, and starts none that does not", async () => {
  const { watch, healthOf, pool } = await scene();
  await watch().look();
  expect(pool.status("conn_program").state).toBe("unknown");
  expect((await healthOf("conn_program")).state).toBe("unknown");
  await pool.call(toolCall("echo", { text: "hi" }, { connection: "conn_program" }));
  await watch().look();
  expect(await healthOf("conn_program")).toMatchObject({ state: "green", detail: expect.stringContaining("Connected") });
  await pool.close();
}, 20_000);
