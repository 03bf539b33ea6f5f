/** A line of the brush, in points of the picture; one point is a dot. */
export interface Stroke {
  tool: "brush" | "eraser";
  /** Points across. */
  size: number;
  points: { x: number; y: number }[];
}

export interface Extent {
  width: number;
  height: number;
}

/** Strokes with what was taken back. */
export interface Strokes {
  done: readonly Stroke[];
  undone: readonly Stroke[];
}

export const NO_STROKES: Strokes = { done: [], undone: [] };

export const addStroke = ({ done }: Strokes, stroke: Stroke): Strokes => ({ done: [...done, stroke], undone: [] });

export function undoStroke({ done, undone }: Strokes): Strokes {
  const last = done.at(-1);
  return last ? { done: done.slice(0, -1), undone: [...undone, last] } : { done, undone };
}

export function redoStroke({ done, undone }: Strokes): Strokes {
  const last = undone.at(-1);
  return last ? { done: [...done, last], undone: undone.slice(0, -1) } : { done, undone };
}

type Context = Pick<
  CanvasRenderingContext2D,
  "globalCompositeOperation" | "lineWidth" | "lineCap" | "lineJoin" | "strokeStyle" | "beginPath" | "moveTo" | "lineTo" | "stroke"
>;

/** Paints what is masked in one colour. */
export function paintStroke(context: Context, { tool, size, points }: Stroke, colour: string): void {
  const [first, ...rest] = points;
  if (!first) return;
  context.globalCompositeOperation = tool === "brush" ? "source-over" : "destination-out";
  context.strokeStyle = colour;
  context.lineWidth = size;
  context.lineCap = "round";
  context.lineJoin = "round";
  context.beginPath();
  context.moveTo(first.x, first.y);
  // a line of no length is drawn as a dot by its round ends
  for (const { x, y } of rest.length > 0 ? rest : [first]) context.lineTo(x, y);
  context.stroke();
  context.globalCompositeOperation = "source-over";
}

/** What is painted becomes transparent and the rest opaque: ComfyUI takes what can be seen through for the mask (LoadImage). */
export function maskPixels(painted: Uint8ClampedArray): Uint8ClampedArray<ArrayBuffer> {
  const mask = new Uint8ClampedArray(painted.length);
  for (let at = 0; at < painted.length; at += 4) mask[at + 3] = 255 - (painted[at + 3] ?? 0);
  return mask;
}
