import { readFileSync } from "node:fs";
import { z } from "zod";
import { type RunId, runIdSchema } from "#runtime/graph/ids.ts";
import { type Plan, planSchema } from "#runtime/plan/plan.ts";
import { type RunEvent, runEventSchema } from "#runtime/run/events.ts";

const recordingSchema = z.object({ plan: planSchema, steps: z.array(z.object({ events: z.array(runEventSchema) })) });

/** A run out of `runtime/run/recordings`: its plan and its log. */
export function readRecordedRun(name: string): { run: RunId; plan: Plan; events: RunEvent[] } {
  const text = readFileSync(new URL(`../../../runtime/run/recordings/${name}.json`, import.meta.url), "utf8");
  const { plan, steps } = recordingSchema.parse(JSON.parse(text));
  return { run: runIdSchema.parse("run_recorded"), plan, events: steps.flatMap(({ events }) => events) };
}
