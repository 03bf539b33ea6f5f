import { describe, expect, test } from "vitest";
import { catalog } from "#nodes/catalog.data.ts";
import { edgeIdSchema, type NodeId, nodeIdSchema } from "#runtime/graph/ids.ts";
import { emptyGraph, type Graph, type GraphEdge, type GraphNode } from "#runtime/graph/schema.ts";
import type { Plan } from "#runtime/plan/plan.ts";
import { staleNodes } from "./stale-nodes.ts";

const typeOf = (role: string) => {
  const found = catalog.all().find((definition) => definition.role === role);
  if (!found) throw new Error(`There is no node type with the role ${role}.`);
  return found.type;
};
const [STEP, EACH, NOTE] = [typeOf("step"), typeOf("each"), typeOf("annotation")];

const id = (name: string): NodeId => nodeIdSchema.parse(`node_${name}`);
const node = (name: string, given: Partial<GraphNode> = {}): GraphNode => ({
  ...{ id: id(name), type: STEP, version: 1, label: name, position: { x: 0, y: 0 }, config: { text: name } },
  ...given,
});
const wire = (text: string): GraphEdge => {
  const [from = "", to = ""] = text.split(" > ");
  const end = (name: string) => ({ node: id(name.split(".")[0] ?? ""), port: name.split(".")[1] ?? "value" });
  return { id: edgeIdSchema.parse(`edge_${text.replaceAll(/[^a-z]/g, "_")}`), kind: "data", source: end(from), target: end(to) };
};
const graphOf = (nodes: GraphNode[], wires: string[]): Graph => ({ ...emptyGraph(), nodes, edges: wires.map(wire) });
const names = (ran: Graph, draft: Graph, plan?: Plan) =>
  Object.fromEntries([...staleNodes(ran, draft, plan)].map(([key, how]) => [key.slice("node_".length), how]).sort());

const chain = [node("a"), node("b"), node("c"), node("side")];
const wires = ["a > b", "b > c"];
const ran = graphOf(chain, wires);
const replaced = (name: string, change: Partial<GraphNode>, nodes = chain) => nodes.map((each) => (each.id === id(name) ? { ...each, ...change } : each));

describe("what has changed since a run", () => {
  test("is nothing where only places, sizes and names did", () => {
    expect(names(ran, ran)).toEqual({});
    const moved = replaced("a", { position: { x: 80, y: 8 }, label: "Another name", collapsed: true, size: { width: 300, height: 100 } });
    expect(names(ran, graphOf(moved, wires))).toEqual({});
    expect(names(ran, graphOf([...chain, node("note", { type: NOTE })], wires))).toEqual({});
  });

  test.each<[string, Partial<GraphNode>]>([
    ["its settings", { config: { text: "other" } }],
    ["how it treats failures", { policy: { attempts: 3 } }],
    ["whether it is disabled", { disabled: true }],
    ["its version", { version: 2 }],
  ])("is a node when %s did, and all that hangs on it", (_, change) => {
    expect(names(ran, graphOf(replaced("b", change), wires))).toEqual({ b: "own", c: "upstream" });
  });

  test("is told by what the settings say, not by the order of their fields", () => {
    const two = graphOf(replaced("a", { config: { one: 1, two: 2 } }), wires);
    expect(names(two, graphOf(replaced("a", { config: { two: 2, one: 1 } }), wires))).toEqual({});
  });

  test("is the node at the end of a wire that came, went, or was put elsewhere", () => {
    expect(names(ran, graphOf(chain, ["a > b"]))).toEqual({ c: "own" });
    expect(names(ran, graphOf(chain, [...wires, "side > b"]))).toEqual({ b: "own", c: "upstream" });
    expect(names(ran, graphOf(chain, ["a > b", "side > c"]))).toEqual({ c: "own" });
  });

  test("is a node whose expressions read one that has changed, wired or not", () => {
    const plan = { nodes: { [id("side")]: { id: id("side"), reads: [id("a")] } } } as unknown as Plan;
    expect(names(ran, graphOf(replaced("a", { config: {} }), wires), plan)).toEqual({ a: "own", b: "upstream", c: "upstream", side: "upstream" });
  });

  describe("inside of containers", () => {
    const inside = [
      node("list"),
      node("each", { type: EACH }),
      node("x", { parent: id("each") }),
      node("y", { parent: id("each") }),
      node("alone", { parent: id("each") }),
      node("after"),
    ];
    const wired = ["list > each.items", "each.item > x", "x > y", "y > each.result", "each.results > after"];
    const before = graphOf(inside, wired);

    test("reaches the container and what hangs on it, but not the others inside", () => {
      expect(names(before, graphOf(replaced("y", { config: {} }, inside), wired))).toEqual({ y: "own", each: "upstream", after: "upstream" });
    });

    test("comes in with what the container is given", () => {
      const changed = graphOf(replaced("list", { config: {} }, inside), wired);
      expect(names(before, changed)).toEqual({ list: "own", each: "upstream", x: "upstream", y: "upstream", after: "upstream" });
    });
  });

  test("ends where wires go in a circle, as two people can make it", () => {
    const circle = [...wires, "c > a"];
    expect(names(graphOf(chain, circle), graphOf(replaced("b", { config: {} }), circle))).toEqual({ a: "upstream", b: "own", c: "upstream" });
  });
});
