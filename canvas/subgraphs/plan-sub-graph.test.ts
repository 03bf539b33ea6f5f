import { describe, expect, it } from "vitest";
import { catalog } from "#nodes/catalog.data.ts";
import { type EdgeId, type GraphId, graphIdSchema, type NodeId } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import { emptyGraph, type Graph, type GraphNode, graphSchema } from "#runtime/graph/schema.ts";
import type { Reference } from "#runtime/node/references.ts";
import { compile } from "#runtime/plan/compile.ts";
import { nodePorts } from "../document/node-ports.ts";
import { calledGraph } from "./call-type.ts";
import { planSubGraph } from "./plan-sub-graph.ts";
import { isSameSubGraph } from "./same-sub-graph.ts";

const id = (name: string) => `node_${name}` as NodeId;
const node = (name: string, type: string, config: Record<string, Json>): GraphNode => ({
  ...{ id: id(name), type, version: 1, label: name, position: { x: 0, y: 0 }, config },
});
const text = (name: string, template = "{{ inputs.value }}", over: Partial<GraphNode> = {}) => ({ ...node(name, "template-text", { template }), ...over });
const start = node("start", "start", { fields: [{ id: "topic", name: "topic", type: "text", title: "Topic", required: true }] });
const result = (name: string) => node(name, "output", { name });
const end = (at: string) => {
  const [name = "", port = ""] = at.split(".");
  return { node: id(name), port };
};
const graphOf = (nodes: GraphNode[], wires: string[]): Graph => ({
  ...emptyGraph("Parent"),
  nodes,
  edges: wires.map((wire, index) => {
    const [from = "", to = ""] = wire.split(" > ");
    return { id: `edge_${index}` as EdgeId, kind: "data" as const, source: end(from), target: end(to) };
  }),
});
const plan = (graph: Graph, chosen: string[]) => planSubGraph({ graph, chosen: chosen.map(id), portsOf: (each) => nodePorts(each, {}), name: "Part" });
const made = (graph: Graph, chosen: string[]) => {
  const planned = plan(graph, chosen);
  if (!planned.ok) throw new Error(planned.reason);
  return planned.plan;
};
const CHILD = graphIdSchema.parse("graph_child");
const problemsOf = (graph: Graph, references: Record<string, Reference> = {}) =>
  compile(graph, catalog, references)
    .problems.filter(({ severity }) => severity === "error")
    .map(({ message }) => message);

/** The graph around after the selection was replaced. */
const replaced = (graph: Graph, chosen: string[], child: GraphId = CHILD): Graph => {
  const { removed, rewrites, replacement } = made(graph, chosen);
  const { node: call, edges } = replacement(child);
  const gone = new Set(removed);
  const nodes = graph.nodes.flatMap((each) => {
    const changed = Object.fromEntries(rewrites.filter((rewrite) => rewrite.node === each.id).map(({ field, value }) => [field, value]));
    return gone.has(each.id) ? [] : [{ ...each, config: { ...each.config, ...changed } }];
  });
  return {
    ...graph,
    nodes: [...nodes, call],
    edges: [...graph.edges.filter(({ source, target }) => !gone.has(source.node) && !gone.has(target.node)), ...edges],
  };
};

const chain = graphOf(
  [start, text("a"), text("b", "{{ inputs.value }} and {{ inputs.value }}"), result("out")],
  ["start.topic > a.value", "a.text > b.value", "b.text > out.value"],
);

describe("a sub-graph from a selection", () => {
  it("asks for what came in and gives what went out; the graph around is wired to it", () => {
    const { child, asks, gives } = made(chain, ["a", "b"]);
    expect(problemsOf(child)).toEqual([]);
    expect(graphSchema.safeParse(child).success).toBe(true);
    expect(asks).toMatchObject([{ name: "value", type: "text", source: { node: "node_start", port: "topic" } }]);
    expect(gives).toMatchObject([{ name: "text", type: "text", source: { node: "node_b", port: "text" } }]);
    expect(child.nodes.map(({ id: each }) => each)).toEqual(expect.arrayContaining(["node_a", "node_b"]));
    expect(child.nodes).toHaveLength(4);
    const around = replaced(chain, ["a", "b"]);
    const call = around.nodes.find((each) => calledGraph(each) === CHILD);
    expect(call).toMatchObject({ label: "Part" });
    expect(around.edges.map(({ source, target }) => [source, target])).toEqual([
      [end("start.topic"), { node: call?.id, port: "value" }],
      [{ node: call?.id, port: "text" }, end("out.value")],
    ]);
    const reference: Reference = {
      ...{ kind: "graph", graph: CHILD, revision: 1, name: "Part", outputs: { text: "text" }, hash: "" },
      input: { type: "object", properties: { value: { type: "string" } }, required: ["value"] },
    };
    expect(problemsOf(around, { [`graph:${CHILD}`]: reference })).toEqual([]);
  });

  it("brings a value in once, however many take it, and puts each out once", () => {
    const graph = graphOf(
      [start, text("a"), text("b"), text("c"), result("one"), result("two")],
      ["start.topic > a.value", "start.topic > b.value", "a.text > one.value", "a.text > two.value", "a.text > c.value", "b.text > c.other"],
    );
    const { asks, gives, replacement } = made(graph, ["a", "b"]);
    expect(asks.map(({ name }) => name)).toEqual(["value"]);
    expect(gives.map(({ name, edges }) => [name, edges.length])).toEqual([
      ["text", 3],
      ["text_2", 1],
    ]);
    expect(replacement(CHILD).edges).toHaveLength(1 + 4);
  });

  it("carries what expressions read across the border, both ways", () => {
    const graph = graphOf(
      [start, text("a", "About {{ nodes.node_start.topic }}"), result("out"), text("b", "{{ nodes.node_a.text }}!"), result("end")],
      ["b.text > end.value"],
    );
    const { child, asks, gives, rewrites } = made(graph, ["a"]);
    expect(asks).toMatchObject([{ name: "topic", required: true }]);
    expect(gives).toMatchObject([{ name: "text" }]);
    const inner = child.nodes.find((each) => each.id === id("a"));
    const entry = child.nodes.find((each) => each.id !== id("a") && "fields" in each.config);
    expect(inner?.config.template).toBe(`About {{ nodes.${entry?.id}.topic }}`);
    expect(problemsOf(child)).toEqual([]);
    const around = replaced(graph, ["a"]);
    const call = around.nodes.find((each) => calledGraph(each) === CHILD);
    expect(rewrites).toEqual([{ node: id("b"), field: "template", value: expect.stringMatching(/^\{\{ nodes\.node_\w+\.text \}\}!$/) }]);
    expect(around.nodes.find((each) => each.id === id("b"))?.config.template).toBe(`{{ nodes.${call?.id}.text }}!`);
    expect(around.edges.some(({ source, target }) => source.node === id("start") && target.node === call?.id && target.port === "topic")).toBe(true);
  });

  it("takes a container with all that is in it, and stays in the container it was in", () => {
    const lists = node("start", "start", { fields: [{ id: "topic", name: "topic", type: "list", title: "Topics", required: true }] });
    const nodes = [
      lists,
      { ...node("each", "for-each", {}), size: { width: 800, height: 320 } },
      text("in", undefined, { parent: id("each"), position: { x: 140, y: 80 } }),
      result("out"),
    ];
    const graph = graphOf(nodes, ["start.topic > each.items", "each.item > in.value", "in.text > each.result", "each.results > out.value"]);
    const whole = made(graph, ["each"]);
    expect([...whole.removed].sort()).toEqual(["node_each", "node_in"]);
    expect(problemsOf(whole.child)).toEqual([]);
    const inner = made(graph, ["in"]);
    expect(inner.replacement(CHILD).node).toMatchObject({ parent: "node_each", position: { x: 140, y: 80 } });
    expect(inner.replacement(CHILD).edges.map(({ source, target }) => [source.node === id("each"), target.node === id("each")])).toEqual([
      [true, false],
      [false, true],
    ]);
    expect(inner.child.nodes.find((each) => each.id === id("in"))?.parent).toBeUndefined();
  });

  it("is the same again until somebody changes what it holds", () => {
    const withNodes = (change: (node: GraphNode) => GraphNode): Graph => ({
      ...chain,
      nodes: chain.nodes.map((each) => (each.id === id("a") ? change(each) : each)),
    });
    const chosen = ["a", "b"];
    const before = made(chain, chosen);
    const isSame = (graph: Graph) => isSameSubGraph(before, made(graph, chosen));
    expect(isSame(chain)).toBe(true);
    expect(isSame(withNodes((each) => ({ ...each, position: { x: 90, y: 40 } })))).toBe(true);
    expect(isSame(withNodes((each) => ({ ...each, config: { template: "other" } })))).toBe(false);
    expect(isSame(withNodes((each) => ({ ...each, label: "Other" })))).toBe(false);
    expect(isSame(withNodes((each) => ({ ...each, disabled: true })))).toBe(false);
    expect(isSame(withNodes((each) => ({ ...each, policy: { attempts: 3 } })))).toBe(false);
    const wires = ["start.topic > a.value", "a.text > b.value", "b.text > out.value"];
    expect(isSame(graphOf(chain.nodes, wires.toSpliced(1, 1, "start.topic > b.value")))).toBe(false);
    const reads = graphOf([start, text("a", "{{ nodes.node_start.topic }}"), result("out")], ["a.text > out.value"]);
    expect(isSameSubGraph(made(reads, ["a"]), made(reads, ["a"]))).toBe(true);
  });

  it.each<[string, { graph: Graph; chosen: string[] }, RegExp]>([
    ["nothing but a note", { graph: graphOf([node("note", "note", {})], []), chosen: ["note"] }, /Select the nodes/],
    ["a start", { graph: chain, chosen: ["start", "a"] }, /“start” begins runs/],
    ["an output", { graph: chain, chosen: ["b", "out"] }, /“out” puts out/],
    [
      "what leaves a gap",
      { graph: graphOf([start, text("a"), text("b"), text("c")], ["start.topic > a.value", "a.text > b.value", "b.text > c.value"]), chosen: ["a", "c"] },
      /“b” stands between/,
    ],
    [
      "a gap that only an expression closes",
      { graph: graphOf([text("a"), text("b"), text("c", "{{ nodes.node_b.text }}")], ["a.text > b.value"]), chosen: ["a", "c"] },
      /“b” stands between/,
    ],
    [
      "nodes inside and outside of a container",
      {
        graph: graphOf([start, node("each", "for-each", {}), text("in", undefined, { parent: id("each") }), text("a")], ["start.topic > a.value"]),
        chosen: ["in", "a"],
      },
      /partly inside a container/,
    ],
    ["what reads all of another node", { graph: graphOf([start, text("a", "{{ nodes.node_start }}")], []), chosen: ["a"] }, /reads all outputs of “start”/],
  ])("refuses %s", (_, { graph, chosen }, reason) => {
    const planned = plan(graph, chosen);
    expect(planned.ok ? "" : planned.reason).toMatch(reason);
  });
});
