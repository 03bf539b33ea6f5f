import { z } from "zod";
import { defineNode } from "#runtime/node/define.ts";
import { port } from "#runtime/node/ports.ts";

const forEachConfig = z.strictObject({
  concurrency: z.int().min(1).max(100).default(4).meta({ title: "At once", description: "Iterations that may be under way at the same time." }),
  onItemFailure: z.enum(["fail", "skip", "collect"]).default("fail").meta({
    title: "When an item fails",
    description: "Fail: stop the others, and fail. Skip: leave the item out. Collect: leave it out, and hand what failed to the output Failures.",
  }),
});

export const forEach = defineNode({
  type: "for-each",
  version: 1,
  role: "each",
  title: "For each",
  description: "Runs the nodes inside it once for each item of a list, several at a time.",
  group: "flow",
  icon: "list-tree",
  keywords: ["map", "iterate", "loop", "items", "list", "batch", "parallel", "container"],
  config: forEachConfig,
  ports: ({ onItemFailure }) => ({
    inputs: { items: port.list("any", { title: "Items" }) },
    outputs: {
      results: port.list("any", {
        title: "Results",
        description: "What the iterations handed back, in the order of the items; items without a result are left out.",
      }),
      ...(onItemFailure === "collect" && {
        failures: port.list("json", { title: "Failures", description: "The items that failed, each as { index, code, message }." }),
      }),
    },
  }),
  body: () => ({
    gives: { item: port.any({ title: "Item" }), index: port.number({ title: "Index", description: "The item's place in the list, from 0." }) },
    takes: { result: port.any({ title: "Result", optional: true }) },
  }),
  effect: "pure",
  // a failed item is repeated inside, by the policy of the node that failed
  limits: { timeoutMs: 30_000, attempts: 1 },
  summary: ({ concurrency }) => (concurrency === 1 ? "One at a time" : `${concurrency} at once`),
  examples: [
    { name: "goes through a list, four items at a time", config: {}, inputs: { items: ["warp", "weft"] }, iterates: true },
    { name: "one at a time, and keeps what failed", config: { concurrency: 1, onItemFailure: "collect" }, inputs: { items: [1, 2, 3] }, iterates: true },
  ],
});
