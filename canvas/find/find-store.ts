import { create } from "zustand";
import type { FindQuery } from "./matcher.ts";

/** The search in a graph as this window has it; it stays as it is while it is closed. */
interface FindState {
  isOpen: boolean;
  replaces: boolean;
  query: FindQuery;
  replacement: string;
  /** Which match one is at; -1 before the first. */
  at: number;
  /** Counts how often it was called for, so that its field takes the focus each time. */
  calls: number;
  open(given: { replaces: boolean; text?: string | undefined }): void;
  close(): void;
  change(query: Partial<FindQuery>): void;
  setReplaces(replaces: boolean): void;
  setReplacement(replacement: string): void;
  go(at: number): void;
}

export const useFindStore = create<FindState>()((set) => ({
  isOpen: false,
  replaces: false,
  query: { text: "", matchCase: false, wholeWord: false, isPattern: false },
  replacement: "",
  at: -1,
  calls: 0,
  open: ({ replaces, text }) =>
    set((state) => ({
      isOpen: true,
      replaces: replaces || (state.isOpen && state.replaces),
      calls: state.calls + 1,
      ...(text !== undefined && { query: { ...state.query, text }, at: -1 }),
    })),
  close: () => set({ isOpen: false, at: -1 }),
  change: (query) => set((state) => ({ query: { ...state.query, ...query }, at: -1 })),
  setReplaces: (replaces) => set({ replaces }),
  setReplacement: (replacement) => set({ replacement }),
  go: (at) => set({ at }),
}));
