import { implementNode } from "#runtime/node/define.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { done } from "#runtime/node/outcome.ts";
import { listOf } from "../kit/lists/list-of.ts";
import { readSeparator } from "../kit/lists/separator.ts";
import { Turns } from "../kit/lists/turns.ts";
import { type SplitConfig, split } from "./node.ts";
import { splitText } from "./split-text.ts";

export default implementNode(split, async ({ config, inputs, context }) => {
  const turns = new Turns(context);
  switch (config.into) {
    case "batches":
      return done({ batches: await batchesOf(listOf(inputs, "items"), config.size, turns) });
    case "first":
    case "last":
    case "range":
      return done(taken(listOf(inputs, "items"), config));
    case "lines":
    case "parts": {
      const separator = config.into === "lines" ? "\n" : readSeparator(config.separator);
      if (separator === "") throw new NodeError("validation", "The separator is empty.", { happened: "no" });
      return done({ parts: await splitText(String(inputs.text), { ...config, separator, isLines: config.into === "lines" }, turns) });
    }
  }
});

async function batchesOf(items: readonly unknown[], size: number, turns: Turns): Promise<unknown[][]> {
  const batches: unknown[][] = [];
  for (let from = 0; from < items.length; from += size) {
    batches.push(items.slice(from, from + size));
    if (turns.isOver) await turns.next();
  }
  return batches;
}

function taken(items: readonly unknown[], { into, skip, count }: SplitConfig): { taken: unknown[]; rest: unknown[] } {
  const from = into === "range" ? skip : into === "first" ? 0 : Math.max(0, items.length - count);
  return { taken: items.slice(from, from + count), rest: items.slice(0, from).concat(items.slice(from + count)) };
}
