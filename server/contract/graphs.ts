import { z } from "zod";
import { graphIdSchema, workspaceIdSchema } from "#runtime/graph/ids.ts";
import { graphSchema } from "#runtime/graph/schema.ts";
import { problemSchema } from "#runtime/plan/problems.ts";
import { ACTIONS } from "./access.ts";
import { emptySchema, listQuerySchema, nameSchema, pageOf, timeSchema } from "./common.ts";
import { defineRoute } from "./route.ts";

/** Bytes a graph document may have as a body (`quality.md`: 12 MiB). */
const GRAPH_BODY = 12 * 1024 * 1024;
const params = z.strictObject({ id: graphIdSchema });
const revisionParams = z.strictObject({ id: graphIdSchema, number: z.coerce.number().int().min(1) });

export const graphSummarySchema = z.strictObject({
  id: graphIdSchema,
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
  reason: z.enum(["cut", "run", "restore", "replace", "publish"]),
  createdBy: z.string(),
  createdAt: timeSchema,
});
export type RevisionSummary = z.infer<typeof revisionSummarySchema>;
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
export const listRevisions = defineRoute({
  id: "listRevisions",
  method: "GET",
  path: "/api/graphs/:id/revisions",
  summary: "Revisions, newest first",
  action: "graph.read",
  params,
  query: listQuerySchema,
  status: 200,
  answer: pageOf(revisionSummarySchema),
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
export const restoreRevision = defineRoute({
  id: "restoreRevision",
  method: "POST",
  path: "/api/graphs/:id/revisions/:number/restore",
  summary: "Make the draft what a revision was; the draft is cut first",
  action: "graph.edit",
  params: revisionParams,
  query: emptySchema,
  body: emptySchema.optional(),
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
