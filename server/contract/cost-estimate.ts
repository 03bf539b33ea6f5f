import { z } from "zod";
import { budgetSchema } from "#runtime/graph/budget.ts";
import { graphIdSchema, nodeIdSchema } from "#runtime/graph/ids.ts";
import { emptySchema } from "./common.ts";
import { defineRoute } from "./route.ts";

const costEstimateSchema = z.strictObject({
  /** How many of its last runs it is told from; 0: nothing is known. */
  runs: z.int(),
  /** Dollars as decimal text: what half of them cost at most, and the dearest of them. */
  median: z.string(),
  max: z.string(),
  /** The same in tokens that models read and wrote; of its last three runs. */
  tokens: z.strictObject({ median: z.number(), max: z.number() }),
  /** Some of what they spent has no price, and is not counted. */
  hasUnknownPrices: z.boolean(),
  /** Nodes of the draft that ask a model of which nobody entered a price; those of graphs and agents that it calls are told there. */
  unknownPrices: z.array(z.strictObject({ node: nodeIdSchema, label: z.string(), model: z.string() })),
  /** What the draft lets a run use before it asks. */
  budget: budgetSchema,
});
export type CostEstimate = z.infer<typeof costEstimateSchema>;

export const readCostEstimate = defineRoute({
  id: "readCostEstimate",
  method: "GET",
  path: "/api/graphs/:id/cost-estimate",
  summary: "What a run of the graph may cost: told from its last runs, with the models whose prices are not known and what its budget is",
  action: "run.read",
  params: z.strictObject({ id: graphIdSchema }),
  query: emptySchema,
  status: 200,
  answer: costEstimateSchema,
});
