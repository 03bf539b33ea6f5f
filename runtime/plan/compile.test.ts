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

  test("the plan is plain JSON and does not depend on positions", () => {
    const graph = sampleGraph({ a: step, b: need }, ["a > b"]);
    const moved = { ...graph, nodes: graph.nodes.map((node) => ({ ...node, position: { x: 99, y: 99 } })) };
    const plan = compile(graph, sampleCatalog, {}).plan;
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
    expect(compile(moved, sampleCatalog, {}).plan).toEqual(plan);
  });

  test.each([
    ["an empty graph", {}, [], ["error empty"]],
    ["an unknown node type", { a: { type: "no-such" }, b: step }, [], ["error unknown-node-type"]],
    ["a newer version", { a: { ...step, version: 9 }, b: step }, [], ["error newer-node-version"]],
    ["a wrong config", { a: { ...step, config: { sleepMs: "soon" } } }, [], ["error config"]],
    ["an unknown config field", { a: { ...step, config: { slep: 1 } } }, [], ["error config"]],
    ["an edge to nowhere", { a: step }, ["a > gone"], ["error dangling-edge"]],
    ["an unknown port", { a: step, b: step }, ["a.nothing > b"], ["error unknown-port"]],
    ["an input without its edge", { a: need }, [], ["error missing-input"]],
    ["two edges into one input", { a: step, b: step, c: need }, ["a > c", "b > c"], ["error too-many-edges"]],
    ["a circle", { a: step, b: step }, ["a > b", "b > a"], ["error cycle", "error cycle"]],
    ["a node wired to itself", { a: step }, ["a > a"], ["error cycle"]],
    ["two outputs of one name", { a: step, b: { type: "sample-exit" }, c: { type: "sample-exit" } }, ["a > b", "a > c"], ["warning duplicate-output"]],
    ["a node inside itself", { a: { ...step, parent: sampleId("a") } }, [], ["error parent"]],
    ["an expression that cannot be read", { a: { ...step, config: { yields: "{{ 1 + }}" } } }, [], ["error expression"]],
    ["an expression over an unknown node", { a: { ...step, config: { yields: "{{ nodes.node_zz.value }}" } } }, [], ["error expression"]],
  ] as const)("%s", (_, nodes, edges, expected) => {
    expect(codes(nodes, edges)).toEqual(expected);
  });

  test("an expression makes its node wait for what it reads, and can close a circle", () => {
    const reading = { ...step, config: { yields: "{{ nodes.node_a.value }}" } };
    expect(compile(sampleGraph({ a: step, b: reading }, []), sampleCatalog, {}).plan?.nodes[sampleId("b")]?.reads).toEqual([sampleId("a")]);
    expect(codes({ a: need, b: reading }, ["b > a"])).toEqual(["error cycle", "error cycle"]);
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
