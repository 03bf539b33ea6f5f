import { sql } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { defineNode, type ExecuteArguments, implementNode } from "#runtime/node/define.ts";
import type { Effect } from "#runtime/node/effect.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { done, type Outcome, wait } from "#runtime/node/outcome.ts";
import { port } from "#runtime/node/ports.ts";
import { executions, sampleId } from "#runtime/testing/sample-nodes.ts";
import { createGateStore } from "../store/gates.ts";
import { testEngines } from "./testing/test-engines.ts";

const { database, boot } = testEngines();

const step = { type: "sample-step" };
const odd = { type: "sample-odd" };

/** A node that does what the test says. */
const oddNode = (effect: Effect, execute: (given: ExecuteArguments<z.ZodObject>) => Promise<Outcome> | Outcome) =>
  implementNode(
    defineNode({
      type: "sample-odd",
      version: 1,
      role: "step",
      title: "Odd",
      description: "For tests.",
      group: "data",
      icon: "box",
      config: z.strictObject({}),
      effect,
      limits: { timeoutMs: 2_000, attempts: 2 },
      ports: () => ({ inputs: { value: port.any({ optional: true }) }, outputs: { value: port.any() } }),
      examples: [],
    }),
    execute,
  );
const circle = () => {
  const details: Record<string, unknown> = {};
  details.self = details;
  return details;
};

describe("what a node may do wrong", () => {
  test.each([
    { name: "a message the database cannot hold", error: new NodeError("validation", "zero \0 byte") },
    { name: "details that are no JSON", error: new NodeError("validation", "circle", { details: circle() }) },
    { name: "a delay that is no number", error: new NodeError("validation", "never", { retryAfterMs: Number.NaN }) },
  ])("$name fails its run, and no other", async ({ error }) => {
    const nodes = [
      oddNode("pure", () => {
        throw error;
      }),
    ];
    const { engine, start, finished, runs } = boot({ nodes });
    await engine.start();
    // the write keeps the run winding down for a while: what stopped it is told meanwhile
    const bad = await start({ a: odd, b: { ...step, config: { effect: "write", sleepMs: 100 } } });
    const good = await start({ a: { ...step, config: { sleepMs: 100 } } });
    await Promise.all([finished(bad.id), finished(good.id)]);
    expect(await runs.read(bad.id)).toMatchObject({ state: "failed", failure: { code: "validation" } });
    expect((await runs.list({ workspace: "workspace_default", limit: 10 })).items.map(({ state }) => state).sort()).toEqual(["failed", "succeeded"]);
  });

  test("a wait that can never end is a failure", async () => {
    const { engine, start, finished, runs } = boot({ nodes: [oddNode("pure", () => wait({ kind: "time", name: "w", until: "soon" }))] });
    await engine.start();
    const run = await start({ a: odd });
    await finished(run.id);
    expect((await runs.read(run.id)).failure).toMatchObject({ code: "validation" });
  });

  test("what it does to its inputs reaches neither the log nor the others", async () => {
    const nodes = [
      oddNode("pure", ({ inputs }) => {
        (inputs.value as { list: number[] }).list.push(9);
        return done({ value: 1 });
      }),
    ];
    const { engine, start, finished, runs } = boot({ nodes });
    await engine.start();
    const run = await start(
      { a: { ...step, config: { yields: { list: [1] } } }, b: { ...odd, policy: { onFailure: "continue" } }, c: step, out: { type: "sample-exit" } },
      ["a > b", "a > c", "c > out"],
    );
    await finished(run.id);
    const { nodes: told, output } = await runs.read(run.id);
    expect(told[sampleId("a")]?.outputs).toEqual({ value: { list: [1] } });
    expect(output).toEqual({ result: { list: [1] } });
  });
});

describe("steps", () => {
  test("one that ended with proof that nothing happened begins again; one that was recorded does not", async () => {
    const counts = { first: 0, second: 0 };
    const nodes = [
      oddNode("write", async ({ context }) => {
        await context.step("first", { effect: "write", input: 1 }, async () => (counts.first += 1));
        await context.step("second", { effect: "write", input: 1 }, async () => {
          counts.second += 1;
          if (counts.second === 1) throw new NodeError("network", "refused", { happened: "no" });
        });
        return done({ value: 1 });
      }),
    ];
    const { engine, start, finished, runs } = boot({ nodes });
    await engine.start();
    const run = await start({ a: odd });
    await finished(run.id);
    expect((await runs.read(run.id)).state).toBe("succeeded");
    expect(counts).toEqual({ first: 1, second: 2 });
  });

  test("one whose end is not known asks, and runs once more when a person says so", async () => {
    let count = 0;
    const nodes = [
      oddNode("write", async ({ context }) => {
        await context.step("send", { effect: "write", input: 1 }, async () => {
          count += 1;
          if (count === 1) throw new NodeError("network", "reset");
        });
        return done({ value: 1 });
      }),
    ];
    const { engine, start, until, finished, gates, runs } = boot({ nodes });
    await engine.start();
    const run = await start({ a: odd });
    await until(run.id, (events) => events.at(-1)?.type === "node-uncertain");
    await expect.poll(async () => (await gates.list({ workspace: "workspace_default", limit: 1 })).items).toHaveLength(1);
    await gates.decide((await gates.list({ workspace: "workspace_default", limit: 1 })).items[0]?.id ?? "", { decision: "again", actor: "tester" });
    await finished(run.id);
    expect((await runs.read(run.id)).state).toBe("succeeded");
    expect(count).toBe(2);
  });

  test("two of one name are refused", async () => {
    const nodes = [
      oddNode("pure", async ({ context }) => {
        for (const value of [1, 2]) await context.step("same", { effect: "pure", input: value }, async () => value);
        return done();
      }),
    ];
    const { engine, start, finished, runs } = boot({ nodes });
    await engine.start();
    const run = await start({ a: odd });
    await finished(run.id);
    expect((await runs.read(run.id)).failure).toMatchObject({ code: "step-mismatch" });
  });

  test("an attempt that goes on after its end records nothing", async () => {
    let late: Promise<unknown> = Promise.resolve();
    const nodes = [
      oddNode("pure", async ({ context }) => {
        late = new Promise((resolve) => setTimeout(resolve, 150)).then(() => {
          context.log("info", "late");
          return context.step("late", { effect: "pure", input: 1 }, async () => 1);
        });
        late.catch(() => undefined);
        return done({ value: 1 });
      }),
    ];
    const { engine, start, finished } = boot({ nodes });
    await engine.start();
    const run = await start({ a: odd, b: { ...step, config: { sleepMs: 400 } } });
    const events = await finished(run.id);
    await expect(late).rejects.toMatchObject({ code: "cancelled" });
    expect(events.map(({ type }) => type)).not.toContain("step-started");
    expect(events.flatMap((event) => (event.type === "node-logged" ? event.lines.map(({ message }) => message) : []))).not.toContain("late");
  });
});

describe("the inbox", () => {
  test("a message of an unknown kind is left out, and the next one is heard", async () => {
    const { engine, start, finished, runs, until } = boot();
    await engine.start();
    const run = await start({ a: { ...step, config: { sleepMs: 5_000 }, policy: { timeoutMs: 5_000 } } });
    await until(run.id, (events) => events.at(-1)?.type === "node-started");
    await database().db.execute(
      sql`INSERT INTO run_inbox (run_id, workspace_id, message, actor) VALUES (${run.id}, 'workspace_default', '{"type":"dance"}', 'x')`,
    );
    await runs.control(run.id, { message: { type: "cancel", reason: "enough" }, actor: "tester" });
    await finished(run.id);
    expect((await runs.read(run.id)).state).toBe("cancelled");
    await expect.poll(async () => (await database().db.execute("SELECT 1 FROM run_inbox")).rows).toEqual([]);
  });

  test("more than one page of messages is answered to the last", async () => {
    const { engine, start, finished, runs, until } = boot({ sweepMs: 60_000 });
    await engine.start();
    const run = await start({ a: { ...step, config: { sleepMs: 5_000 }, policy: { timeoutMs: 5_000 } } });
    await until(run.id, (events) => events.at(-1)?.type === "node-started");
    await database().db.execute(sql`INSERT INTO run_inbox (run_id, workspace_id, message, actor)
      SELECT ${run.id}, 'workspace_default', '{"type":"resume"}', 'x' FROM generate_series(1, 1200)`);
    await runs.control(run.id, { message: { type: "cancel", reason: "enough" }, actor: "tester" });
    await finished(run.id);
    expect((await runs.read(run.id)).state).toBe("cancelled");
  });

  test("a decision that is in the log already is not taken again", async () => {
    const { engine, start, until, finished, gates } = boot();
    await engine.start();
    const run = await start({ a: { ...step, config: { effect: "write", fails: "reset" } } });
    const asked = await until(run.id, (events) => events.at(-1)?.type === "node-uncertain");
    const seq = asked.at(-1)?.seq ?? 0;
    await gates.decide(`${run.id}.${seq}`, { decision: "failed", actor: "tester" });
    await finished(run.id);
    await database().db.execute("UPDATE runs SET state = 'running'");
    const message = { type: "decide-uncertain" as const, node: sampleId("a"), path: [], decision: "again" as const, outputs: {}, note: "" };
    expect(await createGateStore(database()).decide({ run: run.id, seq, message, actor: "late" })).toBe("late");
  });
});

describe("leases and room", () => {
  test("a start whose key was used before asks nothing of others", async () => {
    let asked = 0;
    const nodes = [oddNode("read", ({ context }) => context.step("ask", { effect: "read", input: {} }, async () => ++asked).then((value) => done({ value })))];
    let isSlow = false;
    const { engine, start, finished, runs } = boot({
      nodes,
      through: (store) => ({
        ...store,
        commit: async (commits) => {
          if (isSlow) await new Promise((resolve) => setTimeout(resolve, 100));
          return store.commit(commits);
        },
      }),
    });
    await engine.start();
    const run = await start({ a: odd }, [], { idempotencyKey: "once" });
    await finished(run.id);
    isSlow = true;
    expect(await runs.start({ graph: run.graph, actor: "tester", idempotencyKey: "once" })).toMatchObject({ created: false });
    expect(asked).toBe(1);
  });

  test("a driver's own lease that ran out while the process slept is renewed, not stolen from itself", async () => {
    const { engine, start, until, finished, runs } = boot({ sweepMs: 50, leaseMs: 3_000 });
    await engine.start();
    const run = await start({ a: { ...step, config: { effect: "write", sleepMs: 700 } } });
    await until(run.id, (events) => events.at(-1)?.type === "node-started");
    await database().db.execute("UPDATE runs SET lease_until = now() - interval '1 second'");
    await finished(run.id);
    expect(await runs.read(run.id)).toMatchObject({ state: "succeeded", nodes: { [sampleId("a")]: { attempts: 1 } } });
  });

  test("a run whose plan is damaged keeps none of the others waiting", async () => {
    const { engine, start, finished, runs } = boot();
    const bad = await start({ a: step });
    const good = await start({ a: step });
    await database().db.execute(sql`UPDATE runs SET plan = '{}' WHERE id = ${bad.id}`);
    await engine.start();
    await finished(good.id);
    expect((await runs.summary(bad.id)).state).toBe("queued");
  });

  test("more runs than there is room for are driven one after the other, without waiting for the sweep", async () => {
    const { engine, start, finished } = boot({ capacity: 2, sweepMs: 60_000 });
    await engine.start();
    const runs = await Promise.all(Array.from({ length: 7 }, () => start({ a: { ...step, config: { sleepMs: 20 } } })));
    await Promise.all(runs.map(({ id }) => finished(id)));
    expect(engine.driving()).toBe(0);
  });
});

describe("closing", () => {
  test("does not wait for ever for a write that does not end", async () => {
    const { engine, start, until } = boot({ closeMs: 200 });
    await engine.start();
    const run = await start({ a: { ...step, config: { effect: "write", sleepMs: 60_000 }, policy: { timeoutMs: 60_000 } } });
    await until(run.id, (events) => events.at(-1)?.type === "node-started");
    await new Promise((resolve) => setTimeout(resolve, 50));
    const before = Date.now();
    await engine.close();
    expect(Date.now() - before).toBeLessThan(15_000);
    expect(engine.driving()).toBe(0);
  });

  test("does not begin a write whose intent is not recorded yet", async () => {
    let isFull = false;
    const { engine, start } = boot({
      closeMs: 300,
      through: (store) => ({
        ...store,
        commit: async (commits) => {
          if (commits.some(({ events }) => events.some((event) => event.type === "node-started"))) isFull = true;
          if (isFull) throw new Error("the disk is full");
          return store.commit(commits);
        },
      }),
    });
    await engine.start();
    // the run is recorded together with the intent, so it is not acknowledged either
    void start({ a: { ...step, config: { effect: "write" } } }).catch(() => undefined);
    await expect.poll(() => isFull).toBe(true);
    await engine.close();
    isFull = false;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(executions.get(sampleId("a"))).toBeUndefined();
  });

  test("stops that cut an attempt short do not use up the attempts of the policy", async () => {
    const nodes = { a: { ...step, config: { effect: "read", sleepMs: 400, failures: 2, happened: "no" }, policy: { attempts: 2 } } };
    const first = boot({ owner: "first" });
    await first.engine.start();
    const run = await first.start(nodes);
    await first.until(run.id, (events) => events.at(-1)?.type === "node-started");
    await first.engine.close();
    const second = boot({ owner: "second" });
    await second.engine.start();
    await second.finished(run.id);
    expect(await second.runs.read(run.id)).toMatchObject({ state: "succeeded", nodes: { [sampleId("a")]: { attempts: 3 } } });
  });
});
