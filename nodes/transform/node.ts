import { z } from "zod";
import { defineNode } from "#runtime/node/define.ts";
import { longText } from "#runtime/node/fields.ts";
import { port } from "#runtime/node/ports.ts";
import { isRepeatable } from "../kit/code/is-repeatable.ts";
import { firstLine } from "../kit/text/to-text.ts";

export const transform = defineNode({
  type: "transform",
  version: 1,
  role: "step",
  title: "Transform",
  description: "Reshapes JSON with a JSONata expression: pick, filter, sort, group, sum.",
  group: "data",
  icon: "braces",
  keywords: ["json", "jsonata", "map", "filter", "query", "reshape"],
  config: z.strictObject({
    expression: longText({ title: "Expression", language: "jsonata", description: "JSONata over the input, which is $ in it." }),
  }),
  initial: { expression: "$" },
  ports: () => ({ inputs: { input: port.any({ title: "Input" }) }, outputs: { result: port.json({ title: "Result" }) } }),
  effect: "pure",
  cacheable: ({ expression }) => isRepeatable(expression),
  limits: { timeoutMs: 10_000, attempts: 3 },
  check: ({ expression }) => (expression.trim() === "" ? [{ path: "/expression", message: "Write an expression; $ is the whole input." }] : []),
  summary: ({ expression }) => firstLine(expression),
  tool: true,
  examples: [
    {
      name: "sums the lines of an order",
      config: { expression: '{ "total": $sum(lines.(price * quantity)), "items": $count(lines) }' },
      inputs: {
        input: {
          lines: [
            { price: 2, quantity: 3 },
            { price: 5, quantity: 1 },
          ],
        },
      },
      outputs: { result: { total: 11, items: 2 } },
    },
    { name: "yields null when nothing matches", config: { expression: "customer.name" }, inputs: { input: { order: 7 } }, outputs: { result: null } },
    { name: "fails on an expression that cannot be read", config: { expression: "lines[" }, inputs: { input: {} }, fails: "expression" },
  ],
});
