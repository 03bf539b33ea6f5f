import type { z } from "zod";
import type { NodeExample } from "#runtime/node/define.ts";
import type { joinConfig } from "./config.ts";

const orders = [
  { order: 1, customer: "a", note: "fast" },
  { order: 2, customer: "b", note: "" },
  { order: 3, customer: "x", note: "" },
];
const customers = [
  { id: "a", name: "Ada", note: "since 2024" },
  { id: "b", name: "Bo", note: "new" },
  { id: "c", name: "Cy", note: "new" },
];

export const joinExamples: readonly NodeExample<z.input<typeof joinConfig>>[] = [
  {
    name: "adds the customer to each order",
    config: { keys: [{ id: "k", left: "customer", right: "id" }] },
    inputs: { left: orders, right: customers },
    outputs: {
      joined: [
        { order: 1, customer: "a", note: "fast", id: "a", name: "Ada" },
        { order: 2, customer: "b", note: "", id: "b", name: "Bo" },
      ],
      leftOnly: orders.slice(2),
      rightOnly: customers.slice(2),
    },
  },
  {
    name: "keeps all orders and tells fields of one name apart",
    config: { keys: [{ id: "k", left: "customer", right: "id" }], mode: "left", combine: "prefix" },
    inputs: { left: orders.slice(1), right: customers.slice(0, 2) },
    outputs: {
      joined: [
        { order: 2, customer: "b", left_note: "", id: "b", name: "Bo", right_note: "new" },
        { order: 3, customer: "x", left_note: "" },
      ],
      leftOnly: [],
      rightOnly: customers.slice(0, 1),
    },
  },
  {
    name: "nests items of any kind",
    config: { keys: [{ id: "k" }], mode: "full", combine: "nest" },
    inputs: { left: ["a", "b"], right: ["b", "c"] },
    outputs: {
      joined: [
        { left: "a", right: null },
        { left: "b", right: "b" },
        { left: null, right: "c" },
      ],
      leftOnly: [],
      rightOnly: [],
    },
  },
];
