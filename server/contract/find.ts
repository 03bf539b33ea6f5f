import { z } from "zod";
import { connectionIdSchema, graphIdSchema } from "#runtime/graph/ids.ts";
import { emptySchema } from "./common.ts";
import { defineRoute } from "./route.ts";

/** A thing that can be found by what it does. */
export const FINDABLE_KINDS = ["node-type", "tool", "graph", "agent", "workflow", "collection"] as const;

const found = {
  title: z.string(),
  description: z.string(),
  score: z.number(),
  /** Its place in each list; null for a list that does not hold it. */
  why: z.strictObject({
    text: z
      .strictObject({
        rank: z.int(),
        score: z.number(),
        /** No word of the search stands there, only words that are spelt much like some of it. */
        isGuessed: z.boolean(),
      })
      .nullable(),
    vector: z.strictObject({ rank: z.int(), similarity: z.number() }).nullable(),
  }),
};

/** With all that is needed to put it on a board: it need not be among what a page has loaded. */
export const foundThingSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("node-type"), id: z.string(), ...found }),
  z.strictObject({ kind: z.enum(["workflow", "collection"]), id: z.string(), ...found }),
  z.strictObject({
    kind: z.literal("tool"),
    /** `<connection>/<tool>`. */
    id: z.string(),
    ...found,
    connection: z.strictObject({ id: connectionIdSchema, name: z.string() }),
    /** As its server calls it. */
    name: z.string(),
    /** It changed since it was approved and does not run until somebody approves the difference. */
    quarantined: z.boolean(),
  }),
  /** Only what is published can be a step of another graph. */
  z.strictObject({ kind: z.enum(["graph", "agent"]), id: graphIdSchema, ...found, publishedRevision: z.int().nullable() }),
]);
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
