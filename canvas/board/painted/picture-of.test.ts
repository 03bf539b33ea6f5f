import { describe, expect, it } from "vitest";
import type { NodeId } from "#runtime/graph/ids.ts";
import type { GraphNode } from "#runtime/graph/schema.ts";
import type { BoardEdge, BoardNode } from "../board-store.ts";
import { boxAround } from "../guides.ts";
import { mixed } from "./board-colours.ts";
import { cardGeometry } from "./card-geometry.ts";
import { type PictureSource, pictureOf } from "./picture-of.ts";
import { nodeAt } from "./use-waking.ts";

const graphNode = (id: string, type = "template-text"): GraphNode => ({
  id: `node_${id}` as NodeId,
  type,
  version: 1,
  label: id,
  position: { x: 0, y: 0 },
  config: { template: "{{ inputs.value }}" },
});
const shown = (id: string, more: Partial<BoardNode> = {}): BoardNode => ({
  id: `node_${id}`,
  type: "card",
  position: { x: 0, y: 0 },
  data: { node: graphNode(id) },
  ...more,
});
const wire = { id: "edge_a", source: "node_a", target: "node_b", sourceHandle: "text", targetHandle: "value" } as BoardEdge;
const source = (more: Partial<PictureSource> = {}): PictureSource => ({
  nodes: [shown("a"), shown("b")],
  edges: [wire],
  placeOf: (id) => ({ x: id === "node_a" ? 0 : 400, y: 0, width: 240, height: 81 }),
  portOf: (id, _port, side) => ({ x: (id === "node_a" ? 0 : 400) + (side === "source" ? 240 : 0), y: 63 }),
  stateOf: () => undefined,
  hasProblem: () => false,
  marks: { nodes: new Map(), edges: new Map() },
  colours: {
    ink: "ink",
    accent: "accent",
    danger: "danger",
    wire: "wire",
    box: "box",
    line: "line",
    group: (name) => `group ${name}`,
    status: (name) => `status ${name}`,
    mark: (kind) => `mark ${kind}`,
  },
  ...more,
});

describe("pictureOf", () => {
  it("draws each node in the colour of its group, and each wire from port to port", () => {
    const { boxes, wires } = pictureOf(source());
    expect(boxes.map(({ id, fill, line, isStrong }) => ({ id, fill, line, isStrong }))).toEqual([
      { id: "node_a", fill: "group data", line: "line", isStrong: false },
      { id: "node_b", fill: "group data", line: "line", isStrong: false },
    ]);
    expect(wires).toEqual([{ from: { x: 240, y: 63 }, to: { x: 400, y: 63 }, colour: "wire", isStrong: false }]);
  });

  it("tells what matters most: selected, then how it differs, then what is wrong or how the run goes", () => {
    const lineOf = (more: Partial<PictureSource>) => pictureOf(source(more)).boxes[0]?.line;
    const marks = { nodes: new Map([["node_a" as NodeId, { kind: "added", text: "Added" } as const]]), edges: new Map() };
    expect(lineOf({ nodes: [shown("a", { selected: true })], marks })).toBe("accent");
    expect(lineOf({ marks, hasProblem: () => true })).toBe("mark added");
    expect(lineOf({ hasProblem: () => true })).toBe("danger");
    expect(lineOf({ hasProblem: () => true, stateOf: () => "failed" })).toBe("status failed");
  });

  it("leaves out what has no place, with its wires", () => {
    const place = source().placeOf;
    const without = source({
      placeOf: (id) => (id === "node_b" ? undefined : place(id)),
      portOf: (id) => (id === "node_b" ? undefined : { x: 0, y: 0 }),
    });
    expect(pictureOf(without).boxes.map(({ id }) => id)).toEqual(["node_a"]);
    expect(pictureOf(without).wires).toEqual([]);
  });
});

describe("nodeAt", () => {
  const placed = (id: string, x: number, z: number) => ({ id, measured: { width: 100, height: 50 }, internals: { positionAbsolute: { x, y: 0 }, z } });

  it("finds the topmost node under a point, and nothing beside them", () => {
    const nodes = [placed("under", 0, 1), placed("over", 50, 2), placed("last", 200, 1)];
    expect(nodeAt(nodes, { x: 60, y: 10 })).toBe("over");
    expect(nodeAt(nodes, { x: 10, y: 10 })).toBe("under");
    expect(nodeAt(nodes, { x: 180, y: 10 })).toBeUndefined();
    expect(nodeAt([{ ...placed("hidden", 0, 1), hidden: true }], { x: 10, y: 10 })).toBeUndefined();
  });
});

describe("cardGeometry", () => {
  it("places a handle for each port", () => {
    const { measured, handles } = cardGeometry(graphNode("a"));
    expect(measured).toEqual({ width: 240, height: 81 });
    expect(handles?.map(({ id, type, x, y }) => ({ id, type, x, y }))).toEqual([
      { id: "value", type: "target", x: -4, y: 58 },
      { id: "text", type: "source", x: 234, y: 58 },
    ]);
  });

  it("leaves a folded card to be measured", () => {
    expect(cardGeometry({ ...graphNode("a"), collapsed: true })).toEqual({});
  });
});

it("mixes colours, and takes those it cannot read as they are", () => {
  expect(mixed("#ff0000", "#0000ff", 0.5)).toBe("#800080");
  expect(mixed("rgb(1 2 3)", "#0000ff", 0.5)).toBe("rgb(1 2 3)");
});

it("knows the box around all", () => {
  expect(boxAround([])).toBeUndefined();
  const boxes = [
    { x: 0, y: 5, width: 10, height: 10 },
    { x: -5, y: 0, width: 1, height: 30 },
  ];
  expect(boxAround(boxes)).toEqual({ x: -5, y: 0, width: 15, height: 30 });
});
