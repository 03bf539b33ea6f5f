import { implementNode } from "#runtime/node/define.ts";
import { done, type IterationResult, iterate } from "#runtime/node/outcome.ts";
import { iterationError } from "../kit/iterations/iteration-error.ts";
import { listOf } from "../kit/lists/list-of.ts";
import { forEach } from "./node.ts";

export default implementNode(forEach, ({ config, inputs, context }) => {
  const { concurrency, onItemFailure } = config;
  const { iterations } = context;
  if (!iterations) {
    const items = listOf(inputs, "items");
    if (items.length === 0) return done({ results: [], ...(onItemFailure === "collect" && { failures: [] }) });
    const given = { item: items, index: items.map((_, index) => index) };
    return iterate({ count: items.length, given, concurrency, onFailure: onItemFailure === "fail" ? "stop" : "go-on" });
  }
  const failed = iterations.filter(({ state }) => state === "failed");
  if (onItemFailure === "fail" && failed[0]) throw iterationError(failed[0]);
  return done({ results: iterations.flatMap(resultOf), ...(onItemFailure === "collect" && { failures: failed.map(describe) }) });
});

function resultOf({ state, taken }: IterationResult): unknown[] {
  return state === "succeeded" && Object.hasOwn(taken, "result") ? [taken.result] : [];
}

function describe(iteration: IterationResult) {
  const { code, message } = iterationError(iteration);
  return { index: iteration.index, code, message };
}
