import type { z } from "zod";
import type { NodeExample } from "#runtime/node/define.ts";
import type { filterConfig } from "./config.ts";

const orders = [
  { id: 1, status: "paid", customer: { country: "DE" }, total: 120 },
  { id: 2, status: "open", customer: { country: "FR" }, total: 80 },
  { id: 3, status: "paid", customer: { country: "FR" }, total: 40 },
];

export const filterExamples: readonly NodeExample<z.input<typeof filterConfig>>[] = [
  {
    name: "keeps what meets all conditions",
    config: {
      conditions: [
        { id: "a", field: "status", operator: "equals", value: "paid" },
        { id: "b", field: "total", operator: "at-least", value: "{{ inputs.least }}" },
      ],
    },
    inputs: { items: orders, least: 100 },
    outputs: { kept: orders.slice(0, 1), rest: orders.slice(1) },
  },
  {
    name: "keeps what meets any condition",
    config: {
      match: "any",
      conditions: [
        { id: "a", field: "customer.country", operator: "is-one-of", value: "DE, AT" },
        { id: "b", field: "total", operator: "less-than", value: 50 },
      ],
    },
    inputs: { items: orders },
    outputs: { kept: [orders[0] ?? {}, orders[2] ?? {}], rest: orders.slice(1, 2) },
  },
  {
    name: "keeps what an expression says",
    config: { by: "expression", expression: "item.size() > inputs.length && index < 3" },
    inputs: { items: ["warp", "weft", "heddle", "shuttle"], length: 4 },
    outputs: { kept: ["heddle"], rest: ["warp", "weft", "shuttle"] },
  },
  {
    name: "removes duplicates",
    config: { by: "duplicates", fields: [{ id: "a", field: "email" }], ignoreCase: true },
    inputs: { items: [{ email: "ada@x.test" }, { email: "bo@x.test" }, { email: "Ada@x.test", name: "Ada" }] },
    outputs: { kept: [{ email: "ada@x.test" }, { email: "bo@x.test" }], rest: [{ email: "Ada@x.test", name: "Ada" }] },
  },
  {
    name: "fails where the expression cannot be evaluated",
    config: { by: "expression", expression: "item.total > 10" },
    inputs: { items: [{ total: 20 }, {}] },
    fails: "expression",
  },
];
