import ELK from "elkjs/lib/elk.bundled.js";
import { describe, expect, it } from "vitest";
import type { EdgeId, NodeId } from "#runtime/graph/ids.ts";
import { emptyGraph, type Graph, type GraphNode } from "#runtime/graph/schema.ts";
import { port } from "#runtime/node/ports.ts";
import { placesOf, toElk } from "./elk-graph.ts";
import { between } from "./glide.ts";
import { type LayOutGiven, layOutGraph } from "./lay-out-graph.ts";

const id = (name: string) => `node_${name}` as NodeId;
const node = (name: string, [x, y]: readonly [number, number], given: Partial<GraphNode> = {}): GraphNode => ({
  id: id(name),
  type: "template-text",
  version: 1,
  label: name,
  position: { x, y },
  config: {},
  ...given,
});
const edge = (from: string, to: string) => ({
  id: `edge_${from}_${to}` as EdgeId,
  kind: "data" as const,
  source: { node: id(from), port: "text" },
  target: { node: id(to), port: "value" },
});
const elk = new ELK();
const given: LayOutGiven = {
  sizeOf: ({ size }) => ({ x: -7, y: 999, ...(size ?? { width: 240, height: 80 }) }),
  portsOf: () => ({ inputs: { value: port.any() }, outputs: { text: port.text() } }),
  portY: () => 60,
  isNote: ({ type }) => type === "note",
  leastSize: () => ({ width: 160, height: 96 }),
  layOut: async (level) => placesOf(level, await elk.layout(toElk(level))),
};
const graph: Graph = {
  ...emptyGraph(),
  nodes: [
    node("c", [0, 0]),
    node("b", [300, 100]),
    node("a", [600, 200]),
    node("note", [600, 100], { type: "note", size: { width: 200, height: 80 } }),
    node("frame", [20, 500], { type: "frame", size: { width: 2_000, height: 900 } }),
    node("in2", [400, 300], { parent: id("frame") }),
    node("in1", [700, 600], { parent: id("frame") }),
  ],
  edges: [edge("a", "b"), edge("b", "c"), edge("in1", "in2"), edge("c", "in1")],
};
const overlap = (one: GraphNode, other: GraphNode) => {
  const [a, b] = [given.sizeOf(one), given.sizeOf(other)];
  const { x, y } = one.position;
  return x < other.position.x + b.width && other.position.x < x + a.width && y < other.position.y + b.height && other.position.y < y + a.height;
};

async function laidOut(chosen: readonly NodeId[] = []) {
  const { positions, sizes } = await layOutGraph(graph, chosen, given);
  const nodes = graph.nodes.map((each) => ({
    ...each,
    position: positions.get(each.id) ?? each.position,
    ...(sizes.has(each.id) && { size: sizes.get(each.id) }),
  }));
  const at = (name: string) => {
    const found = nodes.find(({ label }) => label === name);
    if (!found) throw new Error(`no ${name}`);
    return found as GraphNode;
  };
  return { at, nodes: nodes as GraphNode[], positions, sizes };
}

describe("layOutGraph", () => {
  it("puts what follows to the right, in line, and nothing on top of anything", async () => {
    const { at, nodes } = await laidOut();
    expect(at("b").position.x).toBeGreaterThan(at("a").position.x + 240);
    expect(at("c").position.x).toBeGreaterThan(at("b").position.x + 240);
    expect(at("frame").position.x).toBeGreaterThan(at("c").position.x + 240);
    expect(at("b").position.y).toBe(at("c").position.y);
    const beside = nodes.filter(({ parent }) => parent === undefined);
    expect(beside.some((one) => beside.some((other) => one !== other && overlap(one, other)))).toBe(false);
  });

  it("fits frames to what is in them, and leaves notes beside their node", async () => {
    const { at, sizes } = await laidOut();
    expect(sizes.get(id("frame"))?.width).toBeLessThan(800);
    expect(at("in1").position).toEqual({ x: 24, y: 56 });
    expect(at("in2").position.x).toBeGreaterThan(264);
    expect(at("note").position.x - at("a").position.x).toBe(0);
    expect(at("a").position.y - at("note").position.y).toBe(100);
  });

  it("touches only what is chosen; of one chosen frame, what is in it", async () => {
    expect([...(await laidOut([id("a"), id("b")])).positions.keys()].every((each) => each === id("a") || each === id("b"))).toBe(true);
    const { positions, sizes } = await laidOut([id("frame")]);
    expect([...positions.keys()].sort()).toEqual([id("in1"), id("in2")]);
    expect([...sizes.keys()]).toEqual([id("frame")]);
  });

  it("says the same the second time", async () => {
    const first = await laidOut();
    const again = await layOutGraph({ ...graph, nodes: first.nodes }, [], given);
    expect(again.sizes.size).toBe(0);
    expect([...again.positions.values()]).toEqual([]);
  });
});

it("on the way, everything is in between", () => {
  const way = between(new Map([[id("a"), { x: 0, y: 10 }]]), new Map([[id("a"), { x: 100, y: 20 }]]), 0.5);
  expect(way.get(id("a"))).toEqual({ x: 50, y: 15 });
});
