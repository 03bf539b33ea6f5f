import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { planSchema } from "../plan/plan.ts";
import { applyEvent, continueRun } from "./apply-event.ts";
import { copyRunState } from "./copy-run-state.ts";
import { createRunState } from "./create-run-state.ts";
import { runEventSchema } from "./events.ts";
import type { RunState } from "./run-state.ts";
import { writeSnapshot } from "./snapshot.ts";

const folder = new URL("./recordings/", import.meta.url);
const recordingSchema = z.looseObject({ plan: planSchema, steps: z.array(z.looseObject({ events: z.array(runEventSchema) })) });
const recordings = readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
  .map((name) => ({ name, ...recordingSchema.parse(JSON.parse(readFileSync(new URL(name, folder), "utf8"))) }));

describe.each(recordings)("copies of the recorded run $name", ({ plan, steps }) => {
  const events = steps.flatMap((step) => step.events);

  test("are gone on from without changing what they were taken of, from every event on", () => {
    let state = createRunState(plan);
    const copies: { copy: RunState; text: string }[] = [];
    for (const event of events) {
      state = applyEvent(state, event);
      copies.push({ copy: copyRunState(state), text: writeSnapshot(state) });
    }
    const whole = writeSnapshot(state);
    for (const [index, { copy, text }] of copies.entries()) {
      expect(writeSnapshot(copy), `the copy at event ${index + 1}, after the run went on`).toBe(text);
      expect(writeSnapshot(continueRun(copyRunState(copy), events.slice(index + 1)))).toBe(whole);
      expect(writeSnapshot(copy), `the copy at event ${index + 1}, after a copy of it went on`).toBe(text);
    }
  });
});
