import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { RunId } from "#runtime/graph/ids.ts";
import type { RunEvent } from "#runtime/run/events.ts";
import type { LiveEphemeral } from "../contract/live.ts";
import { silentLogger } from "../logger.ts";
import { createBullQueue } from "../queue/bull-queue.ts";
import { type CutWire, forgetKeys, redisForTests, wireTo } from "../queue/test-redis.ts";
import { type Database, openDatabase } from "../store/database/open-database.ts";
import { postgresForTests } from "../store/database/test-database.ts";
import { createRunStore } from "../store/runs.ts";
import { createLiveFanout } from "./live-fanout.ts";
import { createLiveHub } from "./live-hub.ts";
import { createTestEngine } from "./testing/test-engine.ts";

const WORKSPACE = "workspace_default";
const [redis, scratch] = await Promise.all([redisForTests(), postgresForTests()]);
const step = { type: "sample-step" };

describe.runIf(redis && scratch)("a web process and workers on one Postgres and one Redis", () => {
  const prefix = `heddle-test-${randomUUID()}`;
  const closing: (() => Promise<void>)[] = [];
  let wire: CutWire;
  let directory: string;

  beforeAll(async () => {
    wire = await wireTo(redis ?? "");
    directory = await mkdtemp(path.join(tmpdir(), "heddle-web-"));
    await (await openDatabase({ url: scratch?.url ?? "" })).close();
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });
  afterAll(async () => {
    await wire.close();
    await forgetKeys(redis ?? "", prefix);
    await scratch?.drop();
    await rm(directory, { recursive: true, force: true });
  });

  /** What every process has: its own connections to both. */
  const boot = async () => {
    const database: Database = await openDatabase({ url: scratch?.url ?? "" });
    const store = createRunStore(database);
    const queue = createBullQueue({ url: wire.url, logger: silentLogger, prefix });
    closing.push(database.close, queue.close);
    const onError = (error: unknown) => {
      throw error;
    };
    const recentRuns = async (graph: Parameters<typeof hub.followGraph>[0]) => (await store.list({ workspace: WORKSPACE, graph, limit: 20 })).items;
    const others = queue.fanout && createLiveFanout({ fanout: queue.fanout, readSummary: store.summary, recentRuns, onError });
    const hub = createLiveHub({ readEvents: store.readEvents, onError, others });
    return { database, queue, hub };
  };
  const bootWorker = async (owner: string, sweepMs: number) => {
    const { database, queue, hub } = await boot();
    const { engine } = createTestEngine({ database, directory, owner, hub, doorbell: queue.doorbell, sweepMs });
    await engine.start();
    closing.push(engine.close);
    return { engine, hub, queue };
  };
  const bootWeb = async () => {
    const { database, queue, hub } = await boot();
    const { store, runs, start } = createTestEngine({ database, directory, hub, doorbell: queue.doorbell });
    const follow = (run: RunId) => {
      const events: RunEvent[] = [];
      const ephemeral: LiveEphemeral[] = [];
      const stop = hub.follow(run, { after: 0, listener: { event: (event) => events.push(event), ephemeral: (event) => ephemeral.push(event) } });
      return { events, ephemeral, stop, types: () => events.map(({ type }) => type) };
    };
    return { hub, queue, runs, start, follow, store };
  };

  test("a run that web starts is driven by a worker, and web sees it live", async () => {
    // no sweep within the test: what happens, happens because somebody was told
    const worker = await bootWorker("worker", 60_000);
    const web = await bootWeb();
    const states: string[] = [];
    const run = await web.start({ a: { ...step, config: { sleepMs: 300 } }, b: step, c: step }, ["a > b", "b > c"]);
    web.hub.followGraph(run.graph, ({ state }) => states.push(state));
    const seen = web.follow(run.id);
    await expect.poll(seen.types).toContain("node-started");
    expect(worker.engine.driving()).toBe(1);
    await expect.poll(() => seen.types().at(-1), { timeout: 15_000 }).toBe("run-finished");
    expect(seen.events.map(({ seq }) => seq)).toEqual(seen.events.map((_, index) => index + 1));
    expect(seen.ephemeral.map((event) => event.type === "log" && event.line.message)).toContain("attempt 1");
    await expect.poll(() => states.at(-1)).toBe("succeeded");
    expect((await web.runs.read(run.id)).state).toBe("succeeded");
  });

  test("of two workers the one that drives the run hears that it was cancelled", async () => {
    const workers = [await bootWorker("first", 60_000), await bootWorker("second", 60_000)];
    const web = await bootWeb();
    const runs = await Promise.all(Array.from({ length: 4 }, () => web.start({ a: { ...step, config: { sleepMs: 60_000 }, policy: { timeoutMs: 60_000 } } })));
    const seen = runs.map(({ id }) => web.follow(id));
    await expect.poll(() => seen.every(({ types }) => types().includes("node-started")), { timeout: 15_000 }).toBe(true);
    expect(workers[0]?.engine.driving()).toBe(4 - (workers[1]?.engine.driving() ?? 0));
    await Promise.all(runs.map(({ id }) => web.runs.control(id, { message: { type: "cancel", reason: "enough" }, actor: "tester" })));
    await expect.poll(() => seen.every(({ types }) => types().at(-1) === "run-finished"), { timeout: 15_000 }).toBe(true);
  });

  test("without Redis the sweep finds new runs and what was put into inboxes, and web goes on showing it", async () => {
    await bootWorker("worker", 300);
    const web = await bootWeb();
    await wire.cut();
    const run = await web.start({ a: { ...step, config: { sleepMs: 60_000 }, policy: { timeoutMs: 60_000 } } });
    const seen = web.follow(run.id);
    await expect.poll(seen.types, { timeout: 8_000 }).toContain("node-started");
    await web.runs.control(run.id, { message: { type: "cancel", reason: "enough" }, actor: "tester" });
    await expect.poll(() => seen.types().at(-1), { timeout: 8_000 }).toBe("run-finished");
    await wire.mend();
    const next = await web.start({ a: step });
    const after = web.follow(next.id);
    await expect.poll(() => after.types().at(-1), { timeout: 8_000 }).toBe("run-finished");
  });
});
