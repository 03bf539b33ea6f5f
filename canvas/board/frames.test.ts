import { describe, expect, it } from "vitest";
import type { NodeId } from "#runtime/graph/ids.ts";
import { emptyGraph, type Graph, type GraphNode, type Position, type Size } from "#runtime/graph/schema.ts";
import { ancestorsOf, outermostOf, placedNodes, withInside } from "../document/containers.ts";
import { nodesById } from "../document/editor-context.ts";
import { absolutePosition, frameAt, frameBoxes, grownFrames, insideFrame, whyNotInside } from "./frames.ts";

const id = (name: string) => `node_${name}` as NodeId;
const node = (name: string, type: string, given: { in?: string; at?: Position; size?: Size } = {}): GraphNode => ({
  id: id(name),
  type,
  version: 1,
  label: name,
  position: given.at ?? { x: 0, y: 0 },
  config: {},
  ...(given.in && { parent: id(given.in) }),
  ...(given.size && { size: given.size }),
});
const graph: Graph = {
  ...emptyGraph(),
  nodes: [
    node("card", "template-text", { in: "inner", at: { x: 7, y: 8 } }),
    node("inner", "loop", { in: "outer", at: { x: 150, y: 80 }, size: { width: 400, height: 300 } }),
    node("outer", "for-each", { at: { x: 1_000, y: 500 }, size: { width: 800, height: 600 } }),
    node("free", "template-text"),
  ],
};
const find = (name: string) => {
  const found = nodesById(graph).get(id(name));
  if (!found) throw new Error(`no ${name}`);
  return found;
};

describe("what is in what", () => {
  it("goes from the outermost container in", () => {
    expect(ancestorsOf(nodesById(graph), find("card"))).toEqual([id("outer"), id("inner")]);
    expect(placedNodes(graph).get(id("card"))?.around).toEqual([id("outer"), id("inner")]);
    expect(outermostOf(graph, id("card"))).toBe(id("outer"));
    expect(outermostOf(graph, id("free"))).toBe(id("free"));
    expect([...withInside(graph, [id("inner")])]).toEqual([id("inner"), id("card")]);
  });

  it("ends where nodes are inside each other", () => {
    const circle: Graph = { ...graph, nodes: [node("a", "for-each", { in: "b" }), node("b", "for-each", { in: "a" })] };
    expect(placedNodes(circle).get(id("a"))?.around).toHaveLength(2);
    expect([...withInside(circle, [id("a")])]).toEqual([id("a"), id("b")]);
  });
});

describe("where things are", () => {
  it("adds up the positions of what is around", () => {
    expect(absolutePosition(graph, find("card"))).toEqual({ x: 1_157, y: 588 });
    expect(absolutePosition(graph, find("free"))).toEqual({ x: 0, y: 0 });
  });

  it("finds the innermost frame at a point, apart from those left out", () => {
    const frames = frameBoxes(graph);
    expect(frameAt(frames, { x: 1_200, y: 600 })?.id).toBe(id("inner"));
    expect(frameAt(frames, { x: 1_200, y: 600 }, new Set([id("inner")]))?.id).toBe(id("outer"));
    expect(frameAt(frames, { x: 1_700, y: 600 })?.id).toBe(id("outer"));
    expect(frameAt(frames, { x: 0, y: 0 })).toBeUndefined();
  });

  it("keeps the header and the ports of a frame free", () => {
    const { x, y } = insideFrame({ x: -50, y: 5 });
    expect(x).toBeGreaterThan(112);
    expect(y).toBeGreaterThan(44);
    expect(insideFrame({ x: 300, y: 200 })).toEqual({ x: 300, y: 200 });
  });

  it("lets frames, and those around them, grow as far as they must", () => {
    const grown = grownFrames(graph, [{ frame: id("inner"), box: { x: 150, y: 80, width: 800, height: 88 } }]);
    expect(grown.get(id("inner"))?.width).toBeGreaterThan(950);
    expect(grown.get(id("inner"))?.height).toBe(300);
    expect(grown.get(id("outer"))?.width).toBeGreaterThan(1_100);
    expect(grownFrames(graph, [{ frame: id("outer"), box: { x: 150, y: 80, width: 240, height: 88 } }]).size).toBe(0);
  });
});

describe("whyNotInside", () => {
  it("lets steps, notes and containers in", () => {
    expect(whyNotInside(graph, id("inner"), [find("free"), node("note", "note"), node("more", "loop")])).toBeUndefined();
  });

  it.each([
    ["where a run begins", [node("start", "start")]],
    ["where a run ends", [node("out", "output")]],
    ["a container in itself", [find("inner"), find("card")]],
    ["a container in what is in it", [find("outer"), find("inner"), find("card")]],
  ])("refuses %s", (_name, nodes) => {
    expect(whyNotInside(graph, id("inner"), nodes)).toEqual(expect.any(String));
  });

  it("refuses what would be too deep, with what is in it", () => {
    const chain = (from: number, to: number, root?: string) =>
      Array.from({ length: to - from }, (_, index) => node(`d${from + index}`, "loop", index > 0 ? { in: `d${from + index - 1}` } : root ? { in: root } : {}));
    const deep: Graph = { ...emptyGraph(), nodes: chain(0, 6) };
    expect(whyNotInside(deep, id("d5"), chain(10, 12))).toBeUndefined();
    expect(whyNotInside(deep, id("d5"), chain(10, 13))).toContain("8 deep");
    expect(whyNotInside({ ...deep, nodes: chain(0, 8) }, id("d7"), [{ ...find("free"), policy: { eachItemOf: "value" } }])).toContain("8 deep");
  });
});
