import { expect, it } from "vitest";
import type { NodeId } from "#runtime/graph/ids.ts";
import { emptyGraph, type Graph, type GraphNode } from "#runtime/graph/schema.ts";
import { portOf } from "../board/connection-rules.ts";
import { nodePorts } from "../document/node-ports.ts";
import { readablesOf } from "./readables.ts";

const id = (name: string) => `node_${name}` as NodeId;
const node = (name: string, type: string, more: Partial<GraphNode> = {}): GraphNode => ({
  ...{ id: id(name), type, version: 1, label: name, position: { x: 0, y: 0 }, config: {} },
  ...more,
});
const edge = (from: string, to: string): Graph["edges"][number] => {
  const end = (text: string) => ({ node: id(text.split(".")[0] ?? ""), port: text.split(".")[1] ?? "" });
  return { id: `edge_${from}_${to}`.replaceAll(".", "_") as Graph["edges"][number]["id"], kind: "data", source: end(from), target: end(to) };
};
const graph: Graph = {
  ...emptyGraph(),
  nodes: [node("list", "code"), node("each", "for-each"), node("inner", "transform", { parent: id("each") }), node("after", "transform")],
  edges: [edge("list.result", "each.items"), edge("each.item", "inner.input"), edge("inner.result", "each.result"), edge("each.results", "after.input")],
};
const sources = (name: string, of = graph) => readablesOf(of, id(name), (each) => nodePorts(each, {})).map(({ source }) => source);

it("inside a container expressions read what it gives, behind it what it yields", () => {
  const container = graph.nodes[1] as GraphNode;
  const { outputs, body } = nodePorts(container, {});
  const member = (port: string) => `nodes.${container.id}.${port}`;
  expect(Object.keys(body?.gives ?? {}).length).toBeGreaterThan(0);
  expect(sources("inner")).toEqual(expect.arrayContaining(Object.keys(body?.gives ?? {}).map(member)));
  for (const port of Object.keys(outputs)) expect(sources("inner")).not.toContain(member(port));
  expect(sources("after")).toEqual(expect.arrayContaining(Object.keys(outputs).map(member)));
});

it("says that a node in item mode sees one item", () => {
  const items = { ...graph, nodes: graph.nodes.map((each) => (each.id === id("after") ? { ...each, policy: { eachItemOf: "input" } } : each)) };
  const [input] = readablesOf(items, id("after"), (each) => nodePorts(each, {}));
  expect(input).toMatchObject({ from: "Input", name: "Input (one item)", source: "inputs.input" });
});

it("both ends of a wire between a container and its body have a type", () => {
  const ports = nodePorts(graph.nodes[1] as GraphNode, {});
  const [gives] = Object.keys(ports.body?.gives ?? {});
  const [takes] = Object.keys(ports.body?.takes ?? {});
  expect(portOf(ports, { port: gives ?? "", side: "source" })).toMatchObject({ isInner: true, port: { type: expect.any(String) } });
  expect(portOf(ports, { port: takes ?? "", side: "target" })).toMatchObject({ isInner: true });
  expect(portOf(ports, { port: "constructor", side: "source" })).toBeUndefined();
});
