import { describe, expect, it } from "vitest";
import { freePosition, type TakenPlace } from "./free-position.ts";

const at = (x: number, y: number, height?: number): TakenPlace => ({ position: { x, y }, height });

describe("freePosition", () => {
  it("keeps a place that is free", () => {
    expect(freePosition([at(0, 0)], { x: 400, y: 0 })).toEqual({ x: 400, y: 0 });
  });

  it("goes below what is in the way", () => {
    const found = freePosition([at(0, 0), at(20, 130)], { x: 0, y: 0 });
    expect(found.x).toBe(0);
    expect(found.y).toBeGreaterThanOrEqual(242);
  });

  it("leaves room below a card that is taller than most", () => {
    expect(freePosition([at(0, 0, 200)], { x: 0, y: 100 }).y).toBeGreaterThanOrEqual(224);
  });

  it("takes the room above a card when a new one fits there", () => {
    expect(freePosition([at(0, 120, 200)], { x: 0, y: 0 })).toEqual({ x: 0, y: 0 });
  });

  it("reckons with the width of what is there, and of what is new", () => {
    const frame = { position: { x: 0, y: 0 }, width: 800, height: 320 };
    expect(freePosition([frame], { x: 500, y: 100 }).y).toBeGreaterThanOrEqual(344);
    expect(freePosition([at(600, 0)], { x: 0, y: 0 }, { width: 800, height: 320 }).y).toBeGreaterThanOrEqual(112);
    expect(freePosition([at(600, 0)], { x: 0, y: 0 }).y).toBe(0);
  });
});
