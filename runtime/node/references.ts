import { z } from "zod";
import { collectionIdSchema, graphIdSchema, workflowIdSchema } from "../graph/ids.ts";
import { jsonSchema } from "../graph/json.ts";
import { portTypeSchema } from "./ports.ts";

/** Names something outside the graph that a node depends on: `<kind>:<rest>`, for example `tool:conn_x/read_file`. */
export type ReferenceKey = string;

/** A tool of an MCP connection, as it was when the revision was cut. */
export const toolReferenceSchema = z.strictObject({
  kind: z.literal("tool"),
  connection: z.string(),
  name: z.string(),
  title: z.string().optional(),
  description: z.string().optional(),
  /** JSON Schema of the arguments. */
  inputSchema: z.record(z.string(), jsonSchema),
  /** JSON Schema of the structured result, when the server gives one. */
  outputSchema: z.record(z.string(), jsonSchema).optional(),
  /** Whether an editor confirmed that calling it changes nothing. */
  readOnly: z.boolean(),
  /** SHA-256 over name, description and schemas. */
  hash: z.string(),
});
export type ToolReference = z.infer<typeof toolReferenceSchema>;

/** The published revision of another graph, as it was when the revision was cut. */
export const graphReferenceSchema = z.strictObject({
  kind: z.literal("graph"),
  graph: graphIdSchema,
  revision: z.int().min(1),
  name: z.string(),
  /** What it is for; absent when nobody said. */
  description: z.string().optional(),
  /** JSON Schema of the run input of its entry. */
  input: z.record(z.string(), jsonSchema),
  /** Types of its outputs by name. */
  outputs: z.record(z.string(), portTypeSchema),
  /** SHA-256 of the revision's content. */
  hash: z.string(),
});
export type GraphReference = z.infer<typeof graphReferenceSchema>;

/** A version of a ComfyUI workflow of the library. What it consists of is read when it runs: a version never changes. */
export const workflowReferenceSchema = z.strictObject({
  kind: z.literal("workflow"),
  workflow: workflowIdSchema,
  version: z.int().min(1),
  name: z.string(),
  /** What it is for; absent when nobody said. */
  description: z.string().optional(),
  /** JSON Schema of what can be set; files are objects with a hint, and seeds are texts. */
  input: z.record(z.string(), jsonSchema),
  /** Types of its outputs by name. */
  outputs: z.record(z.string(), portTypeSchema),
  /** What people call them, by name; absent in references of earlier versions of Heddle. */
  outputTitles: z.record(z.string(), z.string()).optional(),
  /** SHA-256 of the version's content. */
  hash: z.string(),
});
export type WorkflowReference = z.infer<typeof workflowReferenceSchema>;

/** A collection of knowledge: what whoever may search it needs to know of it. */
export const collectionReferenceSchema = z.strictObject({
  kind: z.literal("collection"),
  collection: collectionIdSchema,
  name: z.string(),
  /** What is in it; absent when nobody said. */
  description: z.string().optional(),
  /** A search of it by meaning asks a model of a connection, which may be charged for. */
  isCharged: z.boolean(),
});
export type CollectionReference = z.infer<typeof collectionReferenceSchema>;

/** What could not be found, and why: compiled to a problem on the node. */
export const missingReferenceSchema = z.strictObject({ kind: z.literal("missing"), reason: z.string() });

export const referenceSchema = z.discriminatedUnion("kind", [
  toolReferenceSchema,
  graphReferenceSchema,
  workflowReferenceSchema,
  collectionReferenceSchema,
  missingReferenceSchema,
]);
export type Reference = z.infer<typeof referenceSchema>;

/** What a graph depends on, by key. A key that is absent has not been looked up yet. */
export type References = Readonly<Record<ReferenceKey, Reference>>;
export const referencesSchema = z.record(z.string(), referenceSchema);
