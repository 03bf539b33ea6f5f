import type { Box } from "../frames.ts";

/** A node as it is painted: a box, in the board's coordinates. */
export interface PaintedBox extends Box {
  id: string;
  fill: string;
  line: string;
  /** Drawn with a strong line. */
  isStrong: boolean;
  label: string;
  /** Those of a higher level are above the others. */
  level: number;
}

export interface PaintedWire {
  from: { x: number; y: number };
  to: { x: number; y: number };
  colour: string;
  isStrong: boolean;
}

export interface Picture {
  boxes: readonly PaintedBox[];
  wires: readonly PaintedWire[];
  ink: string;
}

/** What is to be seen: the board's point at the picture's corner, and how many of the picture's units one of the board's is. */
export interface View {
  x: number;
  y: number;
  zoom: number;
}

const CORNER = 10;
const LINE = 1.5;
const STRONG_LINE = 6;
/** Below this zoom the names could not be read. */
const NAMED_ZOOM = 0.16;
const NAME_SIZE = 22;
const NAME_INSET = { x: 16, y: 30 };
/** How far a wire leaves its port before it turns, at least. */
const REACH = 40;

/** Things of one colour become one path: a picture of 5,000 boxes is some ten strokes and fills. */
export interface Paths {
  readonly wires: ReadonlyMap<string, Path2D>;
  readonly strongWires: ReadonlyMap<string, Path2D>;
  /** By level, then by colour. */
  readonly fills: readonly (readonly [string, Path2D])[];
  readonly lines: ReadonlyMap<string, Path2D>;
  readonly strongLines: ReadonlyMap<string, Path2D>;
}

export function pathsOf({ boxes, wires }: Picture): Paths {
  const paths = { wires: new Map(), strongWires: new Map(), lines: new Map(), strongLines: new Map() };
  const fills = new Map<string, { level: number; colour: string; path: Path2D }>();
  for (const wire of wires) addWire(pathIn(wire.isStrong ? paths.strongWires : paths.wires, wire.colour), wire);
  for (const { x, y, width, height, fill, line, isStrong, level } of boxes) {
    const key = `${level} ${fill}`;
    const known = fills.get(key) ?? { level, colour: fill, path: new Path2D() };
    fills.set(key, known);
    for (const path of [known.path, pathIn(isStrong ? paths.strongLines : paths.lines, line)]) path.roundRect(x, y, width, height, CORNER);
  }
  const byLevel = [...fills.values()].sort((left, right) => left.level - right.level);
  return { ...paths, fills: byLevel.map(({ colour, path }) => [colour, path]) };
}

function pathIn(paths: Map<string, Path2D>, colour: string): Path2D {
  const path = paths.get(colour) ?? new Path2D();
  paths.set(colour, path);
  return path;
}

function addWire(path: Path2D, { from, to }: PaintedWire): void {
  const reach = Math.max(REACH, Math.abs(to.x - from.x) / 2);
  path.moveTo(from.x, from.y);
  path.bezierCurveTo(from.x + reach, from.y, to.x - reach, to.y, to.x, to.y);
}

/** Paints a picture over whatever was there. `scale`: pixels of the canvas for one of the view's. */
export function paint(context: CanvasRenderingContext2D, given: { picture: Picture; paths: Paths; view: View; scale: number }): void {
  const { picture, paths, view, scale } = given;
  const zoom = view.zoom * scale;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  context.setTransform(zoom, 0, 0, zoom, -view.x * zoom, -view.y * zoom);
  // a line is never thinner than a pixel
  stroke(context, paths.wires, Math.max(LINE, 1 / zoom));
  stroke(context, paths.strongWires, Math.max(STRONG_LINE, 2 / zoom));
  for (const [colour, path] of paths.fills) {
    context.fillStyle = colour;
    context.fill(path);
  }
  stroke(context, paths.lines, Math.max(LINE, 1 / zoom));
  stroke(context, paths.strongLines, Math.max(STRONG_LINE, 2 / zoom));
  if (view.zoom >= NAMED_ZOOM) paintNames(context, picture, { view, zoom });
}

function stroke(context: CanvasRenderingContext2D, paths: ReadonlyMap<string, Path2D>, width: number): void {
  context.lineWidth = width;
  for (const [colour, path] of paths) {
    context.strokeStyle = colour;
    context.stroke(path);
  }
}

function paintNames(context: CanvasRenderingContext2D, { boxes, ink }: Picture, { view, zoom }: { view: View; zoom: number }): void {
  const right = view.x + context.canvas.width / zoom;
  const bottom = view.y + context.canvas.height / zoom;
  context.font = `500 ${NAME_SIZE}px ${getComputedStyle(context.canvas).fontFamily}`;
  context.fillStyle = ink;
  for (const { x, y, width, height, label } of boxes) {
    if (x > right || y > bottom || x + width < view.x || y + height < view.y) continue;
    context.fillText(shortened(label, width), x + NAME_INSET.x, y + NAME_INSET.y, width - 2 * NAME_INSET.x);
  }
}

/** About as much of a name as its box has room for. */
function shortened(label: string, width: number): string {
  const room = Math.floor((width - 2 * NAME_INSET.x) / (NAME_SIZE * 0.5));
  return label.length <= room ? label : `${label.slice(0, Math.max(1, room - 1))}…`;
}
