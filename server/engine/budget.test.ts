import { describe, expect, test } from "vitest";
import type { RunId } from "#runtime/graph/ids.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { call, done } from "#runtime/node/outcome.ts";
import { sampleGraph, sampleId } from "#runtime/testing/sample-nodes.ts";
import { type Acts, actingNode } from "./testing/acting-node.ts";
import { testEngines } from "./testing/test-engines.ts";

const { boot } = testEngines();

const acts: Acts = {
  spend: async ({ config, context }) => {
    await context.reserve("call", config.number);
    await new Promise((resolve) => setTimeout(resolve, 30));
    await context.settle("call", { amount: config.number, details: { model: "m", inputTokens: 3 } });
    return done({ value: 1 });
  },
  keep: async ({ config, context }) => {
    await context.reserve("call", config.number);
    return done({ value: 1 });
  },
  lose: async ({ config, context }) => {
    await context.reserve("call", config.number);
    throw new NodeError("tool", "It broke in the middle.");
  },
  refuse: async ({ config, context }) => {
    await context.reserve("call", config.number);
    throw new NodeError("tool", "It was not even asked.", { happened: "no" });
  },
};
const nodes = [actingNode(acts)];
const spending = (act: string, number = 1) => ({ type: "test-act", config: { act, number } });
const ten = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`n${index}`, { ...spending("spend"), policy: { onFailure: "branch" as const } }]));

describe("a run's budget", () => {
  async function gated(given: Parameters<typeof boot>[0] = {}) {
    const booted = boot({ nodes, ...given });
    await booted.engine.start();
    const run = await booted.startGraph(sampleGraph(ten, []), { budget: 3.5 });
    const gates = async () => (await booted.gates.list({ workspace: "workspace_default", limit: 100 })).items;
    await expect.poll(async () => (await gates()).length, { timeout: 15_000 }).toBe(7);
    return { ...booted, run, openGates: gates };
  }

  test("is not overshot by nodes that run side by side; raised, it lets go those it suffices for", async () => {
    const { run, runs, openGates, gates, finished, store } = await gated();
    const spent = async () => (await runs.read(run.id)).cost;
    await expect.poll(spent, { timeout: 15_000 }).toBe("3");
    const reserved = (await store.readEvents(run.id, 0, 1_000)).filter(({ type }) => type === "cost-reserved");
    expect(reserved).toHaveLength(3);
    const [first] = await openGates();
    expect(first).toMatchObject({ kind: "budget", amount: 1, decisions: ["raise", "refuse", "kill"] });
    await gates.decide(first?.id ?? "", { decision: "raise", edited: { budget: 5.5 }, actor: "me" });
    // two more go, the other five ask again, once each
    await expect.poll(spent, { timeout: 15_000 }).toBe("5");
    await expect.poll(async () => (await openGates()).length, { timeout: 15_000 }).toBe(5);
    expect((await store.readEvents(run.id, 0, 1_000)).length).toBeLessThan(100);
    await gates.decide((await openGates())[0]?.id ?? "", { decision: "raise", edited: { budget: 10 }, actor: "me" });
    await finished(run.id);
    expect(await runs.read(run.id)).toMatchObject({ state: "succeeded", cost: "10", budget: 10 });
  });

  test("refused, fails the node that asked, and changes nothing for the others", async () => {
    const { run, runs, openGates, gates, finished } = await gated();
    for (let left = 7; left > 0; left--) {
      const [next] = await openGates();
      await gates.decide(next?.id ?? "", { decision: "refuse", actor: "me" });
      await expect.poll(async () => (await openGates()).length, { timeout: 15_000 }).toBe(left - 1);
      if (left > 1) await expect.poll(() => runs.read(run.id), { timeout: 15_000 }).toMatchObject({ budget: 3.5, cost: "3" });
    }
    await finished(run.id);
    const detail = await runs.read(run.id);
    expect(detail).toMatchObject({ state: "succeeded", cost: "3", budget: 3.5 });
    const failures = Object.values(detail.nodes).flatMap(({ failure }) => failure ?? []);
    expect(failures).toHaveLength(7);
    for (const failure of failures) expect(failure).toMatchObject({ code: "budget", message: "The run's budget was not raised for this." });
  });
});

test("what was set aside and never settled is free after a success or a proven failure, and spent when the end is not known", async () => {
  const { engine, startGraph, finished, runs } = boot({ nodes });
  await engine.start();
  const cost = async (act: string) => {
    const first = { ...spending(act, 2), policy: { onFailure: "continue" as const } };
    const run = await startGraph(sampleGraph({ a: first, b: spending("spend", 1) }, ["a > b"]), { budget: 3 });
    await finished(run.id);
    return (await runs.read(run.id)).cost;
  };
  expect(await cost("keep")).toBe("1");
  expect(await cost("refuse")).toBe("1");
  expect(await cost("lose")).toBe("3");
});

test("what runs cost that a run calls counts in it, and they get what is left of its budget", async () => {
  const graphs: { callee?: string } = {};
  const caller = actingNode(
    {
      call: ({ context }) => {
        const answer = context.answered("it");
        return answer?.kind === "run" ? done({ value: answer.state }) : call({ name: "it", graph: graphs.callee as never, revision: 1, input: {} });
      },
    },
    { type: "test-call", role: "call" },
  );
  const { engine, startGraph, putGraph, finished, runs, gates } = boot({ nodes: [...nodes, caller] });
  await engine.start();
  graphs.callee = putGraph(sampleGraph({ a: spending("spend", 0.75) }, []));
  const calls = { type: "test-call", config: { act: "call" } };
  const run = await startGraph(sampleGraph({ own: spending("spend", 0.5), one: calls, two: calls }, ["own > one", "one > two"]), { budget: 2 });
  await finished(run.id);
  expect(await runs.read(run.id)).toMatchObject({ state: "succeeded", cost: "2" });
  const childOf = async (id: RunId) => (await runs.read(id)).nodes[sampleId("one")]?.children?.[0]?.run as RunId;
  expect(await runs.read(await childOf(run.id))).toMatchObject({ cost: "0.75", budget: 1.5 });
  const short = await startGraph(sampleGraph({ own: spending("spend", 0.5), one: calls }, ["own > one"]), { budget: 1 });
  await expect.poll(async () => (await gates.list({ workspace: "workspace_default", limit: 10 })).items, { timeout: 15_000 }).toHaveLength(1);
  expect((await gates.list({ workspace: "workspace_default", limit: 10 })).items[0]).toMatchObject({
    kind: "budget",
    run: await childOf(short.id),
    amount: 0.75,
  });
});
