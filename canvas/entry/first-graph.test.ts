import { expect, it } from "vitest";
import { catalog } from "#nodes/catalog.data.ts";
import { graphSchema } from "#runtime/graph/schema.ts";
import { compile } from "#runtime/plan/compile.ts";
import firstGraph from "./first-graph.json";

it("is a graph that can run in a workspace without any connection", () => {
  const graph = graphSchema.parse(firstGraph);
  expect(compile(graph, catalog, {}).problems).toEqual([]);
  expect(graph.nodes.every(({ config }) => !("connection" in config))).toBe(true);
});
