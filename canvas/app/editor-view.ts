import { create } from "zustand";

/** Which parts of the editor are open; nobody else sees it. */
interface EditorView {
  problemsOpen: boolean;
  historyOpen: boolean;
  runFormOpen: boolean;
  /** Of the inspector. */
  tab: string;
  setTab(tab: string): void;
  toggleProblems(): void;
  toggleHistory(): void;
  openRunForm(open: boolean): void;
}

export const useEditorView = create<EditorView>()((set) => ({
  problemsOpen: false,
  historyOpen: false,
  runFormOpen: false,
  tab: "settings",
  setTab: (tab) => set({ tab }),
  toggleProblems: () => set(({ problemsOpen }) => ({ problemsOpen: !problemsOpen })),
  toggleHistory: () => set(({ historyOpen }) => ({ historyOpen: !historyOpen })),
  openRunForm: (runFormOpen) => set({ runFormOpen }),
}));
