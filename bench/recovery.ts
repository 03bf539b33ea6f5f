import { setTimeout } from "node:timers/promises";
import type { RunEvent } from "#runtime/run/events.ts";
import { callApi, makeChain } from "./api.ts";
import { benchPlaces } from "./databases.ts";
import { type Benchmark, type Figure, figure } from "./figure.ts";
import { HEDDLE, startProcess } from "./process.ts";

const POLL_MS = 20;
const END_MS = 120_000;
/** Milliseconds that a process's readiness may be behind its first event, for a ratio. */
const LEAST_MS = 1;

/** The process is killed in mid-run and started again on the same data. */
export const recovery: Benchmark = {
  name: "recovery",
  run: async ({ small }) => {
    const figures: Record<string, Figure> = {};
    for (const place of await benchPlaces({ small })) {
      const name = place.nameOf("recovery");
      // the lease of a killed process has to end where others might hold it: a short one, where only running is to be shown
      const given = { ...HEDDLE, environment: { ...place.environment, ...(small && { HEDDLE_LEASE_MS: "1000" }) } };
      const before = await startProcess(given);
      const graph = await makeChain(before.url, steps(small ? 2 : 8));
      const whole = await runUntil(before.url, graph, "run-finished");
      const broken = await runUntil(before.url, graph, "middle");
      await before.kill();
      const after = await startProcess(given);
      const events = await eventsUntil(after.url, broken.run, (event) => event.type === "run-finished");
      const recorded = events.filter((event) => Date.parse(event.at) >= after.spawnedAt);
      const since = (event: RunEvent | undefined) => Math.max(Date.parse(event?.at ?? "") - after.spawnedAt, LEAST_MS);
      await after.stop();
      const idle = small ? after : await startProcess(given);
      await idle.stop();
      const first = since(recorded[0]);
      const goal = { type: "at-most", of: "value", limit: 2_000 } as const;
      const against = "the same start with nothing to take up, until it is ready";
      const common = { unit: "ms", reference: idle.readyMs, against };
      figures[name] = figure({ value: first, ...common, ...(place.kind === "postgres" && { goal }) });
      figures[`${name}, from readiness`] = figure({ value: Math.max(first - after.readyMs, LEAST_MS), ...common, goal });
      figures[`${name}, to the run's end`] = figure({
        ...{ value: since(recorded.at(-1)), unit: "ms", reference: Math.max(whole.tookMs - broken.tookMs, LEAST_MS) },
        against: "what was left of the run, undisturbed",
      });
      await place.dispose();
    }
    return figures;
  },
};

/** Code that takes a while in a thread of its own, and waits that hold nothing. */
function steps(pairs: number) {
  const source = "const until = Date.now() + 100;\nwhile (Date.now() < until);\nreturn 1;";
  const code = { type: "code", config: { source, inputs: [], outputs: [{ id: "result", name: "result", type: "number" }] }, output: "result" };
  const delay = { type: "delay", config: { amount: 0.2, unit: "seconds" }, input: "value", output: "value" };
  const more = { ...code, config: { ...code.config, inputs: [{ id: "before", name: "before", type: "any" }] }, input: "before" };
  const chain = Array.from({ length: pairs }, () => [delay, more]).flat();
  return [code, ...chain, { type: "output", config: { name: "result" }, input: "value", output: "result" }];
}

/** Starts a run and answers when it has come so far; `middle`: the code after the second wait is under way, so that the run is driven when its process dies. */
async function runUntil(url: string, graph: string, until: "run-finished" | "middle"): Promise<{ run: string; tookMs: number }> {
  const { id } = await callApi<{ id: string }>(url, `/api/graphs/${graph}/runs`, {});
  let done = 0;
  const isThere = ({ type }: RunEvent) => {
    if (type === "node-succeeded") done += 1;
    return type === "run-finished" || (until === "middle" && done === 4);
  };
  const events = await eventsUntil(url, id, isThere);
  return { run: id, tookMs: Date.parse(events.at(-1)?.at ?? "") - Date.parse(events[0]?.at ?? "") };
}

async function eventsUntil(url: string, run: string, isLast: (event: RunEvent) => boolean): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for (const deadline = Date.now() + END_MS; Date.now() < deadline; await setTimeout(POLL_MS)) {
    const { items } = await callApi<{ items: RunEvent[] }>(url, `/api/runs/${run}/events?after=${events.at(-1)?.seq ?? 0}`);
    for (const event of items) {
      events.push(event);
      if (isLast(event)) return events;
    }
  }
  throw new Error(`The run ${run} did not go on within ${END_MS / 1_000} s.`);
}
