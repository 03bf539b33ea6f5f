import { expect, test } from "vitest";
import { sampleId as id, samplePlan } from "#runtime/testing/sample-nodes.ts";
import { type Extent, nodesOfPart, partText } from "./run-part.ts";

const step = { type: "sample-step" };
const plan = samplePlan({ in: { type: "sample-entry" }, a: step, b: step, side: step, out: { type: "sample-exit" } }, ["in > a", "a > b", "b > out"]);
const part = (node: string, extent: Extent, pinned: string[] = []) =>
  nodesOfPart(plan, { node: id(node), extent, pinned: new Map(pinned.map((name) => [id(name), {}])) }).map((each) => each.slice("node_".length));

test("a node alone, with all it needs, or with all that hangs on it", () => {
  expect(part("b", "only")).toEqual(["b"]);
  expect(part("b", "to")).toEqual(["in", "a", "b"]);
  expect(part("a", "from")).toEqual(["a", "b", "out"]);
  expect(part("side", "to")).toEqual(["side"]);
});

test("what is pinned does not run, nor what only it would need", () => {
  expect(part("out", "to", ["a"])).toEqual(["b", "out"]);
  expect(part("in", "from", ["b"])).toEqual(["in", "a"]);
});

test("what an expression reads is needed, too", () => {
  const reading = samplePlan({ a: step, b: { ...step, config: { yields: "{{ nodes.node_a.value }}" } } }, []);
  expect(nodesOfPart(reading, { node: id("b"), extent: "to", pinned: new Map() })).toEqual([id("a"), id("b")]);
});

test("is told in a few words", () => {
  expect(partText(plan, [id("a")])).toBe("a");
  expect(partText(plan, [id("in"), id("a"), id("b"), id("out")])).toBe("4 nodes: in, a, b and 1 more");
});
