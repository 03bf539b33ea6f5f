import { describe, expect, it } from "vitest";
import { catalog } from "#nodes/catalog.data.ts";
import type { EdgeId, NodeId } from "#runtime/graph/ids.ts";
import { type EdgeKind, emptyGraph, type Graph, type GraphNode } from "#runtime/graph/schema.ts";
import { compile } from "#runtime/plan/compile.ts";
import { nodePorts } from "../document/node-ports.ts";
import { callersOf } from "./call-rules.ts";
import { checkConnection, type PortsOfNode, reachOf, whyNotOnNode } from "./connection-rules.ts";
import { whyNotInside } from "./frames.ts";
import { joinNeighbours } from "./join-neighbours.ts";

const id = (name: string) => `node_${name}` as NodeId;
const node = (name: string, type: string, parent?: string): GraphNode => ({
  ...{ id: id(name), type, version: 1, label: name, position: { x: 0, y: 0 } },
  config: type === "code" ? { source: "return {};" } : {},
  ...(parent && { parent: id(parent) }),
});
const end = (at: string) => {
  const [name = "", port = ""] = at.split(".");
  return { node: id(name), port };
};
const edge = (kind: EdgeKind, from: string, to: string) => ({
  id: `edge_${from}_${to}`.replaceAll(".", "_") as EdgeId,
  kind,
  source: end(from),
  target: end(to),
});
const nodes = [
  node("crew", "crew"),
  node("one", "agent", "crew"),
  node("two", "agent", "crew"),
  node("alone", "agent"),
  node("tool", "code"),
  node("step", "template-text"),
  node("out", "output"),
];
const graph: Graph = { ...emptyGraph(), nodes, edges: [edge("tool", "tool.tool", "one.tools"), edge("data", "step.text", "out.value")] };
const portsOf: PortsOfNode = (of) => nodePorts(of, {});
const check = (from: string, to: string) => checkConnection(graph, portsOf, { source: end(from), target: end(to) });
const reasonOf = (from: string, to: string) => {
  const found = check(from, to);
  return found.ok ? undefined : found.reason;
};

describe("wires of those who call", () => {
  it("give an agent its tools, however many agents share one", () => {
    expect(check("tool.tool", "two.tools")).toMatchObject({ ok: true, edge: { kind: "tool" } });
    expect(check("alone.tool", "two.tools")).toMatchObject({ ok: true, edge: { kind: "tool" } });
  });

  it("let members hand over, round and round, but nobody else", () => {
    expect(check("one.agent", "two.from")).toMatchObject({ ok: true, edge: { kind: "handoff" } });
    expect(reasonOf("one.agent", "alone.from")).toContain("directly into the same one");
  });

  it.each([
    ["step.text > tool.value", "That port does not exist"],
    ["step.text > one.prompt", "is a member of “crew”"],
    ["one.text > out.value", "is a member of “crew”"],
  ])("say why there is no wire %s", (wire, reason) => {
    const [from = "", to = ""] = wire.split(" > ");
    expect(reasonOf(from, to)).toContain(reason);
  });

  it("leave steps alone", () => {
    expect(reasonOf("step.text", "alone.prompt")).toBeUndefined();
  });

  it("do not make agents call one another without end", () => {
    const called = { ...graph, edges: [...graph.edges, edge("tool", "two.tool", "alone.tools")] };
    const found = checkConnection(called, portsOf, { source: end("alone.tool"), target: end("two.tools") });
    expect(found).toEqual({ ok: false, reason: "They would call one another without end." });
  });

  it("reach the agents that may be wired, and say why the others may not", () => {
    const from = { ...end("tool.tool"), side: "source", type: "tool", isInner: false } as const;
    const reach = reachOf(graph, from);
    expect(whyNotOnNode(graph, portsOf, { from, reach, node: id("two") })).toBeUndefined();
    expect(whyNotOnNode(graph, portsOf, { from, reach, node: id("out") })).toBe("Takes no tools: agents do.");
    const data = { ...end("step.text"), side: "source", type: "text", isInner: false } as const;
    expect(whyNotOnNode(graph, portsOf, { from: data, reach: reachOf(graph, data), node: id("one") })).toContain("is a member of “crew”");
  });

  it("say of each node who calls it", () => {
    const told = [...callersOf(graph)].map(([called, caller]) => `${called.slice(5)}: ${caller.as} of ${caller.node.label}`).sort();
    expect(told).toEqual(["one: member of crew", "tool: tool of one", "two: member of crew"]);
  });

  it("are not joined when what was between is removed: nobody is given tools unasked", () => {
    const chained = { ...graph, edges: [...graph.edges, edge("tool", "one.tool", "alone.tools")] };
    expect(joinNeighbours(chained, portsOf, new Set([id("one")]))).toEqual({ edges: [], unjoined: [] });
  });
});

describe("a crew", () => {
  it("takes what can be called, and notes, but nothing else", () => {
    const inside = (name: string, type: string) => whyNotInside(graph, id("crew"), [node(name, type)]);
    expect(inside("x", "agent")).toBeUndefined();
    expect(inside("x", "sub-graph")).toBeUndefined();
    expect(inside("x", "note")).toBeUndefined();
    expect(inside("x", "frame")).toBe("“crew” calls what is inside it, and “x” cannot be called.");
    expect(inside("x", "output")).toContain("cannot be called");
    expect(inside("x", "for-each")).toContain("cannot be called");
  });

  it("is, to the compiler, what the board says", () => {
    const misplaced = { ...graph, nodes: [...nodes, node("stray", "template-text", "crew")] };
    const told = compile(misplaced, catalog, {}).problems.filter(({ code }) => code === "tool");
    expect(told.map((problem) => problem.node)).toEqual(whyNotInside(graph, id("crew"), [node("stray", "template-text")]) ? [id("stray")] : []);
  });
});
