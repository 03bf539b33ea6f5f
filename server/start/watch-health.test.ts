import { expect, it } from "vitest";
import { silentLogger } from "../logger.ts";
import { createMcpPool } from "../mcp/client-pool.ts";
import { mcpConnectionSettings } from "../mcp/connection-settings.ts";
import { toolCall } from "../mcp/testing/misbehaving.ts";
import { startMisbehavingHttp } from "../mcp/testing/misbehaving-http.ts";
import { createConnectionChecks } from "../store/connection-checks.ts";
import { createConnectionStore } from "../store/connections.ts";
import { createTestDatabase } from "../store/database/test-database.ts";
import { watchHealth } from "./watch-health.ts";

it("asks a remote server again and again, whatever the last look or call found; one that is connected is pinged", async () => {
  const database = await createTestDatabase();
  const server = await startMisbehavingHttp();
  const store = createConnectionStore(database);
  const checks = createConnectionChecks(database);
  const settings = mcpConnectionSettings.parse({ transport: "http", url: server.url });
  const pool = createMcpPool({
    loadConnection: async (id) => ({ id, revision: 1, name: id, settings, fetch: (url, init) => fetch(url, init) }),
    logger: silentLogger,
  });
  const id = "conn_remote";
  await store.create({ id, workspace: "workspace_a", kind: "mcp", name: "Remote", settings, actor: "ada" });
  const never = async () => {
    throw new Error("There is no such connection.");
  };
  const watch = watchHealth({ database, store, pool, models: { clients: { list: never } as never }, comfyui: { test: never }, logger: silentLogger });
  const look = async () => {
    await checks.schedule(id, { at: new Date(0), failures: 0 });
    server.seen.length = 0;
    await watch.look();
    return (await store.read(id))?.state;
  };
  expect(await look()).toBe("green");
  server.behave.status = 500;
  expect(await look()).toBe("red");
  delete server.behave.status;
  expect(await look()).toBe("green");

  await pool.call(toolCall("echo", {}, { connection: id }));
  expect(await look()).toBe("green");
  expect(server.seen).toContain("ping");
  expect(server.seen).not.toContain("initialize");
  await pool.close();
  await server.stop();
  await database.close();
}, 30_000);
