import { describe, expect, it } from "vitest";
import type { NodeId } from "#runtime/graph/ids.ts";
import { alignShifts, distributeShifts } from "./arrange.ts";
import type { Box } from "./frames.ts";
import { alignToOthers, boxAround } from "./guides.ts";

const box = (...[x, y, width = 240, height = 80]: [number, number, number?, number?]): Box => ({ x, y, width, height });
const placed = (name: string, ...place: Parameters<typeof box>) => ({ id: `node_${name}` as NodeId, ...box(...place) });
const by = (shifts: ReadonlyMap<NodeId, { x: number; y: number }>) => Object.fromEntries([...shifts].map(([id, { x, y }]) => [id.slice(5), [x, y]]));

describe("alignToOthers", () => {
  it("pulls to the nearest edge or middle within reach, and draws the line along both", () => {
    const { shift, guides } = alignToOthers(box(4, 200), [box(0, 0), box(-3, 600)], 6);
    expect(shift).toEqual({ x: -4, y: 0 });
    expect(guides).toContainEqual({ axis: "x", at: 0, from: 0, to: 280 });
    expect(guides.every(({ axis }) => axis === "x")).toBe(true);
  });

  it("brings middles in line, whatever the sizes", () => {
    expect(alignToOthers(box(400, 13, 100, 50), [box(0, 0)], 6).shift).toEqual({ x: 0, y: 2 });
  });

  it("leaves alone what is out of reach", () => {
    expect(alignToOthers(box(300, 300), [box(0, 0)], 6)).toEqual({ shift: { x: 0, y: 0 }, guides: [] });
  });
});

it("the box around boxes holds all of them, and there is none around nothing", () => {
  expect(boxAround([box(0, 0), box(-10, 300, 20, 20)])).toEqual({ x: -10, y: 0, width: 250, height: 320 });
  expect(boxAround([])).toBeUndefined();
});

describe("aligning", () => {
  const boxes = [placed("a", 0, 0), placed("b", 50, 100, 100, 40), placed("c", 20, 300)];
  it.each([
    ["left", { a: [0, 0], b: [-50, 0], c: [-20, 0] }],
    ["centre", { a: [10, 0], b: [30, 0], c: [-10, 0] }],
    ["right", { a: [20, 0], b: [110, 0], c: [0, 0] }],
    ["top", { a: [0, 0], b: [0, -100], c: [0, -300] }],
    ["middle", { a: [0, 150], b: [0, 70], c: [0, -150] }],
    ["bottom", { a: [0, 300], b: [0, 240], c: [0, 0] }],
  ] as const)("%s", (side, expected) => expect(by(alignShifts(boxes, side))).toEqual(expected));

  it("distributes by the room between, and keeps the outermost", () => {
    expect(by(distributeShifts([placed("a", 0, 0), placed("c", 1_000, 0), placed("b", 260, 0, 100)], "horizontal"))).toEqual({
      a: [0, 0],
      b: [310, 0],
      c: [0, 0],
    });
    expect(by(distributeShifts(boxes, "vertical"))).toMatchObject({ a: [0, 0], b: [0, 70], c: [0, 0] });
    expect(distributeShifts(boxes.slice(0, 2), "vertical").size).toBe(0);
  });
});
