import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { z } from "zod";
import type { NodeId, RunId } from "#runtime/graph/ids.ts";
import { edgeIdSchema } from "#runtime/graph/ids.ts";
import { emptyGraph, type Graph, type GraphNode } from "#runtime/graph/schema.ts";
import { defineNode, implementNode } from "#runtime/node/define.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { call, done, iterate, wait } from "#runtime/node/outcome.ts";
import { port } from "#runtime/node/ports.ts";
import { testEngines } from "./testing/test-engines.ts";

const { boot } = testEngines();
const base = {
  version: 1,
  title: "Test",
  description: "For tests.",
  group: "data",
  icon: "box",
  limits: { timeoutMs: 20_000, attempts: 1 },
  examples: [],
} as const;

const each = implementNode(
  defineNode({
    ...base,
    type: "test-each",
    role: "each",
    config: z.strictObject({ concurrency: z.int().default(4), onFailure: z.enum(["stop", "go-on"]).default("stop") }),
    effect: "pure",
    ports: () => ({ inputs: { items: port.list("any") }, outputs: { results: port.list("any") } }),
    body: () => ({ gives: { item: port.any(), index: port.number() }, takes: { result: port.any({ optional: true }) } }),
  }),
  ({ config, inputs, context }) => {
    const items = inputs.items as unknown[];
    if (!context.iterations) {
      const { concurrency, onFailure } = config;
      return iterate({ count: items.length, given: { item: items, index: items.map((_, index) => index) }, concurrency, onFailure });
    }
    const failed = context.iterations.find(({ state }) => state === "failed");
    if (failed?.failure && config.onFailure === "stop") throw new NodeError(failed.failure.code, failed.failure.message, { happened: failed.failure.happened });
    return done({ results: context.iterations.flatMap(({ taken }) => ("result" in taken ? [taken.result] : [])) });
  },
);
let active = 0;
let most = 0;
const work = implementNode(
  defineNode({
    ...base,
    type: "test-work",
    role: "step",
    config: z.strictObject({ failOn: z.unknown().optional(), sleepMs: z.int().default(0) }),
    effect: "pure",
    ports: () => ({ inputs: { value: port.any(), extra: port.any({ optional: true }) }, outputs: { value: port.any() } }),
  }),
  async ({ config, inputs }) => {
    active += 1;
    most = Math.max(most, active);
    await delay(config.sleepMs);
    active -= 1;
    if (config.failOn !== undefined && inputs.value === config.failOn) throw new NodeError("code", "This one fails.", { happened: "no" });
    return done({ value: inputs.extra === undefined ? inputs.value : [inputs.value, inputs.extra] });
  },
);
const source = implementNode(
  defineNode({
    ...base,
    type: "test-list",
    role: "step",
    config: z.strictObject({ count: z.int() }),
    effect: "pure",
    ports: () => ({ inputs: {}, outputs: { items: port.list("any"), length: port.number() } }),
  }),
  ({ config }) => done({ items: Array.from({ length: config.count }, (_, index) => index * 10), length: config.count }),
);
const caller = implementNode(
  defineNode({
    ...base,
    type: "test-call",
    role: "call",
    config: z.strictObject({ graph: z.string() }),
    effect: "pure",
    ports: () => ({ inputs: { value: port.any({ optional: true }) }, outputs: { result: port.any() } }),
  }),
  ({ config, context }) => {
    const answer = context.answered("call");
    if (answer?.kind !== "run") return call({ name: "call", graph: config.graph as never, revision: 1, input: {} });
    if (answer.state !== "succeeded") throw new NodeError("code", answer.message ?? "It failed.", { happened: "no" });
    return done({ result: answer.output.result });
  },
);
const asker = implementNode(
  defineNode({
    ...base,
    type: "test-ask",
    role: "step",
    config: z.strictObject({ kind: z.enum(["person", "webhook"]), cost: z.number().optional() }),
    effect: "pure",
    ports: () => ({ inputs: {}, outputs: { answer: port.any() } }),
  }),
  async ({ config, context }) => {
    if (config.cost !== undefined) {
      await context.reserve("call", config.cost);
      await context.settle("call", { amount: config.cost });
      return done({ answer: config.cost });
    }
    const answer = context.answered("ask");
    if (!answer)
      return wait(config.kind === "person" ? { kind: "person", name: "ask", title: "May I?", decisions: ["yes", "no"] } : { kind: "webhook", name: "ask" });
    return done({ answer: answer.kind === "person" ? answer.decision : answer.kind === "webhook" ? answer.request : answer.kind });
  },
);
const limited = implementNode(
  defineNode({
    ...base,
    type: "test-limited",
    role: "step",
    config: z.strictObject({}),
    effect: "pure",
    ports: () => ({ inputs: { value: port.any() }, outputs: { value: port.any() } }),
  }),
  ({ context }) => done({ value: context.run.hasBudget }),
);
const nodes = [each, work, source, caller, asker, limited];

const id = (name: string) => `node_${name}` as NodeId;
function graph(made: Record<string, Partial<GraphNode> & { type: string }>, edges: string[], settings: Graph["settings"] = {}): Graph {
  return {
    ...emptyGraph("Test"),
    settings,
    nodes: Object.entries(made).map(([name, node]) => ({ id: id(name), version: 1, label: name, position: { x: 0, y: 0 }, config: {}, ...node })),
    edges: edges.map((text, index) => {
      const [from = "", to = ""] = text.split(" > ");
      const [sourceNode = "", sourcePort = ""] = from.split(".");
      const [targetNode = "", targetPort = ""] = to.split(".");
      const ends = { source: { node: id(sourceNode), port: sourcePort }, target: { node: id(targetNode), port: targetPort } };
      return { id: edgeIdSchema.parse(`edge_${index}`), kind: "data" as const, ...ends };
    }),
  };
}
const exit = { type: "sample-exit" };
const loop = (count: number, workConfig: Record<string, unknown> = {}, eachConfig: Record<string, unknown> = {}) =>
  graph(
    {
      list: { type: "test-list", config: { count } },
      each: { type: "test-each", config: eachConfig as never },
      work: { type: "test-work", parent: id("each"), config: workConfig as never },
      out: exit,
    },
    ["list.items > each.items", "each.item > work.value", "list.length > work.extra", "work.value > each.result", "each.results > out.value"],
  );

test("a for-each yields what its body made of each item, in order, with bounded parallelism and values from outside", async () => {
  const { engine, startGraph, finished, runs } = boot({ nodes });
  await engine.start();
  most = 0;
  const run = await startGraph(loop(20, { sleepMs: 5 }, { concurrency: 3 }));
  await finished(run.id);
  const detail = await runs.read(run.id);
  expect(detail.state).toBe("succeeded");
  expect(detail.output).toEqual({ result: Array.from({ length: 20 }, (_, index) => [index * 10, 20]) });
  expect(Object.keys(detail.iterations[id("work")] ?? {})).toHaveLength(20);
  expect(most).toBeLessThanOrEqual(3);
  expect(most).toBeGreaterThan(1);
});

test("what is in a container knows that the budget of the container limits its spending", async () => {
  const { engine, startGraph, finished, runs } = boot({ nodes });
  await engine.start();
  const outputOf = async (policy: GraphNode["policy"]) => {
    const made = {
      list: { type: "test-list", config: { count: 1 } },
      each: { type: "test-each", ...(policy && { policy }) },
      limited: { type: "test-limited", parent: id("each") },
      out: exit,
    };
    const run = await startGraph(
      graph(made, ["list.items > each.items", "each.item > limited.value", "limited.value > each.result", "each.results > out.value"]),
    );
    await finished(run.id);
    return (await runs.read(run.id)).output;
  };
  expect(await outputOf({ budget: { dollars: 1 } })).toEqual({ result: [true] });
  expect(await outputOf({ budget: { tokens: 1 } })).toEqual({ result: [false] });
});

test("a failed iteration fails the container, or is left out", async () => {
  const { engine, startGraph, finished, runs } = boot({ nodes });
  await engine.start();
  const stops = await startGraph(loop(8, { failOn: 30 }));
  const goesOn = await startGraph(loop(8, { failOn: 30 }, { onFailure: "go-on" }));
  await Promise.all([finished(stops.id), finished(goesOn.id)]);
  const failed = await runs.read(stops.id);
  expect(failed).toMatchObject({ state: "failed", failure: { message: "This one fails.", node: id("each") } });
  expect((await runs.read(goesOn.id)).output?.result).toHaveLength(7);
});

test("more than 500 iterations run in runs of their own", async () => {
  const { engine, startGraph, finished, runs } = boot({ nodes });
  await engine.start();
  const run = await startGraph(loop(1_203, {}, { concurrency: 50 }));
  const events = await finished(run.id);
  const detail = await runs.read(run.id);
  expect(detail.output).toEqual({ result: Array.from({ length: 1_203 }, (_, index) => [index * 10, 1_203]) });
  expect(detail.nodes[id("each")]?.children).toHaveLength(3);
  expect(events.length).toBeLessThan(30);
});

test("a node in item mode runs once for each item", async () => {
  const { engine, startGraph, finished, runs } = boot({ nodes });
  await engine.start();
  const made = { list: { type: "test-list", config: { count: 5 } }, work: { type: "test-work", policy: { eachItemOf: "value" } }, out: exit };
  const run = await startGraph(graph(made, ["list.items > work.value", "work.value > out.value"]));
  await finished(run.id);
  const detail = await runs.read(run.id);
  expect(detail.output).toEqual({ result: [0, 10, 20, 30, 40] });
  const again = { ...made, work: { ...made.work, config: { failOn: 20 } } };
  const failing = await startGraph(graph(again, ["list.items > work.value", "work.value > out.value"]));
  await finished(failing.id);
  expect(await runs.read(failing.id)).toMatchObject({ state: "failed", failure: { message: "Item 3: This one fails." } });
});

test("a graph calls another, and waits for it without holding anything", async () => {
  const { engine, startGraph, putGraph, finished, runs } = boot({ nodes });
  await engine.start();
  const callee = putGraph(graph({ list: { type: "test-list", config: { count: 2 } }, out: exit }, ["list.items > out.value"]));
  const run = await startGraph(graph({ call: { type: "test-call", config: { graph: callee } }, out: exit }, ["call.result > out.value"]));
  await finished(run.id);
  const detail = await runs.read(run.id);
  expect(detail.output).toEqual({ result: [0, 10] });
  const child = detail.nodes[id("call")]?.children?.[0];
  expect(child && (await runs.read(child.run))).toMatchObject({ graph: callee, state: "succeeded", parent: { run: run.id, purpose: "call" } });
});

test("a graph that calls itself ends with a plain message", async () => {
  const { engine, startGraph, putGraph, finished, runs } = boot({ nodes });
  await engine.start();
  const own = graph({ call: { type: "test-call", config: {} }, out: exit }, ["call.result > out.value"]);
  const callee = putGraph(own);
  Object.assign(own.nodes[0]?.config ?? {}, { graph: callee });
  const run = await startGraph(own);
  await finished(run.id);
  expect((await runs.read(run.id)).failure?.message).toContain("10 deep");
});

test("a person, a callback and a budget are waited for; cancelled runs take the runs they called with them", async () => {
  const { engine, startGraph, putGraph, finished, runs, gates, store, until, doorbell } = boot({ nodes });
  await engine.start();
  const ask = (config: Record<string, unknown>) => graph({ ask: { type: "test-ask", config: config as never }, out: exit }, ["ask.answer > out.value"]);
  const person = await startGraph(ask({ kind: "person" }));
  const callback = await startGraph(ask({ kind: "webhook" }));
  const budget = await startGraph(ask({ kind: "person", cost: 2 }), { budget: 1.5 });
  const callee = putGraph(ask({ kind: "person" }));
  const calling = await startGraph(graph({ call: { type: "test-call", config: { graph: callee } }, out: exit }, ["call.result > out.value"]));
  await expect.poll(() => engine.driving(), { timeout: 8_000 }).toBe(0);
  await expect
    .poll(async () => (await gates.list({ workspace: "workspace_default", limit: 10 })).items.map(({ kind }) => kind).sort(), { timeout: 8_000 })
    .toEqual(["approval", "approval", "budget"]);
  const { items } = await gates.list({ workspace: "workspace_default", limit: 10 });
  const gateOf = (run: RunId) => items.find((gate) => gate.run === run)?.id ?? "";
  await expect(gates.decide(gateOf(person.id), { decision: "perhaps", actor: "me" })).rejects.toMatchObject({ code: "bad-request" });
  await gates.decide(gateOf(person.id), { decision: "yes", actor: "me" });
  await expect(gates.decide(gateOf(person.id), { decision: "no", actor: "you" })).rejects.toMatchObject({ code: "conflict" });
  await gates.decide(gateOf(budget.id), { decision: "raise", edited: { budget: 5 }, actor: "me" });
  await store.send({ run: callback.id, message: { type: "callback", node: id("ask"), path: [], name: "ask", request: { body: 1 } }, actor: "webhook" });
  doorbell.ring(callback.id);
  await Promise.all([finished(person.id), finished(callback.id), finished(budget.id)]);
  expect((await runs.read(person.id)).output).toEqual({ result: "yes" });
  expect((await runs.read(callback.id)).output).toEqual({ result: { body: 1 } });
  expect(await runs.read(budget.id)).toMatchObject({ output: { result: 2 }, cost: "2", budget: 5 });
  const child = (await runs.read(calling.id)).nodes[id("call")]?.children?.[0]?.run;
  await runs.control(calling.id, { message: { type: "cancel", reason: "enough" }, actor: "me" });
  await finished(calling.id);
  await until(child as RunId, (events) => events.at(-1)?.type === "run-finished");
  expect((await runs.read(child as RunId)).state).toBe("cancelled");
});

test("a run goes on from another, runs one node alone, takes pins and other settings", async () => {
  const { engine, startGraph, finished, runs } = boot({ nodes });
  await engine.start();
  const made = graph({ list: { type: "test-list", config: { count: 3 } }, work: { type: "test-work", config: { failOn: 3 } }, out: exit }, [
    "list.length > work.value",
    "work.value > out.value",
  ]);
  const first = await startGraph(made);
  await finished(first.id);
  const rerun = await runs.start({ graph: first.graph, actor: "me", from: { run: first.id }, overrides: { [id("work")]: { config: { failOn: 7 } } } });
  await finished(rerun.run.id);
  const detail = await runs.read(rerun.run.id);
  expect(detail).toMatchObject({ state: "succeeded", parent: { run: first.id, purpose: "rerun" }, output: { result: 3 } });
  expect(detail.nodes[id("list")]).toMatchObject({ state: "reused", from: { run: first.id } });
  const alone = await runs.start({ graph: first.graph, actor: "me", only: [id("work")], overrides: { [id("work")]: { inputs: { value: 5 } } } });
  await finished(alone.run.id);
  expect((await runs.read(alone.run.id)).nodes).toMatchObject({
    [id("work")]: { state: "succeeded", outputs: { value: 5 } },
    [id("list")]: { state: "skipped" },
  });
  const pinned = await runs.start({ graph: first.graph, actor: "me", pins: { [id("list")]: { length: "pinned" } } });
  await finished(pinned.run.id);
  expect((await runs.read(pinned.run.id)).output).toEqual({ result: "pinned" });
  await expect(runs.start({ graph: first.graph, actor: "me", only: [id("work")] })).rejects.toMatchObject({ code: "bad-request" });
});

test("a labelled node runs on a worker with its label, a failed run runs its error handler", async () => {
  const plain = boot({ nodes, owner: "plain" });
  await plain.engine.start();
  const handler = plain.putGraph(graph({ start: { type: "sample-entry" }, out: exit }, ["start.value > out.value"]));
  const labelled = graph({ list: { type: "test-list", config: { count: 3 } }, work: { type: "test-work", policy: { worker: "gpu" } }, out: exit }, [
    "list.items > work.value",
    "list.length > work.extra",
    "work.value > out.value",
  ]);
  const run = await plain.startGraph(labelled);
  const failing = await plain.startGraph(
    graph({ list: { type: "test-list", config: { count: 1 } }, work: { type: "test-work", config: { failOn: 1 } } }, ["list.length > work.value"], {
      errorGraph: handler,
    }),
  );
  const ended = await plain.finished(failing.id);
  const last = ended.at(-1);
  const handling = last?.type === "run-finished" && last.handler && "run" in last.handler ? last.handler.run : undefined;
  await plain.finished(handling as RunId);
  expect((await plain.runs.read(handling as RunId)).output).toMatchObject({ result: { run: failing.id, message: "This one fails.", node: id("work") } });
  expect((await plain.runs.read(run.id)).state).toBe("waiting");
  const gpu = boot({ nodes, owner: "gpu", labels: ["gpu"] });
  await gpu.engine.start();
  const state = async () => (await plain.runs.read(run.id)).state;
  await expect.poll(state, { timeout: 15_000 }).toBe("succeeded");
  expect((await plain.runs.read(run.id)).output).toEqual({ result: [[0, 10, 20], 3] });
});
