import { describe, expect, test } from "vitest";
import { NodeError } from "#runtime/node/node-error.ts";
import { call, done, iterate, type Outcome, wait } from "#runtime/node/outcome.ts";
import { port } from "#runtime/node/ports.ts";
import { sampleGraph, sampleId } from "#runtime/testing/sample-nodes.ts";
import { type Acts, actingNode } from "./testing/acting-node.ts";
import { testEngines } from "./testing/test-engines.ts";

const { database, boot } = testEngines();

const MIB = 1024 * 1024;
const body = { gives: { item: port.any() }, takes: { result: port.any({ optional: true }) } };
/** The three kinds of node that do what the test says. */
const acting = (acts: Acts) => [
  actingNode(acts),
  actingNode(acts, { type: "test-each", role: "each", body: () => body }),
  actingNode(acts, { type: "test-call", role: "call" }),
];

/** Runs each act in a run of its own, beside a good run; tells how they ended. */
async function endings(acts: Acts, type = "test-act"): Promise<Record<string, unknown>> {
  const { engine, startGraph, finished, runs, store } = boot({ nodes: acting(acts) });
  await engine.start();
  const start = (act: string) => startGraph(sampleGraph({ a: { type, config: { act } } }, []));
  const good = await startGraph(sampleGraph({ a: { type: "sample-step" } }, []));
  const started = await Promise.all(Object.keys(acts).map(async (act) => [act, (await start(act)).id] as const));
  const told: Record<string, unknown> = {};
  for (const [act, run] of started) {
    await finished(run);
    const { state, failure } = await runs.read(run);
    told[act] = failure ? `${failure.code}: ${failure.message}` : state;
    expect(await store.readEvents(run, 0, 100), "the log can be read again").not.toHaveLength(0);
  }
  await finished(good.id);
  expect((await runs.read(good.id)).state).toBe("succeeded");
  expect((await database().db.execute("SELECT 1 FROM runs WHERE lease_owner IS NOT NULL AND finished_at IS NOT NULL")).rows).toEqual([]);
  return told;
}

describe("values that are too large", () => {
  test("a for-each over a million items is refused, without a million of anything", async () => {
    const acts: Acts = { million: () => done({ value: new Array(1_000_000).fill(7) }) };
    const { engine, startGraph, finished, runs } = boot({ nodes: acting(acts) });
    await engine.start();
    const before = process.memoryUsage().heapUsed;
    const run = await startGraph(sampleGraph({ list: { type: "test-act", config: { act: "million" } }, each: { type: "sample-each" } }, ["list > each.items"]));
    const events = await finished(run.id);
    const { state, failure } = await runs.read(run.id);
    expect({ state, failure }).toMatchObject({
      state: "failed",
      failure: { code: "limit", node: sampleId("each"), message: "1,000,000 items are too many: at most 100,000 at once. Split the list first." },
    });
    expect(events.length).toBeLessThan(12);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(400 * MIB);
  });

  test("a value over 64 MiB is a failure, not an outage", async () => {
    const mib = "x".repeat(MIB);
    const told = await endings({
      large: () => done({ value: new Array(70).fill(mib) }),
      // what JSON.stringify does with a gigabyte
      gigabyte: () => done({ value: { toJSON: () => "x".repeat(2 ** 30) } }),
      deep: () => {
        let value: unknown = 1;
        for (let depth = 0; depth < 200_000; depth++) value = [value];
        return done({ value });
      },
    });
    expect(told).toEqual({
      large: 'limit: The output "value" has 70 MiB; at most 64 MiB are kept. Yield less, or a file.',
      gigabyte: 'limit: The output "value" is too large; at most 64 MiB are kept. Yield less, or a file.',
      deep: expect.stringMatching(/^validation: The output "value" cannot be written as JSON/),
    });
  });

  test("a run whose values come to more than 64 MiB in all is stopped, and says why", { timeout: 70_000 }, async () => {
    const acts: Acts = {
      large: () => done({ value: "y".repeat(20 * MIB) }),
      steps: async ({ context }) => {
        for (const step of "abcd") await context.step(step, { effect: "pure", input: 1 }, async () => "z".repeat(20 * MIB));
        return done({ value: 1 });
      },
    };
    const { engine, startGraph, runs } = boot({ nodes: acting(acts) });
    await engine.start();
    const large = { type: "test-act", config: { act: "large" } };
    const outputs = await startGraph(sampleGraph({ n0: large, n1: large, n2: large, n3: large, n4: large }, ["n0 > n1", "n1 > n2", "n2 > n3", "n3 > n4"]));
    const steps = await startGraph(sampleGraph({ a: { type: "test-act", config: { act: "steps" } }, b: { type: "sample-need" } }, ["a > b"]));
    for (const { id } of [outputs, steps]) {
      await expect.poll(async () => (await runs.summary(id)).state, { timeout: 30_000 }).toBe("failed");
      expect(await runs.read(id)).toMatchObject({
        failure: { code: "limit", message: "The run holds more than 64 MiB. Hand on files, or less of what the nodes yield." },
      });
    }
    expect((await runs.read(outputs.id)).nodes).toMatchObject({ [sampleId("n3")]: { state: "succeeded" }, [sampleId("n4")]: { state: "pending" } });
  });
});

describe("nodes that misbehave", () => {
  test("one that never returns is stopped at its time limit", async () => {
    const acts: Acts = { never: () => new Promise<Outcome>(() => undefined) };
    const { engine, startGraph, finished, runs } = boot({ nodes: acting(acts) });
    await engine.start();
    const run = await startGraph(sampleGraph({ a: { type: "test-act", config: { act: "never" }, policy: { timeoutMs: 150 } } }, []));
    await finished(run.id);
    expect((await runs.read(run.id)).failure).toMatchObject({ code: "timeout", message: "The node took longer than 150 ms." });
  });

  test("one that floods its log has 1,000 lines kept, and is told so", async () => {
    const acts: Acts = {
      flood: ({ context }) => {
        for (let line = 0; line < 50_000; line++) context.log("info", line === 0 ? "x".repeat(100_000) : `line ${line}`);
        return done({ value: 1 });
      },
    };
    const { engine, startGraph, finished, runs } = boot({ nodes: acting(acts) });
    await engine.start();
    const run = await startGraph(sampleGraph({ a: { type: "test-act", config: { act: "flood" } } }, []));
    const events = await finished(run.id);
    expect((await runs.read(run.id)).state).toBe("succeeded");
    const lines = events.flatMap((event) => (event.type === "node-logged" ? event.lines : []));
    expect(lines).toHaveLength(1_001);
    expect(lines[0]?.message).toHaveLength(8 * 1024);
    expect(lines[999]?.message).toBe("line 999");
    expect(lines[1_000]).toMatchObject({ level: "warn", message: "More lines were dropped." });
  });

  test("one that floods its watchers is heard ten times a second", async () => {
    const acts: Acts = {
      flood: async ({ context }) => {
        for (let value = 0; value < 100_000; value++) {
          context.emit({ type: "progress", value });
          context.emit({ type: "token", text: "t" });
        }
        // the rest is told after a moment
        await new Promise((resolve) => setTimeout(resolve, 400));
        return done({ value: 1 });
      },
    };
    const { engine, startGraph, hub, finished, runs } = boot({ nodes: acting(acts) });
    await engine.start();
    const heard: unknown[] = [];
    const run = await startGraph(
      sampleGraph({ wait: { type: "sample-step", config: { sleepMs: 200 } }, a: { type: "test-act", config: { act: "flood" } } }, ["wait > a"]),
    );
    const stop = hub.follow(run.id, { after: 0, listener: { event: () => undefined, ephemeral: (event) => heard.push(event) } });
    await finished(run.id);
    stop();
    expect((await runs.read(run.id)).state).toBe("succeeded");
    expect(heard).toContainEqual(expect.objectContaining({ type: "progress", value: 99_999 }));
    expect(heard).toContainEqual(expect.objectContaining({ type: "token", text: "t".repeat(99_999) }));
    expect(heard.length).toBeLessThan(50);
  });

  test("whatever it throws fails its run alone", async () => {
    const trap = () => {
      throw new Error("a trap");
    };
    const toss = (value: unknown) => () => {
      throw value;
    };
    const told = await endings({
      string: toss("just text"),
      undefined: toss(undefined),
      null: toss(null),
      symbol: toss(Symbol("sign")),
      getter: toss({
        get message() {
          throw new Error("a getter");
        },
      }),
      messageGetter: toss(Object.defineProperty(new Error("hidden"), "message", { get: trap })),
      text: toss({ toString: trap }),
      frozen: toss(Object.freeze(new Error("frozen"))),
      proxy: toss(new Proxy({}, { get: trap, getPrototypeOf: trap })),
      code: toss(Object.assign(new NodeError("code", "an odd code"), { code: "moon", happened: 5 })),
      retry: toss(new NodeError("code", "an odd delay", { retryAfterMs: "soon" as never })),
    });
    const noError = "unexpected: A value that is no error was thrown: ";
    const untold = "unexpected: A value that cannot be told in words was thrown.";
    expect(told).toEqual({
      string: `${noError}just text`,
      undefined: `${noError}undefined`,
      null: `${noError}null`,
      symbol: `${noError}Symbol(sign)`,
      getter: `${noError}[object Object]`,
      messageGetter: untold,
      text: untold,
      frozen: "unexpected: frozen",
      proxy: "unexpected: a trap",
      code: "unexpected: an odd code",
      retry: "code: an odd delay",
    });
  });

  test("whatever it returns is kept, or fails its run alone", async () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    const odd = (outcome: unknown) => () => outcome as Outcome;
    const trap = () => {
      throw new Error("a trap");
    };
    const notJson = expect.stringMatching(/^validation: The output "value" (is not JSON|cannot be written as JSON)/);
    const noEnd = "unexpected: The node ended without saying how.";
    const told = await endings({
      circle: () => done({ value: circle }),
      bigint: () => done({ value: 1n }),
      function: () => done({ value: () => 1 }),
      symbol: () => done({ value: Symbol("s") }),
      toJson: () => done({ value: { toJSON: trap } }),
      undefinedValue: () => done({ value: undefined }),
      date: () => done({ value: new Date(0) }),
      notANumber: () => done({ value: Number.NaN }),
      proxy: () => new Proxy(done({ value: new Proxy({ one: 1 }, {}) }), {}),
      trap: () => done(new Proxy({}, { ownKeys: trap })),
      otherPort: () => done({ value: 1, other: 2 }),
      prototype: odd({ type: "done", outputs: JSON.parse('{"__proto__":1}') }),
      undefined: odd(undefined),
      null: odd(null),
      text: odd("done"),
      bare: odd({ type: "done" }),
      unknown: odd({ type: "dance" }),
      stopOdd: odd({ type: "stop", state: "moon", reason: 5 }),
      stopBare: odd({ type: "stop" }),
      iterates: () => iterate({ count: 1, given: {}, concurrency: 1, onFailure: "stop" }),
      calls: () => call({ name: "x", graph: "graph_a" as never, revision: 1, input: {} }),
    });
    const failed = expect.stringMatching(/^(unexpected|validation): ./);
    expect(told).toEqual({
      circle: notJson,
      bigint: notJson,
      function: notJson,
      symbol: notJson,
      toJson: notJson,
      undefinedValue: "succeeded",
      date: "succeeded",
      notANumber: "succeeded",
      proxy: "succeeded",
      trap: "unexpected: a trap",
      otherPort: 'validation: The node yielded a value for "other", which is none of its outputs.',
      prototype: 'validation: The node yielded a value for "__proto__", which is none of its outputs.',
      undefined: noEnd,
      null: noEnd,
      text: noEnd,
      bare: failed,
      unknown: noEnd,
      stopOdd: failed,
      stopBare: failed,
      iterates: "unexpected: Only a container has iterations.",
      calls: expect.stringMatching(/^(unexpected: Only a node that calls graphs can call one\.|validation: )/),
    });
  });

  test("a container that asks for nonsense fails", async () => {
    const ask = (request: Record<string, unknown>) => (given: Parameters<Acts[string]>[0]) =>
      given.context.iterations
        ? done({ value: given.context.iterations.length })
        : iterate({ count: 2, given: { item: [1, 2] }, concurrency: 1, onFailure: "stop", ...request } as never);
    const told = await endings(
      {
        short: ask({ given: { item: [1] } }),
        long: ask({ given: { item: [1, 2, 3] } }),
        noList: ask({ given: { item: "ab" } }),
        nullList: ask({ given: { item: null } }),
        noGiven: ask({ given: undefined }),
        notANumber: ask({ count: Number.NaN }),
        negative: ask({ count: -1 }),
        half: ask({ count: 1.5, given: {} }),
        text: ask({ count: "2" }),
        billion: ask({ count: 1e9, given: {} }),
        circle: ask({ given: { item: [1, { toJSON: () => 1n }] } }),
        onFailure: ask({ onFailure: "perhaps" }),
        concurrency: ask({ concurrency: Number.NaN }),
        endless: ask({ concurrency: Number.POSITIVE_INFINITY }),
        unknownPort: ask({ given: { moon: [1, 2] } }),
        none: ask({ count: 0, given: { item: [] } }),
      },
      "test-each",
    );
    const noNumber = "unexpected: The number of iterations is no number.";
    const failed = expect.stringMatching(/^(unexpected|validation): ./);
    expect(told).toEqual({
      short: 'unexpected: "item" has 1 values for 2 iterations.',
      long: 'unexpected: "item" has 3 values for 2 iterations.',
      noList: failed,
      nullList: failed,
      noGiven: failed,
      notANumber: noNumber,
      negative: noNumber,
      half: noNumber,
      text: noNumber,
      billion: "limit: 1,000,000,000 items are too many: at most 100,000 at once. Split the list first.",
      circle: failed,
      onFailure: failed,
      concurrency: "succeeded",
      endless: "succeeded",
      unknownPort: "succeeded",
      none: "succeeded",
    });
  });

  test("waits that make no sense fail; names that objects have by nature are names like others", async () => {
    const soon = () => new Date(Date.now() + 50).toISOString();
    const forTime = (name: string) => (given: Parameters<Acts[string]>[0]) =>
      given.context.answered(name) ? done({ value: given.context.answered(name)?.kind }) : wait({ kind: "time", name, until: soon() });
    const nonsense = (request: unknown) => () => wait(request as never);
    const told = await endings({
      nothing: nonsense(undefined),
      kind: nonsense({ kind: "moon", name: "w" }),
      unnamed: nonsense({ kind: "time", name: "", until: soon() }),
      infinite: nonsense({ kind: "time", name: "w", until: Number.POSITIVE_INFINITY }),
      undecidable: nonsense({ kind: "person", name: "w", title: "?", decisions: [] }),
      details: nonsense({ kind: "person", name: "w", title: "?", decisions: ["yes"], details: 1n }),
      more: nonsense({ kind: "webhook", name: "w", more: 1 }),
      constructor_: forTime("constructor"),
      toString_: forTime("toString"),
      proto: forTime("__proto__"),
    });
    const refused = "validation: The node waits for something that can never come.";
    expect(told).toEqual({
      nothing: refused,
      kind: refused,
      unnamed: refused,
      infinite: refused,
      undecidable: refused,
      details: refused,
      more: refused,
      constructor_: "succeeded",
      toString_: "succeeded",
      proto: "succeeded",
    });
  });

  test("a call of a graph that does not exist fails in plain words", async () => {
    const told = await endings(
      {
        missing: () => call({ name: "x", graph: "graph_missing0000000" as never, revision: 1, input: {} }),
        nonsense: () => call({ name: "x", graph: "moon" as never, revision: 1, input: {} }),
        input: () => call({ name: "x", graph: "graph_missing0000000" as never, revision: 1, input: { value: 1n as never } }),
        nothing: () => call(undefined as never),
      },
      "test-call",
    );
    for (const message of Object.values(told)) expect(message).toMatch(/^(validation|not-found): [A-Z].+/);
  });

  test("charges, steps and log lines that make no sense do not spoil the log", async () => {
    const told = await endings({
      settle: async ({ context }) => {
        await context.reserve("x", 1);
        await context.settle("x", { amount: Number.NaN });
        return done({ value: 1 });
      },
      refund: async ({ context }) => {
        await context.settle("x", { amount: -5 });
        return done({ value: 1 });
      },
      reserve: async ({ context }) => {
        await context.reserve("x", Number.POSITIVE_INFINITY);
        return done({ value: 1 });
      },
      step: async ({ context }) => {
        await context.step("x", { effect: "moon" as never, input: 1 }, async () => 1);
        return done({ value: 1 });
      },
      log: ({ context }) => {
        context.log("moon" as never, { not: "text" } as never);
        return done({ value: 1 });
      },
    });
    expect(told).toEqual({
      settle: "validation: What a charge came to is a number of dollars and of tokens, 0 or more.",
      refund: "validation: What a charge came to is a number of dollars and of tokens, 0 or more.",
      reserve: "validation: An amount to reserve is a number of dollars, tokens or calls, 0 or more.",
      step: expect.stringMatching(/^validation: /),
      log: "succeeded",
    });
  });
});
