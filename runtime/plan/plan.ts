import { z } from "zod";
import { edgeIdSchema, nodeIdSchema } from "../graph/ids.ts";
import { jsonSchema } from "../graph/json.ts";
import { graphSettingsSchema } from "../graph/schema.ts";
import { effectSchema } from "../node/effect.ts";
import { portTypeSchema } from "../node/ports.ts";
import { referencesSchema } from "../node/references.ts";

const planPortSchema = z.strictObject({ type: portTypeSchema, optional: z.boolean(), many: z.boolean() });

const planSourceSchema = z.strictObject({ edge: edgeIdSchema, node: nodeIdSchema, port: z.string() });
export type PlanSource = z.infer<typeof planSourceSchema>;

const planNodeSchema = z.strictObject({
  id: nodeIdSchema,
  type: z.string(),
  version: z.int(),
  role: z.enum(["step", "entry", "exit", "each", "loop", "call", "merge"]),
  label: z.string(),
  /** Migrated; expressions still as text. */
  config: z.record(z.string(), jsonSchema),
  effect: effectSchema,
  policy: z.strictObject({
    attempts: z.int().min(1),
    timeoutMs: z.int().min(1),
    onFailure: z.enum(["fail", "branch", "continue"]),
    default: jsonSchema.optional(),
  }),
  join: z.enum(["all", "first"]),
  disabled: z.boolean(),
  parent: nodeIdSchema.optional(),
  /** By input port. `sources` are in edge order; an input that nothing is wired to has none. */
  inputs: z.record(z.string(), planPortSchema.extend({ sources: z.array(planSourceSchema) })),
  outputs: z.record(z.string(), planPortSchema),
  /** Nodes whose outputs its expressions read: it waits for them to settle, wired or not. */
  reads: z.array(nodeIdSchema),
});
export type PlanNode = z.infer<typeof planNodeSchema>;

/** What a run executes: the compiled form of one revision, stored with the run. Plain JSON. */
export const planSchema = z.strictObject({
  format: z.literal("heddle.plan/1"),
  settings: graphSettingsSchema,
  nodes: z.record(z.string(), planNodeSchema),
  /** Topological, ties by id. */
  order: z.array(nodeIdSchema),
  references: referencesSchema,
});
export type Plan = z.infer<typeof planSchema>;
