import { expect, test } from "vitest";
import { emptyGraph, type GraphNode } from "#runtime/graph/schema.ts";
import { suggestionsOf } from "./suggestions.ts";

const withExamples = (...examples: unknown[]) => {
  const node = { id: "node_a", type: "agent", version: 1, label: "A", position: { x: 0, y: 0 }, config: { examples } } as unknown as GraphNode;
  return { ...emptyGraph("A"), nodes: [node] };
};

test("the examples of an agent are what one could ask it first", () => {
  expect(suggestionsOf(withExamples({ id: "1", input: " Sum up " }, { id: "2", input: "Sum up" }, { id: "3", input: "Translate" }))).toEqual([
    "Sum up",
    "Translate",
  ]);
});

test("what is no short question is left out, and without any there are the usual ones", () => {
  const usual = suggestionsOf(undefined);
  expect(usual.length).toBeGreaterThan(1);
  expect(suggestionsOf(withExamples({ id: "1", input: "" }, "x", { id: "2", input: "y".repeat(500) }))).toEqual(usual);
});
