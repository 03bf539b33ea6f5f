import { z } from "zod";
import { defineNode } from "#runtime/node/define.ts";
import { port } from "#runtime/node/ports.ts";

export const merge = defineNode({
  type: "merge",
  version: 1,
  role: "merge",
  title: "Merge",
  description: "Brings several ways together: waits for all values, or goes on with the first.",
  group: "flow",
  icon: "merge",
  keywords: ["join", "combine", "collect", "wait", "any"],
  config: z.strictObject({
    mode: z
      .enum(["all", "first"])
      .default("all")
      .meta({ title: "Wait for", description: "All: a list of the values that came, in the order of the wires. First: the value that comes first." }),
  }),
  ports: ({ mode }) => ({
    inputs: { values: port.any({ many: true, title: "Values" }) },
    outputs: mode === "all" ? { values: port.list("any", { title: "Values" }) } : { value: port.any({ title: "Value" }) },
  }),
  effect: "pure",
  limits: { timeoutMs: 10_000, attempts: 3 },
  join: ({ mode }) => mode,
  summary: ({ mode }) => (mode === "all" ? "All values" : "First value"),
  examples: [
    { name: "collects all values", config: { mode: "all" }, inputs: { values: ["a", 2, { b: 3 }] }, outputs: { values: ["a", 2, { b: 3 }] } },
    { name: "goes on with the first", config: { mode: "first" }, inputs: { values: ["quick"] }, outputs: { value: "quick" } },
  ],
});
