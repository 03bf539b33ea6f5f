import { describe, expect, test } from "vitest";
import { sampleCatalog, sampleGraph, sampleId } from "../testing/sample-nodes.ts";
import { compile } from "./compile.ts";

const step = { type: "sample-step" };
const need = { type: "sample-need" };
const codes = (...given: Parameters<typeof sampleGraph>) =>
  compile(sampleGraph(...given), sampleCatalog, {}).problems.map(({ code, severity }) => `${severity} ${code}`);

describe("compile", () => {
  test("a sound graph has a plan and no problem", () => {
    const { plan, problems } = compile(sampleGraph({ a: step, b: need }, ["a > b"]), sampleCatalog, {});
    expect(problems).toEqual([]);
    expect(plan?.order).toEqual([sampleId("a"), sampleId("b")]);
    expect(plan?.nodes[sampleId("b")]?.inputs.value?.sources).toEqual([{ edge: "edge_000", node: sampleId("a"), port: "value" }]);
  });

  test("item mode leaves the inputs in their order", () => {
    const { plan } = compile(
      sampleGraph({ a: step, b: { type: "sample-pair", policy: { eachItemOf: "left" } } }, ["a > b.left", "a > b.right"]),
      sampleCatalog,
      {},
    );
    expect(Object.keys(plan?.nodes[sampleId("b")]?.inputs ?? {})).toEqual(["left", "right"]);
  });

  test("the plan is plain JSON and does not depend on positions", () => {
    const graph = sampleGraph({ a: step, b: need }, ["a > b"]);
    const moved = { ...graph, nodes: graph.nodes.map((node) => ({ ...node, position: { x: 99, y: 99 } })) };
    const plan = compile(graph, sampleCatalog, {}).plan;
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
    expect(compile(moved, sampleCatalog, {}).plan).toEqual(plan);
  });

  test.each([
    { name: "an empty graph", nodes: {}, edges: [], expected: ["error empty"] },
    { name: "an unknown node type", nodes: { a: { type: "no-such" }, b: step }, edges: [], expected: ["error unknown-node-type"] },
    { name: "a newer version", nodes: { a: { ...step, version: 9 }, b: step }, edges: [], expected: ["error newer-node-version"] },
    { name: "a wrong config", nodes: { a: { ...step, config: { sleepMs: "soon" } } }, edges: [], expected: ["error config"] },
    { name: "an unknown config field", nodes: { a: { ...step, config: { slep: 1 } } }, edges: [], expected: ["error config"] },
    { name: "an edge to nowhere", nodes: { a: step }, edges: ["a > gone"], expected: ["error dangling-edge"] },
    { name: "an unknown port", nodes: { a: step, b: step }, edges: ["a.nothing > b"], expected: ["error unknown-port"] },
    { name: "an input without its edge", nodes: { a: need }, edges: [], expected: ["error missing-input"] },
    { name: "two edges into one input", nodes: { a: step, b: step, c: need }, edges: ["a > c", "b > c"], expected: ["error too-many-edges"] },
    {
      name: "the same wire twice",
      nodes: { a: step, b: { type: "sample-merge" } },
      edges: ["a > b.values", "a > b.values"],
      expected: ["error duplicate-edge"],
    },
    {
      name: "an expression over a note, which never runs",
      nodes: { a: { type: "sample-note" }, b: { ...step, config: { yields: "{{ nodes.node_a }}" } } },
      edges: [],
      expected: ["error expression"],
    },
    { name: "a circle", nodes: { a: step, b: step }, edges: ["a > b", "b > a"], expected: ["error cycle", "error cycle"] },
    { name: "a node wired to itself", nodes: { a: step }, edges: ["a > a"], expected: ["error cycle"] },
    {
      name: "two outputs of one name",
      nodes: { a: step, b: { type: "sample-exit" }, c: { type: "sample-exit" } },
      edges: ["a > b", "a > c"],
      expected: ["warning duplicate-output"],
    },
    { name: "a node inside itself", nodes: { a: { ...step, parent: sampleId("a") } }, edges: [], expected: ["error parent"] },
    { name: "an expression that cannot be read", nodes: { a: { ...step, config: { yields: "{{ 1 + }}" } } }, edges: [], expected: ["error expression"] },
    {
      name: "an expression over an unknown node",
      nodes: { a: { ...step, config: { yields: "{{ nodes.node_zz.value }}" } } },
      edges: [],
      expected: ["error expression"],
    },
  ])("$name", ({ nodes, edges, expected }) => {
    expect(codes(nodes, edges)).toEqual(expected);
  });

  test("an expression makes its node wait for what it reads, and can close a circle", () => {
    const reading = { ...step, config: { yields: "{{ nodes.node_a.value }}" } };
    expect(compile(sampleGraph({ a: step, b: reading }, []), sampleCatalog, {}).plan?.nodes[sampleId("b")]?.reads).toEqual([sampleId("a")]);
    expect(codes({ a: need, b: reading }, ["b > a"])).toEqual(["error cycle", "error cycle"]);
  });

  test("all that an expression reads is listed, wired or not, so that nothing else has to be fetched", () => {
    const reading = { ...step, config: { yields: "{{ nodes.node_a.value }}" } };
    const { plan } = compile(sampleGraph({ a: step, b: reading, c: step }, ["a > b", "b > c"]), sampleCatalog, {});
    expect([plan?.nodes[sampleId("b")]?.reads, plan?.nodes[sampleId("c")]?.reads]).toEqual([[sampleId("a")], []]);
  });

  test("two ids alike are reported", () => {
    const graph = sampleGraph({ a: step }, []);
    const doubled = { ...graph, nodes: [...graph.nodes, ...graph.nodes] };
    expect(compile(doubled, sampleCatalog, {}).problems).toContainEqual(expect.objectContaining({ code: "duplicate-id", path: "/nodes/1/id" }));
  });

  test("5,000 nodes in a chain compile", () => {
    const names = Array.from({ length: 5_000 }, (_, index) => `n${index}`);
    const graph = sampleGraph(
      Object.fromEntries(names.map((name) => [name, step])),
      names.slice(1).map((name, index) => `${names[index]} > ${name}`),
    );
    expect(compile(graph, sampleCatalog, {}).plan?.order).toHaveLength(5_000);
  });
});
