import { applyEdgeChanges, applyNodeChanges, type Edge, type EdgeChange, type Node, type NodeChange } from "@xyflow/react";
import { createContext, useContext } from "react";
import { createStore, type StoreApi, useStore } from "zustand";
import type { EdgeId, NodeId } from "#runtime/graph/ids.ts";
import type { Endpoint, Graph, GraphEdge, GraphNode, Position } from "#runtime/graph/schema.ts";
import type { PortType } from "#runtime/node/ports.ts";
import { boardEdges, boardNodes, withDrags, withDropEdge } from "./board-elements.ts";
import type { Reach, Side } from "./connection-rules.ts";
import type { Guide } from "./guides.ts";

/** `frame`: a container, open. `group`: a frame that is only drawn, open. `folded`: either, folded to a card. */
export type BoardNode = Node<{ node: GraphNode }, "card" | "annotation" | "frame" | "group" | "folded">;
export type BoardEdge = Edge<{ edge: GraphEdge }, "wire">;

/** A wire that hangs in the air: the port it comes from. */
export interface LooseWire extends Endpoint {
  side: Side;
  type: PortType;
  /** From a port of a container towards its body. */
  isInner: boolean;
}

export interface BoardState {
  nodes: BoardNode[];
  edges: BoardEdge[];
  selectedNodes: readonly NodeId[];
  selectedEdges: readonly EdgeId[];
  /** The search for a node type, open for a place on the board; with a wire, what is chosen is put into that wire. */
  palette: { at: Position; from?: LooseWire; edge?: EdgeId } | undefined;
  /** The wire being drawn, and where it may end; `replaces`: the one it was before. */
  connecting: { from: LooseWire; reach: Reach; replaces?: EdgeId } | undefined;
  /** The container that what is being dragged would be put into. */
  dropFrame: NodeId | undefined;
  /** The wire that what is being dragged would be put into. */
  dropEdge: EdgeId | undefined;
  /** Lines along which what is being dragged stands in line with others. */
  guides: readonly Guide[];
  /** Nodes are being dragged here. */
  isDragging: boolean;
  /** The wire the pointer is on. */
  hoveredEdge: EdgeId | undefined;
  /** The node whose name is being changed on its card. */
  renaming: NodeId | undefined;
  showsMap: boolean;
  /** Where the board is a picture: the node under the pointer, which is drawn as itself. */
  awake: NodeId | undefined;
  /** The choice of a container for what is selected is open. */
  choosesContainer: boolean;
  /** Nodes others are dragging, where they are now. */
  drags: ReadonlyMap<string, Position>;
  /** Nodes on their way to where they have been put. */
  glides: ReadonlyMap<string, Position>;
  /** Brings the board in step with the graph; what is only seen (selection, sizes, drags under way) stays. */
  showGraph(graph: Graph): void;
  showDrags(drags: ReadonlyMap<string, Position>): void;
  showGlides(glides: ReadonlyMap<string, Position>): void;
  changeNodes(changes: readonly NodeChange<BoardNode>[]): void;
  changeEdges(changes: readonly EdgeChange<BoardEdge>[]): void;
  select(ids: { nodes?: readonly NodeId[]; edges?: readonly EdgeId[] }): void;
  openPalette(palette: BoardState["palette"]): void;
  setConnecting(connecting: BoardState["connecting"]): void;
  setDropFrame(frame: NodeId | undefined): void;
  setDropEdge(edge: EdgeId | undefined): void;
  setGuides(guides: readonly Guide[]): void;
  setDragging(isDragging: boolean): void;
  hoverEdge(edge: EdgeId | undefined): void;
  rename(node: NodeId | undefined): void;
  showMap(shown: boolean): void;
  wake(node: NodeId | undefined): void;
  chooseContainer(open: boolean): void;
}

export type BoardStore = StoreApi<BoardState>;

export function createBoardStore(): BoardStore {
  return createStore<BoardState>()((set, get) => ({
    nodes: [],
    edges: [],
    selectedNodes: [],
    selectedEdges: [],
    palette: undefined,
    connecting: undefined,
    dropFrame: undefined,
    dropEdge: undefined,
    guides: NO_GUIDES,
    isDragging: false,
    hoveredEdge: undefined,
    renaming: undefined,
    showsMap: true,
    awake: undefined,
    choosesContainer: false,
    drags: new Map(),
    glides: new Map(),
    showGraph: (graph) =>
      set((state) =>
        withSelection({ nodes: boardNodes(state.nodes, graph, shownElsewhere(state)), edges: boardEdges(state.edges, graph, state.dropEdge) }, state),
      ),
    showDrags: (drags) => set((state) => ({ drags, nodes: withDrags(state.nodes, state.drags, shownElsewhere({ ...state, drags })) })),
    showGlides: (glides) => set((state) => ({ glides, nodes: withDrags(state.nodes, state.glides, shownElsewhere({ ...state, glides })) })),
    changeNodes: (changes) =>
      set((state) => {
        const nodes = measuredNodes(applyNodeChanges([...changes], state.nodes), changes);
        return changes.every(({ type }) => type === "position" || type === "dimensions") ? { nodes } : withSelection({ nodes, edges: state.edges }, state);
      }),
    changeEdges: (changes) => set((state) => withSelection({ nodes: state.nodes, edges: applyEdgeChanges([...changes], state.edges) }, state)),
    select: (ids) =>
      set((state) => {
        const nodes = new Set<string>(ids.nodes);
        const edges = new Set<string>(ids.edges);
        return withSelection({ nodes: marked(state.nodes, nodes), edges: marked(state.edges, edges) }, state);
      }),
    openPalette: (palette) => set({ palette }),
    setConnecting: (connecting) => set({ connecting }),
    setDropFrame: (dropFrame) => set({ dropFrame }),
    setDropEdge: (dropEdge) => {
      if (get().dropEdge !== dropEdge) set(({ edges }) => ({ dropEdge, edges: withDropEdge(edges, dropEdge) }));
    },
    setGuides: (guides) => {
      if (guides.length > 0 || get().guides.length > 0) set({ guides });
    },
    setDragging: (isDragging) => set({ isDragging }),
    hoverEdge: (hoveredEdge) => set({ hoveredEdge }),
    rename: (renaming) => set({ renaming }),
    showMap: (showsMap) => set({ showsMap }),
    wake: (awake) => set(({ awake: before }) => (before === awake ? {} : { awake })),
    chooseContainer: (choosesContainer) => set({ choosesContainer }),
  }));
}

/** What has been measured needs no reckoned handles any more. */
function measuredNodes(nodes: BoardNode[], changes: readonly NodeChange<BoardNode>[]): BoardNode[] {
  const measured = new Set(changes.flatMap((change) => (change.type === "dimensions" ? [change.id] : [])));
  if (measured.size === 0) return nodes;
  return nodes.map((node) => {
    if (!node.handles || !measured.has(node.id)) return node;
    const { handles: _, ...rest } = node;
    return rest;
  });
}

/** The nodes that are shown elsewhere than the graph has them. */
function shownElsewhere({ drags, glides }: Pick<BoardState, "drags" | "glides">): ReadonlyMap<string, Position> {
  return glides.size === 0 ? drags : new Map([...drags, ...glides]);
}

const NO_GUIDES: readonly Guide[] = [];

function marked<Item extends { id: string; selected?: boolean }>(items: readonly Item[], chosen: ReadonlySet<string>): Item[] {
  return items.map((item) => ((item.selected ?? false) === chosen.has(item.id) ? item : { ...item, selected: chosen.has(item.id) }));
}

/** Selections keep their identity while they name the same. */
function withSelection(next: Pick<BoardState, "nodes" | "edges">, state: BoardState): Partial<BoardState> {
  const nodes = next.nodes.flatMap((node) => (node.selected ? [node.data.node.id] : []));
  const edges = next.edges.flatMap((edge) => (edge.selected && edge.data ? [edge.data.edge.id] : []));
  return { ...next, selectedNodes: keep(state.selectedNodes, nodes), selectedEdges: keep(state.selectedEdges, edges) };
}

function keep<Item>(before: readonly Item[], after: readonly Item[]): readonly Item[] {
  return before.length === after.length && before.every((item, index) => item === after[index]) ? before : after;
}

/** Whether the wire being dragged cannot end at any port of a node. */
export function isOutOfReach(connecting: BoardState["connecting"], node: NodeId): boolean {
  if (!connecting || connecting.from.node === node) return false;
  return !connecting.reach.outer.has(node) && !connecting.reach.inner.has(node);
}

export const BoardContext = createContext<BoardStore | undefined>(undefined);

export function useBoardStore(): BoardStore {
  const store = useContext(BoardContext);
  if (!store) throw new Error("This part of the canvas stands in an editor only.");
  return store;
}

export function useBoard<Part>(select: (state: BoardState) => Part): Part {
  return useStore(useBoardStore(), select);
}
