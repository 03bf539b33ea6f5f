import { toast } from "sonner";
import type { NodeId } from "#runtime/graph/ids.ts";
import type { Graph, GraphNode, Position } from "#runtime/graph/schema.ts";
import { type Editor, nodesById } from "../document/editor-context.ts";
import { announce } from "../ui/announce.ts";
import { type AlignSide, alignShifts, distributeShifts } from "./arrange.ts";
import type { BoardStore } from "./board-store.ts";
import { outermostChosen } from "./container-actions.ts";
import { drawnBoxes } from "./drawn-boxes.ts";
import { insetsOf, insideFrame } from "./frames.ts";
import type { PlacedBox } from "./guides.ts";
import { asOneStep } from "./one-step.ts";

export interface ArrangingActions {
  align(side: AlignSide): void;
  distribute(axis: "horizontal" | "vertical"): void;
  /** Moves what is selected by so much. */
  nudge(by: Position): void;
  /** Puts nodes where they are to go, in one step of undo. */
  place(positions: ReadonlyMap<NodeId, Position>): void;
}

export function arrangingActions(editor: Editor, store: BoardStore): ArrangingActions {
  const { graph } = editor;
  const chosen = () => outermostChosen(graph.current(), store.getState().selectedNodes);
  const boxes = (): PlacedBox[] => {
    const drawn = drawnBoxes(store, graph.current());
    return chosen().flatMap(({ id }) => {
      const box = drawn.get(id);
      return box ? [{ id, ...box }] : [];
    });
  };
  const shift = (shifts: ReadonlyMap<NodeId, Position>, told: string) => {
    const moved = shifted(graph.current(), shifts);
    if (moved.size > 0) asOneStep(editor, (edits) => edits.move(moved));
    announce(moved.size > 0 ? told : "They are there already.");
  };
  return {
    align: (side) => {
      const all = boxes();
      if (all.length < 2) toast.error("Select two nodes or more to align them.");
      else shift(alignShifts(all, side), `${all.length} nodes aligned.`);
    },
    distribute: (axis) => {
      const all = boxes();
      if (all.length < 3) toast.error("Select three nodes or more to distribute them.");
      else shift(distributeShifts(all, axis), `${all.length} nodes distributed.`);
    },
    nudge: (by) => {
      const nodes = chosen();
      const moved = shifted(graph.current(), new Map(nodes.map(({ id }) => [id, by])));
      // steps that follow each other are one step of undo
      if (moved.size > 0) editor.edits?.move(moved);
    },
    place: (positions) => asOneStep(editor, (edits) => edits.move(positions)),
  };
}

/** The new positions of nodes that really move; what is in a frame stays clear of its header. */
function shifted(graph: Graph, shifts: ReadonlyMap<NodeId, Position>): ReadonlyMap<NodeId, Position> {
  const byId = nodesById(graph);
  const moved = new Map<NodeId, Position>();
  for (const [id, by] of shifts) {
    const node = byId.get(id);
    if (!node) continue;
    const to = within(byId, node, { x: node.position.x + by.x, y: node.position.y + by.y });
    if (to.x !== node.position.x || to.y !== node.position.y) moved.set(id, to);
  }
  return moved;
}

function within(byId: ReadonlyMap<NodeId, GraphNode>, node: GraphNode, to: Position): Position {
  const frame = node.parent && byId.get(node.parent);
  return frame ? insideFrame(to, insetsOf(frame)) : to;
}
