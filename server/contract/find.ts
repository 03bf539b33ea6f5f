import { z } from "zod";
import { emptySchema } from "./common.ts";
import { defineRoute } from "./route.ts";

/** A thing that can be found by what it does. */
export const FINDABLE_KINDS = ["node-type", "tool", "graph", "agent", "workflow", "collection"] as const;
export const foundThingSchema = z.strictObject({
  kind: z.enum(FINDABLE_KINDS),
  /** The node type, the graph's or agent's id, `<connection>/<tool>` … */
  id: z.string(),
  title: z.string(),
  description: z.string(),
  score: z.number(),
  /** Its place in each list; null for a list that does not hold it. */
  why: z.strictObject({
    text: z.strictObject({ rank: z.int(), score: z.number() }).nullable(),
    vector: z.strictObject({ rank: z.int(), similarity: z.number() }).nullable(),
  }),
});
export type FoundThing = z.infer<typeof foundThingSchema>;
export const findThings = defineRoute({
  id: "findThings",
  method: "GET",
  path: "/api/find",
  summary: "Find node types, tools, graphs, agents, collections and workflows by what they do",
  action: "knowledge.read",
  status: 200,
  params: emptySchema,
  query: z.strictObject({
    query: z.string().trim().min(1).max(400),
    limit: z.coerce.number().int().min(1).max(50).default(12),
    kind: z.enum(FINDABLE_KINDS).optional(),
  }),
  answer: z.strictObject({
    items: z.array(foundThingSchema),
    /** Meaning takes a moment after the start: until then words alone are compared. */
    mode: z.enum(["hybrid", "text"]),
  }),
});
