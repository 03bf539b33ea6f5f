import type { CommandGroup } from "./command.ts";

/** What keys and the pointer do without being a command: the browser's own texts, the board's library, forms. */
export interface FixedKeys {
  group: CommandGroup;
  title: string;
  keys: readonly string[];
}

export const FIXED_KEYS: readonly FixedKeys[] = [
  { group: "Add", title: "Add a node there", keys: ["Double-click"] },
  { group: "Add", title: "Add a node, after a click on the empty board", keys: ["Tab"] },
  { group: "Edit", title: "Copy", keys: ["Ctrl+C"] },
  { group: "Edit", title: "Cut", keys: ["Ctrl+X"] },
  { group: "Edit", title: "Paste nodes, or a graph as text", keys: ["Ctrl+V"] },
  { group: "Edit", title: "Remove what is selected", keys: ["Delete"] },
  { group: "Select", title: "Go to the next node, wire or button", keys: ["Tab"] },
  { group: "Select", title: "Leave a field for the board", keys: ["Escape"] },
  { group: "Select", title: "Select what has the focus", keys: ["Enter"] },
  { group: "Select", title: "Add to the selection, or take out of it", keys: ["Ctrl+Click"] },
  { group: "Select", title: "Select in a rectangle, from the empty board", keys: ["Drag"] },
  { group: "Select", title: "Select in a rectangle, from anywhere", keys: ["Shift+Drag"] },
  { group: "Select", title: "Begin a wire at a port, and end it", keys: ["Enter"] },
  { group: "View", title: "Move the view", keys: ["Space+Drag"] },
  { group: "View", title: "Move the view up and down", keys: ["Wheel"] },
  { group: "View", title: "Zoom", keys: ["Ctrl+Wheel"] },
];
