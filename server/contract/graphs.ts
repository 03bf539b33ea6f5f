import { z } from "zod";
import { graphIdSchema, nodeIdSchema, runIdSchema, workspaceIdSchema } from "#runtime/graph/ids.ts";
import { GRAPH_LIMITS, graphSchema } from "#runtime/graph/schema.ts";
import { problemSchema } from "#runtime/plan/problems.ts";
import { ACTIONS } from "./access.ts";
import { emptySchema, listQuerySchema, nameSchema, pageOf, timeSchema } from "./common.ts";
import { graphUsesSchema } from "./graph-uses.ts";
import { defineRoute } from "./route.ts";
import { runStateSchema } from "./runs.ts";

/** Bytes a graph document may have as a body (`quality.md`: 12 MiB). */
const GRAPH_BODY = 12 * 1024 * 1024;
const params = z.strictObject({ id: graphIdSchema });
const revisionParams = z.strictObject({ id: graphIdSchema, number: z.coerce.number().int().min(1) });

export const graphSummarySchema = z.strictObject({
  id: graphIdSchema,
  /** `agent`: one of the library; its graph is what it is asked, the agent, and its answer. */
  kind: z.enum(["graph", "agent"]),
  name: z.string(),
  description: z.string(),
  publishedRevision: z.int().nullable(),
  createdAt: timeSchema,
  updatedAt: timeSchema,
});
export type GraphSummary = z.infer<typeof graphSummarySchema>;

export const graphDetailSchema = graphSummarySchema.extend({ graph: graphSchema });
export type GraphDetail = z.infer<typeof graphDetailSchema>;

export const revisionSummarySchema = z.strictObject({
  number: z.int(),
  /** SHA-256 of the canonical JSON of the graph. */
  hash: z.string(),
  message: z.string(),
  /** What people call it; one with a name is kept for ever. */
  name: z.string().nullable(),
  /** `auto`: cut by the server when people stopped editing. */
  reason: z.enum(["cut", "run", "restore", "replace", "publish", "auto"]),
  createdBy: z.string(),
  createdAt: timeSchema,
  /** Who changed the draft since the revision before, the last one first. */
  authors: z.array(z.string()),
});
export type RevisionSummary = z.infer<typeof revisionSummarySchema>;

/** A revision as the history shows it. */
const revisionEntrySchema = revisionSummarySchema.extend({
  /** What those in `createdBy` and `authors` are called, as far as they have accounts. */
  names: z.record(z.string(), z.string()),
  /** `before`: it was once. */
  published: z.enum(["now", "before", "never"]),
  publishedAt: timeSchema.nullable(),
  /** Runs of it. */
  runs: z.int(),
  lastRun: z.strictObject({ id: runIdSchema, state: runStateSchema, createdAt: timeSchema }).nullable(),
});
export type RevisionEntry = z.infer<typeof revisionEntrySchema>;
const revisionDetailSchema = revisionSummarySchema.extend({ graph: graphSchema });

export const listGraphs = defineRoute({
  id: "listGraphs",
  method: "GET",
  path: "/api/graphs",
  summary: "Graphs, last changed first",
  action: "graph.list",
  params: emptySchema,
  query: listQuerySchema,
  status: 200,
  answer: pageOf(graphSummarySchema),
});
export const createGraph = defineRoute({
  id: "createGraph",
  method: "POST",
  path: "/api/graphs",
  summary: "Make a graph, empty or from a heddle.graph/1 document",
  action: "graph.create",
  params: emptySchema,
  query: emptySchema,
  body: z.strictObject({ name: nameSchema.optional(), graph: z.unknown().optional() }),
  bodyLimit: GRAPH_BODY,
  status: 201,
  answer: graphDetailSchema,
});
export const readGraph = defineRoute({
  id: "readGraph",
  method: "GET",
  path: "/api/graphs/:id",
  summary: "One graph with its draft",
  action: "graph.read",
  params,
  query: emptySchema,
  status: 200,
  answer: graphDetailSchema,
});
export const renameGraph = defineRoute({
  id: "renameGraph",
  method: "PATCH",
  path: "/api/graphs/:id",
  summary: "Rename or describe a graph",
  action: "graph.edit",
  params,
  query: emptySchema,
  body: z.strictObject({ name: nameSchema.optional(), description: z.string().max(10_000).optional() }),
  status: 200,
  answer: graphDetailSchema,
});
export const archiveGraph = defineRoute({
  id: "archiveGraph",
  method: "DELETE",
  path: "/api/graphs/:id",
  summary: "Archive a graph; its runs stay",
  action: "graph.archive",
  params,
  query: emptySchema,
  status: 204,
  answer: z.undefined(),
});
export const replaceGraph = defineRoute({
  id: "replaceGraph",
  method: "PUT",
  path: "/api/graphs/:id/graph",
  summary: "Replace the draft; a revision is cut first",
  action: "graph.edit",
  params,
  query: emptySchema,
  body: z.unknown(),
  bodyLimit: GRAPH_BODY,
  status: 200,
  answer: graphDetailSchema,
});
export const validateGraph = defineRoute({
  id: "validateGraph",
  method: "POST",
  path: "/api/graphs/:id/validate",
  summary: "What is wrong with the draft, or with the graph sent along",
  action: "graph.read",
  params,
  query: emptySchema,
  body: z.strictObject({ graph: z.unknown().optional() }).optional(),
  bodyLimit: GRAPH_BODY,
  status: 200,
  answer: z.strictObject({ problems: z.array(problemSchema) }),
});
export const cutRevision = defineRoute({
  id: "cutRevision",
  method: "POST",
  path: "/api/graphs/:id/revisions",
  summary: "Cut a revision from the draft; the newest is answered when nothing changed since",
  action: "graph.edit",
  params,
  query: emptySchema,
  body: z.strictObject({ message: z.string().max(2_000).optional() }).optional(),
  status: 201,
  answer: revisionSummarySchema,
});
const revisionQuerySchema = listQuerySchema.extend({
  /** Only revisions with names. */
  named: z.enum(["true", "false"]).optional(),
});
export const listRevisions = defineRoute({
  id: "listRevisions",
  method: "GET",
  path: "/api/graphs/:id/revisions",
  summary: "Revisions, newest first; `search` looks at names, messages and people",
  action: "graph.read",
  params,
  query: revisionQuerySchema,
  status: 200,
  answer: pageOf(revisionEntrySchema),
});
export const readRevision = defineRoute({
  id: "readRevision",
  method: "GET",
  path: "/api/graphs/:id/revisions/:number",
  summary: "One revision with its graph",
  action: "graph.read",
  params: revisionParams,
  query: emptySchema,
  status: 200,
  answer: revisionDetailSchema,
});
export const nameRevision = defineRoute({
  id: "nameRevision",
  method: "PATCH",
  path: "/api/graphs/:id/revisions/:number",
  summary: "Give a revision a name, or with null take it away; one with a name is kept for ever",
  action: "graph.edit",
  params: revisionParams,
  query: emptySchema,
  body: z.strictObject({ name: nameSchema.nullable() }),
  status: 200,
  answer: revisionEntrySchema,
});
export const restoreRevision = defineRoute({
  id: "restoreRevision",
  method: "POST",
  path: "/api/graphs/:id/revisions/:number/restore",
  summary: "Make the draft, or some of its nodes, what a revision was; the draft is cut first",
  action: "graph.edit",
  params: revisionParams,
  query: emptySchema,
  /** `nodes`: only these. One that is gone comes back with its wires, one that was not there yet goes. */
  body: z.strictObject({ nodes: z.array(nodeIdSchema).min(1).max(GRAPH_LIMITS.nodes).optional() }).optional(),
  status: 200,
  answer: graphDetailSchema,
});
export const publishGraph = defineRoute({
  id: "publishGraph",
  method: "POST",
  path: "/api/graphs/:id/publish",
  summary: "Mark the revision that hooks, schedules, sub-graphs and MCP run",
  action: "graph.publish",
  params,
  query: emptySchema,
  body: z.strictObject({ revision: z.int().min(1) }),
  status: 200,
  answer: graphSummarySchema,
});
export const unpublishGraph = defineRoute({
  id: "unpublishGraph",
  method: "POST",
  path: "/api/graphs/:id/unpublish",
  summary: "Take the mark away",
  action: "graph.publish",
  params,
  query: emptySchema,
  body: emptySchema.optional(),
  status: 200,
  answer: graphSummarySchema,
});

export const listGraphUses = defineRoute({
  id: "listGraphUses",
  method: "GET",
  path: "/api/graphs/:id/uses",
  summary: "Which nodes of which other graphs of the workspace call it",
  action: "graph.list",
  params,
  query: emptySchema,
  status: 200,
  answer: graphUsesSchema,
});

export const readGraphAccess = defineRoute({
  id: "readGraphAccess",
  method: "GET",
  path: "/api/graphs/:id/access",
  summary: "What the caller may do with this graph, whatever workspace they are in otherwise",
  action: "graph.read",
  params,
  query: emptySchema,
  status: 200,
  /** `workspace`: where the graph is. */
  answer: z.strictObject({ workspace: workspaceIdSchema, actions: z.array(z.enum(ACTIONS)) }),
});
