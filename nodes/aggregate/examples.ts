import type { z } from "zod";
import type { NodeExample } from "#runtime/node/define.ts";
import type { aggregateConfig } from "./config.ts";

const orders = [
  { customer: { name: "Ada" }, total: 120, tag: "wool" },
  { customer: { name: "Bo" }, total: "80" },
  { customer: { name: "Ada" }, total: 40, tag: "silk" },
];

export const aggregateExamples: readonly NodeExample<z.input<typeof aggregateConfig>>[] = [
  {
    name: "computes over all items",
    config: {
      aggregations: [
        { id: "a", operation: "count" },
        { id: "b", operation: "sum", field: "total" },
        { id: "c", operation: "average", field: "total", name: "mean" },
        { id: "d", operation: "join-text", field: "tag", separator: " + " },
      ],
    },
    inputs: { items: orders },
    outputs: { result: { count: 3, sum_total: 240, mean: 80, join_text_tag: "wool + silk" } },
  },
  {
    name: "makes a row for each group",
    config: {
      groupBy: [{ id: "a", field: "customer.name", name: "customer" }],
      aggregations: [
        { id: "b", operation: "sum", field: "total", name: "spent" },
        { id: "c", operation: "collect", field: "tag", name: "tags" },
      ],
    },
    inputs: { items: orders },
    outputs: {
      result: [
        { customer: "Ada", spent: 160, tags: ["wool", "silk"] },
        { customer: "Bo", spent: 80, tags: [] },
      ],
    },
  },
  {
    name: "has results for an empty list",
    config: {
      aggregations: [
        { id: "a", operation: "sum", field: "total" },
        { id: "b", operation: "maximum", field: "total" },
      ],
    },
    inputs: { items: [] },
    outputs: { result: { sum_total: 0, maximum_total: null } },
  },
  {
    name: "refuses to add what is no number",
    config: { aggregations: [{ id: "a", operation: "sum" }] },
    inputs: { items: [1, "two"] },
    fails: "validation",
  },
];
