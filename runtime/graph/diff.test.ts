import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { diffGraphs, isOnlyMoved, isSame } from "./diff.ts";
import type { EdgeId, NodeId } from "./ids.ts";
import type { Json } from "./json.ts";
import { emptyGraph, type Graph, type GraphEdge, type GraphNode } from "./schema.ts";
import { takeBack } from "./take-back.ts";

const id = (name: string) => `node_${name}` as NodeId;
const node = (name: string, over: Partial<GraphNode> = {}): GraphNode => ({
  ...{ id: id(name), type: "sample", version: 1, label: name, position: { x: 0, y: 0 }, config: {} },
  ...over,
});
const edge = (from: string, to: string, over: Partial<GraphEdge> = {}): GraphEdge => ({
  ...{ id: `edge_${from}_${to}` as EdgeId, kind: "data", source: { node: id(from), port: "out" }, target: { node: id(to), port: "in" } },
  ...over,
});
const graph = (nodes: GraphNode[], edges: GraphEdge[] = [], over: Partial<Graph> = {}): Graph => ({ ...emptyGraph("Test"), nodes, edges, ...over });

describe("the difference of two graphs", () => {
  it("tells what was added, removed, changed and moved", () => {
    const before = graph([node("a"), node("b"), node("c", { label: "Old", policy: { attempts: 2 } })], [edge("a", "b")]);
    const after = graph(
      [node("a", { position: { x: 8, y: 0 } }), node("c", { label: "New", policy: { attempts: 3 }, disabled: true }), node("d")],
      [edge("a", "c")],
    );
    const { nodes, edges } = diffGraphs(before, after);
    expect(nodes.map((change) => [change.type, change.id])).toEqual([
      ["changed", "node_a"],
      ["removed", "node_b"],
      ["changed", "node_c"],
      ["added", "node_d"],
    ]);
    expect(nodes[0]).toMatchObject({ fields: [], looks: ["position"] });
    expect(nodes[2]).toMatchObject({
      looks: [],
      fields: [
        { type: "value", path: ["disabled"], after: true },
        { type: "text", path: ["label"], before: "Old", after: "New" },
        { type: "value", path: ["policy", "attempts"], before: 2, after: 3 },
      ],
    });
    expect(nodes.map(isOnlyMoved)).toEqual([true, false, false, false]);
    expect(edges.map(({ type, id: edgeId }) => [type, edgeId])).toEqual([
      ["removed", "edge_a_b"],
      ["added", "edge_a_c"],
    ]);
  });

  it("looks into texts and lists of records", () => {
    const fields = (...names: string[]): Json => names.map((name) => ({ id: name.charAt(0), name }));
    const before = graph([node("a", { config: { prompt: "one\ntwo", fields: fields("alpha", "beta", "gamma"), url: { host: "x" } } })]);
    const after = graph([node("a", { config: { prompt: "one\nthree", fields: fields("gamma", "apple", "delta"), url: { host: "y" } } })]);
    const [change] = diffGraphs(before, after).nodes;
    expect(change).toMatchObject({
      fields: [
        {
          type: "records",
          path: ["config", "fields"],
          isReordered: true,
          items: [
            { type: "changed", id: "a", fields: [{ type: "text", path: ["name"], before: "alpha", after: "apple" }] },
            { type: "removed", id: "b" },
            { type: "added", id: "d" },
          ],
        },
        { type: "text", path: ["config", "prompt"] },
        { type: "value", path: ["config", "url"], before: { host: "x" }, after: { host: "y" } },
      ],
    });
  });

  it("a field that appears or goes has only one side; what says the same in another order is no change", () => {
    const before = graph([node("a", { config: { gone: 1, object: { x: 1, y: 2 } } })], [], { settings: { timeoutMs: 5_000 } });
    const after = graph([node("a", { config: { come: null, object: { y: 2, x: 1 } } })], [], { settings: { budget: 2 }, name: "Other" });
    const diff = diffGraphs(before, after);
    expect(diff.nodes[0]).toMatchObject({
      fields: [
        { path: ["config", "come"], before: undefined, after: null },
        { path: ["config", "gone"], before: 1, after: undefined },
      ],
    });
    expect(diff.about.map(({ path }) => path)).toEqual([["name"], ["settings", "budget"], ["settings", "timeoutMs"]]);
  });

  it("a wire that was drawn again is no change", () => {
    const before = graph([node("a"), node("b")], [edge("a", "b")]);
    const after = graph([node("a"), node("b")], [edge("a", "b", { id: "edge_again" as EdgeId })]);
    const diff = diffGraphs(before, after);
    expect(diff.edges).toMatchObject([{ type: "renewed", before: { id: "edge_a_b" }, after: { id: "edge_again" } }]);
    expect(isSame(diff)).toBe(true);
    expect(takeBack(after, diff)).toEqual(before);
  });

  it("costs time in proportion to the graph", () => {
    const large = (label: string) =>
      graph(Array.from({ length: 5_000 }, (_, index) => node(`n${index}`, { label, config: { text: "x".repeat(50), nth: index } })));
    const start = performance.now();
    expect(diffGraphs(large("a"), large("b")).nodes).toHaveLength(5_000);
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});

describe("taking back", () => {
  const json: fc.Arbitrary<Json> = fc.oneof<fc.Arbitrary<Json>[]>(
    fc.integer(),
    fc.string({ maxLength: 4 }),
    fc.constant(null),
    fc.constant([{ id: "a", x: 1 }]),
    fc.constant([{ id: "b" }, { id: "a", x: 2 }]),
    fc.constant({ deep: [1] }),
  );
  const NAMES = ["a", "b", "c", "d", "e"];
  const graphs = fc
    .record({
      nodes: fc.dictionary(
        fc.constantFrom(...NAMES),
        fc.record({
          label: fc.constantFrom("x", "y"),
          x: fc.constantFrom(0, 8),
          config: fc.dictionary(fc.constantFrom("f", "g"), json),
          parent: fc.option(fc.constantFrom(...NAMES), { nil: undefined }),
        }),
        { maxKeys: 5 },
      ),
      edges: fc.array(fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom(...NAMES), fc.constantFrom("1", "2"))),
      name: fc.constantFrom("one", "two"),
      settings: fc.constantFrom({}, { budget: 1 }),
    })
    .map(({ nodes, edges, name, settings }) => {
      const names = Object.keys(nodes).sort();
      const made = names.map((each): GraphNode => {
        const { label, x, config, parent } = nodes[each] ?? { label: "", x: 0, config: {}, parent: undefined };
        const isSound = parent !== undefined && parent < each && names.includes(parent);
        return node(each, { label, position: { x, y: 0 }, config, ...(isSound && { parent: id(parent) }) });
      });
      const wires = new Map(
        edges
          .filter(([from, to]) => names.includes(from) && names.includes(to))
          .map(([from, to, suffix]) => [`${from}${to}${suffix}`, edge(from, to, { id: `edge_${from}${to}${suffix}` as EdgeId })]),
      );
      return graph(
        made,
        [...wires.keys()].sort().flatMap((key) => wires.get(key) ?? []),
        { name, settings },
      );
    });

  it("nothing differs from itself", () => {
    fc.assert(fc.property(graphs, (one) => isSame(diffGraphs(one, structuredClone(one))) && diffGraphs(one, structuredClone(one)).edges.length === 0));
  });

  it("gives the earlier graph, whatever the two are", () => {
    fc.assert(
      fc.property(graphs, graphs, (before, after) => {
        expect(takeBack(after, diffGraphs(before, after))).toEqual(before);
      }),
    );
  });

  it("of some nodes leaves the others alone, and makes no dangling wire, lost parent or circle", () => {
    fc.assert(
      fc.property(graphs, graphs, fc.subarray(NAMES), (before, after, names) => {
        const only = new Set(names.map(id));
        const result = takeBack(after, diffGraphs(before, after), only);
        const byId = new Map(result.nodes.map((each) => [each.id, each]));
        for (const { source, target } of result.edges) expect(byId.has(source.node) && byId.has(target.node)).toBe(true);
        for (const each of result.nodes) {
          const seen = new Set<string>();
          for (let at: GraphNode | undefined = each; at?.parent !== undefined; at = byId.get(at.parent)) {
            expect(seen.has(at.id)).toBe(false);
            seen.add(at.id);
            expect(byId.has(at.parent)).toBe(true);
          }
        }
        expect([...only].filter((each) => byId.has(each)).sort()).toEqual(before.nodes.flatMap((each) => (only.has(each.id) ? [each.id] : [])));
        for (const each of result.nodes) {
          const source = (only.has(each.id) ? before : after).nodes.find((other) => other.id === each.id);
          expect(each).toMatchObject({ label: source?.label, config: source?.config });
        }
        expect({ name: result.name, settings: result.settings }).toEqual({ name: after.name, settings: after.settings });
      }),
    );
  });

  it("a node that was removed comes back with its wires, unless its neighbour is wired otherwise by now", () => {
    const before = graph([node("a"), node("b"), node("c"), node("d")], [edge("a", "b"), edge("b", "c"), edge("b", "d")]);
    const after = graph([node("a"), node("c"), node("d")], [edge("a", "c")]);
    const back = takeBack(after, diffGraphs(before, after), new Set([id("b")]));
    expect(back.nodes.map((each) => each.id)).toEqual(["node_a", "node_b", "node_c", "node_d"]);
    expect(back.edges.map((each) => each.id)).toEqual(["edge_a_b", "edge_a_c", "edge_b_d"]);
  });

  it("one that was in a container that is gone stands where it was drawn", () => {
    const before = graph([node("a", { position: { x: 100, y: 50 } }), node("b", { parent: id("a"), position: { x: 10, y: 5 } })]);
    const after = graph([]);
    expect(takeBack(after, diffGraphs(before, after), new Set([id("b")])).nodes).toEqual([node("b", { position: { x: 110, y: 55 } })]);
  });
});
