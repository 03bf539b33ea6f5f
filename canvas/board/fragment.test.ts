import { describe, expect, it } from "vitest";
import type { EdgeId, NodeId } from "#runtime/graph/ids.ts";
import { emptyGraph, type Graph, type GraphNode, graphSchema } from "#runtime/graph/schema.ts";
import { copyFragment, partOf, pasteFragment, readFragment } from "./fragment.ts";
import { uniqueLabel } from "./unique-label.ts";

const id = (name: string) => `node_${name}` as NodeId;
const node = (name: string, extra: Partial<GraphNode> = {}): GraphNode => ({
  id: id(name),
  type: "any-type",
  version: 1,
  label: name,
  position: { x: 0, y: 0 },
  config: {},
  ...extra,
});
const edge = (from: string, to: string) => ({
  id: `edge_${from}${to}` as EdgeId,
  kind: "data" as const,
  source: { node: id(from), port: "out" },
  target: { node: id(to), port: "in" },
});
const graph: Graph = {
  ...emptyGraph("Source"),
  nodes: [
    node("a", { position: { x: 100, y: 50 } }),
    node("b", { position: { x: 400, y: 20 }, config: { text: "{{ nodes.node_a.out }} {{ nodes.node_c.out }}" }, parent: id("c") }),
    node("c"),
  ],
  edges: [edge("a", "b"), edge("b", "c")],
};
const copied = () => readFragment(copyFragment(graph, new Set([id("a"), id("b")]))) ?? emptyGraph();

describe("copyFragment", () => {
  it("is a heddle.graph/1 document of the chosen nodes and the edges between them", () => {
    const fragment = graphSchema.parse(JSON.parse(copyFragment(graph, new Set([id("a"), id("b")]))));
    expect(fragment.nodes.map(({ id }) => id)).toEqual(["node_a", "node_b"]);
    expect(fragment.edges.map(({ id }) => id)).toEqual(["edge_ab"]);
  });
});

describe("readFragment", () => {
  it.each(["", "hello", "{", "{}", JSON.stringify(emptyGraph()), '{"format":"heddle.graph/2","nodes":[]}'])("takes nothing from %j", (text) => {
    expect(readFragment(text)).toBeUndefined();
  });
});

describe("pasteFragment", () => {
  it("gives fresh ids everywhere, also in expressions that name a copied node", () => {
    const { nodes, edges } = pasteFragment(copied(), graph, { by: { x: 10, y: 10 } });
    const [a, b] = nodes;
    expect(a?.id).not.toBe("node_a");
    expect(b?.config.text).toBe(`{{ nodes.${a?.id}.out }} {{ nodes.node_c.out }}`);
    expect(edges).toMatchObject([{ source: { node: a?.id, port: "out" }, target: { node: b?.id, port: "in" } }]);
    expect(edges[0]?.id).not.toBe("edge_ab");
  });

  it("leaves a frame that was not copied", () => {
    expect(pasteFragment(copied(), graph, { by: { x: 0, y: 0 } }).nodes[1]).not.toHaveProperty("parent");
  });

  it("keeps labels apart", () => {
    expect(pasteFragment(copied(), graph, { by: { x: 0, y: 0 } }).nodes.map(({ label }) => label)).toEqual(["a 2", "b 2"]);
  });

  it("puts the upper left corner where it is wanted", () => {
    const { nodes } = pasteFragment(copied(), emptyGraph(), { at: { x: 1000, y: 500 } });
    expect(nodes.map(({ position }) => position)).toEqual([
      { x: 1000, y: 530 },
      { x: 1300, y: 500 },
    ]);
  });
});

describe("containers", () => {
  const framed: Graph = {
    ...emptyGraph(),
    nodes: [
      node("frame", { type: "for-each", position: { x: 100, y: 100 } }),
      node("inside", { parent: id("frame"), position: { x: 30, y: 40 } }),
      node("beside", { position: { x: 0, y: 0 } }),
    ],
    edges: [edge("frame", "inside")],
  };

  it("are copied with what is in them, which stays where it is in them", () => {
    const fragment = readFragment(copyFragment(framed, new Set([id("frame")]))) ?? emptyGraph();
    const { nodes, edges } = pasteFragment(fragment, framed, { at: { x: 0, y: 0 } });
    expect(nodes.map(({ label }) => label)).toEqual(["frame 2", "inside 2"]);
    expect(nodes[0]?.position).toEqual({ x: 0, y: 0 });
    expect(nodes[1]).toMatchObject({ parent: nodes[0]?.id, position: { x: 30, y: 40 } });
    expect(edges).toHaveLength(1);
  });

  it("are left by what is copied without them, which keeps its place on the board", () => {
    const fragment = readFragment(copyFragment(framed, new Set([id("inside")])));
    expect(fragment?.nodes).toEqual([expect.objectContaining({ position: { x: 130, y: 140 } })]);
    expect(fragment?.nodes[0]).not.toHaveProperty("parent");
  });

  it("take what is pasted into them, and keep duplicates of what is in them", () => {
    const fragment = readFragment(copyFragment(framed, new Set([id("beside")]))) ?? emptyGraph();
    expect(pasteFragment(fragment, framed, { at: { x: 5, y: 6 }, inside: id("frame") }).nodes).toMatchObject([
      { parent: id("frame"), position: { x: 5, y: 6 } },
    ]);
    const [duplicate] = pasteFragment(partOf(framed, new Set([id("inside")])), framed, { by: { x: 1, y: 1 } }).nodes;
    expect(duplicate).toMatchObject({ parent: id("frame"), position: { x: 31, y: 41 } });
  });
});

describe("uniqueLabel", () => {
  it("counts on from the label, not from its number", () => {
    expect(uniqueLabel("Code", new Set())).toBe("Code");
    expect(uniqueLabel("Code 2", new Set(["Code", "Code 2"]))).toBe("Code 3");
  });
});
