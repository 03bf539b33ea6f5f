import { expect, it } from "vitest";
import { createPen } from "./mask-pen.ts";
import { addStroke, NO_STROKES, undoStroke } from "./mask-strokes.ts";

const begin = { tool: "brush" as const, size: 8, at: { x: 0, y: 0 } };
const along = (x: number) => ({ x, y: 0 });

it("draws one stroke from when it is put down until it is let go, which is taken back whole", () => {
  const pen = createPen();
  expect(pen.down("key", begin).points).toEqual([along(0)]);
  for (let x = 1; x <= 40; x++) expect(pen.move("key", along(x))).toMatchObject({ size: 8, points: [along(x - 1), along(x)] });
  const stroke = pen.up("key");
  expect(stroke?.points).toHaveLength(41);
  if (!stroke) throw new Error("There is no stroke.");
  expect(undoStroke(addStroke(NO_STROKES, stroke)).done).toEqual([]);
});

it("is moved only by whom holds it", () => {
  const pen = createPen();
  expect(pen.move("pointer", along(1))).toBeUndefined();
  pen.down("key", begin);
  expect(pen.move("pointer", along(1))).toBeUndefined();
  expect(pen.holder()).toBe("key");
  expect(pen.up("pointer")).toBeUndefined();
  expect(pen.up("key")?.points).toEqual([along(0)]);
  expect(pen.holder()).toBeUndefined();
  expect(pen.up("key")).toBeUndefined();
  expect(pen.move("key", along(1))).toBeUndefined();
});
