import { expect, test } from "vitest";
import { type Graph, graphSchema } from "#runtime/graph/schema.ts";
import { compile } from "#runtime/plan/compile.ts";
import { sampleCatalog, sampleGraph } from "#runtime/testing/sample-nodes.ts";
import { testEngines } from "./testing/test-engines.ts";

const { boot } = testEngines();

function manyNodes(count: number): Graph {
  const names = Array.from({ length: count }, (_, index) => `n${String(index).padStart(6, "0")}`);
  const edges = names.slice(1).flatMap((name, index) => (index % 50 === 49 ? [] : [`${names[index]} > ${name}`]));
  return sampleGraph(Object.fromEntries(names.map((name) => [name, { type: "sample-need" }])), edges);
}

test("100,000 nodes are refused in plain words, and soon; the compiler comes to an end with them, too", { timeout: 60_000 }, () => {
  const graph = manyNodes(100_000);
  const before = performance.now();
  const parsed = graphSchema.safeParse(graph);
  expect(parsed.error?.issues.map(({ path, message }) => `${path.join("/")}: ${message}`).sort()).toEqual([
    "edges: Too big: expected array to have <=10000 items",
    "nodes: Too big: expected array to have <=5000 items",
  ]);
  expect(compile(graph, sampleCatalog, {}).problems.length).toBeGreaterThan(0);
  expect(performance.now() - before).toBeLessThan(30_000);
});

test("5,000 nodes run", { timeout: 60_000 }, async () => {
  const names = Array.from({ length: 5_000 }, (_, index) => `n${index}`);
  const graph = sampleGraph(
    Object.fromEntries(names.map((name, index) => [name, { type: index % 50 === 0 ? "sample-branch" : "sample-need" }])),
    names.slice(1).flatMap((name, index) => ((index + 1) % 50 === 0 ? [] : [`${names[index]}${index % 50 === 0 ? ".left" : ""} > ${name}`])),
  );
  expect(graphSchema.safeParse(graph).success).toBe(true);
  const { engine, startGraph, runs } = boot();
  await engine.start();
  const run = await startGraph(graph);
  await expect.poll(async () => (await runs.summary(run.id)).state, { timeout: 50_000 }).toBe("succeeded");
  const { nodes } = await runs.read(run.id);
  expect(Object.values(nodes).every(({ state }) => state === "succeeded")).toBe(true);
  expect(Object.keys(nodes)).toHaveLength(5_000);
});
