import { toast } from "sonner";
import { catalog } from "#nodes/catalog.data.ts";
import type { Graph, GraphNode, Position } from "#runtime/graph/schema.ts";
import { hasMembers, isPortFrame, withInside } from "../document/containers.ts";
import { type Editor, nodesById } from "../document/editor-context.ts";
import { announce } from "../ui/announce.ts";
import type { BoardStore } from "./board-store.ts";
import { outermostChosen } from "./container-actions.ts";
import { drawnBoxes } from "./drawn-boxes.ts";
import { absolutePosition, grownFrames, isFrame, PLAIN_INSETS, whyNotInside } from "./frames.ts";
import { boxAround } from "./guides.ts";
import { hasRoom } from "./has-room.ts";
import { newNode } from "./new-node.ts";
import { asOneStep } from "./one-step.ts";

export interface GroupingActions {
  /** Draws a frame around what is selected, which is in it from now on. */
  frameSelection(): void;
  /** Takes the selected frames away (those that are only drawn); what was in them stays. */
  ungroup(): void;
  /** Why there is nothing to ungroup; undefined when there is. */
  whyNotUngroup(): string | undefined;
  /** Folds what is selected, or unfolds it when all of it is folded. */
  toggleCollapsed(): void;
  /** Adds a note where new things go. */
  addNote(at: Position): void;
}

export function groupingActions(editor: Editor, store: BoardStore): GroupingActions {
  const { graph } = editor;
  const chosen = () => outermostChosen(graph.current(), store.getState().selectedNodes);
  const chosenFrames = () => {
    const byId = nodesById(graph.current());
    return store.getState().selectedNodes.flatMap((id) => {
      const node = byId.get(id);
      return node && isFrame(node) && !isPortFrame(node) ? [node] : [];
    });
  };
  return {
    frameSelection: () => {
      const current = graph.current();
      const nodes = chosen();
      if (!hasRoom(current, { nodes: 1 })) return;
      const made = frameAround(current, store, nodes);
      if (typeof made === "string") {
        toast.error(made);
        return;
      }
      asOneStep(editor, (edits) => {
        edits.add([made]);
        edits.setParent(
          nodes.map(({ id }) => id),
          made.id,
        );
        const around = made.parent && made.size ? [{ frame: made.parent, box: { ...made.position, ...made.size } }] : [];
        for (const [frame, size] of grownFrames(current, around)) edits.resize(frame, size);
      });
      store.getState().select({ nodes: [made.id] });
      store.getState().rename(made.id);
      announce(`A frame was put around ${nodes.length === 1 ? "1 node" : `${nodes.length} nodes`}. Type its name.`);
    },
    ungroup: () => {
      const frames = chosenFrames();
      if (frames.length === 0) return;
      const ids = new Set(frames.map(({ id }) => id));
      const inside = graph.current().nodes.filter(({ parent }) => parent !== undefined && ids.has(parent));
      asOneStep(editor, (edits) => edits.remove({ nodes: [...ids] }));
      store.getState().select({ nodes: inside.map(({ id }) => id) });
      announce(frames.length === 1 ? "The frame was taken away; what was in it stays." : `${frames.length} frames were taken away; what was in them stays.`);
    },
    whyNotUngroup: () => (chosenFrames().length > 0 ? undefined : "Select a frame first."),
    toggleCollapsed: () => {
      const byId = nodesById(graph.current());
      const nodes = store.getState().selectedNodes.flatMap((id) => byId.get(id) ?? []);
      const foldable = nodes.filter((node) => isFrame(node) || catalog.get(node.type)?.role !== "annotation");
      if (foldable.length === 0) return;
      const collapsed = !foldable.every((node) => node.collapsed);
      asOneStep(editor, (edits) => {
        for (const { id } of foldable) edits.setCollapsed(id, collapsed);
      });
      announce(collapsed ? "Folded." : "Unfolded.");
    },
    addNote: (at) => {
      const definition = catalog.all().find(({ role, holdsNodes }) => role === "annotation" && !holdsNodes);
      if (!definition || !editor.edits || !hasRoom(graph.current(), { nodes: 1 })) return;
      const note = newNode(definition, graph.current(), at);
      asOneStep(editor, (edits) => edits.add([note]));
      store.getState().select({ nodes: [note.id] });
      announce("A note was added.");
    },
  };
}

/** A frame around nodes that are all in one place, or why there can be none. */
function frameAround(graph: Graph, store: BoardStore, nodes: readonly GraphNode[]): GraphNode | string {
  const definition = catalog.all().find(({ holdsNodes }) => holdsNodes);
  const [first] = nodes;
  if (!definition || !first) return "Select the nodes the frame is to go around.";
  const { parent } = first;
  if (nodes.some((node) => node.parent !== parent)) return "These nodes are in different frames. Select nodes that are beside each other.";
  const boxes = drawnBoxes(store, graph);
  const box = boxAround(nodes.flatMap(({ id }) => boxes.get(id) ?? []));
  if (!box) return "Select the nodes the frame is to go around.";
  const outer = parent && nodesById(graph).get(parent);
  if (outer && hasMembers(outer)) return `Members are directly inside “${outer.label}”: a frame around them would take them away.`;
  const origin = outer ? absolutePosition(graph, outer) : { x: 0, y: 0 };
  const { left, top, right, bottom } = PLAIN_INSETS;
  const node = newNode(definition, graph, { x: box.x - left - origin.x, y: box.y - top - origin.y });
  const size = { width: Math.ceil(box.width + left + right), height: Math.ceil(box.height + top + bottom) };
  const made = { ...node, size, ...(parent && { parent }) };
  const byId = nodesById(graph);
  const ids = nodes.map(({ id }) => id);
  const inside = [...withInside(graph, ids)].flatMap((id) => byId.get(id) ?? []);
  return whyNotInside({ ...graph, nodes: [...graph.nodes, made] }, made.id, inside) ?? made;
}
