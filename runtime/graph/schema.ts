import { z } from "zod";
import { autonomySchema } from "../node/autonomy.ts";
import { budgetSettings, nodeBudgetSchema } from "./budget.ts";
import { edgeIdSchema, graphIdSchema, nodeIdSchema } from "./ids.ts";
import { jsonSchema } from "./json.ts";

export const GRAPH_FORMAT = "heddle.graph/1";

/** Bounds of a document (`quality.md`, collaboration rules). */
export const GRAPH_LIMITS = { nodes: 5_000, edges: 10_000, depth: 16, textBytes: 256 * 1024, documentBytes: 10 * 1024 * 1024, nameLength: 200 } as const;

const name = z.string().max(GRAPH_LIMITS.nameLength);
const coordinate = z.number().min(-1e7).max(1e7);
const portName = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[A-Za-z_][A-Za-z0-9_-]*$/, { error: "A port's name is letters, digits, _ and -." });
/** A member name of a config object or settings; the forbidden keys are refused by `jsonSchema` on values and here on names. */
const memberName = z
  .string()
  .min(1)
  .max(100)
  .refine((key) => key !== "__proto__" && key !== "constructor" && key !== "prototype", { error: "This name is not allowed." });

/** Names workers that have something others do not (`gpu`, say). */
export const workerLabelSchema = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, { error: "A label is up to 40 lower-case letters, digits and -." });

/** How a node run treats failure and time. What is absent follows the node type's limits. */
export const policySchema = z.strictObject({
  /** Attempts in all, the first included. */
  attempts: z.int().min(1).max(20).optional(),
  /** Milliseconds one attempt may take. */
  timeoutMs: z.int().min(100).max(86_400_000).optional(),
  /** After the last attempt: fail the run, leave through the `failure` port, or go on with `default` as the value of every output. */
  onFailure: z.enum(["fail", "branch", "continue"]).optional(),
  default: jsonSchema.optional(),
  /** Runs once for each item of the list that comes in by this input, instead of once for all. */
  eachItemOf: portName.optional(),
  /** Whether an earlier result for the same config, inputs and references may be used: `off`, or for that long (a read has to say how long). */
  cache: z
    .union([
      z.literal("off"),
      z.strictObject({
        ttlMs: z
          .int()
          .min(1_000)
          .max(30 * 86_400_000),
      }),
    ])
    .optional(),
  /** Runs on a worker with this label. */
  worker: workerLabelSchema.optional(),
  /** What the node may use in one run, with all it calls and all that runs inside it, before it asks. */
  budget: nodeBudgetSchema.optional(),
  /** For a node that agents call. */
  tool: z
    .strictObject({
      /** Tells the caller what it is for, in place of what the node says of itself. */
      description: z.string().max(4_000).optional(),
      autonomy: autonomySchema.optional(),
    })
    .optional(),
});
export type NodePolicy = z.infer<typeof policySchema>;

export const positionSchema = z.strictObject({ x: coordinate, y: coordinate });
export type Position = z.infer<typeof positionSchema>;

export const sizeSchema = z.strictObject({ width: z.number().min(1).max(20_000), height: z.number().min(1).max(20_000) });
export type Size = z.infer<typeof sizeSchema>;

export const graphNodeSchema = z.strictObject({
  id: nodeIdSchema,
  type: z.string().min(1).max(100),
  /** Version of the node type's definition that wrote the config. */
  version: z.int().min(1),
  label: name,
  /** The upper left corner; of a node with a parent, from the parent's upper left corner. */
  position: positionSchema,
  size: sizeSchema.optional(),
  /** The container this node is in. */
  parent: nodeIdSchema.optional(),
  disabled: z.boolean().optional(),
  collapsed: z.boolean().optional(),
  config: z.record(memberName, jsonSchema),
  policy: policySchema.optional(),
});
export type GraphNode = z.infer<typeof graphNodeSchema>;

export const edgeKindSchema = z.enum(["data", "tool", "handoff"]);
export type EdgeKind = z.infer<typeof edgeKindSchema>;

export const endpointSchema = z.strictObject({ node: nodeIdSchema, port: portName });
export type Endpoint = z.infer<typeof endpointSchema>;

export const graphEdgeSchema = z.strictObject({
  id: edgeIdSchema,
  kind: edgeKindSchema,
  source: endpointSchema,
  target: endpointSchema,
  /** Order key among the edges of one `many` input; compared as text. */
  order: z.string().max(200).optional(),
});
export type GraphEdge = z.infer<typeof graphEdgeSchema>;

export const graphSettingsSchema = z.strictObject({
  /** Milliseconds a run may take, waiting excluded. */
  timeoutMs: z.int().min(1_000).max(86_400_000).optional(),
  /** Node runs of one run that may be under way at once. */
  concurrency: z.int().min(1).max(1_000).optional(),
  /** Milliseconds for which nothing may happen while nodes run: no start, no end, no progress. */
  idleTimeoutMs: z.int().min(1_000).max(86_400_000).optional(),
  ...budgetSettings,
  /** The graph whose published revision runs, with the failure, when a run of this one fails. */
  errorGraph: graphIdSchema.optional(),
  /** Runs are driven by workers with this label. */
  worker: workerLabelSchema.optional(),
  /** What agents of the graph may do by themselves at most; the strictest of graph, agent and tool wins. */
  autonomy: autonomySchema.optional(),
});
export type GraphSettings = z.infer<typeof graphSettingsSchema>;

/** `heddle.graph/1`. Nodes and edges are sorted by id when written, so that files differ only where graphs do. */
export const graphSchema = z.strictObject({
  format: z.literal(GRAPH_FORMAT),
  name,
  description: z.string().max(10_000),
  settings: graphSettingsSchema,
  nodes: z.array(graphNodeSchema).max(GRAPH_LIMITS.nodes),
  edges: z.array(graphEdgeSchema).max(GRAPH_LIMITS.edges),
});
export type Graph = z.infer<typeof graphSchema>;

/** A graph without nodes. */
export function emptyGraph(graphName = "Untitled graph"): Graph {
  return { format: GRAPH_FORMAT, name: graphName, description: "", settings: {}, nodes: [], edges: [] };
}
