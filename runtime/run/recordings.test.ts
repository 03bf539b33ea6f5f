import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { planSchema } from "../plan/plan.ts";
import { outlineOf } from "../testing/record-run.ts";
import { applyEvent, foldRun } from "./apply-event.ts";
import { createRunState } from "./create-run-state.ts";
import { runEventSchema } from "./events.ts";
import { schedule } from "./schedule.ts";

const folder = new URL("./recordings/", import.meta.url);
const recordingSchema = z.strictObject({
  title: z.string(),
  plan: planSchema,
  steps: z.array(z.strictObject({ events: z.array(runEventSchema), commands: z.array(z.looseObject({ type: z.string() })) })),
  end: z.looseObject({ seq: z.int() }),
});
const recordings = readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
  .map((name) => {
    const text = readFileSync(new URL(name, folder), "utf8");
    return { name, text, recording: recordingSchema.parse(JSON.parse(text)) };
  });

describe.each(recordings)("the recorded run $name", ({ text, recording: { plan, steps, end } }) => {
  const events = steps.flatMap((step) => step.events);

  test("folds to the state it ended in", () => {
    const state = foldRun(plan, events);
    expect(JSON.parse(JSON.stringify(outlineOf(state)))).toEqual(end);
    expect(state.phase.type).toBe("finished");
    expect(state.seq).toBe(events.length);
  });

  test("gets the same commands at each step, byte for byte, however often they are asked for", () => {
    const written = z.object({ steps: z.array(z.object({ commands: z.unknown() })) }).parse(JSON.parse(text)).steps;
    let state = createRunState(plan);
    for (const [index, step] of steps.entries()) {
      for (const event of step.events) state = applyEvent(state, event);
      const expected = JSON.stringify(written[index]?.commands);
      expect(JSON.stringify(schedule(plan, state)), `after event ${state.seq}`).toBe(expected);
      expect(JSON.stringify(schedule(plan, state)), `after event ${state.seq}, asked again`).toBe(expected);
    }
  });

  test("gets the same commands after a restart at any step", () => {
    const read: typeof events = [];
    for (const step of steps) {
      read.push(...step.events);
      expect(schedule(plan, foldRun(plan, read)), `after event ${read.length}`).toEqual(step.commands);
    }
  });
});

test("the recordings show every kind of command, and nearly every kind of event", () => {
  const commands = new Set(recordings.flatMap(({ recording }) => recording.steps.flatMap((step) => step.commands.map(({ type }) => type))));
  expect([...commands].sort()).toEqual(["abort", "ask", "cancel", "end-iteration", "fail", "finish", "iterate", "retry", "skip", "start"]);
  const events = new Set(recordings.flatMap(({ recording }) => recording.steps.flatMap((step) => step.events.map(({ type }) => type))));
  expect(events.size).toBe(30);
});
