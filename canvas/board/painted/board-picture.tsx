import { type ReactFlowState, useStoreApi } from "@xyflow/react";
import { useContext, useEffect, useRef } from "react";
import { useAnalysis } from "../../document/analysis.tsx";
import { nodeRunOf, RunViewContext, shownNodeState } from "../../runs/run-view.ts";
import { CalledRunsContext, calledState } from "../../runs/use-called.ts";
import { type BoardEdge, type BoardNode, type BoardStore, useBoardStore } from "../board-store.ts";
import type { Box } from "../frames.ts";
import { useMarks } from "../marks.ts";
import { boardColours } from "./board-colours.ts";
import { type Paths, type Picture, paint, pathsOf, type View } from "./picture.ts";
import { type PictureSource, pictureOf } from "./picture-of.ts";

type FlowState = ReactFlowState<BoardNode, BoardEdge>;

/** Painted beyond each edge of the view, in parts of it: as far one can drag before it is painted anew. */
const MARGIN = 0.35;
/** Milliseconds between two paintings while the view or the run changes; in between, what is painted is moved and scaled. */
const PERIOD_MS = 120;

/**
 * The whole graph as one picture, under the board's nodes, for a view from far away: 2,000 nodes of which each is an element of its own
 * are moved 8 times a second (bare React Flow, without a graphics card), the picture 60 times.
 */
export function BoardPicture() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const flow = useStoreApi<BoardNode, BoardEdge>();
  const board = useBoardStore();
  const { source: runs } = useContext(RunViewContext);
  const called = useContext(CalledRunsContext);
  const marks = useMarks();
  const { byNode } = useAnalysis();
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext("2d");
    if (!element || !context) return;
    let made: { picture: Picture; paths: Paths } | undefined;
    const makePicture = () => {
      const view = runs.current();
      const picture = pictureOf({
        ...shownBy(board, flow.getState()),
        stateOf: (node) => {
          const run = nodeRunOf(view, node);
          const calls = run ? undefined : called.of(node);
          if (calls) return calledState(calls);
          return run && shownNodeState(run, view?.live === true);
        },
        hasProblem: (node) => byNode.get(node)?.some(({ severity }) => severity === "error") ?? false,
        marks,
        colours: boardColours(element),
      });
      made = { picture, paths: pathsOf(picture) };
      return made;
    };
    const painter = createPainter({ element, flow, draw: (view, scale) => paint(context, { ...(made ?? makePicture()), view, scale }) });
    const renew = () => {
      made = undefined;
      painter.repaint();
    };
    const theme = new MutationObserver(renew);
    theme.observe(document.documentElement, { attributes: true });
    const stops = [
      flow.subscribe((state, before) => {
        if (state.transform !== before.transform || state.width !== before.width || state.height !== before.height) painter.follow();
      }),
      board.subscribe((state, before) => {
        if (state.nodes !== before.nodes || state.edges !== before.edges) renew();
      }),
      runs.subscribe(renew),
      called.subscribe(renew),
      () => theme.disconnect(),
      painter.stop,
    ];
    painter.repaint();
    return () => {
      for (const stop of stops) stop();
    };
  }, [flow, board, runs, called, marks, byNode]);
  return <canvas ref={canvas} aria-hidden className="pointer-events-none absolute top-0 left-0 origin-top-left" />;
}

function shownBy(board: BoardStore, { nodeLookup }: FlowState): Pick<PictureSource, "nodes" | "edges" | "placeOf" | "portOf"> {
  const { nodes, edges } = board.getState();
  const placeOf = (id: string): Box | undefined => {
    const node = nodeLookup.get(id);
    const width = node?.measured.width ?? node?.width;
    const height = node?.measured.height ?? node?.height;
    return node && width !== undefined && height !== undefined ? { ...node.internals.positionAbsolute, width, height } : undefined;
  };
  return {
    nodes,
    edges,
    placeOf,
    portOf: (id, port, side) => {
      const place = placeOf(id);
      const bounds = nodeLookup.get(id)?.internals.handleBounds?.[side]?.find((handle) => handle.id === port);
      if (!place) return undefined;
      if (!bounds) return { x: side === "source" ? place.x + place.width : place.x, y: place.y + place.height / 2 };
      return { x: place.x + bounds.x + bounds.width / 2, y: place.y + bounds.y + bounds.height / 2 };
    },
  };
}

interface Painter {
  /** The view has changed: moves what is painted, and paints anew where that is not enough. */
  follow(): void;
  repaint(): void;
  stop(): void;
}

function createPainter(given: { element: HTMLCanvasElement; flow: { getState(): FlowState }; draw(view: View, scale: number): void }): Painter {
  const { element, flow, draw } = given;
  let painted: (View & { width: number; height: number }) | undefined;
  let frame = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let paintedAt = Number.NEGATIVE_INFINITY;

  const now = () => {
    frame = 0;
    timer = undefined;
    const { transform, width, height } = flow.getState();
    if (width === 0 || height === 0) return;
    const [x, y, zoom] = transform;
    const scale = Math.min(devicePixelRatio, 2);
    const size = { width: width * (1 + 2 * MARGIN), height: height * (1 + 2 * MARGIN) };
    const [pixelWidth, pixelHeight] = [Math.round(size.width * scale), Math.round(size.height * scale)];
    if (element.width !== pixelWidth) element.width = pixelWidth;
    if (element.height !== pixelHeight) element.height = pixelHeight;
    element.style.width = `${size.width}px`;
    element.style.height = `${size.height}px`;
    painted = { x: (-x - width * MARGIN) / zoom, y: (-y - height * MARGIN) / zoom, zoom, width: size.width / zoom, height: size.height / zoom };
    draw(painted, scale);
    paintedAt = performance.now();
    place();
  };
  const place = () => {
    if (!painted) return;
    const [x, y, zoom] = flow.getState().transform;
    element.style.transform = `translate(${painted.x * zoom + x}px, ${painted.y * zoom + y}px) scale(${zoom / painted.zoom})`;
  };
  const repaint = () => {
    if (frame !== 0 || timer !== undefined) return;
    const left = PERIOD_MS - (performance.now() - paintedAt);
    if (left <= 0) frame = requestAnimationFrame(now);
    else timer = setTimeout(now, left);
  };
  return {
    repaint,
    follow: () => {
      place();
      const { transform, width, height } = flow.getState();
      const [x, y, zoom] = transform;
      const seen = { x: -x / zoom, y: -y / zoom, right: (width - x) / zoom, bottom: (height - y) / zoom };
      const isCovered =
        painted?.zoom === zoom &&
        seen.x >= painted.x &&
        seen.y >= painted.y &&
        seen.right <= painted.x + painted.width &&
        seen.bottom <= painted.y + painted.height;
      if (!isCovered) repaint();
    },
    stop: () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    },
  };
}
