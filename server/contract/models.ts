import { z } from "zod";
import { connectionIdSchema } from "#runtime/graph/ids.ts";
import { pricesSchema } from "#runtime/node/prices.ts";
import { emptySchema, listOf, timeSchema } from "./common.ts";
import { modelProviderSchema } from "./model-settings.ts";
import { defineRoute } from "./route.ts";

const nameSchema = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}]*$/u);
const params = z.strictObject({ provider: modelProviderSchema, model: nameSchema });

const tokens = z.int().min(1).max(100_000_000);
export const modelAbilitiesSchema = z.strictObject({
  images: z.boolean(),
  tools: z.boolean(),
  structured: z.boolean(),
  temperature: z.boolean(),
  /** It answers with pictures where it is asked for them; absent: it does not. */
  makesImages: z.boolean().optional(),
});

/** What is known of a model. */
export const modelFactsSchema = z.strictObject({
  title: z.string().trim().min(1).max(200),
  /** Of the whole conversation and the answer. Null: not known. */
  contextTokens: tokens.nullable(),
  /** What it can write in one turn. Null: not known. */
  maxOutputTokens: tokens.nullable(),
  abilities: modelAbilitiesSchema,
  /** Dollars for a million tokens. Null: not known. */
  prices: pricesSchema.nullable(),
});
export type ModelFacts = z.infer<typeof modelFactsSchema>;

export const modelEntrySchema = modelFactsSchema.extend({
  provider: modelProviderSchema,
  model: z.string(),
  /** `shipped`: as it comes with Heddle. `changed`: somebody put other facts in its place. `added`: Heddle knew nothing of it. */
  origin: z.enum(["shipped", "changed", "added"]),
  /** The day of which the facts are (2026-11-21). */
  asOf: z.iso.date(),
});
export type ModelEntry = z.infer<typeof modelEntrySchema>;

export const listModels = defineRoute({
  id: "listModels",
  method: "GET",
  path: "/api/models",
  summary: "Models with their abilities and prices, as this workspace knows them",
  action: "connection.read",
  params: emptySchema,
  query: z.strictObject({ search: z.string().max(200).optional(), provider: modelProviderSchema.optional() }),
  status: 200,
  answer: listOf(modelEntrySchema),
});
export const setModel = defineRoute({
  id: "setModel",
  method: "PUT",
  path: "/api/models/:provider/:model",
  summary: "Say what a model can do and costs, in this workspace",
  action: "connection.manage",
  params,
  query: emptySchema,
  body: modelFactsSchema,
  status: 200,
  answer: modelEntrySchema,
});
export const resetModel = defineRoute({
  id: "resetModel",
  method: "DELETE",
  path: "/api/models/:provider/:model",
  summary: "Forget what was said of a model: what ships with Heddle holds again",
  action: "connection.manage",
  params,
  query: emptySchema,
  status: 204,
  answer: z.undefined(),
});
/** Asks the provider. What it has beside the models of the catalogue is listed too, with what is known of it. */
export const listConnectionModels = defineRoute({
  id: "listConnectionModels",
  method: "GET",
  path: "/api/connections/:id/models",
  summary: "The models that a connection offers now",
  action: "connection.use",
  params: z.strictObject({ id: connectionIdSchema }),
  query: emptySchema,
  status: 200,
  answer: z.strictObject({
    ...listOf(z.strictObject({ model: z.string(), title: z.string(), isDefault: z.boolean(), facts: modelEntrySchema.nullable() })).shape,
    checkedAt: timeSchema,
  }),
});
