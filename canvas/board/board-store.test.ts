import { describe, expect, it } from "vitest";
import type { NodeId } from "#runtime/graph/ids.ts";
import { emptyGraph, type Graph, type GraphNode } from "#runtime/graph/schema.ts";
import { parentsFirst } from "./board-elements.ts";
import { createBoardStore } from "./board-store.ts";

const id = (name: string) => `node_${name}` as NodeId;
const node = (name: string, parent?: string, type = "template-text"): GraphNode => ({
  id: id(name),
  type,
  version: 1,
  label: name,
  position: { x: 10, y: 20 },
  config: {},
  ...(parent && { parent: id(parent) }),
});
const names = (nodes: readonly GraphNode[]) => nodes.map(({ label }) => label);

describe("parentsFirst", () => {
  it("puts what is around before what is in it, and leaves the rest in order", () => {
    expect(names(parentsFirst([node("a", "c"), node("b"), node("c", "d"), node("d")]))).toEqual(["d", "c", "a", "b"]);
    const flat = [node("b"), node("a")];
    expect(parentsFirst(flat)).toBe(flat);
  });

  it("keeps every node of a circle", () => {
    expect(names(parentsFirst([node("a", "b"), node("b", "a")])).sort()).toEqual(["a", "b"]);
  });
});

describe("showGraph", () => {
  const graph: Graph = { ...emptyGraph(), nodes: [node("card", "frame"), node("frame", undefined, "for-each")] };

  it("draws a container as a frame of some size, with its children in it", () => {
    const store = createBoardStore();
    store.getState().showGraph(graph);
    const [frame, card] = store.getState().nodes;
    expect(frame).toMatchObject({ id: "node_frame", type: "frame", width: expect.any(Number), height: expect.any(Number) });
    expect(card).toMatchObject({ id: "node_card", type: "card", parentId: "node_frame" });
    expect(card?.zIndex).toBeGreaterThan(frame?.zIndex ?? 0);
  });

  it("follows a node out, and keeps what did not change as it is", () => {
    const store = createBoardStore();
    store.getState().showGraph(graph);
    const [frame] = store.getState().nodes;
    store.getState().showGraph({ ...graph, nodes: [node("card"), ...graph.nodes.slice(1)] });
    expect(store.getState().nodes.find(({ type }) => type === "card")).not.toHaveProperty("parentId");
    expect(store.getState().nodes.find(({ type }) => type === "frame")).toBe(frame);
  });
});
