import { z } from "zod";

/** Dollars for a million tokens, as a decimal with at most ten places. */
export const priceSchema = z.string().regex(/^\d{1,6}(\.\d{1,10})?$/, { error: "A price is a number of dollars such as 3 or 0.25." });
const ratesSchema = z.strictObject({
  input: priceSchema,
  output: priceSchema,
  /** For what was read from the provider's cache; as `input` when left out. */
  cachedInput: priceSchema.optional(),
  /** For what was written into the provider's cache; as `input` when left out. */
  cacheWrite: priceSchema.optional(),
});
export const pricesSchema = ratesSchema.extend({
  /** What holds for the whole turn when it reads more than `above` tokens. */
  longPrompt: ratesSchema.extend({ above: z.int().min(1) }).optional(),
});
export type Rates = z.infer<typeof ratesSchema>;
export type Prices = z.infer<typeof pricesSchema>;
