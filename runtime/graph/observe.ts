import type * as Y from "yjs";
import { graphDocument } from "./document.ts";
import { assembleGraph, readEdge, readNode } from "./read.ts";
import type { Graph, GraphEdge, GraphNode } from "./schema.ts";

/** The current graph of a document, kept up to date: what did not change keeps its identity, so that views can compare by `===`. */
export interface GraphObserver {
  current(): Graph;
  /** Called once for each transaction that changed the graph. Returns how to stop. */
  subscribe(listener: () => void): () => void;
  destroy(): void;
}

/** Observes a document. Costs the size of what changed, plus one pass over the ids. */
export function observeGraph(doc: Y.Doc): GraphObserver {
  const document = graphDocument(doc);
  const nodes = new Map<string, GraphNode>();
  const edges = new Map<string, GraphEdge>();
  const listeners = new Set<() => void>();
  const refresh = <T>(
    cache: Map<string, T>,
    source: Y.Map<Y.Map<unknown>>,
    given: { ids: Iterable<string>; read: (id: string, value: unknown) => T | undefined },
  ) => {
    for (const id of given.ids) {
      const value = given.read(id, source.get(id));
      if (value) cache.set(id, value);
      else cache.delete(id);
    }
  };
  refresh(nodes, document.nodes, { ids: document.nodes.keys(), read: readNode });
  refresh(edges, document.edges, { ids: document.edges.keys(), read: readEdge });
  let graph = assembleGraph(document, [...nodes.values()], [...edges.values()]);

  const update = () => {
    const next = assembleGraph(document, [...nodes.values()], [...edges.values()]);
    const before = new Map(graph.nodes.map((node) => [node.id, node]));
    // a repaired node is a copy made at each assembly: keep the earlier copy when it says the same
    graph = { ...next, nodes: next.nodes.map((node) => (nodes.get(node.id) === node ? node : keepIfEqual(before.get(node.id), node))) };
    for (const listener of listeners) listener();
  };
  let isStale = false;
  const onNodes = (events: Y.YEvent<Y.AbstractType<unknown>>[]) => {
    refresh(nodes, document.nodes, { ids: touched(events), read: readNode });
    isStale = true;
  };
  const onEdges = (events: Y.YEvent<Y.AbstractType<unknown>>[]) => {
    refresh(edges, document.edges, { ids: touched(events), read: readEdge });
    isStale = true;
  };
  const onGraph = () => {
    isStale = true;
  };
  const onTransaction = () => {
    if (!isStale) return;
    isStale = false;
    update();
  };
  document.nodes.observeDeep(onNodes);
  document.edges.observeDeep(onEdges);
  document.graph.observeDeep(onGraph);
  doc.on("afterTransaction", onTransaction);
  return {
    current: () => graph,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    destroy: () => {
      document.nodes.unobserveDeep(onNodes);
      document.edges.unobserveDeep(onEdges);
      document.graph.unobserveDeep(onGraph);
      doc.off("afterTransaction", onTransaction);
      listeners.clear();
    },
  };
}

function touched(events: Y.YEvent<Y.AbstractType<unknown>>[]): Set<string> {
  const ids = new Set<string>();
  for (const event of events) {
    const [id] = event.path;
    if (typeof id === "string") ids.add(id);
    else for (const key of event.changes.keys.keys()) ids.add(key);
  }
  return ids;
}

function keepIfEqual(before: GraphNode | undefined, after: GraphNode): GraphNode {
  return before && before.config === after.config && JSON.stringify(before) === JSON.stringify(after) ? before : after;
}

/** The nodes and edges that a transaction changed, and that are still there. */
export function changedIds(doc: Y.Doc, transaction: Y.Transaction): string[] {
  const { nodes, edges } = graphDocument(doc);
  const ids = new Set<string>();
  for (const root of [nodes, edges]) {
    const events = [...transaction.changedParentTypes].flatMap(([type, found]) => (Object.is(type, root) ? found : []));
    for (const id of touched(events)) if (root.has(id)) ids.add(id);
  }
  return [...ids];
}
