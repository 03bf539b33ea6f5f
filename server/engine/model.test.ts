import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import type { RunId } from "#runtime/graph/ids.ts";
import type { Graph } from "#runtime/graph/schema.ts";
import { foldRun } from "#runtime/run/apply-event.ts";
import type { RunEvent } from "#runtime/run/events.ts";
import { checkRun, MODEL_INPUT, modelSeeds, planOf, reportOf } from "#runtime/testing/model/check-case.ts";
import { checkLog } from "#runtime/testing/model/check-log.ts";
import { type ModelCase, randomCase } from "#runtime/testing/model/random-graph.ts";
import { SeededRandom } from "#runtime/testing/model/seeded-random.ts";
import { testEngines } from "./testing/test-engines.ts";

const RUNS = 1_000;
/** Runs of the second test, which takes over its runs twice. */
const RUNS_TAKEN_OVER = 200;
/** Runs that are on their way at once. */
const AT_ONCE = 80;
/** Milliseconds one run may take on a busy machine: reads and writes are tried again after seconds. */
const RUN_MS = 120_000;

const { boot } = testEngines();
type Booted = ReturnType<typeof boot>;
/** Tells the events of a run as they are committed; returns how to stop. */
type Watch = (run: RunId, onEvent: (event: RunEvent) => void) => () => void;

test("random graphs, run by the engine, come to what the reference interpreter says", { timeout: 600_000 }, async ({ annotate }) => {
  const booted = boot();
  await booted.engine.start();
  const watch: Watch = (run, event) => booted.hub.follow(run, { after: 0, listener: { event, ephemeral: () => undefined } });
  const states = new Map<string, number>();
  const seeds = modelSeeds(RUNS);
  let next = 0;
  const work = async () => {
    for (let seed = seeds[next++]; seed !== undefined; seed = seeds[next++]) {
      const { state } = await runSeed(booted, { seed, watch, pauseMs: 30 });
      states.set(state, (states.get(state) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  await annotate(told(states));
});

test("the same when runs are taken from their drivers in the middle", { timeout: 600_000 }, async ({ annotate }) => {
  const one = boot({ owner: "one", sweepMs: 50 });
  const two = boot({ owner: "two", sweepMs: 50 });
  await Promise.all([one.engine.start(), two.engine.start()]);
  const watch: Watch = (run, onEvent) => poll(one, run, onEvent);
  const states = new Map<string, number>();
  let lost = 0;
  const seeds = modelSeeds(RUNS_TAKEN_OVER).slice(0, RUNS_TAKEN_OVER);
  for (let first = 0; first < seeds.length; first += AT_ONCE) {
    const running = seeds.slice(first, first + AT_ONCE).map((seed) => runSeed(one, { seed, watch, pauseMs: 300 }));
    // twice: a node run that is lost a third time fails
    for (let times = 0; times < 2; times++) {
      await delay(150 + 150 * times);
      await one.store.voidLeases("");
    }
    for (const { state, events } of await Promise.all(running)) {
      states.set(state, (states.get(state) ?? 0) + 1);
      lost += events.filter((event) => event.type === "attempt-failed" && event.failure.code === "worker-lost").length;
    }
  }
  await annotate(`${told(states)}; attempts lost ${lost}`);
  if (seeds.length === RUNS_TAKEN_OVER) expect(lost).toBeGreaterThan(5);
});

/** Runs a case and holds it against the interpreter. */
async function runSeed(
  booted: Booted,
  { seed, watch, pauseMs }: { seed: number; watch: Watch; pauseMs: number },
): Promise<{ state: string; events: readonly RunEvent[] }> {
  const model = randomCase(seed);
  const graph = withPauses(model.graph, new SeededRandom(seed + 2_000_000), pauseMs);
  const plan = planOf(graph);
  const events = await runCase(booted, { ...model, graph }, watch);
  const state = foldRun(plan, events);
  const problems = [...checkRun(graph, { plan, state, events }), ...checkLog(plan, { events })];
  if (problems.length > 0) expect.fail(`${await reportOf(seed, problems)}\nThe engine's log:\n${lines(events)}`);
  return { state: state.phase.type === "finished" ? state.phase.state : state.phase.type, events };
}

/** The same graph, some of whose steps take their time. */
function withPauses(graph: Graph, random: SeededRandom, longestMs: number): Graph {
  const pause = () => (random.chance(0.4) ? { sleepMs: random.int(1, longestMs) } : {});
  return { ...graph, nodes: graph.nodes.map((node) => (node.type === "sample-step" ? { ...node, config: { ...node.config, ...pause() } } : node)) };
}

/** Runs a case to its end: cancels, holds and decides as the case says. */
async function runCase({ startGraph, runs, store, doorbell }: Booted, model: ModelCase, watch: Watch): Promise<RunEvent[]> {
  const random = new SeededRandom(model.seed);
  const { stopAt, holdAt } = model.disturbance;
  const { id } = await startGraph(model.graph, { input: MODEL_INPUT });
  const events: RunEvent[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<RunEvent[]>();
  const control = (message: Parameters<typeof runs.control>[1]["message"]) => {
    // it may come too late
    runs.control(id, { message, actor: "tester" }).catch(() => undefined);
  };
  const decide = async ({ node, path }: Extract<RunEvent, { type: "node-uncertain" }>) => {
    const decision = random.weighted({ again: 3, happened: 1, failed: 1 });
    const outputs: Record<string, string> = decision === "happened" ? { value: "by hand" } : {};
    await store.send({ run: id, message: { type: "decide-uncertain", node, path, decision, outputs, note: "" }, actor: "tester" });
    doorbell.ring(id);
  };
  const stop = watch(id, (event) => {
    events.push(event);
    if (event.seq === stopAt?.seq) control({ type: stopAt.state === "killed" ? "kill" : "cancel", reason: "enough" });
    if (event.seq === holdAt) control({ type: "hold", reason: "lunch" });
    if (event.type === "run-held") setTimeout(() => control({ type: "resume" }), 20);
    if (event.type === "node-uncertain") decide(event).catch(reject);
    if (event.type === "run-finished") resolve(events);
  });
  const timer = setTimeout(() => reject(new Error(`Seed ${model.seed} (${id}) has not ended:\n${lines(events)}`)), RUN_MS);
  return promise.finally(() => {
    clearTimeout(timer);
    stop();
  });
}

/** For runs that several engines drive: what they have committed, wherever. */
function poll({ store }: Booted, run: RunId, onEvent: (event: RunEvent) => void): () => void {
  let stopped = false;
  const look = async () => {
    for (let after = 0; !stopped; await delay(50)) {
      for (const event of await store.readEvents(run, after, 5_000)) {
        after = event.seq;
        onEvent(event);
      }
    }
  };
  // a read that fails shows as a run that has not ended
  look().catch(() => undefined);
  return () => {
    stopped = true;
  };
}

function lines(events: readonly RunEvent[]): string {
  return events.map((event) => JSON.stringify(event)).join("\n");
}

function told(states: ReadonlyMap<string, number>): string {
  return [...states].map(([state, times]) => `${state} ${times}`).join(", ");
}
