import { setTimeout as delay } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { GraphId, RunId } from "#runtime/graph/ids.ts";
import type { Graph } from "#runtime/graph/schema.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { call, done } from "#runtime/node/outcome.ts";
import { foldRun } from "#runtime/run/apply-event.ts";
import type { RunEventBody } from "#runtime/run/events.ts";
import { sampleGraph, sampleId, samplePlan } from "#runtime/testing/sample-nodes.ts";
import { finishEvent } from "./driver-ending.ts";
import type { EngineStore } from "./engine.ts";
import { childrenDeadline } from "./left-children.ts";
import { projectRun } from "./project-run.ts";
import { type Acts, actingNode } from "./testing/acting-node.ts";
import { testEngines } from "./testing/test-engines.ts";

const { boot, database } = testEngines();
afterEach(() => vi.restoreAllMocks());

let spent = 0;
beforeEach(() => {
  spent = 0;
});
const acts: Acts = {
  spend: async ({ config, context }) => {
    await context.reserve("call", config.number);
    await context.settle("call", { amount: config.number });
    spent += 1;
    return done({ value: 1 });
  },
  /** Until it is stopped. */
  hang: async ({ context }) => {
    await new Promise<void>((resolve) => context.signal.addEventListener("abort", () => resolve()));
    return done({ value: 1 });
  },
  /** As soon as so many others have spent what they spend. */
  fail: async ({ config }) => {
    while (spent < config.number) await delay(20);
    throw new NodeError("tool", "It broke.", { happened: "no" });
  },
  sleep: async ({ config, context }) => {
    await delay(config.number, undefined, { signal: context.signal }).catch(() => undefined);
    return done({ value: 1 });
  },
};
/** What the node `call` calls, set by each test. */
const callee: { graph?: GraphId } = {};
const caller = (type: string, graph: () => GraphId | undefined) =>
  actingNode(
    {
      call: ({ context }) => {
        const answer = context.answered("it");
        return answer ? done({ value: 1 }) : call({ name: "it", graph: graph() as GraphId, revision: 1, input: {} });
      },
    },
    { type, role: "call" },
  );
const inner: { graph?: GraphId } = {};
const nodes = [actingNode(acts), caller("test-call", () => callee.graph), caller("test-call-inner", () => inner.graph)];
const act = (name: string, number = 1) => ({ type: "test-act", config: { act: name, number }, policy: { timeoutMs: 60_000 } });
const calls = { type: "test-call", config: { act: "call" } };
const settingsOf = (graph: Graph, settings: Graph["settings"]): Graph => ({ ...graph, settings });
/** Spends, and then never ends. */
const spending = (amount: number) => sampleGraph({ a: act("spend", amount), b: act("hang") }, ["a > b"]);

async function started() {
  const booted = boot({ nodes });
  await booted.engine.start();
  const { runs, until, putGraph, startGraph } = booted;
  const childOf = async (run: RunId, node: string) => {
    await until(run, (events) => events.some((event) => event.type === "child-opened" && event.node === sampleId(node)));
    return (await runs.read(run)).nodes[sampleId(node)]?.children?.[0]?.run as RunId;
  };
  /** A run that has spent 0.5 and waits for one that has spent 0.75 and waits for one that has spent 0.25. */
  const family = async (settings: Graph["settings"] = {}) => {
    inner.graph = putGraph(spending(0.25));
    callee.graph = putGraph(sampleGraph({ a: act("spend", 0.75), inner: { type: "test-call-inner", config: { act: "call" } } }, ["a > inner"]));
    const own = { own: act("spend", 0.5), call: calls, hang: act("hang") };
    const parent = await startGraph(settingsOf(sampleGraph(own, ["own > call", "own > hang"]), settings), { budget: 10 });
    const child = await childOf(parent.id, "call");
    const grandchild = await childOf(child, "inner");
    await until(grandchild, (events) => events.some((event) => event.type === "node-started" && event.node === sampleId("b")));
    return { parent: parent.id, child, grandchild };
  };
  return { ...booted, childOf, family };
}

describe("what runs have cost that a run began counts in it, and its end waits for theirs", () => {
  test.each(["cancel", "kill"] as const)("after %s", async (type) => {
    const { family, runs, finished } = await started();
    const { parent, child, grandchild } = await family();
    await runs.control(parent, { message: { type, reason: "enough" }, actor: "me" });
    await finished(parent);
    const state = type === "cancel" ? "cancelled" : "killed";
    expect(await runs.read(grandchild)).toMatchObject({ state, cost: "0.25" });
    expect(await runs.read(child)).toMatchObject({ state, cost: "1" });
    expect(await runs.read(parent)).toMatchObject({ state, cost: "1.5" });
    const { failure } = await runs.read(child);
    expect(failure?.message).toBe(`The run ${parent}, which waits for this one, was stopped: enough`);
  });

  test("after its time is over", async () => {
    const { family, runs, finished } = await started();
    const { parent, child } = await family({ timeoutMs: 4_000 });
    await finished(parent);
    expect(await runs.read(child)).toMatchObject({ cost: "1" });
    expect(await runs.read(parent)).toMatchObject({ state: "timed-out", cost: "1.5" });
    expect((await runs.read(child)).failure?.message).toContain(parent);
  });

  test("after another node has failed", async () => {
    const { runs, finished, startGraph, putGraph, childOf } = await started();
    callee.graph = putGraph(spending(0.75));
    const run = await startGraph(sampleGraph({ call: calls, fails: act("fail", 1) }, []));
    const child = await childOf(run.id, "call");
    await finished(run.id);
    expect(await runs.read(run.id)).toMatchObject({ state: "failed", cost: "0.75" });
    expect(await runs.read(child)).toMatchObject({ state: "cancelled", cost: "0.75" });
  });

  test("after an iteration that waited for one was stopped, though the run goes on", async () => {
    const { runs, finished, startGraph, putGraph } = await started();
    callee.graph = putGraph(spending(0.75));
    const fails = { ...act("fail", 2), parent: sampleId("each") };
    const list = { type: "sample-step", config: { yields: [1, 2] } };
    const each = { type: "sample-each", policy: { onFailure: "continue" as const, default: [] } };
    const made = { list, each, call: { ...calls, parent: sampleId("each") }, fails };
    const run = await startGraph(sampleGraph(made, ["list > each.items", "each.item > call", "each.item > fails", "call > each.result"]), { budget: 10 });
    await finished(run.id);
    expect(await runs.read(run.id)).toMatchObject({ state: "succeeded", cost: "1.5" });
  });
});

describe("the time of a run bounds the runs it waits for", () => {
  test("one that it calls ends with it, and says whose time is over", async () => {
    const { runs, finished, startGraph, putGraph, childOf } = await started();
    callee.graph = putGraph(spending(0.75));
    const run = await startGraph(settingsOf(sampleGraph({ call: calls }, []), { timeoutMs: 1_500 }));
    const child = await childOf(run.id, "call");
    await finished(run.id);
    const detail = await runs.read(child);
    expect(detail).toMatchObject({ state: "timed-out", cost: "0.75" });
    expect(detail.failure?.message).toBe(`The time of the run ${run.id}, which waits for this one, is over.`);
    expect(await runs.read(run.id)).toMatchObject({ state: "timed-out", cost: "0.75", failure: { message: "The run took longer than 1500 ms." } });
  });

  test("several one after the other share it", async () => {
    const { runs, finished, startGraph, putGraph } = await started();
    callee.graph = putGraph(sampleGraph({ a: act("sleep", 900) }, []));
    const run = await startGraph(settingsOf(sampleGraph({ one: calls, two: calls, three: calls }, ["one > two", "two > three"]), { timeoutMs: 1_500 }));
    await finished(run.id);
    expect(await runs.read(run.id)).toMatchObject({ state: "timed-out", nodes: { [sampleId("one")]: { state: "succeeded" } } });
    expect((await runs.read(run.id)).nodes[sampleId("three")]?.children).toBeUndefined();
  });

  test("a part of a long list and a node on a labelled worker share it, too", async () => {
    const booted = await started();
    const gpu = boot({ nodes, owner: "gpu", labels: ["gpu"] });
    await gpu.engine.start();
    const { runs, startGraph, childOf } = booted;
    const list = { type: "sample-step", config: { yields: Array.from({ length: 501 }, (_, index) => index) } };
    const body = { ...act("hang"), parent: sampleId("each") };
    const sliced = sampleGraph({ list, each: { type: "sample-each" }, body }, ["list > each.items", "each.item > body", "body > each.result"]);
    const labelled = sampleGraph({ each: { ...act("hang"), policy: { timeoutMs: 60_000, worker: "gpu" } } }, []);
    for (const graph of [sliced, labelled]) {
      const run = await startGraph(settingsOf(graph, { timeoutMs: 1_500 }));
      const child = await childOf(run.id, "each");
      await expect.poll(async () => (await runs.read(run.id)).state, { timeout: 15_000 }).toBe("timed-out");
      expect(await runs.read(child)).toMatchObject({ state: "timed-out", failure: { message: expect.stringContaining(run.id) } });
    }
  });

  test("while they wait it goes on", async () => {
    const { runs, finished, startGraph, putGraph } = await started();
    callee.graph = putGraph(sampleGraph({ a: { type: "sample-step", config: { waitMs: 2_000 } } }, []));
    const run = await startGraph(settingsOf(sampleGraph({ call: calls }, []), { timeoutMs: 1_500 }));
    await finished(run.id);
    expect(await runs.read(run.id)).toMatchObject({ state: "succeeded" });
  });
});

const BEGIN = Date.parse("2026-01-01T00:00:00.000Z");

test("what runs took side by side counts once in the time of the run that waits for them", () => {
  const plan = samplePlan({ a: { type: "sample-step" }, b: { type: "sample-step" } }, []);
  const ofNode = (name: string): RunEventBody[] => [
    { type: "node-started", node: sampleId(name), path: [], attempt: 1, effect: "pure" },
    { type: "child-opened", node: sampleId(name), path: [], name: "it", run: `run_${name}` as RunId, purpose: "call" },
  ];
  const ended = (name: string, activeMs: number): RunEventBody => {
    const rest = { run: `run_${name}` as RunId, state: "succeeded", outputs: {}, cost: 0 } as const;
    return { type: "child-finished", node: sampleId(name), path: [], name: "it", ...rest, activeMs };
  };
  const created: RunEventBody = { type: "run-created", run: "run_parent" as RunId, input: {}, actor: "tester" };
  const bodies = [created, ...ofNode("a"), ...ofNode("b"), ended("a", 1_000), ended("b", 1_500)];
  const state = foldRun(
    plan,
    bodies.map((body, index) => ({ ...body, seq: index + 1, at: new Date(BEGIN + (index > 4 ? 2_000 : 0)).toISOString() })),
  );
  expect(state.activeMs).toBe(1_500);
});

describe("a run that does not hear of the end of one it began", () => {
  const plan = samplePlan({ a: { type: "sample-step" } }, []);
  const at = { node: sampleId("a"), path: [] };
  const left: RunEventBody[] = [
    { type: "run-created", run: "run_parent" as RunId, input: {}, actor: "tester", budget: 5 },
    { type: "node-started", ...at, attempt: 1, effect: "pure" },
    { type: "child-opened", ...at, name: "it", run: "run_child" as RunId, purpose: "call", reserved: 2 },
    { type: "run-stopping", state: "cancelled", reason: "enough", actor: "me" },
    { type: "node-cancelled", ...at, happened: "no" },
  ];
  const fold = (bodies: readonly RunEventBody[]) =>
    foldRun(
      plan,
      bodies.map((body, index) => ({ ...body, seq: index + 1, at: new Date(BEGIN + index).toISOString() })),
    );
  const finish = { type: "finish", state: "cancelled", output: {}, failure: { code: "cancelled", message: "enough", happened: "no" } } as const;

  test("waits for it with a timer, and no lease", () => {
    const state = fold(left);
    expect(childrenDeadline(state)).toBeGreaterThan(BEGIN);
    expect(projectRun(state, true)).toMatchObject({ state: "waiting", wakeAt: new Date(childrenDeadline(state) ?? 0), reason: "enough" });
    expect(state.accounts.dollars).toMatchObject({ settled: 0, reserved: 2 });
  });

  test("waits, and when that has taken too long ends without it", async () => {
    const lost = new Set<RunId>();
    // nobody who takes the child up is ever heard of again
    const through = (store: EngineStore): EngineStore => ({ ...store, claim: async (wish) => (await store.claim(wish)).filter(({ run }) => !lost.has(run)) });
    const { engine, runs, startGraph, putGraph, finished, doorbell } = boot({ nodes, through });
    await engine.start();
    callee.graph = putGraph(sampleGraph({ a: { type: "sample-step", config: { waitMs: 3_600_000 } } }, []));
    const { id: run } = await startGraph(sampleGraph({ call: calls }, []), { budget: 2 });
    await expect.poll(async () => [engine.driving(), (await runs.read(run)).nodes[sampleId("call")]?.children?.length], { timeout: 10_000 }).toEqual([0, 1]);
    const child = (await runs.read(run)).nodes[sampleId("call")]?.children?.[0]?.run as RunId;
    lost.add(child);
    await runs.control(run, { message: { type: "cancel", reason: "enough" }, actor: "me" });
    await expect.poll(() => runs.read(run), { timeout: 10_000 }).toMatchObject({ state: "waiting", reason: "enough" });
    await expect.poll(() => engine.driving(), { timeout: 10_000 }).toBe(0);
    const now = Date.now();
    vi.spyOn(Date, "now").mockImplementation(() => now + 3_600_000);
    await database().db.execute(sql`UPDATE runs SET wake_at = now() WHERE id = ${run}`);
    doorbell.ring(run);
    expect((await finished(run)).at(-1)).toMatchObject({ type: "run-finished", state: "cancelled", unended: [{ run: child, cost: 2 }] });
    expect(await runs.read(run)).toMatchObject({ state: "cancelled", cost: "2", failure: { message: expect.stringContaining(child) } });
  });

  test("ends when it has waited long enough, counts what was set aside, and names it", () => {
    const state = fold(left);
    const end = finishEvent(finish, { state, handler: undefined });
    expect(end).toMatchObject({ unended: [{ run: "run_child", cost: 2 }], failure: { message: expect.stringMatching(/enough .*run_child/) } });
    const ended = fold([...left, end]);
    expect(ended.accounts.dollars).toMatchObject({ settled: 2, reserved: 0 });
    expect(childrenDeadline(ended)).toBeUndefined();
  });

  test("has nothing to name when it was told in time, whatever it cost", () => {
    const told: RunEventBody = { type: "child-finished", ...at, name: "it", run: "run_child" as RunId, state: "cancelled", outputs: {}, cost: 0.5 };
    const state = fold([...left, told]);
    expect(state.nodes.get(sampleId("a") as never)).toMatchObject({ state: "cancelled", children: [{ end: { state: "cancelled" } }] });
    expect(state.accounts.dollars).toMatchObject({ settled: 0.5, reserved: 0 });
    expect(childrenDeadline(state)).toBeUndefined();
    expect(finishEvent(finish, { state, handler: undefined })).not.toHaveProperty("unended");
  });
});
