import { applyEdgeChanges, applyNodeChanges, type Edge, type EdgeChange, type Node, type NodeChange } from "@xyflow/react";
import { createContext, useContext } from "react";
import { createStore, type StoreApi, useStore } from "zustand";
import { catalog } from "#nodes/catalog.data.ts";
import type { EdgeId, NodeId } from "#runtime/graph/ids.ts";
import { type Endpoint, GRAPH_LIMITS, type Graph, type GraphEdge, type GraphNode, type Position } from "#runtime/graph/schema.ts";
import type { PortType } from "#runtime/node/ports.ts";
import { isContainer } from "../document/containers.ts";
import type { Reach, Side } from "./connection-rules.ts";
import { frameSize } from "./frames.ts";

export type BoardNode = Node<{ node: GraphNode }, "card" | "annotation" | "frame">;
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
  /** The search for a node type, open for a place on the board. */
  palette: { at: Position; from?: LooseWire } | undefined;
  /** The wire being dragged, and where it may end. */
  connecting: { from: LooseWire; reach: Reach } | undefined;
  /** The container that what is being dragged would be put into. */
  dropFrame: NodeId | undefined;
  /** The choice of a container for what is selected is open. */
  choosesContainer: boolean;
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
  setDropFrame(frame: NodeId | undefined): void;
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
    choosesContainer: false,
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
    setDropFrame: (dropFrame) => set({ dropFrame }),
    chooseContainer: (choosesContainer) => set({ choosesContainer }),
  }));
}

function marked<Item extends { id: string; selected?: boolean }>(items: readonly Item[], chosen: ReadonlySet<string>): Item[] {
  return items.map((item) => ((item.selected ?? false) === chosen.has(item.id) ? item : { ...item, selected: chosen.has(item.id) }));
}

function boardNodes(before: readonly BoardNode[], nodes: readonly GraphNode[], drags: ReadonlyMap<string, Position>): BoardNode[] {
  const known = new Map(before.map((node) => [node.id, node]));
  return parentsFirst(nodes).map((node) => {
    const old = known.get(node.id);
    const position = (old?.dragging || old?.resizing ? old.position : drags.get(node.id)) ?? node.position;
    if (old?.data.node === node && old.position.x === position.x && old.position.y === position.y) return old;
    const type = typeOf(node);
    const { parentId: _, ...rest } = old ?? {};
    const made: BoardNode = { ...rest, id: node.id, type, position, data: { node }, zIndex: LEVELS[type], ...(node.parent && { parentId: node.parent }) };
    const size = type === "frame" ? frameSize(node) : type === "annotation" ? node.size : undefined;
    return size && (!old || old.data.node.size !== node.size) ? { ...made, ...size } : made;
  });
}

/** What is in a frame is above it, whatever its level. Wires are at 0: above frames, below cards. */
const LEVELS = { frame: -2, annotation: -1, card: 1 };

function typeOf(node: GraphNode): "card" | "annotation" | "frame" {
  if (isContainer(node)) return "frame";
  return catalog.get(node.type)?.role === "annotation" ? "annotation" : "card";
}

/** The nodes with every parent before what is in it, as the board's library wants them; else in their order. */
export function parentsFirst(nodes: readonly GraphNode[]): readonly GraphNode[] {
  if (nodes.every(({ parent }) => parent === undefined)) return nodes;
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const sorted = new Set<GraphNode>();
  const add = (node: GraphNode, depth: number) => {
    const parent = node.parent === undefined || depth > GRAPH_LIMITS.depth ? undefined : byId.get(node.parent);
    if (parent && !sorted.has(parent)) add(parent, depth + 1);
    sorted.add(node);
  };
  for (const node of nodes) add(node, 0);
  return [...sorted];
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
