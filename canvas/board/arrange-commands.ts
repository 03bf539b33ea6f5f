import type { Position } from "#runtime/graph/schema.ts";
import type { Command } from "../commands/command.ts";
import type { Editor } from "../document/editor-context.ts";
import { isFollowing } from "../presence/following.ts";
import type { AlignSide } from "./arrange.ts";
import type { BoardActions } from "./board-actions.ts";
import type { BoardStore } from "./board-store.ts";
import type { Direction } from "./walk.ts";

export const ALIGN_KEYS: Readonly<Record<AlignSide, { title: string; keys: string }>> = {
  left: { title: "Align left", keys: "Alt+A" },
  centre: { title: "Align centres", keys: "Alt+H" },
  right: { title: "Align right", keys: "Alt+D" },
  top: { title: "Align top", keys: "Alt+W" },
  middle: { title: "Align middles", keys: "Alt+V" },
  bottom: { title: "Align bottom", keys: "Alt+S" },
};

export const DISTRIBUTE_KEYS = {
  horizontal: { title: "Distribute across", keys: "Alt+Shift+H" },
  vertical: { title: "Distribute down", keys: "Alt+Shift+V" },
} as const;

/** One step of the grid that dragging keeps to. */
const NUDGE = 8;

const ARROWS: readonly { direction: Direction; key: string; by: Position }[] = [
  { direction: "left", key: "ArrowLeft", by: { x: -NUDGE, y: 0 } },
  { direction: "right", key: "ArrowRight", by: { x: NUDGE, y: 0 } },
  { direction: "up", key: "ArrowUp", by: { x: 0, y: -NUDGE } },
  { direction: "down", key: "ArrowDown", by: { x: 0, y: NUDGE } },
];

export interface ArrangeGiven {
  editor: Editor;
  store: BoardStore;
  actions: BoardActions;
  layOut(): void;
  /** Gives the focus to what is selected, so that it is read out. */
  focusSelected(): void;
}

/** What puts nodes where they are to be, and goes from one to the next. */
export function arrangeCommands({ editor, store, actions, layOut, focusSelected }: ArrangeGiven): Command[] {
  const readOnly = () => (editor.edits ? undefined : "Nothing can be changed here.");
  const needs = (count: number, text: string) => () => readOnly() ?? (store.getState().selectedNodes.length < count ? text : undefined);
  const [two, three] = [needs(2, "Select two nodes or more first."), needs(3, "Select three nodes or more first.")];
  return [
    ...Object.entries(ALIGN_KEYS).map(
      ([side, { title, keys }]): Command => ({
        id: `align-${side}`,
        title,
        group: "Arrange",
        keys: [keys],
        blocked: two,
        run: () => actions.align(side as AlignSide),
      }),
    ),
    ...Object.entries(DISTRIBUTE_KEYS).map(
      ([axis, { title, keys }]): Command => ({
        id: `distribute-${axis}`,
        title,
        group: "Arrange",
        keys: [keys],
        keywords: ["space", "gap", "evenly"],
        blocked: three,
        run: () => actions.distribute(axis as "horizontal" | "vertical"),
      }),
    ),
    {
      id: "auto-layout",
      title: "Lay out",
      group: "Arrange",
      keys: ["Shift+L"],
      keywords: ["auto", "tidy", "clean up", "arrange", "layout"],
      blocked: readOnly,
      run: layOut,
    },
    ...ARROWS.map(
      ({ direction, key, by }): Command => ({
        id: `nudge-${direction}`,
        title: `Move what is selected a step ${direction}`,
        group: "Arrange",
        keys: [`Shift+${key}`, `Alt+${key}`],
        hidden: true,
        repeats: true,
        when: isOnBoard,
        blocked: needs(1, "Select a node first."),
        run: () => actions.nudge(by),
      }),
    ),
    ...ARROWS.map(
      ({ direction, key }): Command => ({
        id: `walk-${direction}`,
        title: WALKS[direction],
        group: "Select",
        keys: [key],
        hidden: true,
        when: isOnBoard,
        run: () => {
          actions.walk(direction);
          focusSelected();
        },
      }),
    ),
    { id: "select-all", title: "Select all", group: "Select", keys: ["Ctrl+A"], run: actions.selectAll },
    {
      id: "select-nothing",
      title: "Select nothing",
      group: "Select",
      keys: ["Escape"],
      hidden: true,
      when: () => !isFollowing(),
      run: () => store.getState().select({}),
    },
  ];
}

const WALKS: Readonly<Record<Direction, string>> = {
  left: "Go to the node before, along a wire",
  right: "Go to the node after, along a wire",
  up: "Go to the node above",
  down: "Go to the node below",
};

/** Arrows are for tabs, menus and sliders, too. */
function isOnBoard({ target }: KeyboardEvent): boolean {
  return target instanceof Element && (target === document.body || target.closest(".react-flow") !== null);
}
