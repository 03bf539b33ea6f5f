import type { ExecutionContext } from "#runtime/node/context.ts";
import { implementNode } from "#runtime/node/define.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { done, type IterationResult, iterate, type Outcome } from "#runtime/node/outcome.ts";
import { iterationError } from "../kit/iterations/iteration-error.ts";
import { nextPort, soundCarried, thisPort } from "./carried.ts";
import { loop } from "./node.ts";
import { untilHolds } from "./until.ts";

type Values = Record<string, unknown>;

export default implementNode(loop, async ({ config, inputs, context }) => {
  const names = soundCarried(config.carry).map(({ name }) => name);
  if (!context.iterations)
    return begin(
      context,
      1,
      pick(names, (name) => [inputs, name]),
    );
  const last = context.iterations.at(-1);
  if (!last) throw new NodeError("unexpected", "A round ended without saying how.");
  if (last.state === "failed") throw iterationError(last);
  const round = last.index + 1;
  const next = await carriedOn(context, { names, round, taken: last.taken });
  const isFinished = last.taken.done === true || (config.until.trim() !== "" && untilHolds(config.until, { next, round }));
  if (!isFinished && round < config.maxRounds) return begin(context, round + 1, next);
  if (!isFinished && config.onLimit === "fail") {
    throw new NodeError("limit", `The loop was not done after ${round} ${round === 1 ? "round" : "rounds"}.`, { details: { rounds: round } });
  }
  return done({ ...next, rounds: round, finished: isFinished });
});

/** Writes down what a round begins with: of earlier rounds nothing else is known when it has ended. */
async function begin(context: ExecutionContext, round: number, values: Values): Promise<Outcome> {
  const carried = await recorded(context, round, async () => values);
  const given = Object.fromEntries(Object.entries(carried).map(([name, value]) => [thisPort(name), [value]]));
  return iterate({ count: 1, given: { ...given, round: [round] }, concurrency: 1, onFailure: "stop" });
}

/** What the next round would begin with: what came back, and for the rest what this one began with. */
async function carriedOn(context: ExecutionContext, ended: { names: readonly string[]; round: number; taken: IterationResult["taken"] }): Promise<Values> {
  const before = await recorded(context, ended.round, async () => {
    throw new NodeError("unexpected", `What round ${ended.round} began with is not known.`);
  });
  return pick(ended.names, (name) => (Object.hasOwn(ended.taken, nextPort(name)) ? [ended.taken, nextPort(name)] : [before, name]));
}

function recorded(context: ExecutionContext, round: number, work: () => Promise<Values>): Promise<Values> {
  return context.step(`round-${round}`, { effect: "pure", input: { round } }, work);
}

/** By name: the value at the place that is named for it, or null where there is none. */
function pick(names: readonly string[], placeOf: (name: string) => [values: Values, key: string]): Values {
  return Object.fromEntries(
    names.map((name) => {
      const [values, key] = placeOf(name);
      return [name, Object.hasOwn(values, key) ? values[key] : null];
    }),
  );
}
