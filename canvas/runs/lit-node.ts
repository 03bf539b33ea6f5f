import { create } from "zustand";
import type { NodeId } from "#runtime/graph/ids.ts";

interface Lit {
  /** The node that the pointer or the focus is on, in the timeline, the log or on the board. */
  node: NodeId | undefined;
  light(node: NodeId | undefined): void;
}

/** What is shown in two places is lit in both. */
export const useLit = create<Lit>()((set) => ({ node: undefined, light: (node) => set({ node }) }));

export function useIsLit(node: NodeId): boolean {
  return useLit((state) => state.node === node);
}
