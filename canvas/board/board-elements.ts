import { catalog } from "#nodes/catalog.data.ts";
import type { EdgeId, NodeId } from "#runtime/graph/ids.ts";
import { GRAPH_LIMITS, type Graph, type GraphEdge, type GraphNode, type Position } from "#runtime/graph/schema.ts";
import { ancestorsOf, isPortFrame } from "../document/containers.ts";
import { nodesById } from "../document/editor-context.ts";
import type { BoardEdge, BoardNode } from "./board-store.ts";
import { frameSize, isFrame } from "./frames.ts";
import { cardGeometry } from "./painted/card-geometry.ts";

/** The handles of a folded frame, where the wires of what is in it end. */
export const FOLDED_PORTS = { source: "folded-out", target: "folded-in" } as const;

/** The nodes as the board's library draws them, what is in a folded frame left out. What did not change keeps its identity. */
export function boardNodes(before: readonly BoardNode[], graph: Graph, drags: ReadonlyMap<string, Position>): BoardNode[] {
  const known = new Map(before.map((node) => [node.id, node]));
  const folded = foldedInto(graph);
  return parentsFirst(graph.nodes).flatMap((node) => {
    if (folded.has(node.id)) return [];
    const old = known.get(node.id);
    const position = (old?.dragging || old?.resizing ? old.position : drags.get(node.id)) ?? node.position;
    if (old?.data.node === node && old.position.x === position.x && old.position.y === position.y) return old;
    return boardNode(node, position, old);
  });
}

function boardNode(node: GraphNode, position: Position, old: BoardNode | undefined): BoardNode {
  const type = drawnAs(node);
  const { parentId: _parent, width, height, measured, ...kept } = old ?? {};
  const isSame = old?.type === type;
  const made: BoardNode = { ...kept, id: node.id, type, position, data: { node }, zIndex: LEVELS[type], ...(node.parent && { parentId: node.parent }) };
  const size = type === "frame" || type === "group" ? frameSize(node) : type === "annotation" ? node.size : undefined;
  if (size && (!isSame || old.data.node.size !== node.size)) return { ...made, ...(isSame && measured && { measured }), ...size };
  if (!old && type === "card") return { ...made, ...cardGeometry(node) };
  return isSame ? { ...made, ...(measured && { measured }), ...(width !== undefined && { width }), ...(height !== undefined && { height }) } : made;
}

/** What is in a frame is above it, whatever its level. Wires are at 0: above frames, below cards. */
const LEVELS = { group: -3, frame: -2, annotation: -1, card: 1, folded: 1 };

function drawnAs(node: GraphNode): keyof typeof LEVELS {
  if (isFrame(node)) return node.collapsed ? "folded" : isPortFrame(node) ? "frame" : "group";
  return catalog.get(node.type)?.role === "annotation" ? "annotation" : "card";
}

const foldedNodes = new WeakMap<Graph, ReadonlyMap<NodeId, NodeId>>();

/** What is in folded frames, each with the outermost of those: it stands for them. Made once for each graph. */
export function foldedInto(graph: Graph): ReadonlyMap<NodeId, NodeId> {
  const known = foldedNodes.get(graph);
  if (known) return known;
  const made = new Map<NodeId, NodeId>();
  if (graph.nodes.some((node) => node.collapsed && isFrame(node))) {
    const byId = nodesById(graph);
    for (const node of graph.nodes) {
      const frame = ancestorsOf(byId, node).find((id) => {
        const ancestor = byId.get(id);
        return ancestor?.collapsed && isFrame(ancestor);
      });
      if (frame) made.set(node.id, frame);
    }
  }
  foldedNodes.set(graph, made);
  return made;
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

/** The wires as the board's library draws them; those inside a folded frame are left out, those that lead into it end at its edge. */
export function boardEdges(before: readonly BoardEdge[], graph: Graph, dropEdge: EdgeId | undefined): BoardEdge[] {
  const known = new Map(before.map((edge) => [edge.id, edge]));
  const byId = nodesById(graph);
  const folded = foldedInto(graph);
  return graph.edges.flatMap((edge) => {
    const ends = drawnEnds(edge, folded);
    if (!ends) return [];
    const old = known.get(edge.id);
    const ariaLabel = `${WORDS[edge.kind]} from ${byId.get(edge.source.node)?.label}, ${edge.source.port}, to ${byId.get(edge.target.node)?.label}, ${edge.target.port}`;
    const isSame =
      old?.source === ends.source && old.sourceHandle === ends.sourceHandle && old.target === ends.target && old.targetHandle === ends.targetHandle;
    if (old?.data?.edge === edge && isSame && old.ariaLabel === ariaLabel) return old;
    const { reconnectable: _, ...kept } = old ?? {};
    return { ...kept, id: edge.id, type: "wire", ...ends, ariaLabel, data: { edge }, className: classOf(edge.id, dropEdge) };
  });
}

const WORDS = { data: "Wire", tool: "Tool wire", handoff: "Hand-off" } as const;

function classOf(edge: EdgeId, dropEdge: EdgeId | undefined): string {
  return edge === dropEdge ? "is-drop-target" : "";
}

/** The wires, with the one that what is dragged would be put into marked. */
export function withDropEdge(edges: BoardEdge[], dropEdge: EdgeId | undefined): BoardEdge[] {
  return edges.map((edge) => {
    const className = edge.data ? classOf(edge.data.edge.id, dropEdge) : "";
    return (edge.className ?? "") === className ? edge : { ...edge, className };
  });
}

function drawnEnds({ source, target }: GraphEdge, folded: ReadonlyMap<NodeId, NodeId>) {
  const [from, to] = [folded.get(source.node), folded.get(target.node)];
  // of a folded container the ports towards its body are not drawn either
  if ((from ?? source.node) === (to ?? target.node)) return undefined;
  return {
    source: from ?? source.node,
    sourceHandle: from ? FOLDED_PORTS.source : source.port,
    target: to ?? target.node,
    targetHandle: to ? FOLDED_PORTS.target : target.port,
    ...((from || to) && { reconnectable: false }),
  };
}

/** The nodes with the positions others drag them to; only those that move, or stand still again, are made anew. */
export function withDrags(nodes: BoardNode[], before: ReadonlyMap<string, Position>, now: ReadonlyMap<string, Position>): BoardNode[] {
  if (before.size === 0 && now.size === 0) return nodes;
  return nodes.map((node) => {
    if (node.dragging || node.resizing || !(before.has(node.id) || now.has(node.id))) return node;
    const position = now.get(node.id) ?? node.data.node.position;
    return position.x === node.position.x && position.y === node.position.y ? node : { ...node, position };
  });
}
