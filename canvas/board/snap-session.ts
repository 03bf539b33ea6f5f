import type { NodeChange } from "@xyflow/react";
import type { NodeId } from "#runtime/graph/ids.ts";
import type { Graph, Position } from "#runtime/graph/schema.ts";
import { nodesById } from "../document/editor-context.ts";
import type { BoardNode, BoardStore } from "./board-store.ts";
import { drawnBoxes } from "./drawn-boxes.ts";
import { type Box, originOf } from "./frames.ts";
import { alignToOthers, boxAround } from "./guides.ts";

/** How near a line, in pixels of the screen, pulls. */
const REACH = 6;
/** Others further away than this, in pixels of the screen, pull nothing. */
const NEAR = 1_200;

interface Given {
  graph: Graph;
  store: BoardStore;
  moving: readonly NodeId[];
  /** What moves, with all that is inside: it is in line with nothing. */
  left: ReadonlySet<NodeId>;
  zoom: number;
}

/** One drag: what is dragged stands in line with what is near, and lines show it. */
export function snapSession({ graph, store, moving, left, zoom }: Given) {
  const drawn = drawnBoxes(store, graph);
  const byId = nodesById(graph);
  const around = new Set(moving.map((id) => byId.get(id)?.parent));
  const others = [...drawn].filter(([id]) => !left.has(id) && !around.has(id)).map(([, box]) => box);
  const origins = new Map(
    moving.flatMap((id) => {
      const node = byId.get(id);
      return node ? [[id, originOf(graph, node)] as const] : [];
    }),
  );
  const places = new Map<NodeId, Position>();
  const boxAt = (id: NodeId, { x, y }: Position): Box[] => {
    const [box, origin] = [drawn.get(id), origins.get(id)];
    return box && origin ? [{ ...box, x: origin.x + x, y: origin.y + y }] : [];
  };
  return {
    /** Where a dragged node is shown. */
    placeOf: (id: NodeId) => places.get(id),
    /** The changes of a drag, moved so that what is dragged stands in line. */
    inLine: (changes: readonly NodeChange<BoardNode>[]): NodeChange<BoardNode>[] => {
      const boxes = changes.flatMap((change) => (change.type === "position" && change.position ? boxAt(change.id as NodeId, change.position) : []));
      const all = boxAround(boxes);
      if (!all) return [...changes];
      const { shift, guides } = alignToOthers(all, near(others, all, NEAR / zoom), REACH / zoom);
      store.getState().setGuides(guides);
      return changes.map((change) => {
        if (change.type !== "position" || !change.position) return change;
        const position = { x: change.position.x + shift.x, y: change.position.y + shift.y };
        places.set(change.id as NodeId, position);
        return { ...change, position };
      });
    },
  };
}

function near(others: readonly Box[], to: Box, reach: number): Box[] {
  return others.filter(
    ({ x, y, width, height }) => x < to.x + to.width + reach && to.x < x + width + reach && y < to.y + to.height + reach && to.y < y + height + reach,
  );
}
