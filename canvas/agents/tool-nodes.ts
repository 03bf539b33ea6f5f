import { catalog } from "#nodes/catalog.data.ts";
import { createId, type NodeId } from "#runtime/graph/ids.ts";
import type { Graph, GraphEdge, GraphNode } from "#runtime/graph/schema.ts";
import type { NodeDefinition } from "#runtime/node/define.ts";
import { TOOL_PORT } from "#runtime/node/ports.ts";
import type { References } from "#runtime/node/references.ts";
import type { ToolOffer } from "#runtime/node/tool-offer.ts";
import { describeTools } from "#runtime/plan/describe-tools.ts";
import type { Problem } from "#runtime/plan/problems.ts";
import { resolveNode } from "#runtime/plan/resolve-node.ts";
import { checkConnection } from "../board/connection-rules.ts";
import { newNode } from "../board/new-node.ts";
import { nodePorts } from "../document/node-ports.ts";

/** How far tools stand from their agent, and below one another. */
const BESIDE = { x: -360, y: 220 };
const STEP = 150;

/** A node that is wired to an agent as its tool. */
export interface WiredTool {
  node: GraphNode;
  edge: GraphEdge;
}

/** The input by which a node takes tools; undefined for nodes that take none. */
export function toolInputOf(node: GraphNode, references: References): string | undefined {
  return Object.entries(nodePorts(node, references).inputs).find(([, { type }]) => type === "tool")?.[0];
}

/** The node a library agent is made of: the one that takes tools and is nobody's tool. */
export function agentNodeOf(graph: Graph, references: References): GraphNode | undefined {
  const callers = graph.nodes.filter((node) => toolInputOf(node, references) !== undefined);
  const isTool = ({ id }: GraphNode) => graph.edges.some(({ kind, source }) => kind === "tool" && source.node === id);
  return callers.find((node) => !isTool(node)) ?? callers[0];
}

/** The tools of an agent, as they were wired. */
export function toolsOf({ nodes, edges }: Graph, agent: NodeId): WiredTool[] {
  const own = edges.filter(({ kind, target }) => kind === "tool" && target.node === agent);
  return own.flatMap((edge) => nodes.filter(({ id }) => id === edge.source.node).map((node) => ({ node, edge })));
}

/** What an agent is told of its tools, as far as they can be told of: also while the graph as a whole cannot run yet. */
export function toolOffersOf(graph: Graph, agent: NodeId, references: References): ToolOffer[] {
  const tools = toolsOf(graph, agent).map(({ node }) => node);
  return offersOf(tools, graph, references);
}

/** The members of a crew, as it is told of them. */
export function memberOffersOf(graph: Graph, crew: NodeId, references: References): ToolOffer[] {
  const isTool = ({ id }: GraphNode) => graph.edges.some(({ kind, source }) => kind === "tool" && source.node === id);
  const members = graph.nodes.filter((node) => node.parent === crew && catalog.get(node.type)?.tool !== undefined && !isTool(node));
  return offersOf(members, graph, references);
}

function offersOf(nodes: readonly GraphNode[], graph: Graph, references: References): ToolOffer[] {
  const problems: Problem[] = [];
  const resolved = nodes.filter(({ disabled }) => disabled !== true).flatMap((node) => resolveNode(node, { catalog, references }, problems) ?? []);
  return describeTools(resolved, { references, settings: graph.settings });
}

/** A node of this type as a new tool of an agent, and its wire; undefined where it cannot be one. */
export function newTool(
  graph: Graph,
  { agent, definition, references }: { agent: GraphNode; definition: NodeDefinition; references: References },
): WiredTool | undefined {
  const input = toolInputOf(agent, references);
  if (input === undefined) return undefined;
  const lowest = Math.max(agent.position.y + BESIDE.y - STEP, ...toolsOf(graph, agent.id).map(({ node }) => node.position.y));
  const node = newNode(definition, graph, { x: agent.position.x + BESIDE.x, y: lowest + STEP });
  const after = { ...graph, nodes: [...graph.nodes, node] };
  const ends = { source: { node: node.id, port: TOOL_PORT }, target: { node: agent.id, port: input } };
  const checked = checkConnection(after, (other) => nodePorts(other, references), ends);
  return checked.ok ? { node, edge: { id: createId("edge"), ...checked.edge } } : undefined;
}

/** What goes when a tool is taken from its agent: the wire, and the node with what only it calls, unless somebody else calls it, too. */
export function removedWith(graph: Graph, { node, edge }: WiredTool): { nodes: NodeId[]; edges: GraphEdge["id"][] } {
  const isShared = graph.edges.some(({ id, kind, source }) => kind === "tool" && source.node === node.id && id !== edge.id);
  if (isShared) return { nodes: [], edges: [edge.id] };
  const below = toolsOf(graph, node.id).map((tool) => removedWith(graph, tool));
  return { nodes: [node.id, ...below.flatMap(({ nodes }) => nodes)], edges: [edge.id, ...below.flatMap(({ edges }) => edges)] };
}
