import { describe, expect, it } from "vitest";
import type { EdgeId, NodeId } from "#runtime/graph/ids.ts";
import { emptyGraph, type Graph, type GraphEdge, type GraphNode } from "#runtime/graph/schema.ts";
import { type Ports, port } from "#runtime/node/ports.ts";
import { fits, type PortsOfNode, reachOf, whyNotOnNode } from "./connection-rules.ts";
import { incomingWires } from "./fragment.ts";
import { insertedEdges, insertionOf, madeRoom } from "./insertion.ts";
import { joinNeighbours } from "./join-neighbours.ts";

const id = (name: string) => `node_${name}` as NodeId;
const node = (name: string, x = 0): GraphNode => ({ id: id(name), type: "any-type", version: 1, label: name, position: { x, y: 0 }, config: {} });
const edge = (from: string, to: string, order?: string): GraphEdge => {
  const [[source = "", output = "text"], [target = "", input = "text"]] = [from.split("."), to.split(".")];
  const ends = { source: { node: id(source), port: output }, target: { node: id(target), port: input } };
  return { id: `edge_${from}_${to}`.replaceAll(".", "_") as EdgeId, kind: "data", ...ends, ...(order && { order }) };
};
const ports: Ports = {
  inputs: { text: port.text(), number: port.number(), many: port.any({ many: true }) },
  outputs: { text: port.text(), picture: port.image(), number: port.number() },
};
const portsOf: PortsOfNode = () => ports;
const graphOf = (names: readonly string[], edges: GraphEdge[]): Graph => ({
  ...emptyGraph(),
  nodes: names.map((name, index) => node(name, index * 300)),
  edges,
});
const told = (edges: readonly GraphEdge[]) =>
  edges.map(({ source, target }) => `${source.node.slice(5)}.${source.port}>${target.node.slice(5)}.${target.port}`).sort();

describe("joinNeighbours", () => {
  it("joins what was before with what was behind, through all that is removed", () => {
    const graph = graphOf(["a", "b", "c", "d"], [edge("a", "b"), edge("b", "c"), edge("c", "d")]);
    expect(told(joinNeighbours(graph, portsOf, new Set([id("b"), id("c")])).edges)).toEqual(["a.text>d.text"]);
  });

  it("takes the exact type before one that is converted, and keeps the place among several", () => {
    const graph = graphOf(["a", "b", "c"], [edge("a.number", "b.number"), edge("a", "b"), edge("b", "c"), edge("b.picture", "c.many", "K")]);
    const { edges } = joinNeighbours(graph, portsOf, new Set([id("b")]));
    expect(told(edges)).toContain("a.text>c.text");
    expect(edges.find(({ target }) => target.port === "many")?.order).toBe("K");
  });

  it("says what could not be joined, but not what had nothing before it", () => {
    const graph = graphOf(["a", "b", "c"], [edge("a.picture", "b.many"), edge("b", "c")]);
    expect(joinNeighbours(graph, portsOf, new Set([id("b")]))).toEqual({ edges: [], unjoined: [{ node: id("c"), port: "text" }] });
    expect(joinNeighbours(graph, portsOf, new Set([id("a")])).unjoined).toEqual([]);
  });
});

describe("putting a node into a wire", () => {
  const graph = graphOf(["a", "b"], [edge("a", "b", "K")]);
  const [wire] = graph.edges;
  if (!wire) throw new Error("no wire");

  it("wires it on both sides", () => {
    const insertion = insertionOf(graph, portsOf, { edge: wire, node: node("new") });
    const edges = insertedEdges(wire, id("new"), insertion);
    expect(told(edges)).toEqual(["a.text>new.text", "new.text>b.text"]);
    expect(edges.map(({ order }) => order)).toEqual([undefined, "K"]);
  });

  it("says which side does not fit", () => {
    const only: PortsOfNode = ({ id: each }) => (each === id("new") ? { inputs: ports.inputs, outputs: { picture: port.image() } } : ports);
    expect(insertionOf(graph, only, { edge: wire, node: node("new") })).toEqual({ input: "text", output: undefined });
  });

  it("moves what is behind as far as it must, and nothing else", () => {
    const row = graphOf(["a", "b", "c", "beside"], [edge("a", "b"), edge("b", "c")]);
    const boxes = new Map(row.nodes.map((each) => [each.id, { ...each.position, width: 240, height: 80 }]));
    const [first] = row.edges;
    if (!first) throw new Error("no wire");
    const moved = madeRoom(row, boxes, { edge: first, width: 240 });
    expect([...moved.keys()]).toEqual([id("b"), id("c")]);
    expect(moved.get(id("b"))?.x).toBe(240 + 56 + 240 + 56);
    expect(madeRoom(row, new Map([...boxes, [id("b"), { x: 900, y: 0, width: 240, height: 80 }]]), { edge: first, width: 240 }).size).toBe(0);
  });
});

it("copies keep the wires that come from outside", () => {
  const graph = graphOf(["a", "b", "c"], [edge("a", "b"), edge("b", "c")]);
  const originals = graph.nodes.slice(1);
  const copies = [node("b2"), node("c2")];
  expect(told(incomingWires(graph, { originals, copies }))).toEqual(["a.text>b2.text"]);
  // a copied tool is a tool of the same agent; what it would give as data to others, it does not
  const agent: Graph = { ...graph, edges: [{ ...edge("b", "d"), kind: "tool" }, edge("c", "d")] };
  expect(told(incomingWires(agent, { originals, copies }))).toEqual(["b2.text>d.text"]);
});

describe("why a wire can end nowhere on a node", () => {
  const graph = graphOf(["a", "b", "c"], [edge("a", "b")]);
  const why = (from: Parameters<typeof reachOf>[1], on: string, of: PortsOfNode = portsOf) =>
    whyNotOnNode(graph, of, { from, reach: reachOf(graph, from), node: id(on) });
  const from = (name: string, side: "source" | "target", type: "text" | "image") => ({ node: id(name), side, type, isInner: false });

  it("is its types, or a circle", () => {
    const texts: PortsOfNode = () => ({ inputs: { text: port.text() }, outputs: { text: port.text() } });
    expect(why(from("a", "source", "image"), "c", texts)).toBe("Takes text, not image.");
    expect(why(from("b", "source", "text"), "a")).toBe("Would make a circle: use a loop.");
    expect(why(from("a", "source", "text"), "c", () => ({ inputs: {}, outputs: {} }))).toBe("Takes nothing.");
    expect(why(from("a", "source", "text"), "c")).toBeUndefined();
  });

  it("looks at types from either end", () => {
    expect(fits({ side: "source", type: "number" }, port.text())).toBe(true);
    expect(fits({ side: "target", type: "number" }, port.text())).toBe(false);
  });
});
