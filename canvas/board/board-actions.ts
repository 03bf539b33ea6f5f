import { useReactFlow } from "@xyflow/react";
import { useMemo } from "react";
import { toast } from "sonner";
import { createId, type NodeId } from "#runtime/graph/ids.ts";
import type { Endpoint, Position } from "#runtime/graph/schema.ts";
import type { NodeDefinition } from "#runtime/node/define.ts";
import { useReferences } from "../document/analysis.tsx";
import { type Editor, nodesById, useEditor } from "../document/editor-context.ts";
import { nodePorts } from "../document/node-ports.ts";
import { addingActions } from "./adding-actions.ts";
import { type BoardEdge, type BoardNode, type BoardStore, type LooseWire, useBoardStore } from "./board-store.ts";
import { checkConnection, findPort, fittingPort, type PortsOfNode, reachOf, type Side } from "./connection-rules.ts";
import { containerActions } from "./container-actions.ts";

/** What a person can do on the board. Each is one step of undo. */
export interface BoardActions {
  /** Adds a node of a type, inside the container at that place if one is there, wired to where the wire came from; selects it. */
  addNode(definition: NodeDefinition, at: Position, from?: LooseWire): void;
  connect(ends: { source: Endpoint; target: Endpoint }): void;
  mayConnect(ends: { source: Endpoint; target: Endpoint }): boolean;
  /** The wire that would hang from a port. */
  wireFrom(at: Endpoint & { side: Side }): LooseWire | undefined;
  /** Wires a loose end to the first port of a node that fits. */
  connectToNode(from: LooseWire, node: NodeId): void;
  /** What is inside a container that is removed stays. */
  removeSelected(): void;
  /** The selected part, with all that is in it, as text; or nothing. */
  copy(): string | undefined;
  /** Copies, and removes what was copied. */
  cut(): string | undefined;
  /** Pastes from a place on, inside the container that is there. */
  paste(text: string, at?: Position): boolean;
  duplicate(): void;
  selectAll(): void;
  setDisabled(disabled: boolean): void;
  /** Writes where nodes were dragged to, and puts each into the container it was dropped on. */
  drop(moved: ReadonlyMap<NodeId, Position>): void;
  /** The containers the selection can be put into, and whether it can be taken out of one. */
  containerChoices(): { containers: readonly NodeId[]; mayLeave: boolean };
  /** Puts the selection into a container, or out of all. */
  moveInto(container: NodeId | undefined): void;
  /** Brings a node into view and selects it. */
  focusNode(node: NodeId): void;
}

export function useBoardActions(): BoardActions {
  const editor = useEditor();
  const store = useBoardStore();
  const references = useReferences();
  const flow = useReactFlow<BoardNode, BoardEdge>();
  return useMemo(() => {
    const wiring = wiringActions(editor, (node) => nodePorts(node, references));
    return { ...wiring, ...addingActions(editor, store, wiring.connectToNode), ...containerActions(editor, store), ...selectionActions(editor, store, flow) };
  }, [editor, store, references, flow]);
}

function wiringActions(editor: Editor, portsOf: PortsOfNode) {
  const connect = (ends: { source: Endpoint; target: Endpoint }) => {
    const check = checkConnection(editor.graph.current(), portsOf, ends);
    if (check.ok) editor.edits?.connect({ id: createId("edge"), ...check.edge }, check.replacing);
    else toast.error(check.reason);
  };
  const connectToNode = (from: LooseWire, id: NodeId) => {
    const graph = editor.graph.current();
    const node = nodesById(graph).get(id);
    if (!node || id === from.node) return;
    const { inputs, outputs, body } = portsOf(node);
    const inner = { inputs: body?.takes ?? {}, outputs: body?.gives ?? {} };
    // what is inside a container meets its inner ports
    const port = fittingPort(reachOf(graph, from).inner.has(id) ? inner : { inputs, outputs }, from.type, from.side);
    if (port !== undefined) connect(endsOf(from, { node: id, port }));
    else toast.error(`Nothing on “${node.label}” ${from.side === "source" ? "takes" : "gives"} ${from.type}.`);
  };
  return {
    connect,
    connectToNode,
    mayConnect: (ends: { source: Endpoint; target: Endpoint }) => checkConnection(editor.graph.current(), portsOf, ends).ok,
    wireFrom: (at: Endpoint & { side: Side }): LooseWire | undefined => {
      const found = findPort(editor.graph.current(), portsOf, at);
      return found && { ...at, type: found.port.type, isInner: found.isInner };
    },
  };
}

function endsOf(from: LooseWire, to: Endpoint): { source: Endpoint; target: Endpoint } {
  const end = { node: from.node, port: from.port };
  return from.side === "source" ? { source: end, target: to } : { source: to, target: end };
}

type Flow = Pick<ReturnType<typeof useReactFlow<BoardNode, BoardEdge>>, "fitView">;

function selectionActions({ edits, undo, graph }: Editor, store: BoardStore, flow: Flow) {
  return {
    removeSelected: () => {
      const { selectedEdges: edges, selectedNodes: nodes } = store.getState();
      if (!edits || nodes.length + edges.length === 0) return;
      undo?.stopCapturing();
      edits.remove({ nodes, edges });
      undo?.stopCapturing();
    },
    selectAll: () => {
      const { nodes, edges } = graph.current();
      store.getState().select({ nodes: nodes.map(({ id }) => id), edges: edges.map(({ id }) => id) });
    },
    setDisabled: (disabled: boolean) => edits?.setDisabled([...store.getState().selectedNodes], disabled),
    focusNode: (node: NodeId) => {
      store.getState().select({ nodes: [node] });
      void flow.fitView({ nodes: [{ id: node }], duration: 250, maxZoom: 1, padding: 0.4 });
    },
  };
}
