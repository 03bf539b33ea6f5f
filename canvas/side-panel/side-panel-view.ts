import { create } from "zustand";

const KEY = "heddle.side-panel";

/** Whether the panel with what can be added is open; this browser remembers it. */
interface SidePanelView {
  isOpen: boolean;
  /** It was opened just now, and not found open: then it takes the focus. */
  isCalled: boolean;
  toggle(): void;
}

export const useSidePanelView = create<SidePanelView>()((set, get) => ({
  isOpen: readStored(),
  isCalled: false,
  toggle: () => {
    const isOpen = !get().isOpen;
    set({ isOpen, isCalled: isOpen });
    try {
      localStorage.setItem(KEY, isOpen ? "open" : "closed");
    } catch {
      // storage may be switched off: then it holds until the page is closed
    }
  },
}));

function readStored(): boolean {
  try {
    return localStorage.getItem(KEY) === "open";
  } catch {
    return false;
  }
}
