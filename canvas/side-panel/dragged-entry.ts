import { create } from "zustand";
import type { References } from "#runtime/node/references.ts";
import type { AddEntry } from "../palette/add-entry.ts";

/** What is being dragged out of the side panel; the browser shows the data of a drag only when it ends. */
interface DraggedEntry {
  dragged: { entry: AddEntry; references: References } | undefined;
  drag(dragged: DraggedEntry["dragged"]): void;
}

export const useDraggedEntry = create<DraggedEntry>()((set) => ({ dragged: undefined, drag: (dragged) => set({ dragged }) }));
