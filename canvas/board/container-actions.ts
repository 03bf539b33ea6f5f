import { toast } from "sonner";
import type { NodeId } from "#runtime/graph/ids.ts";
import type { Graph, GraphNode, Position } from "#runtime/graph/schema.ts";
import { ancestorsOf, outermostOf, withInside } from "../document/containers.ts";
import { type Editor, nodesById } from "../document/editor-context.ts";
import type { BoardStore } from "./board-store.ts";
import { drawnSize, takenPlaces } from "./drawn-boxes.ts";
import { absolutePosition, frameAt, frameBoxes, grownFrames, insideFrame, originOf, whyNotInside } from "./frames.ts";
import { freePosition } from "./free-position.ts";

/** Between a container and what was taken out of it. */
const GAP = 32;

export interface ContainerActions {
  /** Writes where nodes were dragged to, and puts each into the frame it was dropped on. */
  drop(moved: ReadonlyMap<NodeId, Position>): void;
  /** The frames the selection can be put into, and whether it can be taken out of one. */
  containerChoices(): { containers: readonly NodeId[]; mayLeave: boolean };
  /** Puts the selection into a frame, or out of all. */
  moveInto(container: NodeId | undefined): void;
}

/** Putting nodes into frames and taking them out, with the pointer or without. */
export function containerActions({ edits, undo, graph }: Editor, store: BoardStore): ContainerActions {
  /** What a container holds from now on is not under its header, and it is large enough. */
  const settle = (nodes: readonly NodeId[]) => {
    const current = graph.current();
    const frames = new Map(frameBoxes(current).map((frame) => [frame.id, frame]));
    const places = nodes.flatMap((id) => {
      const node = nodesById(current).get(id);
      const frame = node?.parent && frames.get(node.parent);
      return node && frame ? [{ node, frame: frame.id, position: insideFrame(node.position, frame.insets) }] : [];
    });
    const covered = places.filter(({ node, position }) => position.x !== node.position.x || position.y !== node.position.y);
    if (covered.length > 0) edits?.move(new Map(covered.map(({ node, position }) => [node.id, position])));
    const added = places.map(({ node, frame, position }) => ({ frame, box: { ...position, ...drawnSize(store, node) } }));
    for (const [frame, size] of grownFrames(current, added)) edits?.resize(frame, size);
  };
  const drop = (moved: ReadonlyMap<NodeId, Position>) => {
    const current = graph.current();
    const targets = dropTargets(current, moved, (node) => middleOf(current, store, node));
    const refused = new Set(targets.filter(({ reason }) => reason !== undefined).map(({ id }) => id));
    const kept = new Map([...moved].filter(([id]) => !refused.has(id)));
    edits?.move(kept);
    for (const { id, frame, reason } of targets) if (reason === undefined) edits?.setParent([id], frame);
    settle([...kept.keys()]);
    for (const reason of new Set(targets.flatMap((target) => target.reason ?? []))) toast.error(reason);
    // what is refused goes back to where it was
    if (refused.size > 0) store.getState().showGraph(current);
  };
  const chosenNodes = () => outermostChosen(graph.current(), store.getState().selectedNodes);
  return {
    drop,
    containerChoices: () => {
      const current = graph.current();
      const chosen = chosenNodes();
      const all = [
        ...withInside(
          current,
          chosen.map(({ id }) => id),
        ),
      ].flatMap((id) => nodesById(current).get(id) ?? []);
      const isAround = (id: NodeId) => chosen.every(({ parent }) => parent === id);
      const containers = frameBoxes(current).filter(({ id }) => !isAround(id) && whyNotInside(current, id, all) === undefined);
      return { containers: chosen.length === 0 ? [] : containers.map(({ id }) => id), mayLeave: chosen.some(({ parent }) => parent !== undefined) };
    },
    moveInto: (container: NodeId | undefined) => {
      const chosen = chosenNodes().filter(({ parent }) => parent !== container);
      undo?.stopCapturing();
      for (const node of chosen) {
        const wanted = placeIn(graph.current(), node, container);
        edits?.setParent([node.id], container);
        const size = drawnSize(store, node);
        const others = takenPlaces(store, container).filter(({ id }) => id !== node.id);
        edits?.move(new Map([[node.id, freePosition(others, wanted, size)]]));
      }
      settle(chosen.map(({ id }) => id));
      undo?.stopCapturing();
    },
  };
}

interface DropTarget {
  id: NodeId;
  frame: NodeId | undefined;
  /** Why it cannot go there. */
  reason?: string | undefined;
}

/** The nodes that were dropped on another container than the one they are in. */
function dropTargets(graph: Graph, moved: ReadonlyMap<NodeId, Position>, middleAt: (node: GraphNode) => Position): DropTarget[] {
  const byId = nodesById(graph);
  const taken = withInside(graph, moved.keys());
  return [...moved].flatMap(([id, position]) => {
    const node = byId.get(id);
    if (!node) return [];
    const frame = frameAt(frameBoxes(graph), middleAt({ ...node, position }), taken)?.id;
    if (frame === node.parent) return [];
    const inside = [...withInside(graph, [id])].flatMap((each) => byId.get(each) ?? []);
    return [{ id, frame, reason: frame && whyNotInside(graph, frame, inside) }];
  });
}

function middleOf(graph: Graph, store: BoardStore, node: GraphNode): Position {
  const { x, y } = absolutePosition(graph, node);
  const { width, height } = drawnSize(store, node);
  return { x: x + width / 2, y: y + height / 2 };
}

/** Of the chosen nodes those that are in no other of them. */
export function outermostChosen(graph: Graph, chosen: readonly NodeId[]): GraphNode[] {
  const byId = nodesById(graph);
  const ids = new Set(chosen);
  return chosen.flatMap((id) => byId.get(id) ?? []).filter((node) => !ancestorsOf(byId, node).some((ancestor) => ids.has(ancestor)));
}

/** Where a node goes that is put into a container (or out of all: below the one it was in) without pointing at a place. */
function placeIn(graph: Graph, node: GraphNode, container: NodeId | undefined): Position {
  const frame = frameBoxes(graph).find(({ id }) => id === container);
  if (frame) return insideFrame({ x: 0, y: 0 }, frame.insets);
  const left = frameBoxes(graph).find(({ id }) => id === outermostOf(graph, node.id))?.box;
  const { x } = originOf(graph, node);
  return { x: x + node.position.x, y: left ? left.y + left.height + GAP : node.position.y };
}
