import { describe, expect, it } from "vitest";
import type { EdgeId, NodeId } from "#runtime/graph/ids.ts";
import { emptyGraph, type Graph, type GraphNode } from "#runtime/graph/schema.ts";
import { FOLDED_PORTS, foldedInto } from "./board-elements.ts";
import { createBoardStore } from "./board-store.ts";
import { frameBoxes, grownFrames, insideFrame, whyNotInside } from "./frames.ts";

const id = (name: string) => `node_${name}` as NodeId;
const node = (name: string, given: Partial<GraphNode> = {}): GraphNode => ({
  id: id(name),
  type: "template-text",
  version: 1,
  label: name,
  position: { x: 10, y: 20 },
  config: {},
  ...given,
});
const edge = (from: string, to: string) => ({
  id: `edge_${from}_${to}` as EdgeId,
  kind: "data" as const,
  source: { node: id(from), port: "text" },
  target: { node: id(to), port: "value" },
});
const graphWith = (collapsed: boolean): Graph => ({
  ...emptyGraph(),
  nodes: [
    node("before"),
    node("frame", { type: "frame", size: { width: 600, height: 300 }, ...(collapsed && { collapsed }) }),
    node("one", { parent: id("frame") }),
    node("two", { parent: id("frame") }),
    node("after"),
  ],
  edges: [edge("before", "one"), edge("one", "two"), edge("two", "after")],
});

describe("a folded frame", () => {
  it("hides what is in it; wires that lead into it end at its edge, and come back when it is unfolded", () => {
    const store = createBoardStore();
    store.getState().showGraph(graphWith(true));
    expect(store.getState().nodes.map(({ id: each, type }) => [each.slice(5), type])).toEqual([
      ["before", "card"],
      ["frame", "folded"],
      ["after", "card"],
    ]);
    expect(store.getState().edges.map(({ source, sourceHandle, target, targetHandle }) => [source, sourceHandle, target, targetHandle])).toEqual([
      [id("before"), "text", id("frame"), FOLDED_PORTS.target],
      [id("frame"), FOLDED_PORTS.source, id("after"), "value"],
    ]);
    store.getState().showGraph(graphWith(false));
    expect(store.getState().nodes).toHaveLength(5);
    expect(store.getState().edges).toHaveLength(3);
    expect(store.getState().edges.every((each) => each.reconnectable !== false)).toBe(true);
  });

  it("stands for what is in it, however deep", () => {
    const graph = graphWith(true);
    const deep = {
      ...graph,
      nodes: [...graph.nodes, node("inner", { type: "frame", parent: id("frame"), collapsed: true }), node("leaf", { parent: id("inner") })],
    };
    expect(foldedInto(deep).get(id("leaf"))).toBe(id("frame"));
    expect(frameBoxes(deep)).toEqual([]);
  });
});

describe("a frame that is only drawn", () => {
  const graph = graphWith(false);

  it("takes everything, also where a run begins, but nothing into itself", () => {
    expect(whyNotInside(graph, id("frame"), [node("start", { type: "start" })])).toBeUndefined();
    expect(whyNotInside(graph, id("frame"), [node("frame", { type: "frame" })])).toEqual(expect.any(String));
  });

  it("keeps less room free than a container, and grows", () => {
    const [frame] = frameBoxes(graph);
    expect(frame && insideFrame({ x: 0, y: 0 }, frame.insets).x).toBeLessThan(insideFrame({ x: 0, y: 0 }).x);
    expect(grownFrames(graph, [{ frame: id("frame"), box: { x: 700, y: 20, width: 240, height: 80 } }]).get(id("frame"))?.width).toBeGreaterThan(940);
  });
});

it("what others drag moves, and goes back when they let go; nothing else is made anew", () => {
  const store = createBoardStore();
  store.getState().showGraph(graphWith(false));
  const [first] = store.getState().nodes;
  store.getState().showDrags(new Map([[id("after"), { x: 500, y: 500 }]]));
  expect(store.getState().nodes.find(({ id: each }) => each === id("after"))?.position).toEqual({ x: 500, y: 500 });
  expect(store.getState().nodes[0]).toBe(first);
  store.getState().showDrags(new Map());
  expect(store.getState().nodes.find(({ id: each }) => each === id("after"))?.position).toEqual({ x: 10, y: 20 });
});
