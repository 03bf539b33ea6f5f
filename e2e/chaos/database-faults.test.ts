import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import type { RunId } from "#runtime/graph/ids.ts";
import { defineNode, implementNode } from "#runtime/node/define.ts";
import { done } from "#runtime/node/outcome.ts";
import { port } from "#runtime/node/ports.ts";
import type { RunEvent } from "#runtime/run/events.ts";
import { createTestEngine } from "#server/engine/testing/test-engine.ts";
import { checkInvariants } from "#server/store/check-invariants.ts";
import { type Database, openDatabase } from "#server/store/database/open-database.ts";
import { postgresForTests, truncateAll } from "#server/store/database/test-database.ts";
import { createGateStore } from "#server/store/gates.ts";
import { createRunStore } from "#server/store/runs.ts";
import { type DatabaseProxy, startDatabaseProxy } from "./support/database-proxy.ts";

const scratch = await postgresForTests();
const workspace = "workspace_default";
const step = { type: "sample-step" };
const RUNS = 12;

/** Times the write of a run was begun, by run. */
const writes = new Map<string, number>();
const countedWrite = implementNode(
  defineNode({
    type: "counted-write",
    version: 1,
    role: "step",
    title: "Counted",
    description: "For tests.",
    group: "data",
    icon: "box",
    config: z.strictObject({}),
    effect: "write",
    limits: { timeoutMs: 30_000, attempts: 2 },
    ports: () => ({ inputs: { value: port.any({ optional: true }) }, outputs: { value: port.any() } }),
    examples: [],
  }),
  async ({ context }) => {
    writes.set(context.run.id, (writes.get(context.run.id) ?? 0) + 1);
    await sleep(30);
    return done({ value: "written" });
  },
);

describe.runIf(scratch)("an engine whose database", { timeout: 120_000 }, () => {
  let proxy: DatabaseProxy;
  /** The way that is not disturbed, for what the test itself wants to know. */
  let direct: Database;
  let directory: string;
  const closing: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    direct = await openDatabase({ url: scratch?.url ?? "" });
    directory = await mkdtemp(join(tmpdir(), "heddle-proxy-"));
  });
  beforeEach(async () => {
    writes.clear();
    proxy = await startDatabaseProxy(scratch?.url ?? "");
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
    await proxy.close();
    await truncateAll(direct);
  });
  afterAll(async () => {
    await direct.close();
    await scratch?.drop();
    await rm(directory, { recursive: true, force: true });
  });

  const boot = async (owner: string) => {
    const database = await openDatabase({ url: proxy.url });
    closing.push(() => database.close());
    const booted = createTestEngine({ database, directory, owner, nodes: [countedWrite], leaseMs: 2_000, sweepMs: 200, closeMs: 3_000 });
    closing.push(booted.engine.close);
    await booted.engine.start();
    return booted;
  };
  /** Runs of a read, a write, a wait and pure work, recorded over the undisturbed way. */
  const startRuns = async (): Promise<RunId[]> => {
    const { start } = createTestEngine({ database: direct, directory, nodes: [countedWrite] });
    const nodes = {
      a: { ...step, config: { effect: "read", yields: 7, sleepMs: 20 } },
      b: { type: "counted-write" },
      c: { ...step, config: { waitMs: 300 } },
      d: step,
      out: { type: "sample-exit" },
    };
    const runs: RunId[] = [];
    for (let made = 0; made < RUNS; made++) runs.push((await start(nodes, ["a > b", "b > c", "c > d", "d > out"])).id);
    return runs;
  };
  /** Waits for their ends, decides at each gate, holds everything against the promise; answers how many writes were in doubt. */
  const expectRight = async (runs: readonly RunId[]): Promise<number> => {
    let doubts = 0;
    const store = createRunStore(direct);
    const gates = createGateStore(direct);
    const decide = async () => {
      for (const { run, seq, event } of await gates.list({ workspace, state: "pending", limit: 100 })) {
        const message = { type: "decide-uncertain" as const, node: event.node, path: event.path, note: "", outputs: { value: "written" } };
        const decision = (writes.get(run) ?? 0) > 0 ? ("happened" as const) : ("again" as const);
        await gates.decide({ run, seq, message: { ...message, decision, outputs: decision === "again" ? {} : message.outputs }, actor: "tester" });
      }
    };
    const open = async () => {
      await decide();
      const states = await Promise.all(runs.map(async (run) => (await store.summary(run))?.state));
      return states.filter((state) => state !== "succeeded");
    };
    await expect.poll(open, { timeout: 60_000, interval: 200 }).toEqual([]);
    for (const run of runs) {
      const events: readonly RunEvent[] = await store.readEvents(run, 0, 1_000);
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
      doubts += events.filter((event) => event.type === "node-uncertain").length;
      const again = events.filter((event) => event.type === "uncertainty-decided" && event.decision === "again").length;
      expect(writes.get(run) ?? 0).toBeLessThanOrEqual(1 + again);
    }
    expect(await checkInvariants(direct, { lateMs: 30_000 })).toEqual([]);
    return doubts;
  };

  test("commits without telling: the same commit is sent again, and recorded once", async () => {
    await boot("one");
    // one statement under a name, or a transaction that ends
    proxy.loseAnswers(/commit-|commit\0/, 3);
    const doubts = await expectRight(await startRuns());
    expect(proxy.lost).toBeGreaterThan(3);
    // nothing was lost but answers: no write is in doubt, each was made once
    expect(doubts).toBe(0);
    expect([...writes.values()]).toEqual(Array.from({ length: RUNS }, () => 1));
  });

  test("takes leases without telling: they run out, and the runs are taken up again", async () => {
    await boot("one");
    proxy.loseAnswers(/update "?runs"? set "?lease/i, 2);
    await expectRight(await startRuns());
    expect(proxy.lost).toBeGreaterThan(0);
  });

  test("loses more transactions at their beginning than there are connections: none of these is kept", async () => {
    const database = await openDatabase({ url: proxy.url });
    closing.push(() => database.close());
    const one = () => database.transaction((tx) => tx.execute("select 1 as n"));
    proxy.loseAnswers(/begin/, 1);
    for (let times = 0; times < 15; times++) await expect(one()).rejects.toThrow();
    proxy.loseAnswers(/begin/, 0);
    expect((await one()).rows).toEqual([{ n: 1 }]);
  });

  test("drops all connections again and again", async () => {
    await Promise.all([boot("one"), boot("two")]);
    const cutting = setInterval(() => proxy.cut(), 400);
    const runs = await startRuns();
    await sleep(4_000);
    clearInterval(cutting);
    console.info(`${await expectRight(runs)} writes were in doubt after the database cut its connections.`);
  });

  test("answers nothing for longer than a lease: another takes the runs, and the late commits are refused", async () => {
    const runs = await startRuns();
    await boot("one");
    await expect.poll(() => writes.size, { timeout: 20_000 }).toBeGreaterThan(0);
    proxy.stall();
    // one that is not behind the proxy
    const other = createTestEngine({ database: direct, directory, owner: "two", nodes: [countedWrite], leaseMs: 2_000, sweepMs: 200 });
    closing.push(other.engine.close);
    await other.engine.start();
    await expect.poll(() => other.engine.driving(), { timeout: 20_000 }).toBeGreaterThan(0);
    proxy.flow();
    await expectRight(runs);
  });
});
