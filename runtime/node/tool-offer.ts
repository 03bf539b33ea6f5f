import { z } from "zod";
import { nodeIdSchema } from "../graph/ids.ts";
import { dataSchema, jsonSchema } from "../graph/json.ts";
import { autonomySchema } from "./autonomy.ts";
import { effectSchema } from "./effect.ts";

/** A node that another one may call: a tool wired to an agent, or a member of a crew. Part of the caller's plan. */
export const toolOfferSchema = z.strictObject({
  node: nodeIdSchema,
  /** As models call it: made of the node's label, unique among the offers of one caller. */
  name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/),
  /** The node's label. */
  title: z.string(),
  /** What it does, for whoever decides to call it. */
  description: z.string(),
  /** JSON Schema of the arguments: an object whose properties are input ports of the node. */
  input: z.record(z.string(), jsonSchema),
  effect: effectSchema,
  /** Asks for more caution (or less) than its caller; the stricter one wins. */
  autonomy: autonomySchema.optional(),
  /** SHA-256 over all that a call of it depends on beside its arguments: what was approved was approved for this. */
  hash: z.string(),
  /** What the node's definition says besides, for callers that know it. */
  about: dataSchema.optional(),
});
export type ToolOffer = z.infer<typeof toolOfferSchema>;

/** A wire by which one member of a crew may hand over to another. */
export const handoffSchema = z.strictObject({ from: nodeIdSchema, to: nodeIdSchema });
export type Handoff = z.infer<typeof handoffSchema>;
