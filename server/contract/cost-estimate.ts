import { z } from "zod";
import { graphIdSchema } from "#runtime/graph/ids.ts";
import { emptySchema } from "./common.ts";
import { defineRoute } from "./route.ts";

const costEstimateSchema = z.strictObject({
  /** How many of its last runs it is told from; 0: nothing is known. */
  runs: z.int(),
  /** Dollars as decimal text: what half of them cost at most, and the dearest of them. */
  median: z.string(),
  max: z.string(),
  /** Some of what they spent has no price, and is not counted. */
  hasUnknownPrices: z.boolean(),
});
export type CostEstimate = z.infer<typeof costEstimateSchema>;

export const readCostEstimate = defineRoute({
  id: "readCostEstimate",
  method: "GET",
  path: "/api/graphs/:id/cost-estimate",
  summary: "What a run of the graph may cost, told from its last runs",
  action: "run.read",
  params: z.strictObject({ id: graphIdSchema }),
  query: emptySchema,
  status: 200,
  answer: costEstimateSchema,
});
