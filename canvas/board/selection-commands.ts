import type { NodeId } from "#runtime/graph/ids.ts";
import { nodeIdSchema } from "#runtime/graph/ids.ts";
import type { Command } from "../commands/command.ts";
import { type Editor, nodesById } from "../document/editor-context.ts";
import { announce } from "../ui/announce.ts";
import type { BoardStore } from "./board-store.ts";
import { drawnBoxes } from "./drawn-boxes.ts";
import { type Direction, stepFrom } from "./walk.ts";

export interface SelectionGiven {
  editor: Editor;
  store: BoardStore;
  /** Gives the focus to a node, which comes into view for it. */
  focusOn(node: NodeId): void;
}

const ARROWS: readonly { direction: Direction; key: string }[] = [
  { direction: "left", key: "ArrowLeft" },
  { direction: "right", key: "ArrowRight" },
  { direction: "up", key: "ArrowUp" },
  { direction: "down", key: "ArrowDown" },
];

const MOVES: Readonly<Record<Direction, string>> = {
  left: "Move the focus to the node before; the selection stays",
  right: "Move the focus to the node after; the selection stays",
  up: "Move the focus to the node above; the selection stays",
  down: "Move the focus to the node below; the selection stays",
};

/** Selecting several nodes one by one without a pointer: the focus moves by itself, and a key adds what has it. */
export function selectionCommands({ editor, store, focusOn }: SelectionGiven): Command[] {
  const { graph } = editor;
  const labelOf = (id: NodeId) => nodesById(graph.current()).get(id)?.label ?? "Node";
  const toggle = () => {
    const node = nodeWith(document.activeElement);
    if (node === undefined) return;
    const { selectedNodes, selectedEdges, select } = store.getState();
    const nodes = toggled(selectedNodes, node);
    select({ nodes, edges: selectedEdges });
    announce(`${labelOf(node)} ${nodes.includes(node) ? "selected" : "no longer selected"}, ${nodes.length} selected.`);
  };
  const move = (direction: Direction) => {
    const from = nodeWith(document.activeElement) ?? store.getState().selectedNodes.at(-1);
    const to = stepFrom(graph.current(), drawnBoxes(store, graph.current()), { from, direction });
    if (to === undefined) return;
    focusOn(to);
    announce(`${labelOf(to)}, ${store.getState().selectedNodes.includes(to) ? "selected" : "not selected"}.`);
  };
  return [
    {
      id: "toggle-selected",
      title: "Add what has the focus to the selection, or take it out",
      group: "Select",
      keys: ["Ctrl+Space", "Shift+Enter"],
      hidden: true,
      repeats: false,
      when: ({ target }) => nodeWith(target) !== undefined,
      run: toggle,
    },
    ...ARROWS.map(
      ({ direction, key }): Command => ({
        id: `move-focus-${direction}`,
        title: MOVES[direction],
        group: "Select",
        keys: [`Ctrl+${key}`],
        hidden: true,
        when: ({ target }) => nodeWith(target) !== undefined,
        run: () => move(direction),
      }),
    ),
  ];
}

/** The selection with one node more, or without it. */
export function toggled(selected: readonly NodeId[], node: NodeId): NodeId[] {
  return selected.includes(node) ? selected.filter((id) => id !== node) : [...selected, node];
}

/** The node that has the focus itself, not something on it. */
function nodeWith(target: EventTarget | null): NodeId | undefined {
  if (!(target instanceof Element) || !target.classList.contains("react-flow__node")) return undefined;
  return nodeIdSchema.safeParse(target.getAttribute("data-id")).data;
}
