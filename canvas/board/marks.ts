import { createContext, useContext, useSyncExternalStore } from "react";
import type { EdgeId, NodeId } from "#runtime/graph/ids.ts";

/** What is said about a node or a wire beside what it is: how it differs in a comparison, or that a search has found it. */
export interface Mark {
  kind: "added" | "removed" | "changed" | "moved" | "found";
  /** In a few words, for the label and for screen readers: "2 fields changed". */
  text: string;
}

export interface Marks {
  nodes: ReadonlyMap<NodeId, Mark>;
  edges: ReadonlyMap<EdgeId, Mark>;
}

/** A mark that says what it said keeps its identity: only those cards are drawn anew whose mark differs. */
export interface MarksStore {
  current(): Marks;
  subscribe(listener: () => void): () => void;
  set(marks: Marks): void;
}

const NO_MARKS: Marks = { nodes: new Map(), edges: new Map() };

export function createMarksStore(initial: Marks = NO_MARKS): MarksStore {
  let marks = initial;
  const listeners = new Set<() => void>();
  return {
    current: () => marks,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    set: (next) => {
      const kept = { nodes: keep(marks.nodes, next.nodes), edges: keep(marks.edges, next.edges) };
      if (kept.nodes === marks.nodes && kept.edges === marks.edges) return;
      marks = kept;
      for (const listener of [...listeners]) listener();
    },
  };
}

function keep<Id>(before: ReadonlyMap<Id, Mark>, after: ReadonlyMap<Id, Mark>): ReadonlyMap<Id, Mark> {
  if (before === after) return before;
  const kept = new Map(
    [...after].map(([id, mark]) => {
      const known = before.get(id);
      return [id, known?.kind === mark.kind && known.text === mark.text ? known : mark];
    }),
  );
  return kept.size === before.size && [...kept].every(([id, mark]) => before.get(id) === mark) ? before : kept;
}

/** Whoever shows a graph may mark its parts (a comparison of revisions, a search). */
export const MarksContext = createContext(createMarksStore());

/** All that is marked; draws again with every change of it. */
export function useMarks(): Marks {
  const store = useContext(MarksContext);
  return useSyncExternalStore(store.subscribe, store.current);
}

export function useNodeMark(id: NodeId): Mark | undefined {
  const store = useContext(MarksContext);
  return useSyncExternalStore(store.subscribe, () => store.current().nodes.get(id));
}

export function useEdgeMark(id: EdgeId | undefined): Mark | undefined {
  const store = useContext(MarksContext);
  return useSyncExternalStore(store.subscribe, () => (id === undefined ? undefined : store.current().edges.get(id)));
}
