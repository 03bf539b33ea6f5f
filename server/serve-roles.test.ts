import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readConfig } from "./config.ts";
import { silentLogger } from "./logger.ts";
import { forgetKeys, redisForTests } from "./queue/test-redis.ts";
import { type HeddleServer, serve } from "./serve.ts";
import { openDatabase } from "./store/database/open-database.ts";
import { postgresForTests } from "./store/database/test-database.ts";
import { createInstallationStore } from "./store/installation.ts";

const [redis, scratch] = await Promise.all([redisForTests(), postgresForTests()]);

describe.runIf(redis && scratch)("web and worker as processes of one installation", () => {
  let directory: string;
  let web: HeddleServer;
  let worker: HeddleServer;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "heddle-roles-"));
    const shared = { HEDDLE_DATA: directory, PORT: "0", DATABASE_URL: scratch?.url, REDIS_URL: redis };
    web = await serve(readConfig({ ...shared, HEDDLE_ROLE: "web" }), { logger: silentLogger });
    worker = await serve(readConfig({ ...shared, HEDDLE_ROLE: "worker" }), { logger: silentLogger });
  });
  afterAll(async () => {
    await worker.close();
    await web.close();
    const database = await openDatabase({ url: scratch?.url ?? "" });
    const installation = await createInstallationStore(database).read("id");
    await database.close();
    expect(await forgetKeys(redis ?? "", `heddle-${installation}`)).toBeGreaterThan(0);
    await scratch?.drop();
    await rm(directory, { recursive: true, force: true });
  });

  const health = async (server: HeddleServer) => (await fetch(`${server.url}/api/health/ready`)).json();

  it("both say that they are well; the worker answers nothing else", async () => {
    for (const server of [web, worker]) expect(await health(server)).toMatchObject({ status: "ok", database: "postgres", queue: "bullmq" });
    expect((await fetch(`${worker.url}/api/graphs`)).status).toBeGreaterThanOrEqual(400);
    expect(worker.oneTimeUrl).toBeUndefined();
  });

  it("a run that is started at web is driven by the worker, and its events are streamed by web", async () => {
    const headers = { "content-type": "application/json" };
    const started = await fetch(`${web.url}/api/graphs/graph_welcome/runs`, { method: "POST", body: "{}", headers });
    expect(started.status).toBe(202);
    const { id } = await started.json();
    const begun = Date.now();
    const stream = await fetch(`${web.url}/api/runs/${id}/events`, { headers: { accept: "text/event-stream" }, signal: AbortSignal.timeout(15_000) });
    const events = [...(await stream.text()).matchAll(/^data: (.*)$/gm)].map(([, line]) => JSON.parse(String(line)));
    expect(events.at(-1)).toMatchObject({ type: "run-finished", state: "succeeded" });
    expect(Date.now() - begun).toBeLessThan(15_000);
    expect([web.services.engine.driving(), worker.services.engine.driving()]).toEqual([0, 0]);
  });
});
