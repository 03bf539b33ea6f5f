import { type ExecuteArguments, implementNode } from "#runtime/node/define.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { done } from "#runtime/node/outcome.ts";
import { combinedKey } from "../kit/lists/equality-key.ts";
import { readPath, toFieldPath } from "../kit/lists/field-path.ts";
import { atItem, itemExpression } from "../kit/lists/item-expression.ts";
import { listOf } from "../kit/lists/list-of.ts";
import { StepBudget } from "../kit/lists/step-budget.ts";
import { forEachInTurns, mapInTurns, Turns } from "../kit/lists/turns.ts";
import { toText } from "../kit/text/to-text.ts";
import { compileConditions } from "./conditions.ts";
import type { FilterConfig, filterConfig } from "./config.ts";
import { filter } from "./node.ts";

type Given = ExecuteArguments<typeof filterConfig>;
type Passes = (item: unknown, index: number) => boolean;

export default implementNode(filter, async (given) => {
  const items = listOf(given.inputs, "items");
  const turns = new Turns(given.context);
  const passes = await testOf(given, items, turns);
  const [kept, rest]: [unknown[], unknown[]] = [[], []];
  await forEachInTurns(items, turns, (item, index) => (passes(item, index) ? kept : rest).push(item));
  return done({ kept, rest });
});

async function testOf(given: Given, items: readonly unknown[], turns: Turns): Promise<Passes> {
  switch (given.config.by) {
    case "conditions":
      return byConditions(given.config);
    case "expression":
      return byExpression(given);
    case "duplicates":
      return byKeys(given.config, items, turns);
  }
}

function byConditions(config: FilterConfig): Passes {
  const test = compileConditions(config);
  const budget = new StepBudget();
  return (item, index) => {
    try {
      return budget.run((work) => test(item, work));
    } catch (error) {
      throw atItem(error, index);
    }
  };
}

function byExpression({ config, inputs, context }: Given): Passes {
  const evaluate = itemExpression(config.expression, { inputs, run: { id: context.run.id } });
  return (item, index) => {
    const result = evaluate(item, index);
    if (typeof result === "boolean") return result;
    const found = toText(result).slice(0, 40) || "nothing";
    throw new NodeError("validation", `Item ${index + 1}: the expression must yield true or false, and yielded ${found}.`, {
      happened: "no",
      details: { index },
    });
  };
}

/** Whether the item stands where the first, or the last, of its key stands. */
async function byKeys({ fields, ignoreCase, keep }: FilterConfig, items: readonly unknown[], turns: Turns): Promise<Passes> {
  const paths = fields.length > 0 ? fields.map(({ field }) => toFieldPath(field)) : [[]];
  const places = new Map<string, number>();
  const keys = await mapInTurns(items, turns, (item, index) => {
    const exact = combinedKey(paths.map((path) => readPath(item, path)));
    const key = ignoreCase ? exact.toLowerCase() : exact;
    if (keep === "last" || !places.has(key)) places.set(key, index);
    return key;
  });
  return (_, index) => places.get(keys[index] ?? "") === index;
}
