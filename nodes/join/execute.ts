import { implementNode } from "#runtime/node/define.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { done } from "#runtime/node/outcome.ts";
import { listOf } from "../kit/lists/list-of.ts";
import { forEachInTurns, Turns } from "../kit/lists/turns.ts";
import { createCombine, sharedNames } from "./combine-items.ts";
import { MAX_ROWS, matchItems } from "./match-items.ts";
import { join } from "./node.ts";

export default implementNode(join, async ({ config, inputs, context }) => {
  const turns = new Turns(context);
  const lists = { left: listOf(inputs, "left"), right: listOf(inputs, "right") };
  const { left, right, matches, isMatched } = await matchItems(config.keys, lists, turns);
  const combine = createCombine(config, await sharedNames(config, lists, turns));
  const keeps = { left: config.mode === "left" || config.mode === "full", right: config.mode === "right" || config.mode === "full" };
  const [joined, leftOnly, rightOnly]: [unknown[], unknown[], unknown[]] = [[], [], []];
  for (const [index, item] of left.entries()) {
    const places = matches[index] ?? [];
    for (const place of places) {
      joined.push(combine.pair(item, right[place]));
      if (turns.isOver) await turns.next();
    }
    if (places.length === 0 && keeps.left) joined.push(combine.single(item, "left"));
    else if (places.length === 0) leftOnly.push(item);
    if (turns.isOver) await turns.next();
  }
  await forEachInTurns(right, turns, (item, index) => {
    if (isMatched[index]) return;
    if (keeps.right) joined.push(combine.single(item, "right"));
    else rightOnly.push(item);
  });
  if (joined.length > MAX_ROWS) throw new NodeError("limit", `There would be more than ${MAX_ROWS} rows. Join fewer items.`, { happened: "no" });
  return done({ joined, leftOnly, rightOnly });
});
