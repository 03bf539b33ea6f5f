import { Panel, type ReactFlowState, useReactFlow, useStoreApi } from "@xyflow/react";
import { type PointerEvent, useEffect, useRef } from "react";
import { catalog } from "#nodes/catalog.data.ts";
import { type BoardEdge, type BoardNode, useBoardStore } from "../board-store.ts";
import type { Box } from "../frames.ts";
import { boxAround } from "../guides.ts";
import { boardColours } from "./board-colours.ts";

const SIZE = { width: 168, height: 108 };
const INSET = 8;
/** Milliseconds between two paintings. */
const PERIOD_MS = 150;
/** Boxes are never smaller than that, in pixels. */
const MIN_BOX = 2;

interface MapScale {
  bounds: Box;
  /** Pixels of the map for one of the board's. */
  scale: number;
  left: number;
  top: number;
}

/** The whole graph in a corner, and which part of it is in view; pressed or dragged, it moves the view. The board can be reached by keys without it. */
export function BoardMap() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const shown = useRef<MapScale | undefined>(undefined);
  const flow = useStoreApi<BoardNode, BoardEdge>();
  const board = useBoardStore();
  const { setCenter, getZoom } = useReactFlow();
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const draw = () => {
      timer = undefined;
      shown.current = paintMap(context, flow.getState());
      placeFrame(frame.current, shown.current, flow.getState());
    };
    const ask = () => {
      timer ??= setTimeout(draw, PERIOD_MS);
    };
    const theme = new MutationObserver(ask);
    theme.observe(document.documentElement, { attributes: true });
    const stops = [
      flow.subscribe((state, before) => {
        if (state.transform !== before.transform || state.width !== before.width) placeFrame(frame.current, shown.current, state);
        // sizes are measured after the nodes are there
        if (state.nodesInitialized !== before.nodesInitialized) ask();
      }),
      board.subscribe((state, before) => state.nodes !== before.nodes && ask()),
      () => theme.disconnect(),
      () => clearTimeout(timer),
    ];
    draw();
    return () => {
      for (const stop of stops) stop();
    };
  }, [flow, board]);
  const centreOn = (event: PointerEvent<HTMLElement>) => {
    if (!shown.current || event.buttons !== 1) return;
    const { left, top } = event.currentTarget.getBoundingClientRect();
    const { bounds, scale, left: mapLeft, top: mapTop } = shown.current;
    void setCenter(bounds.x + (event.clientX - left - mapLeft) / scale, bounds.y + (event.clientY - top - mapTop) / scale, { zoom: getZoom() });
  };
  return (
    <Panel position="bottom-right" className="board-map">
      <div
        role="img"
        aria-label="Map of the graph"
        className="relative cursor-pointer touch-none overflow-hidden"
        style={SIZE}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          centreOn(event);
        }}
        onPointerMove={centreOn}
      >
        <canvas ref={canvas} className="absolute inset-0" style={SIZE} />
        <div ref={frame} className="pointer-events-none absolute top-0 left-0 rounded-sm border border-accent bg-accent-soft" />
      </div>
    </Panel>
  );
}

function paintMap(context: CanvasRenderingContext2D, { nodeLookup }: ReactFlowState<BoardNode, BoardEdge>): MapScale | undefined {
  const { canvas } = context;
  const ratio = Math.min(devicePixelRatio, 2);
  canvas.width = SIZE.width * ratio;
  canvas.height = SIZE.height * ratio;
  const boxes = [...nodeLookup.values()].flatMap((node) => {
    const { width, height } = { width: node.measured.width ?? node.width, height: node.measured.height ?? node.height };
    if (node.hidden || width === undefined || height === undefined) return [];
    return [{ ...node.internals.positionAbsolute, width, height, type: node.type, node: node.data.node }];
  });
  const bounds = boxAround(boxes);
  if (!bounds) return undefined;
  const room = { width: SIZE.width - 2 * INSET, height: SIZE.height - 2 * INSET };
  const scale = Math.min(room.width / bounds.width, room.height / bounds.height);
  const [left, top] = [(SIZE.width - bounds.width * scale) / 2, (SIZE.height - bounds.height * scale) / 2];
  const colours = boardColours(canvas);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  const frames = boxes.filter(isFrame);
  for (const box of [...frames, ...boxes.filter((each) => !isFrame(each))]) {
    context.fillStyle = colours.group(catalog.get(box.node.type)?.group ?? "");
    // what is in a frame has to be seen
    context.globalAlpha = isFrame(box) ? 0.3 : 1;
    const [width, height] = [Math.max(MIN_BOX, box.width * scale), Math.max(MIN_BOX, box.height * scale)];
    context.fillRect(left + (box.x - bounds.x) * scale, top + (box.y - bounds.y) * scale, width, height);
  }
  return { bounds, scale, left, top };
}

function isFrame({ type }: { type?: string | undefined }): boolean {
  return type === "frame" || type === "group";
}

function placeFrame(
  element: HTMLElement | null,
  map: MapScale | undefined,
  { transform: [x, y, zoom], width, height }: ReactFlowState<BoardNode, BoardEdge>,
): void {
  if (!element) return;
  element.hidden = map === undefined;
  if (!map) return;
  const { bounds, scale, left, top } = map;
  const corner = { x: left + (-x / zoom - bounds.x) * scale, y: top + (-y / zoom - bounds.y) * scale };
  element.style.transform = `translate(${corner.x}px, ${corner.y}px)`;
  element.style.width = `${(width / zoom) * scale}px`;
  element.style.height = `${(height / zoom) * scale}px`;
}
