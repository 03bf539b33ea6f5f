import { expect, test } from "vitest";
import type { RunId } from "#runtime/graph/ids.ts";
import { foldRun } from "#runtime/run/apply-event.ts";
import type { RunEvent } from "#runtime/run/events.ts";
import { checkRun, MODEL_INPUT, modelSeeds, planOf, reportOf } from "#runtime/testing/model/check-case.ts";
import { checkLog } from "#runtime/testing/model/check-log.ts";
import { type ModelCase, randomCase } from "#runtime/testing/model/random-graph.ts";
import { SeededRandom } from "#runtime/testing/model/seeded-random.ts";
import { testEngines } from "./testing/test-engines.ts";

const RUNS = 1_000;
/** Runs that are on their way at once. */
const AT_ONCE = 60;
/** Milliseconds one run may take: reads and writes are tried again after seconds. */
const RUN_MS = 60_000;

const { boot } = testEngines();
type Booted = ReturnType<typeof boot>;

test("random graphs, run by the engine, come to what the reference interpreter says", { timeout: 300_000 }, async ({ annotate }) => {
  const booted = boot();
  await booted.engine.start();
  const seeds = modelSeeds(RUNS);
  const states = new Map<string, number>();
  let next = 0;
  const work = async () => {
    for (let seed = seeds[next++]; seed !== undefined; seed = seeds[next++]) {
      const model = randomCase(seed);
      const events = await runCase(booted, model);
      const problems = problemsOf(model, events);
      if (problems.length > 0) expect.fail(`${await reportOf(seed, problems)}\nThe engine's log:\n${events.map((event) => JSON.stringify(event)).join("\n")}`);
      const end = events.at(-1);
      if (end?.type === "run-finished") states.set(end.state, (states.get(end.state) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  await annotate([...states].map(([state, times]) => `${state} ${times}`).join(", "));
});

function problemsOf(model: ModelCase, events: readonly RunEvent[]): string[] {
  const plan = planOf(model.graph);
  return [...checkRun(model.graph, { plan, state: foldRun(plan, events), events }), ...checkLog(plan, { events })];
}

/** Runs a case to its end: cancels, holds and decides as the case says. */
async function runCase({ startGraph, hub, runs, store, doorbell }: Booted, model: ModelCase): Promise<RunEvent[]> {
  const random = new SeededRandom(model.seed);
  const { stopAt, holdAt } = model.disturbance;
  const run = await startGraph(model.graph, { input: MODEL_INPUT });
  const events: RunEvent[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<RunEvent[]>();
  const control = (message: Parameters<typeof runs.control>[1]["message"]) => {
    // it may come too late
    runs.control(run.id, { message, actor: "tester" }).catch(() => undefined);
  };
  const react = (event: RunEvent) => {
    if (event.seq === stopAt?.seq) control({ type: stopAt.state === "killed" ? "kill" : "cancel", reason: "enough" });
    if (event.seq === holdAt) control({ type: "hold", reason: "lunch" });
    if (event.type === "run-held") setTimeout(() => control({ type: "resume" }), 20);
    if (event.type === "node-uncertain") decide(event).catch(reject);
    if (event.type === "run-finished") resolve(events);
  };
  const decide = async ({ node, path }: Extract<RunEvent, { type: "node-uncertain" }>) => {
    const decision = random.weighted({ again: 3, happened: 1, failed: 1 });
    const outputs: Record<string, string> = decision === "happened" ? { value: "by hand" } : {};
    await store.send({ run: run.id, message: { type: "decide-uncertain", node, path, decision, outputs, note: "" }, actor: "tester" });
    doorbell.ring(run.id);
  };
  const timer = setTimeout(() => reject(new Error(tooLong(model.seed, run.id, events))), RUN_MS);
  const stop = hub.follow(run.id, {
    after: 0,
    listener: {
      event: (event) => {
        events.push(event);
        react(event);
      },
      ephemeral: () => undefined,
    },
  });
  return promise.finally(() => {
    clearTimeout(timer);
    stop();
  });
}

function tooLong(seed: number, run: RunId, events: readonly RunEvent[]): string {
  return `Seed ${seed} (${run}) has not ended:\n${events.map((event) => JSON.stringify(event)).join("\n")}`;
}
