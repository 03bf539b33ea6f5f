import { describe, expect, test } from "vitest";
import type { Graph } from "#runtime/graph/schema.ts";
import type { ExecuteArguments } from "#runtime/node/define.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { call, done, wait } from "#runtime/node/outcome.ts";
import { port } from "#runtime/node/ports.ts";
import { executions, sampleGraph, sampleId } from "#runtime/testing/sample-nodes.ts";
import { type Acts, actingNode } from "./testing/acting-node.ts";
import { testEngines } from "./testing/test-engines.ts";

const { boot } = testEngines();

const count = (name: string) => executions.set(name, (executions.get(name) ?? 0) + 1);
const answersOf = ({ tools, context }: Pick<ExecuteArguments<never>, "tools" | "context">) => tools.map(({ name }) => context.answered(name));

/** Calls each of its tools once, all at a time, with its own input. */
const callAll: Acts[string] = (given) => {
  const { tools, inputs, context } = given;
  const answers = answersOf(given);
  if (!context.answered(tools[0]?.name ?? "")) {
    count("asked");
    return call(...tools.map(({ name, node }) => ({ name, node, inputs: { value: inputs.value ?? null, stray: 1 } as never })));
  }
  return done({
    value: answers.map((answer) =>
      answer?.kind === "run" ? (answer.state === "succeeded" ? answer.output.value : `${answer.state}: ${answer.message}`) : null,
    ),
  });
};
const callers: Acts = {
  all: callAll,
  stranger: () => call({ name: "x", node: sampleId("out"), inputs: {} }),
  twice: ({ tools }) => call({ name: "x", node: tools[0]?.node as never, inputs: {} }, { name: "x", node: tools[0]?.node as never, inputs: {} }),
};
const acts: Acts = {
  double: ({ inputs }) => {
    count("double");
    return done({ value: Number(inputs.value) * 2 });
  },
  refuse: () => {
    throw new NodeError("tool", "No such order.", { happened: "no" });
  },
  lose: () => {
    count("lose");
    throw new NodeError("timeout", "No answer came.", { happened: "unknown" });
  },
  ask: ({ context }) => (context.answered("sure") ? done({ value: "sure" }) : wait({ kind: "person", name: "sure", title: "Sure?", decisions: ["yes"] })),
  spend: async ({ config, context }) => {
    await context.reserve("call", config.number);
    await context.settle("call", { amount: config.number });
    return done({ value: config.number });
  },
  endless: ({ context }) => new Promise((_, reject) => context.signal.addEventListener("abort", () => reject(context.signal.reason))),
};
const nodes = [
  actingNode(callers, {
    type: "test-caller",
    tool: true,
    ports: () => ({ inputs: { value: port.any({ optional: true }), tools: port.tool({ many: true, optional: true }) }, outputs: { value: port.any() } }),
  }),
  actingNode(acts, { tool: () => ({ description: "Acts." }) }),
  actingNode(acts, { type: "test-write", effect: "write", tool: true }),
];
const tool = (act: string, about: Partial<Graph["nodes"][number]> & { number?: number } = {}) => {
  const { number = 0, ...rest } = about;
  return { type: "test-act", ...rest, config: { act, number } };
};
const caller = (act = "all") => ({ type: "test-caller", config: { act } });
const withTools = (tools: Parameters<typeof sampleGraph>[0], act = "all") =>
  sampleGraph({ in: { type: "sample-step", config: { yields: 4 } }, agent: caller(act), ...tools, out: { type: "sample-exit" } }, [
    "in > agent",
    "agent > out",
    ...Object.keys(tools).map((name) => `${name}.tool > agent.tools`),
  ]);

describe("tools of a node", () => {
  test("run side by side as runs of their own, with the inputs they are called with, and are not scheduled themselves", async () => {
    const { engine, startGraph, finished, runs } = boot({ nodes });
    await engine.start();
    const run = await startGraph(withTools({ one: tool("double"), two: tool("double"), three: tool("refuse") }));
    const events = await finished(run.id);
    const opened = events.flatMap((event) => (event.type === "child-opened" ? [event.callee] : []));
    expect(opened).toEqual(["one", "two", "three"].map(sampleId));
    const read = await runs.read(run.id);
    expect(read).toMatchObject({ state: "succeeded", output: { result: [8, 8, "failed: No such order."] } });
    expect(Object.keys(read.nodes)).not.toContain(sampleId("one"));
    expect(read.nodes[sampleId("agent")]?.children).toMatchObject([{ purpose: "tool" }, { purpose: "tool" }, { purpose: "tool" }]);
    expect([executions.get("asked"), executions.get("double")]).toEqual([1, 2]);
  });

  test("that lose a write wait for a person, and what the person says is the answer", async () => {
    const { engine, startGraph, finished, runs, gates } = boot({ nodes });
    await engine.start();
    const run = await startGraph(withTools({ one: { ...tool("lose"), type: "test-write" } }));
    const open = async () => (await gates.list({ workspace: "workspace_default", limit: 10 })).items;
    await expect.poll(async () => (await open()).length, { timeout: 15_000 }).toBe(1);
    const [gate] = await open();
    expect(gate).toMatchObject({ kind: "uncertain", label: "one", node: sampleId("one") });
    expect(gate?.run).not.toBe(run.id);
    await gates.decide(gate?.id ?? "", { decision: "happened", edited: { value: "sent" }, actor: "me" });
    await finished(run.id);
    expect((await runs.read(run.id)).output).toEqual({ result: ["sent"] });
    expect(executions.get("lose")).toBe(1);
  });

  test("wait for people beside each other; another process goes on with what they answer", async () => {
    const first = boot({ nodes, owner: "first" });
    await first.engine.start();
    const run = await first.startGraph(withTools({ one: tool("ask"), two: tool("double") }));
    const open = async () => (await first.gates.list({ workspace: "workspace_default", limit: 10 })).items;
    await expect.poll(async () => (await open()).length, { timeout: 15_000 }).toBe(1);
    await first.engine.close();
    const second = boot({ nodes, owner: "second" });
    await second.engine.start();
    await second.gates.decide((await open())[0]?.id ?? "", { decision: "yes", actor: "me" });
    await second.finished(run.id);
    expect((await second.runs.read(run.id)).output).toEqual({ result: ["sure", 8] });
    expect([executions.get("asked"), executions.get("double")]).toEqual([1, 1]);
  });

  test("stop with the run", async () => {
    const { engine, startGraph, finished, runs, until } = boot({ nodes });
    await engine.start();
    const run = await startGraph(withTools({ one: tool("endless"), two: tool("endless") }));
    await until(run.id, (events) => events.filter(({ type }) => type === "child-opened").length === 2);
    await runs.control(run.id, { message: { type: "cancel", reason: "enough" }, actor: "me" });
    await finished(run.id);
    const children = (await runs.read(run.id)).nodes[sampleId("agent")]?.children ?? [];
    expect(children).toHaveLength(2);
    for (const child of children) await expect.poll(async () => (await runs.read(child.run)).state, { timeout: 15_000 }).toBe("cancelled");
  });

  test("share what is left of the budget", async () => {
    const { engine, startGraph, finished, runs, gates } = boot({ nodes });
    await engine.start();
    const run = await startGraph(withTools({ one: tool("spend", { number: 2 }), two: tool("spend", { number: 2 }) }), { budget: 4 });
    await finished(run.id);
    expect(await runs.read(run.id)).toMatchObject({ state: "succeeded", cost: "4", output: { result: [2, 2] } });
    const short = await startGraph(withTools({ one: tool("spend", { number: 2 }), two: tool("spend", { number: 2 }) }), { budget: 3 });
    await expect.poll(async () => (await gates.list({ workspace: "workspace_default", limit: 10 })).items.length, { timeout: 15_000 }).toBe(1);
    await runs.control(short.id, { message: { type: "cancel", reason: "enough" }, actor: "me" });
    await finished(short.id);
  });

  test("may call tools of their own", async () => {
    const { engine, startGraph, finished, runs } = boot({ nodes });
    await engine.start();
    const made = withTools({ inner: caller(), one: tool("double") });
    const graph = {
      ...made,
      edges: made.edges.map((edge) => (edge.source.node === sampleId("one") ? { ...edge, target: { ...edge.target, node: sampleId("inner") } } : edge)),
    };
    const run = await startGraph(graph);
    await finished(run.id);
    expect((await runs.read(run.id)).output).toEqual({ result: [[8]] });
  });

  test.each(["stranger", "twice"])("cannot be others, or of one name (%s)", async (act) => {
    const { engine, startGraph, finished, runs } = boot({ nodes });
    await engine.start();
    const run = await startGraph(withTools({ one: tool("double") }, act));
    await finished(run.id);
    expect(await runs.read(run.id)).toMatchObject({ state: "failed", failure: { code: "validation" } });
  });
});

describe("what is called", () => {
  const seen: unknown[] = [];
  const looking: Acts = {
    all: callAll,
    look: ({ tools, context }) => {
      seen.push({ autonomy: tools[0]?.autonomy, isUntrusted: context.run.isUntrusted });
      return done({ value: "looked" });
    },
    taint: ({ tools, context }) =>
      context.answered("x") ? done({ value: 1 }) : call({ name: "x", node: tools[0]?.node as never, inputs: {}, untrusted: true }),
  };
  const callable = {
    tool: true as const,
    ports: () => ({ inputs: { value: port.any({ optional: true }), tools: port.tool({ many: true, optional: true }) }, outputs: { value: port.any() } }),
  };
  const kinds = [actingNode(looking, { type: "test-caller", ...callable }), actingNode(acts, { tool: () => ({ input: { type: "object", properties: {} } }) })];
  const nested = (act: string, settings: Graph["settings"]) => ({
    ...sampleGraph({ outer: caller(act), inner: caller("look"), one: tool("double") }, ["inner.tool > outer.tools", "one.tool > inner.tools"]),
    settings,
  });

  test("goes no further alone than the graph lets it, and knows when what it is told may come from others", async () => {
    const { engine, startGraph, finished, runs } = boot({ nodes: kinds });
    await engine.start();
    for (const [act, settings] of [
      ["all", { autonomy: "manual" }],
      ["taint", {}],
    ] as const) {
      const run = await startGraph(nested(act, settings));
      await finished(run.id);
      expect((await runs.read(run.id)).state).toBe("succeeded");
    }
    expect(seen).toEqual([
      { autonomy: "manual", isUntrusted: false },
      { autonomy: undefined, isUntrusted: true },
    ]);
  });

  test("gets only the arguments that its caller was offered", async () => {
    const { engine, startGraph, finished, runs } = boot({ nodes: kinds });
    await engine.start();
    const run = await startGraph(withTools({ one: tool("double") }));
    await finished(run.id);
    const [child] = (await runs.read(run.id)).nodes[sampleId("agent")]?.children ?? [];
    const [created] = await runs.events(child?.run as never, { after: 0, limit: 1 });
    expect(created).toMatchObject({ type: "run-created", fixed: { [sampleId("one")]: {} } });
    expect(JSON.stringify(created)).not.toContain('"value":4');
  });
});
