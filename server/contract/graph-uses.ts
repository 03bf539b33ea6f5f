import { z } from "zod";

const graphUseSchema = z.strictObject({
  graph: z.string(),
  graphName: z.string(),
  nodes: z.array(z.strictObject({ node: z.string(), label: z.string() })),
  /** In its published revision, too. */
  published: z.boolean(),
});
export type GraphUse = z.infer<typeof graphUseSchema>;

/** Graphs that name something, by name. */
export const graphUsesSchema = z.strictObject({
  items: z.array(graphUseSchema),
  /** Not all were looked at: there may be others. */
  more: z.boolean(),
});
export type GraphUses = z.infer<typeof graphUsesSchema>;
