import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { planSchema } from "../plan/plan.ts";
import { sampleId, samplePlan } from "../testing/sample-nodes.ts";
import { simulate } from "../testing/simulate.ts";
import { applyEvent, continueRun, foldRun } from "./apply-event.ts";
import { createRunState } from "./create-run-state.ts";
import { runEventSchema } from "./events.ts";
import { schedule } from "./schedule.ts";
import { readSnapshot, writeSnapshot } from "./snapshot.ts";

const folder = new URL("./recordings/", import.meta.url);
const recordingSchema = z.looseObject({ plan: planSchema, steps: z.array(z.looseObject({ events: z.array(runEventSchema) })) });
const recordings = readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
  .map((name) => ({ name, ...recordingSchema.parse(JSON.parse(readFileSync(new URL(name, folder), "utf8"))) }));

describe.each(recordings)("snapshots of the recorded run $name", ({ plan, steps }) => {
  const events = steps.flatMap((step) => step.events);

  test("go on like the state they were taken of, from every event on", () => {
    const whole = foldRun(plan, events);
    let state = createRunState(plan);
    for (const [index, event] of events.entries()) {
      state = applyEvent(state, event);
      const text = writeSnapshot(state);
      const read = readSnapshot(plan, text);
      if (!read) throw new Error("The snapshot could not be read.");
      expect(read, `at event ${event.seq}`).toEqual(state);
      expect(schedule(plan, read), `at event ${event.seq}`).toEqual(schedule(plan, state));
      expect(writeSnapshot(read)).toBe(text);
      // taken in the middle of a step or not, the rest of the log comes to the same end
      expect(continueRun(read, events.slice(index + 1)), `from event ${event.seq} to the end`).toEqual(whole);
    }
  });
});

test("a snapshot is a copy: the run it was taken of does not change it, nor the other way round", () => {
  const plan = samplePlan({ a: { type: "sample-step" }, b: { type: "sample-need" } }, ["a > b"]);
  const created = { type: "run-created", run: "run_x", input: {}, actor: "tester", seq: 1, at: "2026-01-01T00:00:00.000Z" };
  const begin = foldRun(plan, [runEventSchema.parse(created)]);
  const text = writeSnapshot(begin);
  const read = readSnapshot(plan, text);
  const { state } = simulate(plan, ({ node, path }) => ({ type: "node-succeeded", node, path, outputs: { value: { type: "inline", value: 1 } } }), begin);
  expect(state.phase.type).toBe("finished");
  expect(read?.nodes.get(sampleId("a") as never)?.state).toBe("pending");
  expect(read && schedule(plan, read)).toMatchObject([{ type: "start", node: sampleId("a") }]);
});

// 2: nodes did not count the attempts that ran out of time
test.each([0, 1, 2, 4])("a snapshot of format %i is left aside", (format) => {
  const plan = samplePlan({ a: { type: "sample-step" } }, []);
  const text = writeSnapshot(createRunState(plan));
  expect(readSnapshot(plan, text)).toEqual(createRunState(plan));
  expect(readSnapshot(plan, JSON.stringify({ ...JSON.parse(text), format }))).toBeUndefined();
});
