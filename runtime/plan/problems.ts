import { z } from "zod";
import { edgeIdSchema, nodeIdSchema } from "../graph/ids.ts";

/** Closed list of what can be wrong with a graph. */
export const problemCodeSchema = z.enum([
  "schema",
  "duplicate-id",
  "unknown-node-type",
  "newer-node-version",
  "migration-failed",
  "config", // a setting does not fit its schema
  "incomplete", // a setting is missing, or makes no sense yet
  "expression",
  "reference",
  "reference-pending",
  "dangling-edge",
  "unknown-port",
  "incompatible-ports",
  "edge-kind",
  "too-many-edges",
  "duplicate-edge",
  "missing-input",
  "cycle",
  "parent",
  "crosses-container",
  "item-mode",
  "tool", // a node that is called is wired or placed as one that is scheduled
  "empty",
  "duplicate-output",
]);
export type ProblemCode = z.infer<typeof problemCodeSchema>;

/** One thing that is wrong with a graph, where, and what to do. Only errors keep it from running. */
export const problemSchema = z.strictObject({
  code: problemCodeSchema,
  severity: z.enum(["error", "warning"]),
  node: nodeIdSchema.optional(),
  edge: edgeIdSchema.optional(),
  /** JSON pointer: into the node's config when `node` is given, else into the graph document. */
  path: z.string().optional(),
  message: z.string(),
});
export type Problem = z.infer<typeof problemSchema>;
