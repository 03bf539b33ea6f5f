import { describe, expect, it } from "vitest";
import { catalog } from "#nodes/catalog.data.ts";
import type { EdgeId, NodeId } from "#runtime/graph/ids.ts";
import { emptyGraph, type Graph, type GraphNode } from "#runtime/graph/schema.ts";
import { compile } from "#runtime/plan/compile.ts";
import { nodePorts } from "../document/node-ports.ts";
import { checkConnection, circleOf, findPort, type PortsOfNode, reachOf, type Side } from "./connection-rules.ts";

const id = (name: string) => `node_${name}` as NodeId;
const carry = [{ id: "value", name: "value", type: "any" }];
const node = (name: string, type: string, parent?: string): GraphNode => ({
  id: id(name),
  type,
  version: 1,
  label: name,
  position: { x: 0, y: 0 },
  config: type === "template-text" ? { template: "{{ inputs.value }}" } : type === "loop" ? { carry } : {},
  ...(parent && { parent: id(parent) }),
});
const text = (name: string, parent?: string) => node(name, "template-text", parent);
const nodes = [
  text("before"),
  node("each", "for-each"),
  text("one", "each"),
  text("two", "each"),
  node("loop", "loop", "each"),
  text("deep", "loop"),
  text("after"),
];
const end = (at: string) => {
  const [name = "", port = ""] = at.split(".");
  return { node: id(name), port };
};
const edge = (from: string, to: string) => ({ id: `edge_${from}_${to}` as EdgeId, kind: "data" as const, source: end(from), target: end(to) });
const graph: Graph = { ...emptyGraph(), nodes };
const references = {};
const portsOf: PortsOfNode = (of) => nodePorts(of, references);
const check = (from: string, to: string, edges: [string, string][] = []) =>
  checkConnection({ ...graph, edges: edges.map(([a, b]) => edge(a, b)) }, portsOf, { source: end(from), target: end(to) });

const allowed = [
  ["before.text", "one.value"],
  ["before.text", "deep.value"],
  ["each.item", "one.value"],
  ["each.index", "deep.value"],
  ["loop.thisValue", "deep.value"],
  ["one.text", "two.value"],
  ["one.text", "each.result"],
  ["deep.text", "loop.nextValue"],
  ["each.results", "after.value"],
  ["one.text", "deep.value"],
] as const;
const refused = [
  ["one.text", "after.value"],
  ["deep.text", "two.value"],
  ["deep.text", "each.result"],
  ["each.item", "after.value"],
  ["each.results", "one.value"],
  ["one.text", "each.items"],
  ["before.text", "each.result"],
  ["each.item", "each.result"],
  ["each.results", "each.items"],
  ["loop.thisValue", "one.value"],
] as const;
/** Inner ports of a loop are named after what it carries. */
const named = (at: string) => {
  const [name = "", port = ""] = at.split(".");
  const body = name === "loop" ? portsOf(graph.nodes[4] ?? text("x")).body : undefined;
  if (port === "thisValue") return `loop.${Object.keys(body?.gives ?? {})[0]}`;
  return port === "nextValue" ? `loop.${Object.keys(body?.takes ?? {})[0]}` : at;
};

describe("edges and containers", () => {
  it.each(allowed)("%s may go to %s, and the compiler agrees", (from, to) => {
    expect(check(named(from), named(to))).toMatchObject({ ok: true });
    const { problems } = compile({ ...graph, edges: [edge(named(from), named(to))] }, catalog, references);
    expect(problems.filter((problem) => problem.edge !== undefined)).toEqual([]);
  });

  it.each(refused)("%s may not go to %s, and the compiler agrees", (from, to) => {
    const found = check(named(from), named(to));
    expect(found.ok).toBe(false);
    expect(found).not.toMatchObject({ reason: "That port does not exist." });
    const { problems } = compile({ ...graph, edges: [edge(named(from), named(to))] }, catalog, references);
    expect(problems.filter((problem) => problem.edge !== undefined || problem.code === "cycle").length).toBeGreaterThan(0);
  });

  it("says why in the terms of what was done", () => {
    expect(check("one.text", "after.value")).toMatchObject({ reason: expect.stringContaining("is inside a container “after” is not in") });
    expect(check("each.item", "after.value")).toMatchObject({ reason: "This is for the nodes inside “each”." });
    expect(check("each.results", "one.value")).toMatchObject({ reason: expect.stringContaining("Inside it, use what it gives") });
  });

  it("takes what goes in and comes back for no circle, and what goes round outside for one", () => {
    const through: [string, string][] = [
      ["each.item", "one.value"],
      ["one.text", "each.result"],
    ];
    expect(check("one.text", "two.value", through).ok).toBe(true);
    expect(check("after.text", "one.value", [["each.results", "after.value"]])).toMatchObject({ reason: "Would make a circle: use a loop." });
    expect(check("after.text", "deep.value", [["each.results", "after.value"]])).toMatchObject({ reason: "Would make a circle: use a loop." });
  });

  it("knows what comes before a node in a container", () => {
    const wired = { ...graph, edges: [edge("before.text", "two.value"), edge("one.text", "each.result")] };
    expect([...circleOf(wired, id("one"), "source")].sort()).toEqual(["node_before", "node_each", "node_one"]);
    expect([...circleOf(wired, id("before"), "target")]).toEqual(expect.arrayContaining(["node_deep", "node_loop"]));
  });
});

describe("reachOf", () => {
  const edges = [edge("each.results", "after.value"), edge("one.text", "two.value")];
  const wired = { ...graph, edges };
  const reach = (at: string, side: Side) => {
    const found = findPort(wired, portsOf, { ...end(at), side });
    if (!found) throw new Error(`no ${at}`);
    return reachOf(wired, { node: end(at).node, side, isInner: found.isInner, type: found.port.type });
  };
  const short = (ids: ReadonlySet<NodeId>) => [...ids].map((each) => each.replace("node_", "")).sort();

  it("of what a container gives is what is in it", () => {
    expect(short(reach("each.item", "source").outer)).toEqual(["deep", "loop", "one", "two"]);
    expect(short(reach("each.item", "source").inner)).toEqual([]);
  });

  it("of an output inside is beside it, deeper, and back to the container, but not in a circle", () => {
    expect(short(reach("two.text", "source").outer)).toEqual(["deep", "loop"]);
    expect(short(reach("two.text", "source").inner)).toEqual(["each"]);
  });

  it("of an input inside is beside it, outside, and what containers give", () => {
    expect(short(reach("deep.value", "target").outer)).toEqual(["before", "one", "two"]);
    expect(short(reach("deep.value", "target").inner)).toEqual(["each", "loop"]);
  });
});
