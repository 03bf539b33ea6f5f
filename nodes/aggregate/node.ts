import { defineNode } from "#runtime/node/define.ts";
import { port } from "#runtime/node/ports.ts";
import { firstLine } from "../kit/text/to-text.ts";
import { type AggregateConfig, aggregateConfig, checkAggregate, groupName } from "./config.ts";
import { aggregateExamples } from "./examples.ts";

export const aggregate = defineNode({
  type: "aggregate",
  version: 1,
  role: "step",
  title: "Aggregate",
  description: "Computes over a list: counts, sums, averages, collects, joins as text; over all items or for each group.",
  group: "data",
  icon: "sigma",
  keywords: ["list", "count", "sum", "average", "total", "group", "summarize", "statistics", "collect", "distinct", "concatenate"],
  config: aggregateConfig,
  initial: { aggregations: [{ id: "first", operation: "count" }] },
  ports: ({ groupBy }) => ({
    inputs: { items: port.list("any", { title: "Items" }) },
    outputs: {
      result:
        groupBy.length > 0
          ? port.list("json", { title: "Result", description: "A row for each group, in the order in which the groups first appear." })
          : port.json({ title: "Result", description: "A map of what was computed, by name." }),
    },
  }),
  effect: "pure",
  limits: { timeoutMs: 10_000, attempts: 3 },
  check: checkAggregate,
  summary,
  examples: aggregateExamples,
});

function summary({ aggregations, groupBy }: AggregateConfig): string {
  const computed = aggregations.map(({ operation, field }) => `${operation.replaceAll("-", " ")} ${field}`.trim()).join(", ");
  const groups = groupBy.length > 0 ? `by ${groupBy.map(groupName).join(", ")}` : "";
  return firstLine(`${computed} ${groups}`.trim()) || "Nothing to compute";
}
