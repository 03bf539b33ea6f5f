import { useReactFlow } from "@xyflow/react";
import { useMemo } from "react";
import { toast } from "sonner";
import { createId, type NodeId } from "#runtime/graph/ids.ts";
import { type Endpoint, GRAPH_LIMITS, type Graph, type GraphEdge, type GraphNode, type Position } from "#runtime/graph/schema.ts";
import type { NodeDefinition } from "#runtime/node/define.ts";
import { useReferences } from "../document/analysis.tsx";
import { type Editor, useEditor } from "../document/editor-context.ts";
import { nodePorts } from "../document/node-ports.ts";
import { type BoardEdge, type BoardNode, type BoardStore, type LooseWire, useBoardStore } from "./board-store.ts";
import { checkConnection, findPort, fittingPort, type PortsOfNode, type Side } from "./connection-rules.ts";
import { copyFragment, type Place, pasteFragment, readFragment } from "./fragment.ts";
import { freePosition } from "./free-position.ts";
import { newNode } from "./new-node.ts";

/** What a person can do on the board. Each is one step of undo. */
export interface BoardActions {
  /** Adds a node of a type, wired to where the wire came from; selects it. */
  addNode(definition: NodeDefinition, at: Position, from?: LooseWire): void;
  connect(ends: { source: Endpoint; target: Endpoint }): void;
  mayConnect(ends: { source: Endpoint; target: Endpoint }): boolean;
  /** The wire that would hang from a port. */
  wireFrom(at: Endpoint & { side: Side }): LooseWire | undefined;
  /** Wires a loose end to the first port of a node that fits. */
  connectToNode(from: LooseWire, node: NodeId): void;
  removeSelected(): void;
  /** The selected part as text, or nothing. */
  copy(): string | undefined;
  paste(text: string, place?: Place): boolean;
  duplicate(): void;
  selectAll(): void;
  setDisabled(disabled: boolean): void;
  /** Brings a node into view and selects it. */
  focusNode(node: NodeId): void;
}

const DUPLICATE_SHIFT = { x: 32, y: 32 };
/** Where the handle of a card's first port is, from its upper left corner. */
const FIRST_PORT = { x: 240, y: 62 };

export function useBoardActions(): BoardActions {
  const editor = useEditor();
  const store = useBoardStore();
  const references = useReferences();
  const flow = useReactFlow<BoardNode, BoardEdge>();
  return useMemo(() => {
    const portsOf: PortsOfNode = (node) => nodePorts(node, references);
    return { ...wiring(editor, store, portsOf), ...arranging(editor, store, flow) };
  }, [editor, store, references, flow]);
}

function wiring(editor: Editor, store: BoardStore, portsOf: PortsOfNode) {
  const connect = (ends: { source: Endpoint; target: Endpoint }) => {
    const check = checkConnection(editor.graph.current(), portsOf, ends);
    if (check.ok) editor.edits?.connect({ id: createId("edge"), ...check.edge }, check.replacing);
    else toast.error(check.reason);
  };
  const connectToNode = (from: LooseWire, id: NodeId) => {
    const node = editor.graph.current().nodes.find((candidate) => candidate.id === id);
    const port = node && fittingPort(portsOf(node), from.type, from.side);
    if (port !== undefined) connect(endsOf(from, { node: id, port }));
    else if (node && id !== from.node) toast.error(`Nothing on “${node.label}” ${from.side === "source" ? "takes" : "gives"} ${from.type}.`);
  };
  return {
    connect,
    connectToNode,
    mayConnect: (ends: { source: Endpoint; target: Endpoint }) => checkConnection(editor.graph.current(), portsOf, ends).ok,
    wireFrom: (at: Endpoint & { side: Side }): LooseWire | undefined => {
      const port = findPort(editor.graph.current(), portsOf, at);
      return port && { ...at, type: port.type };
    },
    addNode: (definition: NodeDefinition, at: Position, from?: LooseWire) => {
      const { edits, undo, graph } = editor;
      if (!edits || !hasRoom(graph.current(), 1)) return;
      const position = from
        ? { x: from.side === "source" ? at.x : at.x - FIRST_PORT.x, y: at.y - FIRST_PORT.y }
        : { x: at.x - FIRST_PORT.x / 2, y: at.y - FIRST_PORT.y / 2 };
      const cards = store.getState().nodes.filter(({ type }) => type === "card");
      const taken = cards.map((card) => ({ position: card.position, height: card.measured?.height }));
      const node = newNode(definition, graph.current(), freePosition(taken, position));
      undo?.stopCapturing();
      edits.add([node]);
      if (from) connectToNode(from, node.id);
      undo?.stopCapturing();
      store.getState().select({ nodes: [node.id] });
    },
  };
}

function endsOf(from: LooseWire, to: Endpoint): { source: Endpoint; target: Endpoint } {
  const end = { node: from.node, port: from.port };
  return from.side === "source" ? { source: end, target: to } : { source: to, target: end };
}

function hasRoom(graph: Graph, more: number): boolean {
  if (graph.nodes.length + more <= GRAPH_LIMITS.nodes) return true;
  toast.error(`A graph holds at most ${GRAPH_LIMITS.nodes.toLocaleString("en")} nodes.`);
  return false;
}

function arranging({ edits, undo, graph }: Editor, store: BoardStore, flow: Pick<ReturnType<typeof useReactFlow<BoardNode, BoardEdge>>, "fitView">) {
  const selectedNodes = () => new Set(store.getState().selectedNodes);
  const insert = (given: { nodes: GraphNode[]; edges: GraphEdge[] }): boolean => {
    if (!edits || !hasRoom(graph.current(), given.nodes.length)) return false;
    undo?.stopCapturing();
    edits.add(given.nodes, given.edges);
    undo?.stopCapturing();
    store.getState().select({ nodes: given.nodes.map(({ id }) => id) });
    return true;
  };
  const copy = () => (selectedNodes().size > 0 ? copyFragment(graph.current(), selectedNodes()) : undefined);
  const paste = (text: string, place: Place = { by: DUPLICATE_SHIFT }): boolean => {
    const fragment = readFragment(text);
    return fragment !== undefined && insert(pasteFragment(fragment, graph.current(), place));
  };
  return {
    copy,
    paste,
    duplicate: () => void paste(copy() ?? ""),
    removeSelected: () => {
      const { selectedEdges, selectedNodes: nodes } = store.getState();
      if (!edits || nodes.length + selectedEdges.length === 0) return;
      undo?.stopCapturing();
      edits.remove({ nodes, edges: selectedEdges });
      undo?.stopCapturing();
    },
    selectAll: () => {
      const { nodes, edges } = graph.current();
      store.getState().select({ nodes: nodes.map(({ id }) => id), edges: edges.map(({ id }) => id) });
    },
    setDisabled: (disabled: boolean) => edits?.setDisabled([...selectedNodes()], disabled),
    focusNode: (node: NodeId) => {
      store.getState().select({ nodes: [node] });
      void flow.fitView({ nodes: [{ id: node }], duration: 250, maxZoom: 1, padding: 0.4 });
    },
  };
}
