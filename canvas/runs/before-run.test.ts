import { expect, it } from "vitest";
import { createId } from "#runtime/graph/ids.ts";
import { emptyGraph, type Graph } from "#runtime/graph/schema.ts";
import type { CostEstimate } from "#server/contract/cost-estimate.ts";
import { maySpend, wantsLook } from "./before-run.ts";

const known: CostEstimate = {
  ...{ runs: 5, median: "0.2", max: "1.5", tokens: { median: 100, max: 200 }, hasUnknownPrices: false, unknownPrices: [] },
  budget: {},
};
const graph = createId("graph");

it("asks before a run that its budget will not do for, or of which a price is unknown, and else does not", () => {
  expect(wantsLook(graph, known)).toBe(false);
  expect(wantsLook(graph, { ...known, budget: { dollars: 0.1 } })).toBe(true);
  expect(wantsLook(graph, { ...known, budget: { dollars: 1, tokens: 99 } })).toBe(true);
  expect(wantsLook(graph, { ...known, budget: { dollars: 1, tokens: 100 } })).toBe(false);
  expect(wantsLook(graph, { ...known, unknownPrices: [{ node: createId("node"), label: "Writer", model: "loom-1" }] })).toBe(true);
});

it("looks only at graphs that can cost anything", () => {
  const node = (type: string, config: Graph["nodes"][number]["config"] = {}) => ({
    ...{ id: createId("node"), type, version: 1, label: type, position: { x: 0, y: 0 }, config },
  });
  const of = (...nodes: Graph["nodes"]): Graph => ({ ...emptyGraph(), nodes });
  const model = node("agent", { connection: "conn_1" });
  expect(maySpend(of(node("start"), node("filter")))).toBe(false);
  expect(maySpend(of(node("start"), model))).toBe(true);
  expect(maySpend(of({ ...model, disabled: true }))).toBe(false);
});
