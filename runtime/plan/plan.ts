import { z } from "zod";
import { nodeBudgetSchema } from "../graph/budget.ts";
import { edgeIdSchema, nodeIdSchema } from "../graph/ids.ts";
import { jsonSchema } from "../graph/json.ts";
import { graphSettingsSchema } from "../graph/schema.ts";
import { effectSchema } from "../node/effect.ts";
import { portTypeSchema } from "../node/ports.ts";
import { referencesSchema } from "../node/references.ts";
import { handoffSchema, toolOfferSchema } from "../node/tool-offer.ts";

const planPortSchema = z.strictObject({ type: portTypeSchema, optional: z.boolean(), many: z.boolean() });

const planSourceSchema = z.strictObject({
  edge: edgeIdSchema,
  node: nodeIdSchema,
  port: z.string(),
  /** The port is one by which the container `node`, which is around the target, gives values to its body. */
  given: z.literal(true).optional(),
});
export type PlanSource = z.infer<typeof planSourceSchema>;

const planNodeSchema = z.strictObject({
  id: nodeIdSchema,
  type: z.string(),
  version: z.int(),
  role: z.enum(["step", "entry", "exit", "each", "loop", "call", "merge"]), // not a node type
  label: z.string(),
  /** Migrated; expressions still as text. */
  config: z.record(z.string(), jsonSchema),
  effect: effectSchema,
  policy: z.strictObject({
    attempts: z.int().min(1),
    timeoutMs: z.int().min(1),
    onFailure: z.enum(["fail", "branch", "continue"]),
    default: jsonSchema.optional(),
    /** The label a worker needs to run it. */
    worker: z.string().optional(),
    budget: nodeBudgetSchema.optional(),
  }),
  join: z.enum(["all", "first"]),
  disabled: z.boolean(),
  parent: nodeIdSchema.optional(),
  /** By input port. `sources` are in edge order; an input that nothing is wired to has none. */
  inputs: z.record(z.string(), planPortSchema.extend({ sources: z.array(planSourceSchema) })),
  outputs: z.record(z.string(), planPortSchema),
  /** Nodes whose outputs its expressions read: it waits for them to settle, wired or not. Containers around it: what they give. */
  reads: z.array(nodeIdSchema),
  /** Containers around it. */
  depth: z.int().min(0).max(8).default(0),
  /** For a container: what it gives to its body and takes from it. */
  gives: z.record(z.string(), planPortSchema).optional(),
  takes: z.record(z.string(), planPortSchema.extend({ sources: z.array(planSourceSchema) })).optional(),
  /** For a container: nodes beside it whose outputs its body uses. It waits for them to settle. */
  captures: z.array(nodeIdSchema).optional(),
  /** Item mode: the input whose list it goes through, one run of the node for each item. */
  eachItemOf: z.string().optional(),
  /** An earlier result may be used; for reads it is at most `ttlMs` old. */
  cache: z.strictObject({ ttlMs: z.int().optional() }).optional(),
  /** What it may call; each is among the plan's `callables`. */
  tools: z.array(toolOfferSchema).optional(),
  /** What its type does, for whoever is told of its failure. */
  documentation: z.string().optional(),
  /** Between its members. */
  handoffs: z.array(handoffSchema).optional(),
});
export type PlanNode = z.infer<typeof planNodeSchema>;

/** What a run executes: the compiled form of one revision, stored with the run. Plain JSON. */
export const planSchema = z.strictObject({
  format: z.literal("heddle.plan/1"),
  settings: graphSettingsSchema,
  nodes: z.record(z.string(), planNodeSchema),
  /** Topological, ties by id. */
  order: z.array(nodeIdSchema),
  /** Nodes that others call: they are not scheduled, and nothing is wired to their inputs. */
  callables: z.record(z.string(), planNodeSchema).optional(),
  references: referencesSchema,
});
export type Plan = z.infer<typeof planSchema>;
