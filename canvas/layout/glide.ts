import type { NodeId } from "#runtime/graph/ids.ts";
import type { Position } from "#runtime/graph/schema.ts";
import type { BoardStore } from "../board/board-store.ts";

const DURATION_MS = 320;
/** More than this are put where they go at once: each frame would take longer than it lasts. */
const MOST = 400;

export interface Glide {
  store: BoardStore;
  from: ReadonlyMap<NodeId, Position>;
  to: ReadonlyMap<NodeId, Position>;
  /** Writes the new positions. */
  edit(): void;
  /** Once everything is where it goes. */
  arrived(): void;
}

/** Shows nodes on their way to where they have been put. What is written is written at once. */
export function glide({ store, from, to, edit, arrived }: Glide): void {
  const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (isCalm || to.size > MOST) {
    edit();
    // what is drawn follows the graph
    requestAnimationFrame(arrived);
    return;
  }
  store.getState().showGlides(from);
  edit();
  const began = performance.now();
  const step = (now: number) => {
    // a frame may have begun before its call was asked for
    const part = Math.min(1, Math.max(0, (now - began) / DURATION_MS));
    store.getState().showGlides(part === 1 ? new Map() : between(from, to, ease(part)));
    requestAnimationFrame(part < 1 ? step : arrived);
  };
  requestAnimationFrame(step);
}

function ease(part: number): number {
  return 1 - (1 - part) ** 3;
}

export function between(from: ReadonlyMap<NodeId, Position>, to: ReadonlyMap<NodeId, Position>, part: number): Map<NodeId, Position> {
  return new Map(
    [...to].map(([id, end]) => {
      const start = from.get(id) ?? end;
      return [id, { x: start.x + (end.x - start.x) * part, y: start.y + (end.y - start.y) * part }];
    }),
  );
}
