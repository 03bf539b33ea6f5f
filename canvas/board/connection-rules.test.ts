import { describe, expect, it } from "vitest";
import type { EdgeId, NodeId } from "#runtime/graph/ids.ts";
import { emptyGraph, type Graph, type GraphNode } from "#runtime/graph/schema.ts";
import { type Ports, port } from "#runtime/node/ports.ts";
import { checkConnection, circleOf, fittingPort, type PortsOfNode } from "./connection-rules.ts";

const id = (name: string) => `node_${name}` as NodeId;
const node = (name: string): GraphNode => ({ id: id(name), type: "any-type", version: 1, label: name, position: { x: 0, y: 0 }, config: {} });
const edge = (from: string, to: string, input = "text") => ({
  id: `edge_${from}_${to}` as EdgeId,
  kind: "data" as const,
  source: { node: id(from), port: "text" },
  target: { node: id(to), port: input },
  order: "V",
});
const ports: Ports = {
  inputs: { text: port.text(), all: port.any({ many: true }), pictures: port.list("image") },
  outputs: { text: port.text(), tool: port.tool(), number: port.number() },
};
const portsOf: PortsOfNode = () => ports;
const graph: Graph = { ...emptyGraph(), nodes: ["a", "b", "c", "d"].map(node), edges: [edge("a", "b"), edge("b", "c")] };
const from = (name: string, output = "text") => ({ node: id(name), port: output });
const check = (source: ReturnType<typeof from>, target: ReturnType<typeof from>) => checkConnection(graph, portsOf, { source, target });

describe("checkConnection", () => {
  it("takes the place of the edge at an input for one", () => {
    expect(check(from("d"), from("b"))).toMatchObject({ ok: true, replacing: ["edge_a_b"], edge: { kind: "data" } });
  });

  it("joins the others, behind them, at an input for many", () => {
    const many = { ...graph, edges: [edge("a", "d", "all")] };
    const found = checkConnection(many, portsOf, { source: from("b"), target: from("d", "all") });
    expect(found).toMatchObject({ ok: true, replacing: [] });
    expect(found.ok && (found.edge.order ?? "") > "V").toBe(true);
  });

  it.each([
    ["types that do not fit", from("a"), from("d", "pictures")],
    ["tools as data", from("a", "tool"), from("d", "all")],
    ["a circle", from("c"), from("a")],
    ["a node with itself", from("a"), from("a")],
    ["the same wire again", from("a"), from("b")],
    ["ports that do not exist", from("a", "gone"), from("b")],
    ["nodes that do not exist", from("gone"), from("b")],
  ])("refuses %s", (_name, source, target) => {
    expect(check(source, target).ok).toBe(false);
  });

  it("wires a number to text", () => {
    expect(check(from("a", "number"), from("d")).ok).toBe(true);
  });
});

describe("circleOf", () => {
  it("holds all that is before or behind a node", () => {
    expect([...circleOf(graph, id("b"), "source")].sort()).toEqual(["node_a", "node_b"]);
    expect([...circleOf(graph, id("b"), "target")].sort()).toEqual(["node_b", "node_c"]);
  });
});

describe("fittingPort", () => {
  it("prefers the exact type, then what must be wired", () => {
    expect(fittingPort(ports, "text", "source")).toBe("text");
    expect(fittingPort({ inputs: { first: port.any({ optional: true }), second: port.any() }, outputs: {} }, "number", "source")).toBe("second");
  });

  it("finds outputs for an input, and nothing where nothing fits", () => {
    expect(fittingPort(ports, "number", "target")).toBe("number");
    expect(fittingPort(ports, "image", "target")).toBeUndefined();
  });
});
