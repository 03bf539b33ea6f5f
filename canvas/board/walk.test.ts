import { expect, it } from "vitest";
import type { EdgeId, NodeId } from "#runtime/graph/ids.ts";
import { emptyGraph, type Graph } from "#runtime/graph/schema.ts";
import { nearestFirst } from "./nearest-first.ts";
import { type Direction, stepFrom } from "./walk.ts";

const id = (name: string) => `node_${name}` as NodeId;
const edge = (from: string, to: string) => ({
  id: `edge_${from}_${to}` as EdgeId,
  kind: "data" as const,
  source: { node: id(from), port: "o" },
  target: { node: id(to), port: "i" },
});
const places = { a: [0, 0], far: [900, -300], near: [400, 60], below: [20, 200], lone: [0, 500] } as const;
const boxes = new Map(Object.entries(places).map(([name, [x, y]]) => [id(name), { x, y, width: 240, height: 80 }]));
const graph: Graph = { ...emptyGraph(), edges: [edge("a", "far"), edge("a", "near"), edge("below", "near")] };
const step = (from: string | undefined, direction: Direction) => stepFrom(graph, boxes, { from: from === undefined ? undefined : id(from), direction });

it("goes along wires to the nearest in height, and back", () => {
  expect(step("a", "right")).toBe(id("near"));
  expect(step("near", "left")).toBe(id("a"));
  expect(step("far", "left")).toBe(id("a"));
});

it("goes up and down to what stands there, and to what is nearest where there is no wire", () => {
  expect(step("a", "down")).toBe(id("below"));
  expect(step("lone", "up")).toBe(id("below"));
  expect(step("lone", "right")).toBe(id("below"));
  expect(step("a", "up")).toBe(id("far"));
});

it("begins somewhere, and stays where there is nothing further", () => {
  expect(step(undefined, "right")).toBeDefined();
  expect(step("lone", "down")).toBeUndefined();
  expect(stepFrom(emptyGraph(), new Map(), { from: undefined, direction: "up" })).toBeUndefined();
});

it("passes over what is not drawn", () => {
  const drawn = new Map([...boxes].filter(([node]) => node !== id("near")));
  expect(stepFrom(graph, drawn, { from: id("a"), direction: "right" })).toBe(id("far"));
  expect(nearestFirst(drawn, id("a"), [{ node: id("far") }, { node: id("near") }, { node: id("below") }])).toEqual([
    { node: id("below") },
    { node: id("far") },
  ]);
});
