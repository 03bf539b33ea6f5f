import { implementNode } from "#runtime/node/define.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { done, wait } from "#runtime/node/outcome.ts";
import { durationMs } from "../kit/time/duration.ts";
import { delay } from "./node.ts";

const WAIT_NAME = "delay";

export default implementNode(delay, ({ config, inputs, context }) => {
  const answer = context.answered(WAIT_NAME);
  const goOn = (at: string) => done({ value: Object.hasOwn(inputs, "value") ? inputs.value : at });
  if (answer) return goOn(answer.at);
  if (typeof config.amount !== "number") throw new NodeError("validation", "The time to wait is not a number.", { happened: "no" });
  const milliseconds = durationMs(config);
  const until = new Date(context.now() + milliseconds).toISOString();
  return milliseconds === 0 ? goOn(until) : wait({ kind: "time", name: WAIT_NAME, until });
});
