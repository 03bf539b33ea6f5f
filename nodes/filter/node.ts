import { defineNode } from "#runtime/node/define.ts";
import { type Port, port } from "#runtime/node/ports.ts";
import { withReferencedInputs } from "../kit/expressions/with-referenced-inputs.ts";
import { checkFieldPath } from "../kit/lists/field-path.ts";
import { itemExpressionProblem, itemTemplate } from "../kit/lists/item-expression.ts";
import { withoutFields } from "../kit/lists/shown-fields.ts";
import { firstLine, toText } from "../kit/text/to-text.ts";
import { checkConditions } from "./conditions.ts";
import { type FilterConfig, filterConfig } from "./config.ts";
import { filterExamples } from "./examples.ts";

const HIDDEN = {
  conditions: ["expression", "fields", "keep"],
  expression: ["match", "conditions", "ignoreCase", "fields", "keep"],
  duplicates: ["match", "conditions", "expression"],
} as const satisfies Record<FilterConfig["by"], readonly string[]>;

export const filter = defineNode({
  type: "filter",
  version: 1,
  role: "step",
  title: "Filter",
  description: "Keeps the items of a list that pass, by conditions, an expression, or being no duplicate.",
  group: "data",
  icon: "list-filter",
  keywords: ["list", "where", "condition", "rows", "remove", "duplicates", "unique", "dedupe", "reject"],
  config: filterConfig,
  initial: { conditions: [{ id: "first", field: "", operator: "is-not-empty" }] },
  ports: (config) => ({
    inputs: inputsOf(config),
    outputs: {
      kept: port.list("any", { title: "Kept" }),
      rest: port.list("any", { title: "Rest", description: "The items that did not pass." }),
    },
  }),
  effect: "pure",
  limits: { timeoutMs: 10_000, attempts: 3 },
  check: (config) => {
    switch (config.by) {
      case "conditions":
        return checkConditions(config.conditions);
      case "expression": {
        const message =
          config.expression.trim() === "" ? "Write an expression: item.price > 10, for example." : itemExpressionProblem(config.expression, inputsOf(config));
        return message === undefined ? [] : [{ path: "/expression", message }];
      }
      case "duplicates":
        return config.fields.flatMap(({ field }, index) => checkFieldPath(`/fields/${index}/field`, field));
    }
  },
  form: ({ by }, _references, schema) => withoutFields(schema, HIDDEN[by]),
  summary,
  examples: filterExamples,
});

/** Values of conditions are evaluated in any case, so what they read is wired in any case. */
function inputsOf({ by, conditions, expression }: FilterConfig): Record<string, Port> {
  const read = [conditions.map(({ value }) => value), by === "expression" ? itemTemplate(expression) : ""];
  return withReferencedInputs({ items: port.list("any", { title: "Items" }) }, read);
}

function summary({ by, match, conditions, expression, fields }: FilterConfig): string {
  switch (by) {
    case "conditions": {
      const texts = conditions.map(({ field, operator, value }) => `${field || "item"} ${operator.replaceAll("-", " ")} ${toText(value)}`.trim());
      return firstLine(texts.join(match === "all" ? " and " : " or ")) || "No conditions";
    }
    case "expression":
      return firstLine(expression) || "No expression";
    case "duplicates":
      return firstLine(`No duplicates${fields.length > 0 ? ` by ${fields.map(({ field }) => field || "item").join(", ")}` : ""}`);
  }
}
