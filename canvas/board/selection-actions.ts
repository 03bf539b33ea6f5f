import type { useReactFlow } from "@xyflow/react";
import { toast } from "sonner";
import type { NodeId } from "#runtime/graph/ids.ts";
import { type Editor, nodesById } from "../document/editor-context.ts";
import { announce } from "../ui/announce.ts";
import { foldedInto } from "./board-elements.ts";
import type { BoardEdge, BoardNode, BoardStore } from "./board-store.ts";
import type { PortsOfNode } from "./connection-rules.ts";
import { drawnBoxes } from "./drawn-boxes.ts";
import { joinNeighbours } from "./join-neighbours.ts";
import { asOneStep } from "./one-step.ts";
import { type Direction, stepFrom } from "./walk.ts";

export interface SelectionActions {
  /** What is inside a container that is removed stays. */
  removeSelected(): void;
  /** Removes the selected nodes, and wires what fed them to what they fed, where the types fit. */
  removeAndJoin(): void;
  selectAll(): void;
  setDisabled(disabled: boolean): void;
  /** Brings a node into view and selects it; of one in a folded frame, the frame. */
  focusNode(node: NodeId): void;
  /** Selects the node one step away from the selected one. */
  walk(direction: Direction): void;
}

type Flow = Pick<ReturnType<typeof useReactFlow<BoardNode, BoardEdge>>, "fitView">;

interface Given {
  flow: Flow;
  portsOf: PortsOfNode;
}

export function selectionActions(editor: Editor, store: BoardStore, { flow, portsOf }: Given): SelectionActions {
  const { edits, graph } = editor;
  return {
    removeSelected: () => {
      const { selectedEdges: edges, selectedNodes: nodes } = store.getState();
      if (!edits || nodes.length + edges.length === 0) return;
      asOneStep(editor, () => edits.remove({ nodes, edges }));
      announce(nodes.length > 0 ? `${countOf(nodes.length)} removed.` : "The wire was removed.");
    },
    removeAndJoin: () => {
      const { selectedNodes: nodes } = store.getState();
      if (!edits || nodes.length === 0) return;
      const current = graph.current();
      const { edges, unjoined } = joinNeighbours(current, portsOf, new Set(nodes));
      asOneStep(editor, () => {
        edits.remove({ nodes });
        edits.add([], edges);
      });
      const lost = [...new Set(unjoined.map(({ node }) => nodesById(current).get(node)?.label ?? "a node"))];
      announceJoined(nodes.length, edges.length, lost);
    },
    selectAll: () => {
      const { nodes, edges } = store.getState();
      store.getState().select({ nodes: nodes.map(({ data }) => data.node.id), edges: edges.flatMap(({ data }) => data?.edge.id ?? []) });
      announce(`${countOf(nodes.length)} selected.`);
    },
    setDisabled: (disabled) => edits?.setDisabled([...store.getState().selectedNodes], disabled),
    focusNode: (node) => {
      const shown = foldedInto(graph.current()).get(node) ?? node;
      store.getState().select({ nodes: [shown] });
      void flow.fitView({ nodes: [{ id: shown }], duration: 250, maxZoom: 1, padding: 0.4 });
    },
    walk: (direction) => {
      const current = graph.current();
      const from = store.getState().selectedNodes.at(-1);
      const to = stepFrom(current, drawnBoxes(store, current), { from, direction });
      if (to === undefined) return;
      store.getState().select({ nodes: [to] });
      announce(`${nodesById(current).get(to)?.label ?? ""}`);
    },
  };
}

function announceJoined(removed: number, joined: number, lost: readonly string[]): void {
  const wires = joined === 1 ? "1 wire joins" : `${joined} wires join`;
  const text = `${countOf(removed)} removed; ${joined === 0 ? "nothing was left to join" : `${wires} what was beside ${removed === 1 ? "it" : "them"}`}.`;
  announce(lost.length === 0 ? text : `${text} ${unjoinedText(lost)}`);
  if (lost.length > 0) toast.info(unjoinedText(lost));
}

function unjoinedText(lost: readonly string[]): string {
  return `Nothing that is left fits ${lost.map((label) => `“${label}”`).join(", ")}: wire ${lost.length === 1 ? "it" : "them"} anew.`;
}

function countOf(nodes: number): string {
  return nodes === 1 ? "1 node" : `${nodes} nodes`;
}
