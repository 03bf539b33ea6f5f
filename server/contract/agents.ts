import { z } from "zod";
import { emptySchema, listQuerySchema, nameSchema, pageOf } from "./common.ts";
import * as graphs from "./graphs.ts";
import { defineRoute, type Route } from "./route.ts";

/**
 * A library agent is a document of its own kind whose content is a graph: what it is asked, the agent with its tools, and its answer. So people edit it
 * together, it has revisions, is published, called by other graphs and run like any graph, and its id is one of a graph.
 */
export const listAgents = defineRoute({
  id: "listAgents",
  method: "GET",
  path: "/api/agents",
  summary: "Agents of the library, last changed first",
  action: "graph.list",
  params: emptySchema,
  query: listQuerySchema,
  status: 200,
  answer: pageOf(graphs.graphSummarySchema),
});
export const createAgent = defineRoute({
  id: "createAgent",
  method: "POST",
  path: "/api/agents",
  summary: "Make an agent: one to begin with, or from a heddle.graph/1 document",
  action: "graph.create",
  params: emptySchema,
  query: emptySchema,
  body: z.strictObject({ name: nameSchema.optional(), graph: z.unknown().optional() }),
  ...(graphs.createGraph.bodyLimit !== undefined && { bodyLimit: graphs.createGraph.bodyLimit }),
  status: 201,
  answer: graphs.graphDetailSchema,
});

/** The same route, under the address of agents. */
function ofAgents<Given extends Route>(route: Given): Given {
  return {
    ...route,
    id: route.id.includes("Graph") ? route.id.replace("Graph", "Agent") : `${route.id}OfAgent`,
    path: route.path.replace("/api/graphs/", "/api/agents/"),
    summary: route.summary.replace("a graph", "an agent").replace("graph", "agent"),
  };
}

/** What is done to one agent is what is done to a graph: each with the route that answers it. */
export const agentRoutes = [
  graphs.readGraph,
  graphs.renameGraph,
  graphs.archiveGraph,
  graphs.replaceGraph,
  graphs.validateGraph,
  graphs.cutRevision,
  graphs.listRevisions,
  graphs.readRevision,
  graphs.nameRevision,
  graphs.restoreRevision,
  graphs.publishGraph,
  graphs.unpublishGraph,
].map((route) => ({ route: ofAgents(route as Route), as: route.id }));
