import { applyEdgeChanges, applyNodeChanges, type Edge, type EdgeChange, type Node, type NodeChange } from "@xyflow/react";
import { createContext, useContext } from "react";
import { createStore, type StoreApi, useStore } from "zustand";
import { catalog } from "#nodes/catalog.data.ts";
import type { EdgeId, NodeId } from "#runtime/graph/ids.ts";
import type { Endpoint, Graph, GraphEdge, GraphNode, Position } from "#runtime/graph/schema.ts";
import type { PortType } from "#runtime/node/ports.ts";
import type { Side } from "./connection-rules.ts";

export type BoardNode = Node<{ node: GraphNode }, "card" | "annotation">;
export type BoardEdge = Edge<{ edge: GraphEdge }, "wire">;

/** A wire that hangs in the air: the port it comes from. */
export interface LooseWire extends Endpoint {
  side: Side;
  type: PortType;
}

export interface BoardState {
  nodes: BoardNode[];
  edges: BoardEdge[];
  selectedNodes: readonly NodeId[];
  selectedEdges: readonly EdgeId[];
  /** The search for a node type, open for a place on the board. */
  palette: { at: Position; from?: LooseWire } | undefined;
  /** The wire being dragged, and the nodes it may not end at. */
  connecting: { from: LooseWire; blocked: ReadonlySet<NodeId> } | undefined;
  /** Nodes others are dragging, where they are now. */
  drags: ReadonlyMap<string, Position>;
  /** Brings the board in step with the graph; what is only seen (selection, sizes, drags under way) stays. */
  showGraph(graph: Graph): void;
  showDrags(drags: ReadonlyMap<string, Position>): void;
  changeNodes(changes: readonly NodeChange<BoardNode>[]): void;
  changeEdges(changes: readonly EdgeChange<BoardEdge>[]): void;
  select(ids: { nodes?: readonly NodeId[]; edges?: readonly EdgeId[] }): void;
  openPalette(palette: BoardState["palette"]): void;
  setConnecting(connecting: BoardState["connecting"]): void;
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
    drags: new Map(),
    showGraph: (graph) =>
      set(({ nodes, edges, drags }) => withSelection({ nodes: boardNodes(nodes, graph.nodes, drags), edges: boardEdges(edges, graph) }, get())),
    showDrags: (drags) =>
      set(({ nodes }) => ({
        drags,
        nodes: boardNodes(
          nodes,
          nodes.map(({ data }) => data.node),
          drags,
        ),
      })),
    changeNodes: (changes) => set((state) => withSelection({ nodes: applyNodeChanges([...changes], state.nodes), edges: state.edges }, state)),
    changeEdges: (changes) => set((state) => withSelection({ nodes: state.nodes, edges: applyEdgeChanges([...changes], state.edges) }, state)),
    select: (ids) =>
      set((state) => {
        const nodes = new Set<string>(ids.nodes);
        const edges = new Set<string>(ids.edges);
        return withSelection({ nodes: marked(state.nodes, nodes), edges: marked(state.edges, edges) }, state);
      }),
    openPalette: (palette) => set({ palette }),
    setConnecting: (connecting) => set({ connecting }),
  }));
}

function marked<Item extends { id: string; selected?: boolean }>(items: readonly Item[], chosen: ReadonlySet<string>): Item[] {
  return items.map((item) => ((item.selected ?? false) === chosen.has(item.id) ? item : { ...item, selected: chosen.has(item.id) }));
}

function boardNodes(before: readonly BoardNode[], nodes: readonly GraphNode[], drags: ReadonlyMap<string, Position>): BoardNode[] {
  const known = new Map(before.map((node) => [node.id, node]));
  return nodes.map((node) => {
    const old = known.get(node.id);
    const position = (old?.dragging ? old.position : drags.get(node.id)) ?? node.position;
    if (old?.data.node === node && old.position.x === position.x && old.position.y === position.y) return old;
    const type = catalog.get(node.type)?.role === "annotation" ? "annotation" : "card";
    const made: BoardNode = { ...old, id: node.id, type, position, data: { node }, zIndex: type === "annotation" ? -1 : 1 };
    if (type === "annotation" && node.size && old?.data.node.size !== node.size) return { ...made, ...node.size };
    return made;
  });
}

function boardEdges(before: readonly BoardEdge[], graph: Pick<Graph, "nodes" | "edges">): BoardEdge[] {
  const known = new Map(before.map((edge) => [edge.id, edge]));
  const labels = new Map(graph.nodes.map((node) => [node.id, node.label]));
  return graph.edges.map((edge) => {
    const old = known.get(edge.id);
    const ariaLabel = `Wire from ${labels.get(edge.source.node)}, ${edge.source.port}, to ${labels.get(edge.target.node)}, ${edge.target.port}`;
    if (old?.data?.edge === edge && old.ariaLabel === ariaLabel) return old;
    const ends = { source: edge.source.node, sourceHandle: edge.source.port, target: edge.target.node, targetHandle: edge.target.port };
    return { ...old, id: edge.id, type: "wire", ...ends, ariaLabel, data: { edge } };
  });
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

export const BoardContext = createContext<BoardStore | undefined>(undefined);

export function useBoardStore(): BoardStore {
  const store = useContext(BoardContext);
  if (!store) throw new Error("This part of the canvas stands in an editor only.");
  return store;
}

export function useBoard<Part>(select: (state: BoardState) => Part): Part {
  return useStore(useBoardStore(), select);
}
