import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { nodeIdSchema, runIdSchema } from "#runtime/graph/ids.ts";
import { foldRun } from "#runtime/run/apply-event.ts";
import type { RunEvent, RunEventBody } from "#runtime/run/events.ts";
import { sampleCatalog, samplePlan } from "#runtime/testing/sample-nodes.ts";
import { simulate } from "#runtime/testing/simulate.ts";
import type { EngineObserver } from "../engine/observer.ts";
import { silentLogger } from "../logger.ts";
import { createTelemetry, type Telemetry } from "./create-telemetry.ts";
import { readRecordedRun } from "./testing/recorded-run.ts";
import { startTestCollector, type TestCollector } from "./testing/test-collector.ts";
import { spanIdOf, traceIdOf } from "./trace-ids.ts";

let collector: TestCollector;
const open: Telemetry[] = [];
beforeEach(async () => {
  collector = await startTestCollector();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((telemetry) => telemetry.close()));
  await collector.close();
});

const nodeTypes = sampleCatalog.all().map(({ type }) => type);
async function telemetryWith(given: {
  metrics?: boolean;
  counts?: () => Promise<{ due: number; waiting: number; gates: number }>;
  variables?: Record<string, string>;
}) {
  for (const [name, value] of Object.entries(given.variables ?? {})) vi.stubEnv(name, value);
  const telemetry = await createTelemetry({
    metrics: given.metrics ?? false,
    environment: process.env,
    version: "1.2.3",
    role: "all",
    nodeTypes,
    readCounts: given.counts ?? (async () => ({ due: 2, waiting: 3, gates: 1 })),
    logger: silentLogger,
  });
  open.push(telemetry);
  return telemetry;
}
async function tracing(variables: Record<string, string> = {}) {
  const telemetry = await telemetryWith({ variables: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...variables } });
  if (!telemetry.observer) throw new Error("Traces are not on.");
  return { observer: telemetry.observer, telemetry };
}
type Recorded = Pick<ReturnType<typeof readRecordedRun>, "run" | "plan" | "events">;
/** As the engine tells it: the run is created elsewhere, and what follows is committed one by one. */
function play(observer: EngineObserver, { run, plan, events }: Recorded): void {
  observer.claimed({ run, plan, events: events.slice(0, 1) });
  for (const event of events.slice(1)) observer.committed({ run, plan, events: [event] });
  observer.released(run);
}
const log = (...bodies: RunEventBody[]): RunEvent[] => bodies.map((body, index) => ({ ...body, seq: index + 1, at: `2026-01-01T00:00:0${index}.000Z` }));
const run = runIdSchema.parse("run_made");
const created: RunEventBody = { type: "run-created", run, input: { secret: "a secret" }, actor: "tester" };

describe("what is off", () => {
  it("has no observer and loads no library", async () => {
    const script = `
      import { registerHooks } from "node:module";
      const loaded = [];
      registerHooks({ resolve: (name, context, next) => { const found = next(name, context); loaded.push(found.url); return found; } });
      const { createTelemetry } = await import("./create-telemetry.ts");
      const given = { version: "1", role: "all", nodeTypes: [], readCounts: async () => ({}), logger: console };
      const libraries = () => loaded.filter((url) => /prom-client|opentelemetry/.test(url)).length;
      const { observer, metrics } = await createTelemetry({ ...given, metrics: false, environment: {} });
      const off = { libraries: libraries(), isOn: observer !== undefined || metrics !== undefined };
      await createTelemetry({ ...given, metrics: true, environment: {} });
      console.log(JSON.stringify({ off, on: libraries() > 0 }));
      process.exit();`;
    const folder = fileURLToPath(new URL(".", import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script], { cwd: folder, timeout: 20_000 });
    expect(JSON.parse(stdout)).toEqual({ off: { libraries: 0, isOn: false }, on: true });
  });
});

describe("traces", () => {
  it("makes a span of the run and of each node that ran, with the times of the events", async () => {
    const { observer, telemetry } = await tracing();
    const recorded = readRecordedRun("retry");
    play(observer, recorded);
    await telemetry.close();
    const spans = collector.spans();
    const root = spans.find(({ name }) => name === "run");
    expect(root).toMatchObject({ traceId: traceIdOf(recorded.run), startTimeUnixNano: recorded.events[0]?.at, endTimeUnixNano: recorded.events.at(-1)?.at });
    expect(root?.parentSpanId ?? "").toBe("");
    expect(root?.attributes).toMatchObject({ "heddle.run.id": recorded.run, "heddle.run.state": "succeeded" });
    const of = (node: string) => spans.find(({ attributes }) => attributes["heddle.node.id"] === node);
    const started = recorded.events.find((event) => event.type === "node-started");
    expect(of("node_a")).toMatchObject({
      name: "sample-step",
      traceId: root?.traceId,
      parentSpanId: root?.spanId,
      startTimeUnixNano: started?.at,
      attributes: { "heddle.node.state": "succeeded", "heddle.node.attempts": 3, "heddle.node.effect": "read" },
      status: { code: 0 },
    });
    expect(
      of("node_a")
        ?.events.filter(({ name }) => name === "attempt-failed")
        .map(({ attributes }) => attributes["error.type"]),
    ).toEqual(["network", "http-status"]);
    expect(spans.map(({ spanId }) => spanId)).toHaveLength(new Set(spans.map(({ spanId }) => spanId)).size);
    expect(spans).toHaveLength(4);
  });

  it("tells of a failure by its code and message", async () => {
    const { observer, telemetry } = await tracing();
    const recorded = readRecordedRun("failure-branch");
    play(observer, recorded);
    await telemetry.close();
    const failed = recorded.events.find((event) => event.type === "node-failed");
    const span = collector.spans().find(({ attributes }) => attributes["heddle.node.id"] === failed?.node);
    expect(span).toMatchObject({
      status: { code: 2, message: `${failed?.failure.code}: ${failed?.failure.message}` },
      attributes: { "error.type": failed?.failure.code },
    });
  });

  it("goes on with a run that another process began, as if there had been one", async () => {
    const recorded = readRecordedRun("chain");
    const one = await tracing();
    play(one.observer, recorded);
    await one.telemetry.close();
    const whole = collector.spans();
    collector.requests.length = 0;
    const { run, plan, events } = recorded;
    for (let cut = 1; cut < events.length; cut++) {
      const first = await tracing();
      first.observer.claimed({ run, plan, events: events.slice(0, 1) });
      first.observer.committed({ run, plan, events: events.slice(1, cut) });
      first.observer.leaseLost(run);
      await first.telemetry.close();
      const second = await tracing();
      second.observer.claimed({ run, plan, events: events.slice(0, cut) });
      second.observer.committed({ run, plan, events: events.slice(cut) });
      await second.telemetry.close();
      const byId = (spans: typeof whole) => spans.toSorted((a, b) => a.spanId.localeCompare(b.spanId));
      expect(byId(collector.spans()), `taken over after event ${cut}`).toEqual(byId(whole));
      collector.requests.length = 0;
    }
  });

  it("goes on from a fold of the log, where the log itself was not read", async () => {
    const recorded = readRecordedRun("retry");
    const { plan, events } = recorded;
    const cut = events.findLastIndex((event) => event.type === "retry-due") + 1;
    const { observer, telemetry } = await tracing();
    observer.claimed({ run: recorded.run, plan, events: [], state: foldRun(plan, events.slice(0, cut)) });
    observer.committed({ run: recorded.run, plan, events: events.slice(cut) });
    await telemetry.close();
    const started = events.find((event) => event.type === "node-started" && event.node === "node_a");
    const span = collector.spans().find(({ spanId }) => spanId === spanIdOf(recorded.run, "node_a"));
    expect(span).toMatchObject({ startTimeUnixNano: started?.at, attributes: { "heddle.node.attempts": 3, "heddle.node.state": "succeeded" } });
    // the node run that had ended was told of by whoever ended it
    expect(collector.spans().map(({ attributes }) => attributes["heddle.node.id"])).not.toContain("node_aside");
  });

  it("names model calls by the conventions for generative AI, and never sends what went in or came out", async () => {
    const { observer, telemetry } = await tracing();
    const plan = samplePlan({ a: { type: "sample-step" } }, []);
    const at = { node: nodeIdSchema.parse("node_a"), path: [] };
    const secret = { type: "inline" as const, value: "a secret" };
    const child = runIdSchema.parse("run_child");
    const details = { provider: "anthropic", model: "claude-x", operation: "chat", inputTokens: 120, outputTokens: 30 };
    const events = log(
      created,
      { type: "node-started", ...at, attempt: 1, effect: "read" },
      { type: "cost-reserved", ...at, name: "turn 1", amount: 1 },
      { type: "cost-settled", ...at, name: "turn 1", amount: 0.125, details },
      { type: "step-started", ...at, step: "look", effect: "read", inputHash: "0" },
      { type: "step-finished", ...at, step: "look", result: secret },
      { type: "child-opened", ...at, name: "sub", run: child, purpose: "call" },
      { type: "node-succeeded", ...at, outputs: { value: secret } },
      { type: "run-finished", state: "succeeded", output: { result: secret } },
    );
    play(observer, { run, plan, events });
    const parent = { run, purpose: "call" as const, node: at.node, path: [] };
    play(observer, { run: child, plan, events: log({ ...created, run: child, parent }, { type: "run-finished", state: "succeeded", output: {} }) });
    await telemetry.close();
    const spans = collector.spans();
    const nodeSpan = spanIdOf(run, "node_a");
    expect(spans.find(({ kind }) => kind === 3)).toMatchObject({
      name: "chat claude-x",
      parentSpanId: nodeSpan,
      startTimeUnixNano: events[2]?.at,
      endTimeUnixNano: events[3]?.at,
      attributes: {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "anthropic",
        "gen_ai.request.model": "claude-x",
        "gen_ai.usage.input_tokens": 120,
        "gen_ai.usage.output_tokens": 30,
        "heddle.cost.dollars": 0.125,
      },
    });
    expect(spans.find(({ name }) => name === "step")).toMatchObject({ parentSpanId: nodeSpan, attributes: { "heddle.step": "look" }, status: { code: 0 } });
    expect(spans.find(({ spanId }) => spanId === nodeSpan)?.links).toEqual([{ traceId: traceIdOf(child), spanId: spanIdOf(child) }]);
    expect(spans.find(({ spanId }) => spanId === spanIdOf(child))).toMatchObject({
      traceId: traceIdOf(child),
      links: [{ traceId: traceIdOf(run), spanId: nodeSpan }],
    });
    expect(collector.requests.map(({ text }) => text).join()).not.toContain("a secret");
  });

  it("hangs an iteration's node runs under the node run that iterates", async () => {
    const { observer, telemetry } = await tracing();
    const plan = samplePlan({ a: { type: "sample-step" }, b: { type: "sample-step" } }, []);
    const [each, inner] = [nodeIdSchema.parse("node_a"), nodeIdSchema.parse("node_b")];
    const body = plan.nodes[inner];
    if (!body) throw new Error("The plan has no second node.");
    const nested = { ...plan, nodes: { ...plan.nodes, [inner]: { ...body, parent: each } } };
    const ran = (node: typeof each, path: number[], within: RunEventBody[] = []): RunEventBody[] => [
      { type: "node-started", node, path, attempt: 1, effect: "pure" },
      ...within,
      { type: "node-succeeded", node, path, outputs: {} },
    ];
    play(observer, { run, plan: nested, events: log(created, ...ran(each, [], [...ran(inner, [0]), ...ran(inner, [1, 2])])) });
    await telemetry.close();
    const of = (key: string) => collector.spans().find(({ spanId }) => spanId === spanIdOf(run, key));
    expect(of("node_b[0]")).toMatchObject({ parentSpanId: spanIdOf(run, "node_a"), attributes: { "heddle.iteration": [0] } });
    // deeper than its containers: item mode, under the node itself
    expect(of("node_b[1,2]")).toMatchObject({ parentSpanId: spanIdOf(run, "node_b[1]"), attributes: { "heddle.iteration": [1, 2] } });
  });

  it("follows the standard variables", async () => {
    const { observer, telemetry } = await tracing({
      OTEL_SERVICE_NAME: "looms",
      OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=test,team=weavers",
      OTEL_EXPORTER_OTLP_HEADERS: "x-key=abc",
    });
    play(observer, readRecordedRun("chain"));
    await telemetry.close();
    expect(collector.requests[0]).toMatchObject({ path: "/v1/traces", headers: { "x-key": "abc", "content-type": "application/json" } });
    expect(collector.resource()).toMatchObject({ "service.name": "looms", "service.version": "1.2.3", "deployment.environment.name": "test", team: "weavers" });
  });

  it("sends no run's spans, or all, by the sampler", async () => {
    const none = await tracing({ OTEL_TRACES_SAMPLER: "always_off" });
    play(none.observer, readRecordedRun("chain"));
    await none.telemetry.close();
    expect(collector.requests).toEqual([]);

    const { observer, telemetry } = await tracing({ OTEL_TRACES_SAMPLER: "parentbased_traceidratio", OTEL_TRACES_SAMPLER_ARG: "0.5" });
    const { plan, events } = readRecordedRun("chain");
    for (let index = 0; index < 60; index++) play(observer, { run: runIdSchema.parse(`run_${index}`), plan, events });
    await telemetry.close();
    const byTrace = Object.groupBy(collector.spans(), ({ traceId }) => traceId);
    const sizes = new Set(Object.values(byTrace).map((spans) => spans?.length));
    expect(sizes.size).toBe(1);
    expect(Object.keys(byTrace).length).toBeGreaterThan(10);
    expect(Object.keys(byTrace).length).toBeLessThan(50);
  });

  it("says in the log when nobody takes the traces, and closes all the same", async () => {
    const warned: string[] = [];
    vi.stubEnv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9");
    vi.stubEnv("OTEL_EXPORTER_OTLP_TIMEOUT", "300");
    const logger = { ...silentLogger, warn: (details: object, message: string) => warned.push(message + JSON.stringify(details)) };
    const given = {
      metrics: false,
      environment: process.env,
      version: "1",
      role: "all",
      nodeTypes,
      readCounts: async () => ({ due: 0, waiting: 0, gates: 0 }),
      logger,
    };
    const { observer, close } = await createTelemetry(given);
    if (observer) play(observer, readRecordedRun("chain"));
    await close();
    expect(warned.join("\n")).toContain("The last traces were not sent.");
  });
});

describe("metrics", () => {
  const lines = async (telemetry: Telemetry) => ((await telemetry.metrics?.text()) ?? "").split("\n");

  it("counts runs, node runs, retries and their times", async () => {
    const telemetry = await telemetryWith({ metrics: true });
    if (!telemetry.observer) throw new Error("Metrics are not on.");
    const recorded = ["retry", "failure-branch", "cancel", "branch-and-skip"].map(readRecordedRun);
    for (const one of recorded) play(telemetry.observer, one);
    const page = await lines(telemetry);
    const events = recorded.flatMap((one) => one.events);
    const states = Object.groupBy(
      events.filter((event) => event.type === "run-finished"),
      ({ state }) => state,
    );
    expect(Object.keys(states)).toContain("cancelled");
    for (const [state, runs] of Object.entries(states)) expect(page).toContain(`heddle_runs_total{state="${state}"} ${runs.length}`);
    expect(page).toContain('heddle_runs_total{state="timed-out"} 0');
    expect(page).toContain("heddle_run_duration_seconds_count 4");
    expect(page).toContain(`heddle_node_retries_total{type="sample-step"} ${events.filter(({ type }) => type === "node-retrying").length}`);
    const ended = page.flatMap((line) => (line.startsWith("heddle_node_runs_total{") ? [Number(line.split(" ").at(-1))] : []));
    expect(ended.reduce((sum, count) => sum + count)).toBe(events.filter(({ type }) => /^node-(succeeded|failed|skipped|cancelled)$/.test(type)).length);
    expect(page.some((line) => /^heddle_node_runs_total\{type="sample-need",state="skipped"\} [1-9]/.test(line))).toBe(true);
    expect(page.some((line) => line.startsWith('heddle_node_duration_seconds_bucket{le="1",type="sample-step"}'))).toBe(true);
    expect(page).toContain("heddle_runs_active 0");
    expect(page).toContain('heddle_build_info{version="1.2.3",role="all"} 1');
    expect(page.some((line) => line.startsWith("process_cpu_seconds_total"))).toBe(true);
    // `promtool check metrics`: nothing but a counter is named like one
    expect(page.filter((line) => /^# TYPE \S+_total (?!counter)/.test(line))).toEqual([]);
    expect(page.join("\n")).not.toMatch(/run_recorded|node_[a-z]+[",]/);
  });

  it("tells how many runs this process drives, and which were lost", async () => {
    const telemetry = await telemetryWith({ metrics: true });
    const { plan, events } = readRecordedRun("chain");
    const [first, second] = [runIdSchema.parse("run_first"), runIdSchema.parse("run_second")];
    for (const run of [first, second]) telemetry.observer?.claimed({ run, plan, events: events.slice(0, 1) });
    expect(await lines(telemetry)).toContain("heddle_runs_active 2");
    telemetry.observer?.leaseLost(first);
    telemetry.observer?.released(first);
    telemetry.observer?.released(second);
    expect(await lines(telemetry)).toEqual(expect.arrayContaining(["heddle_runs_active 0", "heddle_leases_lost_total 1"]));
  });

  it("adds up what models cost, for models few enough to be told apart", async () => {
    const telemetry = await telemetryWith({ metrics: true });
    const plan = samplePlan({ a: { type: "sample-step" } }, []);
    const at = { node: nodeIdSchema.parse("node_a"), path: [] };
    const settled = (index: number): RunEventBody => ({
      type: "cost-settled",
      ...at,
      name: `turn ${index}`,
      amount: 0.5,
      details: { model: `model-${index}`, inputTokens: 10, outputTokens: 1 },
    });
    const events = Array.from({ length: 300 }, (_, index) => ({ ...settled(index), seq: index + 1, at: "2026-01-01T00:00:00.000Z" }));
    telemetry.observer?.committed({ run, plan, events });
    const page = await lines(telemetry);
    expect(page).toContain("heddle_cost_dollars_total 150");
    expect(page).toContain('heddle_model_tokens_total{model="model-0",kind="input"} 10');
    expect(page).toContain('heddle_model_tokens_total{model="other",kind="output"} 100');
    expect(page.filter((line) => line.startsWith("heddle_model_tokens_total"))).toHaveLength(402);
  });

  it("takes no type for a label that is not in the catalog", async () => {
    const telemetry = await telemetryWith({ metrics: true });
    const plan = samplePlan({ a: { type: "sample-step" } }, []);
    const { events } = simulate(plan, ({ node, path }) => ({ type: "node-succeeded", node, path, outputs: {} }));
    const node = plan.nodes.node_a;
    if (!node) throw new Error("The plan has no node.");
    telemetry.observer?.committed({ run, plan: { ...plan, nodes: { node_a: { ...node, type: "invented" } } }, events });
    expect(await lines(telemetry)).toContain('heddle_node_runs_total{type="other",state="succeeded"} 1');
  });

  it("reads the store for each scrape, and leaves out what it cannot tell", async () => {
    let isBroken = false;
    const counts = async () => {
      if (isBroken) throw new Error("The database is gone.");
      return { due: 2, waiting: 3, gates: 1 };
    };
    const telemetry = await telemetryWith({ metrics: true, counts });
    expect(await lines(telemetry)).toEqual(expect.arrayContaining(["heddle_queue_depth 2", "heddle_runs_waiting 3", "heddle_gates_pending 1"]));
    isBroken = true;
    const page = await lines(telemetry);
    expect(page.filter((line) => /^heddle_(queue_depth|runs_waiting|gates_pending)/.test(line))).toEqual([]);
    expect(page).toContain("heddle_runs_active 0");
    isBroken = false;
    expect(await lines(telemetry)).toContain("heddle_queue_depth 2");
  });

  it("times transactions", async () => {
    const telemetry = await telemetryWith({ metrics: true });
    telemetry.observer?.commit({ runs: 2, events: 12, milliseconds: 30 });
    expect(await lines(telemetry)).toEqual(
      expect.arrayContaining(["heddle_commit_seconds_sum 0.03", 'heddle_commit_events_bucket{le="10"} 0', 'heddle_commit_events_bucket{le="25"} 1']),
    );
  });
});
