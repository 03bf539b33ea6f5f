import { type ReactNode, useEffect } from "react";
import { createStore } from "zustand";

/** The headings of the command palette, in its order. */
export const ENTRY_GROUPS = ["Recent", "Commands", "Nodes", "Add a node", "Graphs", "Runs", "Pages"] as const;
export type EntryGroup = Exclude<(typeof ENTRY_GROUPS)[number], "Recent">;

/** One line of the command palette. */
export interface Entry {
  /** Unique among all entries, and the same tomorrow: recent ones are remembered by it. */
  id: string;
  group: EntryGroup;
  title: string;
  /** A second, fainter text. */
  detail?: string;
  icon?: ReactNode;
  keywords?: readonly string[];
  keys?: readonly string[];
  /** Why it cannot be chosen now. */
  blocked?: string;
  run(): void;
}

/** Asked whenever the palette opens. */
export type EntrySource = () => readonly Entry[];

/** What the page that is open adds to the command palette. */
export const entryStore = createStore<{ sources: readonly EntrySource[] }>()(() => ({ sources: [] }));

/** Adds to the command palette for as long as the calling component stands. The source has to keep its identity. */
export function useProvideEntries(source: EntrySource): void {
  useEffect(() => {
    entryStore.setState(({ sources }) => ({ sources: [...sources, source] }));
    return () => entryStore.setState(({ sources }) => ({ sources: sources.filter((other) => other !== source) }));
  }, [source]);
}
