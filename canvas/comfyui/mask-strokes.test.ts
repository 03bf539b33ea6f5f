import { expect, it } from "vitest";
import { addStroke, maskPixels, NO_STROKES, paintStroke, redoStroke, type Stroke, undoStroke } from "./mask-strokes.ts";

const stroke = (size: number, tool: Stroke["tool"] = "brush"): Stroke => ({ tool, size, points: [{ x: 1, y: 2 }] });

it("takes strokes back and makes them again, until another one is painted", () => {
  const two = addStroke(addStroke(NO_STROKES, stroke(1)), stroke(2));
  const one = undoStroke(two);
  expect(one.done).toEqual([stroke(1)]);
  expect(redoStroke(one)).toEqual(two);
  expect(redoStroke(addStroke(one, stroke(3))).done).toEqual([stroke(1), stroke(3)]);
  expect(undoStroke(NO_STROKES)).toEqual(NO_STROKES);
});

it("makes what is painted transparent, and the rest opaque", () => {
  expect([...maskPixels(new Uint8ClampedArray([239, 68, 68, 255, 0, 0, 0, 0, 1, 1, 1, 100]))]).toEqual([0, 0, 0, 0, 0, 0, 0, 255, 0, 0, 0, 155]);
});

it("paints a dot for a single point, and erases by taking away", () => {
  const told: unknown[] = [];
  const context = {
    ...{
      globalCompositeOperation: "source-over" as GlobalCompositeOperation,
      lineWidth: 0,
      lineCap: "butt" as CanvasLineCap,
      lineJoin: "bevel" as CanvasLineJoin,
      strokeStyle: "",
    },
    beginPath: () => undefined,
    moveTo: (x: number, y: number) => told.push(["move", x, y]),
    lineTo: (x: number, y: number) => told.push(["line", x, y]),
    stroke: () => told.push([context.globalCompositeOperation, context.lineWidth]),
  };
  paintStroke(context, stroke(9, "eraser"), "red");
  expect(told).toEqual([
    ["move", 1, 2],
    ["line", 1, 2],
    ["destination-out", 9],
  ]);
  expect(context.globalCompositeOperation).toBe("source-over");
});
