import { z } from "zod";
import { defineNode } from "#runtime/node/define.ts";
import { port } from "#runtime/node/ports.ts";
import { isPortName, problemOfPortName } from "../kit/ports/port-names.ts";

export const output = defineNode({
  type: "output",
  version: 1,
  role: "exit",
  title: "Output",
  description: "Hands a value out as part of the run's result.",
  group: "flow",
  icon: "flag",
  keywords: ["result", "return", "end", "finish"],
  config: z.strictObject({
    name: z.string().max(100).default("result").meta({ title: "Name", description: "What the value is called in the run's output." }),
  }),
  ports: ({ name }) => ({
    inputs: { value: port.any({ title: "Value" }) },
    outputs: isPortName(name) ? Object.fromEntries([[name, port.any()]]) : {},
  }),
  effect: "pure",
  limits: { timeoutMs: 10_000, attempts: 3 },
  check: ({ name }) => {
    const message = problemOfPortName(name);
    return message === undefined ? [] : [{ path: "/name", message }];
  },
  summary: ({ name }) => name,
  examples: [
    { name: "a text", config: { name: "report" }, inputs: { value: "All looms are running." }, outputs: { report: "All looms are running." } },
    { name: "a list under the usual name", config: {}, inputs: { value: [1, 2, 3] }, outputs: { result: [1, 2, 3] } },
  ],
});
