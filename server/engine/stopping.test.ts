import { setTimeout as delay } from "node:timers/promises";
import { beforeEach, describe, expect, test } from "vitest";
import type { RunId } from "#runtime/graph/ids.ts";
import type { Graph } from "#runtime/graph/schema.ts";
import { done } from "#runtime/node/outcome.ts";
import { foldRun } from "#runtime/run/apply-event.ts";
import { sampleGraph, sampleId } from "#runtime/testing/sample-nodes.ts";
import { projectRun } from "./project-run.ts";
import { type Acts, actingNode } from "./testing/acting-node.ts";
import { testEngines } from "./testing/test-engines.ts";

const { boot } = testEngines();

/** What the nodes of a test did. */
let begun: number[] = [];
let aborted: number[] = [];
let open = Promise.withResolvers<void>();
beforeEach(() => {
  begun = [];
  aborted = [];
  open = Promise.withResolvers<void>();
});
const acts: Acts = {
  silent: async () => {
    await delay(60_000, undefined, { ref: false });
    return done({ value: 1 });
  },
  lively: async ({ context }) => {
    for (let value = 0; value < 30; value++) {
      await delay(80);
      context.emit({ type: "progress", value, total: 30 });
    }
    return done({ value: 1 });
  },
  /** Until it is let go, or aborted. */
  gated: async ({ context }) => {
    begun.push(context.node.path[0] ?? -1);
    const stopped = new Promise<void>((resolve) =>
      context.signal.addEventListener("abort", () => {
        aborted.push(Date.now());
        resolve();
      }),
    );
    await Promise.race([open.promise, stopped]);
    return done({ value: context.node.path[0] ?? -1 });
  },
};
const nodes = [actingNode(acts), actingNode(acts, { type: "test-write", effect: "write" })];
const settingsOf = (graph: Graph, settings: Graph["settings"]): Graph => ({ ...graph, settings });
const one = (act: string, type = "test-act") => sampleGraph({ a: { type, config: { act }, policy: { timeoutMs: 60_000 } } }, []);
const eachOf = (count: number, concurrency: number) =>
  sampleGraph(
    {
      list: { type: "sample-step", config: { yields: Array.from({ length: count }, (_, index) => index) } },
      each: { type: "sample-each", config: { concurrency } },
      work: { type: "test-act", config: { act: "gated" }, parent: sampleId("each"), policy: { timeoutMs: 60_000 } },
      out: { type: "sample-exit" },
    },
    ["list > each.items", "each.item > work", "work > each.result", "each.results > out"],
  );

test("silence ends a run whose graph bounds it; progress is a sign of life, and waiting is no silence", async () => {
  const { engine, startGraph, runs } = boot({ nodes });
  await engine.start();
  const bound = { idleTimeoutMs: 1_000 };
  const silent = await startGraph(settingsOf(one("silent"), bound));
  const lively = await startGraph(settingsOf(one("lively"), bound));
  const waiting = await startGraph(settingsOf(sampleGraph({ a: { type: "sample-step", config: { waitMs: 2_000 } } }, []), bound));
  const state = async (run: RunId) => (await runs.summary(run)).state;
  await expect.poll(() => state(silent.id), { timeout: 20_000 }).toBe("timed-out");
  expect((await runs.read(silent.id)).failure?.message).toBe("Nothing happened in the run for 1000 ms.");
  await expect.poll(() => state(lively.id), { timeout: 20_000 }).toBe("succeeded");
  await expect.poll(() => state(waiting.id), { timeout: 20_000 }).toBe("succeeded");
});

test("held in the middle of a container, iterations under way may end and no other begins until it is resumed", async () => {
  const { engine, startGraph, finished, until, runs } = boot({ nodes });
  await engine.start();
  const run = await startGraph(eachOf(7, 2));
  await expect.poll(() => begun, { timeout: 10_000 }).toHaveLength(2);
  await runs.control(run.id, { message: { type: "hold", reason: "lunch" }, actor: "me" });
  await until(run.id, (events) => events.some(({ type }) => type === "run-held"));
  open.resolve();
  await until(run.id, (events) => events.filter(({ type }) => type === "iteration-finished").length === 2);
  await expect.poll(() => engine.driving(), { timeout: 10_000 }).toBe(0);
  expect(begun).toEqual([0, 1]);
  expect(await runs.read(run.id)).toMatchObject({ state: "held", nodes: { [sampleId("each")]: { state: "running" } } });
  await runs.control(run.id, { message: { type: "resume" }, actor: "me" });
  await finished(run.id);
  expect(await runs.read(run.id)).toMatchObject({ state: "succeeded", output: { result: [0, 1, 2, 3, 4, 5, 6] } });
  // two at a time: which of two begins first is open
  expect(begun.toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6]);
});

describe("a run that is stopped", () => {
  test.each([
    { message: { type: "cancel", reason: "enough" }, state: "cancelled" },
    { message: { type: "kill", reason: "enough" }, state: "killed" },
  ] as const)("($state) aborts all iterations under way within a second, and begins no other", async ({ message, state }) => {
    const { engine, startGraph, finished, runs } = boot({ nodes });
    await engine.start();
    const run = await startGraph(eachOf(100, 30));
    await expect.poll(() => begun, { timeout: 10_000 }).toHaveLength(30);
    await runs.control(run.id, { message, actor: "me" });
    const events = await finished(run.id);
    const stoppedAt = Date.parse(events.find(({ type }) => type === "run-stopping")?.at ?? "");
    expect(aborted).toHaveLength(30);
    expect(Math.max(...aborted) - stoppedAt).toBeLessThan(1_000);
    expect(begun).toHaveLength(30);
    const detail = await runs.read(run.id);
    expect(detail).toMatchObject({ state, nodes: { [sampleId("each")]: { state: "cancelled" } } });
    const works = Object.values(detail.iterations[sampleId("work")] ?? {});
    expect(works.map((work) => work.state)).toEqual(works.map(() => "cancelled"));
    expect(works).toHaveLength(30);
  });

  test("does not wait for a node that does not listen, nor for a write, whose end is then not known", async () => {
    const { engine, startGraph, until, finished, runs } = boot({ nodes });
    await engine.start();
    for (const type of ["test-act", "test-write"]) {
      const run = await startGraph(one("silent", type));
      await until(run.id, (events) => events.at(-1)?.type === "node-started");
      // the write begins after its intent is recorded
      await delay(100);
      await runs.control(run.id, { message: { type: "kill", reason: "enough" }, actor: "me" });
      const events = await finished(run.id);
      expect((await runs.read(run.id)).state).toBe("killed");
      const happened = events.flatMap((event) => (event.type === "node-cancelled" ? event.happened : []));
      expect(happened, type).toEqual([type === "test-write" ? "unknown" : "no"]);
    }
  });

  test("on a worker with a label that was lost right after it heard of it, is ended by any other", async () => {
    const { engine, startGraph, runs, store } = boot({ nodes });
    const { id: run } = await startGraph(settingsOf(one("gated"), { worker: "gpu" }));
    await runs.control(run, { message: { type: "cancel", reason: "enough" }, actor: "me" });
    const [claimed] = await store.claim({ owner: "lost", leaseMs: 60_000, limit: 1, labels: ["gpu"] });
    const [told] = await store.readInbox(run, 1);
    const events = await store.readEvents(run, 0, 10);
    const stopping = { type: "run-stopping", state: "cancelled", reason: "enough", actor: "me", seq: 2, at: new Date().toISOString() } as const;
    const projection = projectRun(foldRun(await runs.plan(run), [...events, stopping]), false);
    await store.commit([{ run, epoch: claimed?.epoch ?? 0, events: [stopping], consumed: [told?.id ?? 0], projection }]);
    await store.voidLeases("lost");
    await engine.start();
    await expect.poll(async () => (await runs.summary(run)).state, { timeout: 10_000 }).toBe("cancelled");
  });

  test("held before, is cancelled all the same", async () => {
    const { engine, startGraph, until, finished, runs } = boot({ nodes });
    await engine.start();
    const run = await startGraph(eachOf(5, 2));
    await expect.poll(() => begun, { timeout: 10_000 }).toHaveLength(2);
    await runs.control(run.id, { message: { type: "hold", reason: "" }, actor: "me" });
    await until(run.id, (events) => events.some(({ type }) => type === "run-held"));
    await runs.control(run.id, { message: { type: "cancel", reason: "enough" }, actor: "me" });
    await finished(run.id);
    expect((await runs.read(run.id)).state).toBe("cancelled");
    expect(begun).toHaveLength(2);
  });
});

test("an error handler runs for runs that fail or run out of time, and neither for stopped ones nor for handlers", async () => {
  const { engine, startGraph, putGraph, finished, until, runs } = boot({ nodes });
  await engine.start();
  const broken = { type: "sample-step", config: { fails: "It broke.", happened: "no" }, policy: { attempts: 1 } };
  // handles others, fails, and would be handled itself
  const last = putGraph(sampleGraph({ start: { type: "sample-entry" } }, []));
  const handler = putGraph(settingsOf(sampleGraph({ start: { type: "sample-entry" }, a: broken }, ["start > a"]), { errorGraph: last }));
  const settings = { errorGraph: handler };
  const handled = async (run: RunId) => {
    const end = (await finished(run)).at(-1);
    return end?.type === "run-finished" ? end.handler : undefined;
  };
  for (const message of [{ type: "cancel", reason: "enough" } as const, { type: "kill", reason: "enough" } as const]) {
    const stopped = await startGraph(settingsOf(one("gated"), settings));
    await until(stopped.id, (events) => events.at(-1)?.type === "node-started");
    await runs.control(stopped.id, { message, actor: "me" });
    expect(await handled(stopped.id)).toBeUndefined();
  }
  const late = await startGraph(settingsOf(one("gated"), { ...settings, timeoutMs: 1_000 }));
  const failing = await startGraph(settingsOf(sampleGraph({ a: broken }, []), settings));
  for (const { id } of [failing, late]) {
    const handling = await handled(id);
    const run = handling && "run" in handling ? handling.run : undefined;
    expect(run, "a run of the handler").toBeDefined();
    expect(await handled(run as RunId)).toBeUndefined();
    expect(await runs.read(run as RunId)).toMatchObject({ state: "failed", graph: handler, parent: { run: id, purpose: "error-handler" } });
  }
  expect((await runs.list({ workspace: "workspace_default", limit: 100 })).items).toHaveLength(6);
});
