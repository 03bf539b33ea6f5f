import { z } from "zod";
import { defineNode } from "#runtime/node/define.ts";
import { expression } from "#runtime/node/fields.ts";
import { port } from "#runtime/node/ports.ts";
import { withReferencedInputs } from "../kit/expressions/with-referenced-inputs.ts";

const UNIT_MS = { seconds: 1_000, minutes: 60_000, hours: 3_600_000, days: 86_400_000 } as const;
const MAX_DAYS = 365;

type Duration = { amount: number; unit: keyof typeof UNIT_MS };

/** Milliseconds, at most a year. */
export function durationMs({ amount, unit }: Duration): number {
  return Math.min(Math.round(amount * UNIT_MS[unit]), MAX_DAYS * UNIT_MS.days);
}

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
    unit: z.enum(["seconds", "minutes", "hours", "days"]).default("seconds").meta({ title: "Unit" }),
  }),
  ports: ({ amount }) => ({
    inputs: withReferencedInputs({ value: port.any({ optional: true, title: "Value" }) }, amount),
    outputs: { value: port.any({ title: "Value", description: "What came in; without it, the instant at which the wait ended." }) },
  }),
  effect: "pure",
  limits: { timeoutMs: 10_000, attempts: 3 },
  check: ({ amount, unit }) =>
    typeof amount === "number" && amount * UNIT_MS[unit] > MAX_DAYS * UNIT_MS.days ? [{ path: "/amount", message: `Wait ${MAX_DAYS} days at most.` }] : [],
  summary: ({ amount, unit }) => (amount === 1 ? `1 ${unit.slice(0, -1)}` : `${amount} ${unit}`),
  examples: [
    { name: "waits five minutes", config: { amount: 5, unit: "minutes" }, inputs: { value: "later" }, waits: true },
    { name: "waits as long as an input says", config: { amount: "{{ inputs.hours }}", unit: "hours" }, inputs: { hours: 2 }, waits: true },
    { name: "goes on at once when there is nothing to wait for", config: { amount: 0 }, inputs: { value: "now" }, outputs: { value: "now" } },
  ],
});
