import { z } from "zod";
import { FORBIDDEN_KEYS } from "#runtime/graph/json.ts";
import type { ConfigProblem } from "#runtime/node/define.ts";
import { records } from "#runtime/node/fields.ts";
import { checkFieldPath, fieldPath, lastNameOf } from "../kit/lists/field-path.ts";

const OPERATIONS = ["count", "count-distinct", "sum", "average", "minimum", "maximum", "first", "last", "collect", "distinct", "join-text"] as const;
export type Operation = (typeof OPERATIONS)[number];

const resultName = (fallback: string) => z.string().max(100).default("").meta({ title: "Name in the result", description: fallback });

const aggregations = records(
  {
    operation: z.enum(OPERATIONS).default("count").meta({
      title: "Operation",
      description: "Count counts the items that have the field. First and last take the first and last value there is; collect and distinct make lists.",
    }),
    field: fieldPath({ title: "Field", description: "Its path in the item: total or customer.name. Empty for the item itself." }),
    name: resultName("Operation and field when empty: sum_total."),
    separator: z.string().max(100).default(", ").meta({ title: "Separator", description: "For join text. \\n stands for a line break, \\t for a tab." }),
  },
  { title: "Compute", description: "Items without the field do not count." },
);

const groupBy = records(
  { field: fieldPath({ title: "Field" }), name: resultName("The field's own name when empty.") },
  { title: "Group by", description: "One row for each value of these fields. Without any: one result over all items." },
);

export const aggregateConfig = z.strictObject({ aggregations, groupBy });
export type AggregateConfig = z.output<typeof aggregateConfig>;
export type Aggregation = AggregateConfig["aggregations"][number];
export type GroupKey = AggregateConfig["groupBy"][number];

/** What an aggregation is called in the result. */
export function aggregationName({ name, operation, field }: Pick<Aggregation, "name" | "operation" | "field">): string {
  return name || [operation.replaceAll("-", "_"), lastNameOf(field)].filter((part) => part !== "").join("_");
}

/** What the key of a group is called in its row. */
export function groupName({ name, field }: Pick<GroupKey, "name" | "field">): string {
  return name || lastNameOf(field) || "item";
}

export function checkAggregate({ aggregations, groupBy }: AggregateConfig): ConfigProblem[] {
  if (aggregations.length === 0 && groupBy.length === 0) return [{ path: "/aggregations", message: "Add what is computed." }];
  const named = [
    ...groupBy.map((key, index) => ({ path: `/groupBy/${index}`, field: key.field, name: groupName(key) })),
    ...aggregations.map((aggregation, index) => ({ path: `/aggregations/${index}`, field: aggregation.field, name: aggregationName(aggregation) })),
  ];
  const names = named.map(({ name }) => name);
  return named.flatMap(({ path, field, name }, index) => {
    if (FORBIDDEN_KEYS.has(name)) return [{ path: `${path}/name`, message: `The name "${name}" is taken. Choose another one.` }];
    const isTwice = names.indexOf(name) !== index;
    return [
      ...checkFieldPath(`${path}/field`, field),
      ...(isTwice ? [{ path: `${path}/name`, message: `There are two with the name "${name}". Rename one.` }] : []),
    ];
  });
}
