import { z } from "zod";
import { connectionIdSchema, workflowIdSchema } from "#runtime/graph/ids.ts";
import { jsonSchema } from "#runtime/graph/json.ts";
import { fileValueSchema } from "#runtime/node/port-value.ts";
import { missingClassSchema, workflowContentSchema, workflowInputSchema, workflowOutputSchema } from "#runtime/node/workflow.ts";
import { emptySchema, listOf, listQuerySchema, nameSchema, pageOf, timeSchema } from "./common.ts";
import { defineRoute } from "./route.ts";

/** Bytes of JSON a workflow may have. */
export const WORKFLOW_BYTES = 8 * 1024 * 1024;

export const WORKFLOW_CATEGORIES = ["generation", "enhancement", "composition", "effects"] as const;
export const workflowCategorySchema = z.enum(WORKFLOW_CATEGORIES);
export type WorkflowCategory = z.infer<typeof workflowCategorySchema>;

const tagSchema = z.string().trim().toLowerCase().min(1).max(40);
const hashSchema = fileValueSchema.shape.$asset;
const versionNumber = z.int().min(1);

/** What people say of a workflow; all versions share it. */
const about = {
  name: nameSchema,
  description: z.string().trim().max(5_000),
  category: workflowCategorySchema,
  tags: z.array(tagSchema).max(20),
  /** Hash of a picture that stands for it; null for none. */
  cover: hashSchema.nullable(),
};

const summarySchema = z.strictObject({
  id: workflowIdSchema,
  ...about,
  /** Number of the newest version. */
  version: versionNumber,
  /** How many inner nodes, inputs and outputs that has. */
  counts: z.strictObject({ nodes: z.int(), inputs: z.int(), outputs: z.int() }),
  /** Whether the server that was asked last lacked something it needs. */
  isIncomplete: z.boolean(),
  archivedAt: timeSchema.nullable(),
  createdAt: timeSchema,
  updatedAt: timeSchema,
});
export type WorkflowSummary = z.infer<typeof summarySchema>;

const versionSchema = z.strictObject({
  number: versionNumber,
  /** Why it was made. */
  note: z.string(),
  createdAt: timeSchema,
  createdBy: z.string(),
});
export type WorkflowVersion = z.infer<typeof versionSchema>;

const readSchema = z.strictObject({
  content: workflowContentSchema,
  missing: z.array(missingClassSchema),
  /** What else should be known before it is used. */
  warnings: z.array(z.string()),
});

const detailSchema = summarySchema.extend({
  /** The version that was asked for. */
  shown: versionSchema.extend(readSchema.shape).extend({
    /** JSON Schema of what is offered to be set, for a form. */
    form: z.record(z.string(), jsonSchema),
  }),
});
export type WorkflowDetail = z.infer<typeof detailSchema>;

/** Where the workflow is: JSON text of either format of ComfyUI, or a stored file (JSON, or a PNG that carries one). */
const sourceSchema = z.union([z.strictObject({ text: z.string().min(1).max(WORKFLOW_BYTES) }), z.strictObject({ asset: hashSchema })]);
export type WorkflowSourceGiven = z.infer<typeof sourceSchema>;

/** What is offered of it: which inputs and outputs are shown, and what they are called. Those left out stay as they were found. */
const offeredTitle = { title: z.string().trim().min(1, "Give it a title.").max(200) };
const offeredSchema = z.strictObject({
  inputs: z.array(workflowInputSchema.options[0].pick({ node: true, field: true, name: true, isShown: true }).extend(offeredTitle)).max(500),
  outputs: z.array(workflowOutputSchema.pick({ node: true, name: true, isShown: true }).extend(offeredTitle)).max(200),
});
export type OfferedParts = z.infer<typeof offeredSchema>;

const params = z.strictObject({ id: workflowIdSchema });
const bodyLimit = 2 * WORKFLOW_BYTES;
/** The ComfyUI server whose list of node classes is asked; without it, only the API format can be read, and limits and choices are not known. */
const connection = connectionIdSchema.optional();

export const listWorkflows = defineRoute({
  id: "listWorkflows",
  method: "GET",
  path: "/api/comfy-workflows",
  summary: "ComfyUI workflows of the library, by name; `search` looks at names, descriptions and tags",
  action: "workflow.read",
  params: emptySchema,
  query: listQuerySchema.extend({
    category: workflowCategorySchema.optional(),
    tag: tagSchema.optional(),
    archived: z.enum(["true", "false"]).default("false"),
  }),
  status: 200,
  answer: pageOf(summarySchema),
});
export const listWorkflowTags = defineRoute({
  id: "listWorkflowTags",
  method: "GET",
  path: "/api/comfy-workflows/tags",
  summary: "Tags of the library's ComfyUI workflows, with how many have each",
  action: "workflow.read",
  params: emptySchema,
  query: emptySchema,
  status: 200,
  answer: listOf(z.strictObject({ tag: z.string(), count: z.int() })),
});
export const readWorkflowSource = defineRoute({
  id: "readWorkflowSource",
  method: "POST",
  path: "/api/comfy-workflows/read",
  summary: "What a file holds: its inputs and outputs, and what the server lacks; nothing is kept",
  action: "workflow.edit",
  params: emptySchema,
  query: emptySchema,
  body: z.strictObject({ source: sourceSchema, connection }),
  bodyLimit,
  status: 200,
  answer: readSchema.extend({ category: workflowCategorySchema }),
});
export const createWorkflow = defineRoute({
  id: "createWorkflow",
  method: "POST",
  path: "/api/comfy-workflows",
  summary: "Import a ComfyUI workflow; one the editor saved is refused where the server lacks its node classes",
  action: "workflow.edit",
  params: emptySchema,
  query: emptySchema,
  body: z.strictObject({
    ...about,
    description: about.description.default(""),
    tags: about.tags.default([]),
    cover: about.cover.default(null),
    source: sourceSchema,
    connection,
    offered: offeredSchema.optional(),
  }),
  bodyLimit,
  status: 201,
  answer: detailSchema,
});
export const readWorkflow = defineRoute({
  id: "readWorkflow",
  method: "GET",
  path: "/api/comfy-workflows/:id",
  summary: "One workflow with its newest version, or another one",
  action: "workflow.read",
  params,
  query: z.strictObject({ version: z.coerce.number().int().min(1).optional() }),
  status: 200,
  answer: detailSchema,
});
export const changeWorkflow = defineRoute({
  id: "changeWorkflow",
  method: "PATCH",
  path: "/api/comfy-workflows/:id",
  summary: "Change what is said of a workflow; this makes no new version",
  action: "workflow.edit",
  params,
  query: emptySchema,
  body: z.strictObject(about).partial(),
  status: 200,
  answer: summarySchema,
});
export const archiveWorkflow = defineRoute({
  id: "archiveWorkflow",
  method: "DELETE",
  path: "/api/comfy-workflows/:id",
  summary: "Archive a workflow: graphs that use it go on, new ones are not offered it",
  action: "workflow.edit",
  params,
  query: emptySchema,
  status: 204,
  answer: z.undefined(),
});
export const restoreWorkflow = defineRoute({
  id: "restoreWorkflow",
  method: "POST",
  path: "/api/comfy-workflows/:id/restore",
  summary: "Take a workflow out of the archive",
  action: "workflow.edit",
  params,
  query: emptySchema,
  body: emptySchema.optional(),
  status: 200,
  answer: summarySchema,
});
export const listWorkflowVersions = defineRoute({
  id: "listWorkflowVersions",
  method: "GET",
  path: "/api/comfy-workflows/:id/versions",
  summary: "Versions of a workflow, newest first",
  action: "workflow.read",
  params,
  query: listQuerySchema.pick({ cursor: true, limit: true }),
  status: 200,
  answer: pageOf(versionSchema),
});
export const addWorkflowVersion = defineRoute({
  id: "addWorkflowVersion",
  method: "POST",
  path: "/api/comfy-workflows/:id/versions",
  summary: "A new version: of another file, with other inputs and outputs offered, or an older one again",
  action: "workflow.edit",
  params,
  query: emptySchema,
  body: z.strictObject({
    /** The version this one is made after; refused when there is a newer one. */
    after: versionNumber,
    note: z.string().trim().max(500).default(""),
    source: sourceSchema.optional(),
    /** Number of an older version to go back to. */
    again: versionNumber.optional(),
    connection,
    offered: offeredSchema.optional(),
  }),
  bodyLimit,
  status: 201,
  answer: detailSchema,
});
export const refreshWorkflow = defineRoute({
  id: "refreshWorkflow",
  method: "POST",
  path: "/api/comfy-workflows/:id/refresh",
  summary: "Ask a server anew for choices, limits and missing node classes; other ones make a new version",
  action: "workflow.edit",
  params,
  query: emptySchema,
  body: z.strictObject({ connection: connectionIdSchema }),
  status: 200,
  answer: detailSchema.extend({ isChanged: z.boolean() }),
});
