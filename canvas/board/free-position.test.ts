import { describe, expect, it } from "vitest";
import type { NodeId } from "#runtime/graph/ids.ts";
import { emptyGraph, type Graph } from "#runtime/graph/schema.ts";
import { freePosition } from "./free-position.ts";

const graphAt = (...places: [number, number][]): Graph => ({
  ...emptyGraph(),
  nodes: places.map(([x, y], index) => ({ id: `node_${index}` as NodeId, type: "any-type", version: 1, label: "", position: { x, y }, config: {} })),
});

describe("freePosition", () => {
  it("keeps a place that is free", () => {
    expect(freePosition(graphAt([0, 0]), { x: 400, y: 0 })).toEqual({ x: 400, y: 0 });
  });

  it("goes below what is in the way", () => {
    const found = freePosition(graphAt([0, 0], [20, 130]), { x: 0, y: 0 });
    expect(found.x).toBe(0);
    expect(found.y).toBeGreaterThanOrEqual(242);
  });
});
