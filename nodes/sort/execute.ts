import { implementNode } from "#runtime/node/define.ts";
import { done } from "#runtime/node/outcome.ts";
import { listOf } from "../kit/lists/list-of.ts";
import { sortInTurns } from "../kit/lists/sort-in-turns.ts";
import { mapInTurns, Turns } from "../kit/lists/turns.ts";
import { sort } from "./node.ts";
import { compareEntries, createEntries } from "./order.ts";

export default implementNode(sort, async ({ config, inputs, context }) => {
  const turns = new Turns(context);
  const entries = await mapInTurns(listOf(inputs, "items"), turns, createEntries(config.keys));
  const sorted = await sortInTurns(entries, compareEntries(config.keys), turns);
  return done({ sorted: sorted.map(({ item }) => item) });
});
