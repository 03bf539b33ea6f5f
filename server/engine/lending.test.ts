import { describe, expect, test } from "vitest";
import type { RunId } from "#runtime/graph/ids.ts";
import type { Graph } from "#runtime/graph/schema.ts";
import { call, done } from "#runtime/node/outcome.ts";
import { port } from "#runtime/node/ports.ts";
import { foldRun } from "#runtime/run/apply-event.ts";
import type { RunEvent } from "#runtime/run/events.ts";
import { sampleGraph, sampleId } from "#runtime/testing/sample-nodes.ts";
import { type Acts, actingNode } from "./testing/acting-node.ts";
import { testEngines } from "./testing/test-engines.ts";

const { boot } = testEngines();
const POLL = { timeout: 20_000 };

const acts: Acts = {
  /** Spends as much, in so many charges one after the other. */
  spend: async ({ config, context }) => {
    for (let number = 0; number < 2; number++) {
      await context.reserve(`charge-${number}`, config.number / 2);
      await new Promise((resolve) => setTimeout(resolve, 20));
      await context.settle(`charge-${number}`, { amount: config.number / 2 });
    }
    return done({ value: config.number });
  },
  /** Expects far more than it comes to. */
  frugal: async ({ config, context }) => {
    await context.reserve("charge", config.number);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await context.settle("charge", { amount: 0.01 });
    return done({ value: 1 });
  },
  tokens: async ({ config, context }) => {
    await context.reserve("turn", 0, { tokens: config.number });
    await context.settle("turn", { amount: 0, tokens: config.number });
    return done({ value: config.number });
  },
  slow: async () => {
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    return done({ value: 1 });
  },
  pass: () => done({ value: 1 }),
};
const callers: Acts = {
  all: ({ tools, context }) => {
    if (!context.answered(tools[0]?.name ?? "")) return call(...tools.map(({ name, node }) => ({ name, node, inputs: {} })));
    return done({ value: tools.map(({ name }) => context.answered(name)).map((answer) => (answer?.kind === "run" ? answer.state : null)) });
  },
};
const nodes = [
  actingNode(callers, {
    type: "test-caller",
    tool: true,
    ports: () => ({ inputs: { value: port.any({ optional: true }), tools: port.tool({ many: true, optional: true }) }, outputs: { value: port.any() } }),
  }),
  actingNode(acts, { tool: () => ({ description: "Acts." }) }),
];
const acting = (act: string, number = 0, policy: Graph["nodes"][number]["policy"] = undefined) => ({
  type: "test-act",
  config: { act, number },
  ...(policy && { policy }),
});
const caller = { type: "test-caller", config: { act: "all" } };
/** Several callers side by side, each with tools of its own. */
const callersOf = (tools: Record<string, Record<string, ReturnType<typeof acting>>>) =>
  sampleGraph(
    Object.assign({}, ...Object.entries(tools).map(([name, own]) => ({ [name]: caller, ...own }))),
    Object.entries(tools).flatMap(([name, own]) => Object.keys(own).map((tool) => `${tool}.tool > ${name}.tools`)),
  );

async function start(graph: Graph, budget: Parameters<ReturnType<typeof boot>["startGraph"]>[1]) {
  const booted = boot({ nodes });
  await booted.engine.start();
  const run = await booted.startGraph(graph, budget);
  const open = async () => (await booted.gates.list({ workspace: "workspace_default", limit: 50 })).items;
  const events = async (id: RunId = run.id) => booted.store.readEvents(id, 0, 5_000);
  return { ...booted, run, open, events };
}

/** The most that was settled and set aside together, at any event of a run's log. */
async function highest({ runs, run, events }: Awaited<ReturnType<typeof start>>): Promise<number> {
  const plan = await runs.plan(run.id);
  const log = await events();
  let most = 0;
  for (let length = 1; length <= log.length; length++) {
    const { dollars } = foldRun(plan, log.slice(0, length)).accounts;
    most = Math.max(most, dollars.settled + dollars.reserved);
  }
  return most;
}

describe("runs that a run begins", () => {
  test("are never lent more than there is, however many begin side by side; what one leaves the others get, and nobody is asked", async () => {
    const tools = Object.fromEntries(["a", "b", "c"].map((name) => [name, { [`${name}1`]: acting("spend", 0.5), [`${name}2`]: acting("spend", 0.5) }]));
    const started = await start(callersOf(tools), { budget: 3 });
    await started.finished(started.run.id);
    expect(await started.runs.read(started.run.id)).toMatchObject({ state: "succeeded", cost: "3", budget: 3 });
    expect(await highest(started)).toBeLessThanOrEqual(3);
    const log = await started.events();
    expect(log.some((event) => event.type === "child-needs")).toBe(true);
    expect(log.filter((event) => event.type === "child-funded" && event.amount === 0)).toEqual([]);
  });

  test("ask a person when there is no more, and the raise goes to the run whose budget it is", async () => {
    // the run below the one below is short
    const made = sampleGraph({ outer: caller, inner: caller, tool: acting("spend", 3) }, ["inner.tool > outer.tools", "tool.tool > inner.tools"]);
    const started = await start(made, { budget: 1 });
    const { open, gates, runs, run, finished } = started;
    await expect.poll(async () => (await open()).length, POLL).toBe(1);
    const [gate] = await open();
    expect(gate).toMatchObject({ kind: "budget", measure: "dollars", amount: 1.5, of: "above", used: 1, budget: 1, node: sampleId("tool") });
    expect(gate?.run).not.toBe(run.id);
    await gates.decide(gate?.id ?? "", { decision: "raise", edited: { budget: 3 }, actor: "me" });
    await finished(run.id);
    expect(await runs.read(run.id)).toMatchObject({ state: "succeeded", cost: "3", budget: 3 });
    expect(await highest(started)).toBeLessThanOrEqual(3);
  });

  test("go on when the budget above is raised by anybody, and who was asked below does not lower it again", async () => {
    const made = sampleGraph({ outer: caller, inner: caller, tool: acting("spend", 3) }, ["inner.tool > outer.tools", "tool.tool > inner.tools"]);
    const { open, gates, runs, run, finished } = await start(made, { budget: 1 });
    await expect.poll(async () => (await open()).length, POLL).toBe(1);
    const raiseTo = (budget: number) => runs.control(run.id, { message: { type: "set-budget", budget, note: "" }, actor: "me" });
    await raiseTo(1.6);
    // enough for the first half: the second is asked about
    await expect.poll(open, POLL).toMatchObject([{ budget: 1.6 }]);
    const [late] = await open();
    const decided = gates.decide(late?.id ?? "", { decision: "raise", edited: { budget: 2 }, actor: "me" });
    await raiseTo(5);
    await decided.catch(() => undefined);
    await finished(run.id);
    expect(await runs.read(run.id)).toMatchObject({ state: "succeeded", cost: "3", budget: 5 });
  });

  test("are killed with the run that waits for them, on request", async () => {
    const started = await start(callersOf({ a: { tool: acting("spend", 3) } }), { budget: 1 });
    await expect.poll(async () => (await started.open()).length, POLL).toBe(1);
    await started.gates.decide((await started.open())[0]?.id ?? "", { decision: "kill", note: "too dear", actor: "me" });
    await started.finished(started.run.id);
    expect(await started.runs.read(started.run.id)).toMatchObject({ state: "killed", reason: null, cost: "0", failure: { message: "too dear" } });
  });
});

test("who lacks only what others have set aside waits for them, and is asked about when it is gone", async () => {
  const started = await start(sampleGraph({ a: acting("spend", 2), b: acting("spend", 2), c: acting("spend", 2) }, []), { budget: 3.5 });
  await expect.poll(async () => (await started.open()).length, POLL).toBeGreaterThan(0);
  const log = await started.events();
  const waits = log.flatMap((event) => (event.type === "node-waiting" ? [event.request.kind] : []));
  const asked = log.findIndex((event) => event.type === "node-waiting" && event.request.kind === "budget");
  const settled = log.slice(0, asked).flatMap((event) => (event.type === "cost-settled" ? [event.amount] : []));
  expect(waits).toContain("budget");
  // nobody is asked while anything that is set aside may become free
  expect(settled).toEqual([1, 1, 1]);
});

test("no more are let go on than what is free suffices for", async () => {
  const many = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`n${index}`, acting("frugal", 1)]));
  const { finished, run, runs, events } = await start(sampleGraph(many, []), { budget: 1.5 });
  await finished(run.id);
  expect(await runs.read(run.id)).toMatchObject({ state: "succeeded", cost: "0.12" });
  // each tries once, and once more when it is let go on
  expect((await events()).filter(({ type }) => type === "node-started").length).toBeLessThanOrEqual(24);
});

describe("tokens and tool calls", () => {
  test("that are lent do not hold the call that borrows them", async () => {
    const made = sampleGraph({ outer: caller, inner: caller, tool: acting("pass") }, ["inner.tool > outer.tools", "tool.tool > inner.tools"]);
    const { open, gates, run, finished, runs } = await start(made, { budget: { toolCalls: 1 } });
    await expect.poll(async () => (await open()).length, POLL).toBe(1);
    expect((await open())[0]).toMatchObject({ measure: "toolCalls", amount: 1, used: 1, budget: 1, of: "above", node: sampleId("inner") });
    await gates.decide((await open())[0]?.id ?? "", { decision: "raise", edited: { budget: 2 }, actor: "me" });
    await finished(run.id);
    expect(await runs.read(run.id)).toMatchObject({ state: "succeeded", used: { toolCalls: 2 } });
  });

  test("are budgets like dollars: each call is counted before it is made, and what is asked says which", async () => {
    const three = { one: acting("pass"), two: acting("pass"), three: acting("pass") };
    const started = await start(callersOf({ a: three }), { budget: { toolCalls: 2 } });
    const { open, gates, run, finished, runs, events } = started;
    await expect.poll(async () => (await open()).length, POLL).toBe(1);
    expect((await events()).some(({ type }) => type === "child-opened")).toBe(false);
    expect((await open())[0]).toMatchObject({ measure: "toolCalls", amount: 3, used: 0, budget: 2, of: "run", node: sampleId("a") });
    await gates.decide((await open())[0]?.id ?? "", { decision: "raise", edited: { budget: 3 }, actor: "me" });
    await finished(run.id);
    expect(await runs.read(run.id)).toMatchObject({ state: "succeeded", used: { toolCalls: 3 }, limits: { toolCalls: 3 } });
  });

  test("refused, no tool is called", async () => {
    const started = await start(callersOf({ a: { one: acting("pass") } }), { budget: { toolCalls: 0 } });
    await expect.poll(async () => (await started.open()).length, POLL).toBe(1);
    await started.gates.decide((await started.open())[0]?.id ?? "", { decision: "refuse", actor: "me" });
    await started.finished(started.run.id);
    expect(await started.runs.read(started.run.id)).toMatchObject({ state: "failed", failure: { code: "budget" }, used: { toolCalls: 0 } });
  });

  test("of runs below are in the run above; most of it used is said once", async () => {
    const started = await start(callersOf({ a: { one: acting("tokens", 90), two: acting("tokens", 5) } }), { budget: { tokens: 100, dollars: 1 } });
    await started.finished(started.run.id);
    expect(await started.runs.read(started.run.id)).toMatchObject({ used: { tokens: 95, dollars: 0, toolCalls: 2 }, limits: { tokens: 100, dollars: 1 } });
    const warnings = (await started.events()).filter((event): event is Extract<RunEvent, { type: "budget-warned" }> => event.type === "budget-warned");
    expect(warnings).toMatchObject([{ measure: "tokens", budget: 100 }]);
  });
});

test("a node has a budget of its own, over all its runs and what it calls", async () => {
  const graph = callersOf({ a: { one: acting("spend", 1, { budget: { dollars: 0.6 } }) }, b: { other: acting("spend", 1) } });
  const started = await start(graph, {});
  const { open, gates, run, finished, runs } = started;
  await expect.poll(async () => (await open()).length, POLL).toBe(1);
  expect((await open())[0]).toMatchObject({ measure: "dollars", amount: 0.5, of: "above", used: expect.closeTo(0.525, 8), budget: 0.6 });
  await gates.decide((await open())[0]?.id ?? "", { decision: "raise", edited: { budget: 1 }, actor: "me" });
  await finished(run.id);
  expect(await runs.read(run.id)).toMatchObject({ state: "succeeded", cost: "2", limits: {} });
});

test("when its time is used no node starts before somebody says so", async () => {
  const started = await start(sampleGraph({ a: acting("slow"), b: acting("pass") }, ["a > b"]), { budget: { timeMs: 1_000 } });
  const { open, gates, run, finished, runs, events } = started;
  await expect.poll(async () => (await open()).length, POLL).toBe(1);
  expect((await open())[0]).toMatchObject({ measure: "timeMs", budget: 1_000, node: sampleId("b") });
  expect((await events()).filter(({ type }) => type === "budget-warned")).toMatchObject([{ measure: "timeMs" }]);
  await gates.decide((await open())[0]?.id ?? "", { decision: "raise", edited: { budget: 60_000 }, actor: "me" });
  await finished(run.id);
  expect(await runs.read(run.id)).toMatchObject({ state: "succeeded", limits: { timeMs: 60_000 } });
});
