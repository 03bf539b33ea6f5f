import { expect, test } from "vitest";
import { catalog } from "#nodes/catalog.data.ts";
import { type Graph, type GraphNode, graphSchema } from "#runtime/graph/schema.ts";
import template from "../../templates/agent/graph.json" with { type: "json" };
import { agentNodeOf, memberOffersOf, newTool, removedWith, toolOffersOf, toolsOf } from "./tool-nodes.ts";

const begun = graphSchema.parse(template);
const type = (wanted: string) => {
  const definition = catalog.get(wanted);
  if (!definition) throw new Error(`There is no ${wanted}.`);
  return definition;
};
const agentOf = (graph: Graph) => agentNodeOf(graph, {}) as GraphNode;
const added = (graph: Graph, wanted: string, to: GraphNode) => {
  const tool = newTool(graph, { agent: to, definition: type(wanted), references: {} });
  if (!tool) throw new Error("It cannot be a tool.");
  return { tool, graph: { ...graph, nodes: [...graph.nodes, tool.node], edges: [...graph.edges, tool.edge] } };
};

test("the agent is the node that takes tools, and no agent that is a tool itself", () => {
  const agent = agentOf(begun);
  expect(agent.id).toBe("node_agent");
  const { graph } = added(begun, agent.type, agent);
  expect(agentOf({ ...graph, nodes: [...graph.nodes].reverse() }).id).toBe("node_agent");
  expect(agentNodeOf({ ...begun, nodes: [] }, {})).toBeUndefined();
});

test("a new tool is wired to the agent, beside the others, and told of with its arguments", () => {
  const agent = agentOf(begun);
  const first = added(begun, "code", agent);
  const second = added(first.graph, "http-request", agent);
  expect(toolsOf(second.graph, agent.id).map(({ node }) => node.type)).toEqual(["code", "http-request"]);
  expect(second.tool.node.position.y).toBeGreaterThan(first.tool.node.position.y);
  expect(toolOffersOf(second.graph, agent.id, {}).map(({ title }) => title)).toEqual(["Code", "HTTP request"]);
  const off = { ...second.graph, nodes: second.graph.nodes.map((node) => (node.id === first.tool.node.id ? { ...node, disabled: true } : node)) };
  expect(toolOffersOf(off, agent.id, {})).toHaveLength(1);
});

test("what cannot be called is no tool", () => {
  expect(newTool(begun, { agent: agentOf(begun), definition: type("output"), references: {} })).toBeUndefined();
});

test("a tool goes with what only it calls; one that others call stays", () => {
  const agent = agentOf(begun);
  const below = added(begun, agent.type, agent);
  const { graph, tool } = added(below.graph, "code", below.tool.node);
  expect(removedWith(graph, below.tool)).toEqual({ nodes: [below.tool.node.id, tool.node.id], edges: [below.tool.edge.id, tool.edge.id] });
  const shared = { ...tool.edge, id: "edge_shared" as typeof tool.edge.id, target: { node: agent.id, port: "tools" } };
  expect(removedWith({ ...graph, edges: [...graph.edges, shared] }, tool)).toEqual({ nodes: [], edges: [tool.edge.id] });
});

test("the members of a crew are told of, without what is wired to them as a tool, or switched off", () => {
  const agent = agentOf(begun);
  const inside = { ...agent, parent: "node_crew" as typeof agent.id };
  const { graph, tool } = added({ ...begun, nodes: begun.nodes.map((node) => (node.id === agent.id ? inside : node)) }, "code", inside);
  const crew = { ...inside, id: "node_crew" as typeof agent.id, type: "crew", config: {}, parent: undefined };
  const off = { ...inside, id: "node_off" as typeof agent.id, disabled: true };
  const nodes = [...graph.nodes.map((node) => (node.id === tool.node.id ? { ...node, parent: crew.id } : node)), crew, off] as GraphNode[];
  expect(memberOffersOf({ ...graph, nodes }, crew.id, {}).map(({ node }) => node)).toEqual([agent.id]);
});
