import { z } from "zod";
import { hint, longText, records } from "#runtime/node/fields.ts";
import { fieldPath } from "../kit/lists/field-path.ts";

const OPERATORS = [
  "equals",
  "does-not-equal",
  "contains",
  "does-not-contain",
  "starts-with",
  "ends-with",
  "matches",
  "greater-than",
  "at-least",
  "less-than",
  "at-most",
  "after",
  "before",
  "is-one-of",
  "is-none-of",
  "is-empty",
  "is-not-empty",
  "is-true",
  "is-false",
  "exists",
  "does-not-exist",
] as const;
export type Operator = (typeof OPERATORS)[number];

/** Takes any value in the end: an expression may yield a list or null. `checkConditions` refuses what is neither text, number, boolean nor list in the draft. */
const value = hint(
  z
    .unknown()
    .default("")
    .meta({ type: ["string", "number", "boolean"] }),
  { expression: true },
  { title: "Value", description: "3 and the text 3 are equal. For is one of: values with commas between them, or an expression that yields a list." },
);

const conditions = records(
  {
    field: fieldPath({ title: "Field", description: "Its path in the item: customer.name or lines[0].price. Empty for the item itself." }),
    operator: z
      .enum(OPERATORS)
      .default("equals")
      .meta({ title: "Operator", description: "Matches takes a regular expression (RE2); after and before compare dates; exists means there and not null." }),
    value,
  },
  { title: "Conditions" },
);
export type Condition = z.output<typeof conditions>[number];

export const filterConfig = z.strictObject({
  by: z
    .enum(["conditions", "expression", "duplicates"])
    .default("conditions")
    .meta({ title: "Filter by", description: "Duplicates: keeps one of each, and the repeated ones are the rest." }),
  match: z.enum(["all", "any"]).default("all").meta({ title: "Keep an item when", description: "All conditions hold, or any of them." }),
  conditions,
  ignoreCase: z.boolean().default(false).meta({ title: "Ignore upper and lower case" }),
  expression: longText({
    title: "Expression",
    language: "expression",
    placeholder: "item.price > 10 && index < 100",
    description: "Evaluated for each item: true keeps it. item is the item, index its place from 0, and inputs.<name> a further input.",
  }),
  fields: records(
    { field: fieldPath({ title: "Field" }) },
    {
      title: "Same when equal in",
      description: "Items with the same values in these fields are duplicates. Without any field: items that are equal as a whole.",
    },
  ),
  keep: z.enum(["first", "last"]).default("first").meta({ title: "Keep of each", description: "Which of the duplicates is kept." }),
});
export type FilterConfig = z.output<typeof filterConfig>;
