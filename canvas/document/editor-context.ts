import { createContext, useContext, useSyncExternalStore } from "react";
import type { Awareness } from "y-protocols/awareness";
import type { UndoManager } from "yjs";
import type { Edits } from "#runtime/graph/edits.ts";
import type { GraphId, NodeId } from "#runtime/graph/ids.ts";
import type { Graph, GraphNode } from "#runtime/graph/schema.ts";
import type { OpenDocument } from "./connect-document.ts";

/** What the editor shows: a draft that is being edited, or a graph as it once was (then nothing can be changed). */
export interface Editor {
  readonly graphId: GraphId;
  readonly graph: { current(): Graph; subscribe(listener: () => void): () => void };
  /** Absent where nothing may be changed. */
  readonly edits: Edits | undefined;
  readonly undo: UndoManager | undefined;
  readonly awareness: Awareness | undefined;
  /** The draft's connection; absent for a graph as it once was. */
  readonly document: OpenDocument | undefined;
}

export const EditorContext = createContext<Editor | undefined>(undefined);

/** Throws `Error` outside an editor. */
export function useEditor(): Editor {
  const editor = useContext(EditorContext);
  if (!editor) throw new Error("This part of the canvas stands in an editor only.");
  return editor;
}

/** The graph; draws again with every change of it. */
export function useGraph(): Graph {
  const { graph } = useEditor();
  return useSyncExternalStore(graph.subscribe, graph.current);
}

/** A part of the graph; draws again when that part is another value by `===`. */
export function useGraphPart<Part>(select: (graph: Graph) => Part): Part {
  const { graph } = useEditor();
  return useSyncExternalStore(graph.subscribe, () => select(graph.current()));
}

export function useGraphNode(id: NodeId | undefined): GraphNode | undefined {
  return useGraphPart((graph) => (id === undefined ? undefined : nodesById(graph).get(id)));
}

const indexes = new WeakMap<Graph, ReadonlyMap<NodeId, GraphNode>>();

/** The nodes of a graph by id; made once for each graph. */
export function nodesById(graph: Graph): ReadonlyMap<NodeId, GraphNode> {
  const known = indexes.get(graph);
  if (known) return known;
  const index = new Map(graph.nodes.map((node) => [node.id, node]));
  indexes.set(graph, index);
  return index;
}

export function useEdits(): Edits | undefined {
  return useEditor().edits;
}
