import { z } from "zod";
import { defineNode } from "#runtime/node/define.ts";
import { expression } from "#runtime/node/fields.ts";
import { port } from "#runtime/node/ports.ts";
import { withReferencedInputs } from "../kit/expressions/with-referenced-inputs.ts";
import { isPortName } from "../kit/ports/port-names.ts";
import { durationText, problemOfDuration, UNITS } from "../kit/time/duration.ts";

export const waitWebhook = defineNode({
  type: "wait-webhook",
  version: 1,
  role: "step",
  title: "Wait for a call",
  description: "Waits until somebody calls its callback address, then hands the call on; waiting survives a restart.",
  group: "flow",
  icon: "webhook",
  keywords: ["webhook", "callback", "wait", "http", "resume", "external", "hook", "async"],
  config: z.strictObject({
    name: z.string().max(100).default("callback").meta({ title: "Name", description: "Part of its address: tells apart what a run waits for." }),
    amount: expression(z.number().min(0).max(1e9), { title: "Wait at most" }).prefault(7),
    unit: z.enum(UNITS).default("days").meta({ title: "Unit" }),
    onTimeout: z.enum(["fail", "branch"]).default("fail").meta({ title: "When nobody calls", description: "Fail, or go on by the output Timed out." }),
    announceTo: expression(z.string().max(8_000), {
      title: "Announce to",
      placeholder: "https://jobs.example.com/start/{{ inputs.id }}",
      description: "Sends a POST with { callbackUrl, run, value } there first, so that the other side knows whom to call. Nothing is sent when it is empty.",
    }).prefault(""),
  }),
  ports: ({ amount, onTimeout, announceTo }) => ({
    inputs: withReferencedInputs({ value: port.any({ optional: true, title: "Value" }) }, { amount, announceTo }),
    outputs: {
      request: port.json({ title: "Request", description: "The call: method, query, headers and body." }),
      value: port.any({ title: "Value", description: "What came in." }),
      ...(onTimeout === "branch" && {
        timedOut: port.any({ title: "Timed out", description: "What came in; without it, the instant at which the wait ended." }),
      }),
    },
  }),
  // the other side may be told twice: it is the same address
  effect: ({ announceTo }) => (announceTo.trim() === "" ? "pure" : "keyed"),
  limits: { timeoutMs: 30_000, attempts: 4 },
  check: ({ name, announceTo, ...duration }) => {
    const long = problemOfDuration(duration);
    return [
      ...(isPortName(name) ? [] : [{ path: "/name", message: "Begin with a letter, then letters, digits, _ and -." }]),
      ...(long === undefined ? [] : [{ path: "/amount", message: long }]),
      ...(announceTo.trim() === "" || announceTo.includes("{{") || isWebAddress(announceTo)
        ? []
        : [{ path: "/announceTo", message: "This is no web address. It begins with https:// or http://." }]),
    ];
  },
  summary: ({ name, amount, unit }) => `${name} · at most ${durationText({ amount, unit })}`,
  examples: [
    { name: "waits a week for a call", config: {}, inputs: { value: { order: 7 } }, waits: true },
    {
      name: "goes another way when nobody calls in time",
      config: { name: "payment", amount: 30, unit: "minutes", onTimeout: "branch" },
      inputs: {},
      waits: true,
    },
    {
      name: "tells the other side whom to call",
      config: { announceTo: "https://api.example.com/{{ inputs.kind }}" },
      inputs: { kind: "items", value: { name: "heddle" } },
      waits: true,
    },
  ],
});

function isWebAddress(address: string): boolean {
  const { protocol } = URL.parse(address) ?? {};
  return protocol === "http:" || protocol === "https:";
}
