import { z } from "zod";
import { defineNode } from "#runtime/node/define.ts";
import { expression } from "#runtime/node/fields.ts";
import { port } from "#runtime/node/ports.ts";
import { withReferencedInputs } from "../kit/expressions/with-referenced-inputs.ts";
import { durationText, problemOfDuration, UNITS } from "../kit/time/duration.ts";

export const delay = defineNode({
  type: "delay",
  version: 1,
  role: "step",
  title: "Delay",
  description: "Waits for a while, then hands the value on; waiting survives a restart.",
  group: "flow",
  icon: "timer",
  keywords: ["wait", "sleep", "pause", "timer"],
  config: z.strictObject({
    amount: expression(z.number().min(0).max(1e9), { title: "Wait for" }).prefault(5),
    unit: z.enum(UNITS).default("seconds").meta({ title: "Unit" }),
  }),
  ports: ({ amount }) => ({
    inputs: withReferencedInputs({ value: port.any({ optional: true, title: "Value" }) }, amount),
    outputs: { value: port.any({ title: "Value", description: "What came in; without it, the instant at which the wait ended." }) },
  }),
  effect: "pure",
  limits: { timeoutMs: 10_000, attempts: 3 },
  check: (config) => {
    const message = problemOfDuration(config);
    return message === undefined ? [] : [{ path: "/amount", message }];
  },
  summary: durationText,
  examples: [
    { name: "waits five minutes", config: { amount: 5, unit: "minutes" }, inputs: { value: "later" }, waits: true },
    { name: "waits as long as an input says", config: { amount: "{{ inputs.hours }}", unit: "hours" }, inputs: { hours: 2 }, waits: true },
    { name: "goes on at once when there is nothing to wait for", config: { amount: 0 }, inputs: { value: "now" }, outputs: { value: "now" } },
  ],
});
